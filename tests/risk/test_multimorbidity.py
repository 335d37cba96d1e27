"""The Cambridge score: the paper's weights, its rule for each of the twenty, and a missing source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.risk.multimorbidity import CONDITIONS, Entry, multimorbidity
from gateway.risk.prescriptions import MedicineClass
from gateway.risk.score import Score, Status

AS_OF, LONG_AGO = date(2026, 10, 31), date(2001, 1, 1)
# Payne and others 2020, general outcome, in thousandths
PUBLISHED = {
    "hypertension": 80, "anx_dep": 500, "painful": 920, "hearing_loss": 90, "ibs": 210, "asthma": 190, "diabetes": 750,
    "chd": 490, "ckd": 530, "af": 1340, "constipation": 1120, "stroke_tia": 800, "copd": 1460, "connective": 430,
    "cancer": 1530, "alcohol": 650, "heart_failure": 1180, "dementia": 2500, "smi": 640, "epilepsy": 920,
}  # fmt: skip
EVER = {
    "HYP": "hypertension", "ANX": "anx_dep", "DEP": "anx_dep", "HEAR": "hearing_loss", "IBS": "ibs", "DM": "diabetes",
    "CHD": "chd", "CKD": "ckd", "AF": "af", "STIA": "stroke_tia", "COPD": "copd", "RA": "connective", "ALC": "alcohol",
    "HF": "heart_failure", "DEM": "dementia", "MH": "smi",
}  # fmt: skip
ISSUES = st.dictionaries(st.sampled_from(list(map(str, MedicineClass))), st.integers(0, 6))
ENTRIES = st.lists(
    st.builds(Entry, st.sampled_from([*EVER, "AST", "EP", "CAN", "OB"]), st.dates(date(2015, 1, 1), AS_OF))
)


def scored(*registers: str, since: date | None = LONG_AGO, age: int | None = 60, **issues: int) -> Score:
    return multimorbidity([Entry(name, since) for name in registers], issues, age, AS_OF)


def keys(score: Score) -> list[str]:
    return [term.code for term in score.terms]


def test_there_are_twenty_conditions_with_the_published_weights() -> None:
    assert {one.key: one.points for one in CONDITIONS} == PUBLISHED


@pytest.mark.parametrize(("register", "key"), EVER.items(), ids=lambda name: name)
def test_a_register_counts_whenever_it_was_first_recorded(register: str, key: str) -> None:
    assert keys(scored(register)) == keys(scored(register, since=None)) == [key]


@pytest.mark.parametrize(
    ("day", "counts"), [("2021-10-31", False), ("2021-11-01", True), ("2026-10-31", True), ("2010-01-01", False)]
)
def test_a_cancer_counts_for_five_years(day: str, *, counts: bool) -> None:
    assert bool(scored("CAN", since=date.fromisoformat(day)).terms) is counts


def test_a_cancer_without_a_day_makes_the_score_incomplete_unless_another_has_one() -> None:
    undated, dated = Entry("CAN", None), Entry("CAN", LONG_AGO)
    assert multimorbidity([undated], {}, 60, AS_OF).status is Status.INCOMPLETE
    assert multimorbidity([undated, dated], {}, 60, AS_OF).status is Status.COMPLETE


@pytest.mark.parametrize(("register", "key"), [("AST", "asthma"), ("EP", "epilepsy")])
def test_asthma_and_epilepsy_want_a_code_and_a_treatment(register: str, key: str) -> None:
    assert keys(scored(register)) == keys(scored(**{key: 5})) == []
    assert keys(scored(register, **{key: 1})) == [key]


@pytest.mark.parametrize(
    ("medicines", "key"),
    [
        ("analgesic", "painful"), ("neuropathic_pain", "painful"), ("laxative", "constipation"),
        ("anxiety_depression", "anx_dep"), ("antispasmodic", "ibs"),
    ],
)  # fmt: skip
def test_four_prescriptions_count_and_three_do_not(medicines: str, key: str) -> None:
    assert keys(scored(**{medicines: 3})) == []
    assert keys(scored(**{medicines: 4})) == [key]


def test_lithium_counts_from_one_prescription() -> None:
    assert keys(scored(lithium=1)) == ["smi"]


def test_medicines_for_nerve_pain_are_no_painful_condition_of_whoever_has_epilepsy() -> None:
    assert keys(scored("EP", neuropathic_pain=9, epilepsy=9)) == ["epilepsy"]
    assert keys(scored("EP", analgesic=4)) == ["painful"]


def test_a_condition_counts_once_however_it_is_known() -> None:
    assert scored("ANX", "DEP", anxiety_depression=12).points == PUBLISHED["anx_dep"]


@pytest.mark.parametrize(
    ("entries", "issues", "age", "status"),
    [
        (None, {}, 60, Status.INCOMPLETE), ([], None, 60, Status.INCOMPLETE), ([], {}, None, Status.INCOMPLETE),
        ([], {}, 19, Status.NOT_APPLICABLE), (None, None, 19, Status.NOT_APPLICABLE), ([], {}, 20, Status.COMPLETE),
    ],
)  # fmt: skip
def test_a_missing_source_is_incomplete_and_the_young_are_not_scored(
    entries: list[Entry] | None, issues: Mapping[str, int] | None, age: int | None, status: Status
) -> None:
    score = multimorbidity(entries, issues, age, AS_OF)
    assert (score.status, score.points, score.terms) == (status, 0, ())


@given(ENTRIES, ISSUES)
def test_the_terms_add_up_and_more_that_is_recorded_never_lowers_it_but_epilepsy(
    entries: list[Entry], issues: dict[str, int]
) -> None:
    score = multimorbidity(entries, issues, 60, AS_OF)
    assert score.points == sum(term.points for term in score.terms)
    more = multimorbidity([*entries, Entry("DM", LONG_AGO)], issues | {"laxative": 4}, 60, AS_OF)
    assert more.points >= score.points
