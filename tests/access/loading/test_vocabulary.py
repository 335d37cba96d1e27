"""vocabulary.toml, duties.toml: every word once, with all that has to be said of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Told = Callable[..., tuple[str, ...]]
FILE = "vocabulary.toml"
CLERK = 'code = "C1", class = "desk"'
WATCHER = 'code = "C3", class = "watch", party = "none", data = false'


@pytest.mark.parametrize(
    ("old", "new", "line", "rule"),
    [
        (
            '"C1", class = "desk", party = "controller"',
            '"C1", class = "desk", party = "owner"',
            2,
            "'owner' is no known",
        ),
        (WATCHER, WATCHER.replace("false", "true"), 4, "role 'watcher' reaches data and is barred or of no party"),
        (CLERK, CLERK.replace("desk", "dsek"), 2, "'dsek' is no known class of role in invariants.toml: write 'desk'"),
        ("data = false, barred = true", "data = true, barred = true", 5, "role 'shut' reaches data and is barred"),
        ("clerk = {", "Clerk = {", 2, "'Clerk' is no name: use small letters, digits and underscores"),
        ("data = false, barred = true", 'data = false, barred = "true"', 5, "'barred' has the wrong kind of value"),
        ('hl7 = "TREAT"', 'hl8 = "TREAT"', 7, "'hl8' is no known key: write 'hl7'"),
        ('["list", "read"]', "[]", 10, "resource 'papers' has no actions, or one that is no word of small letters"),
        ('["list", "read"]', '["list", "Read"]', 10, "resource 'papers' has no actions, or one that is no word"),
        ('["list", "read"]', '["*"]', 10, "resource 'papers' has no actions, or one that is no word"),
        ('agreement = "AA"', 'agreement = "BB"', 18, "'BB' is no known agreement: use one of: AA"),
        ("[reason]", "[reasons]", 15, "'reasons' is no known section: write 'reason'"),
        ('secret = { line = "A secret." }', "secret = {}", 14, "'line' is missing: add line = text in quotes"),
    ],
)
def test_a_damaged_word_is_refused_on_its_line(faults: Told, old: str, new: str, line: int, rule: str) -> None:
    assert any(told.startswith(f"{FILE}:{line}: {rule}") for told in faults((FILE, old, new)))


@pytest.mark.parametrize(
    ("old", "new", "line", "rule"),
    [
        ('"training_in_date"', '"trained"', 2, "'trained' is no known kind of duty: use one of: att"),
        ('kind = "training_in_date"\n', "", 1, "'kind' is missing"),
        ("[duty.trained]", "[duties.trained]", 1, "'duties' is no known section: write 'duty'"),
    ],
)
def test_a_damaged_duty_is_refused_on_its_line(faults: Told, old: str, new: str, line: int, rule: str) -> None:
    assert any(told.startswith(f"duties.toml:{line}: {rule}") for told in faults(("duties.toml", old, new)))
