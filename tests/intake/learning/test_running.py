from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from gateway.intake.learning import ledger
from gateway.intake.learning.applying import apply
from gateway.intake.learning.features import Past
from gateway.intake.learning.running import PEOPLE_COLUMNS, READ, Learning, learned, past_of
from gateway.intake.learning.training import Trained
from gateway.stores.practice_work.models import Ledger, Stored
from tests.builders.populations import AS_OF

KEY = b"k" * 32
MADE = date(2025, 3, 31)


@pytest.fixture(scope="module")
def learning(trained: Trained, learned_from: Past) -> Learning:
    model = trained.model
    frozen = ledger.frozen(apply(model, learned_from.known_at(MADE), MADE, frozenset()), KEY)
    old = Ledger(3, MADE.isoformat(), frozen.sha256, frozen.content)
    young = replace(old, run=4, as_of="2025-12-31")
    return Learning(Stored(7, model.sha256, calibrated=True, content=model.text()), (old, young), KEY)


def test_a_run_predicts_for_everybody_and_freezes_it(learning: Learning, learned_from: Past) -> None:
    told = learned(learning, learned_from, AS_OF, frozenset())
    assert told.applied.numbers.to_list() == learned_from.people["NHS_Number"].to_list()
    assert told.frozen == ledger.frozen(told.applied, KEY)


def test_predictions_are_scored_once_their_year_is_over_and_no_sooner(learning: Learning, learned_from: Past) -> None:
    told = learned(learning, learned_from, AS_OF, frozenset())
    assert list(told.results) == [3]
    assert told.results[3]["c"] > 0.6


def test_predictions_that_are_not_what_was_recorded_are_not_scored(learning: Learning, learned_from: Past) -> None:
    changed = replace(learning, unscored=[replace(learning.unscored[0], sha256="0" * 64)])
    told = learned(changed, learned_from, AS_OF, frozenset())
    assert told.results[3]["why_not"] == "they are not what was recorded"


def test_what_is_told_of_it_has_no_person_and_no_fraction(learning: Learning, learned_from: Past) -> None:
    told = learned(learning, learned_from, AS_OF, frozenset()).facts
    assert (told["version"], told["sha256"], told["scored"]) == (7, learning.stored.sha256, [3])
    assert len(told["predictions_sha256"]) == 64
    assert (told["moved"], float(told["stability"]) < 0.1) == ([], True)
    assert not any(isinstance(value, float) for value in told.values())


def test_only_what_is_read_is_taken_of_people_and_rows(learned_from: Past) -> None:
    people = learned_from.people.with_columns(eFI_Score=0.5)
    some = past_of(people, {**learned_from.frames, "gp_medication": people})
    assert some.people.columns == list(PEOPLE_COLUMNS)
    assert set(some.frames) == set(READ)
