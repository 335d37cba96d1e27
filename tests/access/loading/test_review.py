"""review.toml: each kind has its own thresholds, all of them and no others, within bounds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Faults = Callable[..., tuple[str, ...]]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('kind = "burst"', 'kind = "brust"', "review.toml:2: 'brust' is no known kind of review rule: write 'burst'"),
        ("minutes = 2\n", "", "review.toml:1: 'minutes' is missing: add minutes = a whole number"),
        ("minutes = 2", "minutes = 0", "review.toml:4: 'minutes' is out of bounds: write a number from 1 to 1440"),
        ("at_least = 3", "at_least = 0", "review.toml:3: 'at_least' is out of bounds: write a number from 1 to 100000"),
        ("due_days = 5", "due_days = 367", "review.toml:5: 'due_days' is out of bounds: write a number from 1 to 366"),
        ("minutes = 2", "minutes = 2\ntimes = 3", "review.toml:5: kind 'burst' has no 'times': remove the line"),
        ("minutes = 2", "minutes = 2\nhours = 3", "review.toml:5: 'hours' is no known key"),
        ("minutes = 2", 'minutes = "2"', "review.toml:4: 'minutes' has the wrong kind of value"),
        ('kind = "burst"', 'kind = "odd_hours"', "review.toml:1: 'closes' is missing"),
        ('[outcome.fine]\nline = "Fine."\n', "", "review.toml:1: there is no [outcome.…]: add at least one"),
        ("[outcome.fine]", "[outcomes.fine]", "review.toml:7: 'outcomes' is no known section"),
    ],
)
def test_a_fault_is_told_with_its_line_and_mend(faults: Faults, old: str, new: str, told: str) -> None:
    refused = faults(("review.toml", old, new))
    assert any(one.startswith(told) for one in refused), refused


@pytest.mark.parametrize(("opens", "closes"), [(8, 8), (9, 8)])
def test_a_day_opens_before_it_closes(faults: Faults, opens: int, closes: int) -> None:
    hours = f'kind = "odd_hours"\nopens = {opens}\ncloses = {closes}'
    refused = faults(("review.toml", 'kind = "burst"', hours), ("review.toml", "minutes = 2\n", ""))
    assert refused == ("review.toml:3: a day opens before it closes: write an hour before 'closes'",)
