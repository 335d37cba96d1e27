from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from gateway.access.agreements import Instruction
from gateway.errors import DeliveryRefused
from gateway.intake.primary import Primary, at_risk, change_shown, primary, score, shown
from gateway.risk import admission_model, emergency_admissions
from gateway.stores.practice_work.models import Stored

CRUDE, MODEL = emergency_admissions.METHOD, admission_model.METHOD
TRAINED = Stored(4, "0" * 64, calibrated=True, content="{}")
BY_MODEL = Primary(MODEL, 15, 4)


def instruction(method: str, threshold: int) -> Instruction:
    return Instruction(
        first=date(2026, 1, 1),
        source="a test",
        reference="REF",
        given_by="06Q",
        at_risk_method=method,
        threshold=threshold,
    )


@pytest.mark.parametrize(
    ("given", "threshold"),
    [
        (None, 2),
        (instruction("", 0), 2),
        (instruction("", 3), 3),
        (instruction(CRUDE, 0), 2),
        (instruction(CRUDE, 4), 4),
    ],
)
@pytest.mark.parametrize("stored", [None, TRAINED])
def test_the_crude_count_decides_unless_the_instruction_names_the_model(
    given: Instruction | None, threshold: int, stored: Stored | None
) -> None:
    told = primary(given, stored)
    assert (told.method, told.threshold, told.least) == (CRUDE, threshold, threshold)
    assert told.model == (stored.version if stored else None)


def test_the_model_decides_where_the_instruction_names_it() -> None:
    told = primary(instruction(MODEL, 15), TRAINED)
    assert told == BY_MODEL
    assert told.least == 150


@pytest.mark.parametrize(
    ("method", "threshold", "stored", "said"),
    [
        ("another", 2, TRAINED, "names an at-risk method that this program has not"),
        (MODEL, 15, None, "run 'gateway model train' first"),
        (MODEL, 15, Stored(4, "0" * 64, calibrated=False, content="{}"), "version 4 is not calibrated"),
        (MODEL, 0, TRAINED, "1 to 99 percent"),
        (MODEL, 100, TRAINED, "1 to 99 percent"),
    ],
)
def test_what_cannot_be_had_is_refused_with_the_mend(
    method: str, threshold: int, stored: Stored | None, said: str
) -> None:
    with pytest.raises(DeliveryRefused, match=said):
        primary(instruction(method, threshold), stored)


def test_pages_say_in_a_sentence_who_is_at_risk() -> None:
    assert Primary().sentence.startswith("2 or more emergency admissions in the 12 months to the as-of date.")
    assert "until a model of this population is trained" in Primary().sentence
    assert "though a model of this population is trained" in Primary(model=4).sentence
    assert BY_MODEL.sentence.startswith("15 % or more by the local model, version 4")
    assert (Primary().sentence_of_threshold, BY_MODEL.sentence_of_threshold) == (
        "At risk from 2 in 12 months.", "At risk from 15 %.",
    )  # fmt: skip


PEOPLE = pl.DataFrame(
    {"emergencies": [0, 1, 2, 3, 5], "tenths": [7, 149, 150, 200, 1000], "change": [None, 0, -14, 3, 21]}
)


def columns(by: Primary) -> dict[str, list[object]]:
    return PEOPLE.with_columns(score(by)).with_columns(*at_risk(by), change_shown(by)).to_dict(as_series=False)


def test_a_count_is_scored_listed_and_banded_as_one() -> None:
    told = columns(Primary())
    assert told["score"] == [0, 1, 2, 3, 5]
    assert told["score_shown"] == ["0", "1", "2", "3", "5"]
    assert told["at_risk"] == [False, False, True, True, True]
    assert told["band"] == [emergency_admissions.band(count, 2) for count in (0, 1, 2, 3, 5)]
    assert told["change_shown"] == ["", "0", "-14", "+3", "+21"]


def test_a_chance_is_scored_in_tenths_of_a_percent_and_shown_with_one_decimal() -> None:
    told = columns(BY_MODEL)
    assert told["score"] == [7, 149, 150, 200, 1000]
    assert told["score_shown"] == ["0.7 %", "14.9 %", "15.0 %", "20.0 %", "100.0 %"]
    assert told["at_risk"] == [False, False, True, True, True]
    assert told["band"] == ["Not at risk", "Not at risk", "At risk", "High", "Very high"]
    assert told["change_shown"] == ["", "0.0", "-1.4", "+0.3", "+2.1"]


@pytest.mark.parametrize(
    ("by", "number", "text"),
    [
        (Primary(), 3, "3"), (Primary(), None, None), (BY_MODEL, 0, "0.0 %"), (BY_MODEL, 7, "0.7 %"),
        (BY_MODEL, 123, "12.3 %"), (BY_MODEL, 1000, "100.0 %"), (BY_MODEL, None, None),
    ],
)  # fmt: skip
def test_a_score_is_shown_in_its_own_unit(by: Primary, number: int | None, text: str | None) -> None:
    column = pl.DataFrame({"score": [number]}, schema={"score": pl.Int64})
    assert column.select(shown(by, "score")).item() == text
