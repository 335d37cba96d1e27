from __future__ import annotations

import io
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from gateway.intake.learning import ledger
from gateway.intake.learning.applying import Applied, apply
from gateway.intake.learning.features import Past, outcome
from gateway.intake.learning.training import Trained
from gateway.risk.admission_model.performance import performance
from tests.builders.populations import AS_OF, past, person, stay

KEY, OTHER = b"k" * 32, b"o" * 32
MADE = date(2025, 3, 31)


@pytest.fixture(scope="module")
def made(trained: Trained, learned_from: Past) -> Applied:
    return apply(trained.model, learned_from.known_at(MADE), MADE, frozenset())


def test_the_same_predictions_are_the_same_bytes(made: Applied) -> None:
    one, again = ledger.frozen(made, KEY), ledger.frozen(made, KEY)
    assert (one.content, one.sha256) == (again.content, again.sha256)
    assert one.people == len(made.numbers)
    assert ledger.frozen(made, OTHER).sha256 != one.sha256


def test_it_holds_tokens_and_log_odds_and_nothing_else(made: Applied) -> None:
    frozen = ledger.frozen(made, KEY)
    told = pl.read_ipc(io.BytesIO(frozen.content))
    assert told.columns == ["token", "log_odds"]
    assert sorted(told["log_odds"]) == sorted(made.log_odds)
    assert not any(number.encode() in frozen.content for number in made.numbers)
    assert told["token"].is_sorted()


def test_tokens_of_another_key_find_nobody(made: Applied) -> None:
    ours, theirs = (set(ledger.tokens(made.numbers, key)) for key in (KEY, OTHER))
    assert len(ours) == len(made.numbers)
    assert not ours & theirs


def test_predictions_are_scored_by_what_happened_in_their_year(made: Applied, learned_from: Past) -> None:
    told = ledger.scored(ledger.frozen(made, KEY).content, KEY, learned_from, MADE, AS_OF)
    admitted = outcome(learned_from.known_at(MADE), MADE, AS_OF)
    expected = performance(made.log_odds / 1000, admitted)
    assert (told["c"], told["ratio"], told["slope"]) == (
        round(expected.c, 4),
        round(expected.ratio, 4),
        round(expected.slope, 4),
    )
    assert (told["as_of"], told["until"], told["gone"]) == ("2025-03-31", "2026-03-31", "0")


def test_whoever_is_no_longer_listed_is_counted_and_not_scored(made: Applied, learned_from: Past) -> None:
    fewer = Past(learned_from.people.filter(pl.col("NHS_Number").hash(1) % 4 > 0), learned_from.frames)
    told = ledger.scored(ledger.frozen(made, KEY).content, KEY, fewer, MADE, AS_OF)
    gone = len(made.numbers) - len(fewer.known_at(MADE).people)
    assert abs(int(told["gone"]) - gone) <= 2


def test_predictions_of_too_few_are_not_scored_and_it_says_why(trained: Trained) -> None:
    one = past(person(), apc=[stay("9990000018", AS_OF)])
    content = ledger.frozen(apply(trained.model, one, MADE, frozenset()), KEY).content
    told = ledger.scored(content, KEY, one, MADE, AS_OF)
    assert "fewer than 100" in told["why_not"]
    assert "c" not in told


@pytest.mark.parametrize(
    ("now", "last", "over"),
    [(AS_OF, AS_OF, True), (AS_OF, AS_OF - timedelta(31), True), (AS_OF, AS_OF - timedelta(32), False),
     (AS_OF - timedelta(1), AS_OF, False), (AS_OF, None, False)],
)  # fmt: skip
def test_a_year_is_over_once_the_data_reach_its_end(now: date, last: date | None, *, over: bool) -> None:
    some = past(person(), apc=[stay("9990000018", last)] if last else [])
    assert ledger.is_over(MADE, now, some) == (AS_OF if over else None)


def test_a_leap_day_has_a_year_after_it() -> None:
    assert ledger.a_year_after(date(2024, 2, 29)) == date(2025, 2, 28)


def test_log_odds_fit_where_they_are_kept(made: Applied) -> None:
    assert np.abs(made.log_odds).max() < np.iinfo(np.int16).max
