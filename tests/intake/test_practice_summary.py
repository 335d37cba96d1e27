"""A practice's own numbers: exact for patients at risk, protected for all others, and nothing of any other practice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.disclosure.lattice import EVERYONE, ProtectedCell, protect
from gateway.disclosure.rounding import HIDDEN, is_protected, rounded
from gateway.intake.practice_summary import CUTS, _average, _in_company, rows, share
from tests.builders.deliveries import ANNA, BEN, CARA, HERE, THERE, Rows, condition, patient
from tests.builders.processor import Processor

PRACTICES = tuple(f"Z9900{at}" for at in range(1, 6))
PERSON = st.tuples(
    st.sampled_from(PRACTICES), st.booleans(), st.sampled_from(["0 to 4", "80 to 84"]), st.sampled_from("12"),
    st.sampled_from(["1", "2"]), st.sampled_from([(), ("DM",), ("DM", "HF")]),
)  # fmt: skip
Person = tuple[str, bool, str, str, str, tuple[str, ...]]
LATTICE_CUTS = (*CUTS, ("band",))


class Run:
    """As much of a run as the summary looks at."""

    def __init__(self, people: list[Person], sensitive: tuple[str, ...] = ()) -> None:
        made = [
            (f"{at:010d}", practice, ill, age, sex, decile, "At risk" if ill else "Not at risk")
            for at, (practice, ill, age, sex, decile, _registers) in enumerate(people)
        ]
        names = ["NHS_Number", "practice", "at_risk", "age_band", "Sex", "deprivation", "band"]
        text = dict.fromkeys(names, pl.String) | {"at_risk": pl.Boolean}
        self.people = pl.DataFrame(made, schema=text, orient="row")
        registers = [(f"{at:010d}", code) for at, person in enumerate(people) for code in person[5]]
        schema = {"NHS_Number": pl.String, "Register": pl.String}
        self.gp = {"gp_condition": pl.DataFrame(registers, schema=schema, orient="row")}
        self.sensitive_registers = frozenset(sensitive)

    def lattice(self) -> list[ProtectedCell]:
        told = self.people.rename({"Sex": "sex"}).to_dicts()
        return protect((({name: one[name] for (name,) in LATTICE_CUTS}, one["at_risk"]) for one in told), LATTICE_CUTS)

    def summary(self) -> dict[tuple[str, str, str], tuple[int, str, str, str]]:
        found = list(rows(self, self.lattice()))  # type: ignore[arg-type]
        return {(practice, cut, value): rest for practice, cut, value, *rest in found}  # type: ignore[misc]


def many(number: int, practice: str, *, ill: bool = False, age: str = "80 to 84", sex: str = "1") -> list[Person]:
    return [(practice, ill, age, sex, "1", ())] * number


def test_a_practice_is_told_how_many_of_its_own_are_at_risk_and_about_how_many_are_not() -> None:
    run = Run(many(3, HERE, ill=True) + many(41, HERE) + many(100, THERE))
    assert run.summary()[HERE, EVERYONE, EVERYONE][:3] == [3, "40", "7.0"]


@settings(max_examples=40, deadline=None)
@given(st.lists(PERSON, max_size=120))
def test_patients_at_risk_are_exact_and_all_others_are_protected(people: list[Person]) -> None:
    summary = Run(people).summary()
    ill = Counter((practice, age) for practice, at_risk, age, *_rest in people if at_risk)
    for (practice, cut, value), (at_risk, others, told, _) in summary.items():
        assert is_protected(others)
        if cut == "age_band":
            assert at_risk == ill[practice, value]
        assert told == share(at_risk, others) or cut == "band"


@settings(max_examples=40, deadline=None)
@given(st.lists(PERSON, min_size=1, max_size=120))
def test_no_small_number_of_those_not_at_risk_is_shown_or_left_over(people: list[Person]) -> None:
    summary = Run(people).summary()
    well = Counter((practice, "age_band", age) for practice, ill, age, *_rest in people if not ill)
    well.update((practice, EVERYONE, EVERYONE) for practice, ill, *_rest in people if not ill)
    for cell, number in well.items():
        if 0 < number < 8:
            assert summary[cell][1] == HIDDEN
    for practice in {person[0] for person in people}:
        hidden = [key for key in well if key[0] == practice and key[1] == "age_band" and summary[key][1] == HIDDEN]
        if len(hidden) == 1:
            assert summary[practice, EVERYONE, EVERYONE][1] == HIDDEN


def test_a_condition_that_few_lack_is_hidden_too() -> None:
    with_it = [(HERE, False, "80 to 84", "1", "1", ("DM",))] * 40
    summary = Run([*with_it, *many(3, HERE)]).summary()
    assert summary[HERE, "condition", "Diabetes"] == [0, HIDDEN, HIDDEN, HIDDEN]


def test_a_sensitive_register_is_no_condition_of_the_summary() -> None:
    people = [(HERE, False, "80 to 84", "1", "1", ("ALC", "DM"))] * 20
    assert {value for _, cut, value in Run(people, ("ALC",)).summary() if cut == "condition"} == {"Diabetes"}


def test_bands_are_told_as_shares_of_the_whole_list() -> None:
    summary = Run(many(10, HERE, ill=True) + many(90, HERE)).summary()
    assert summary[HERE, "band", "At risk"][:3] == [10, "0", "10.0"]


def spread(numbers: dict[str, tuple[int, int]]) -> list[Person]:
    return [
        person
        for practice, (ill, well) in numbers.items()
        for person in many(ill, practice, ill=True) + many(well, practice)
    ]


def test_the_percentage_of_all_practices_is_the_commissioner_s_own_and_is_the_same_for_everybody() -> None:
    run = Run(spread(dict.fromkeys(PRACTICES, (10, 90))))
    whole = next(cell for cell in run.lattice() if cell.cut == EVERYONE)
    told = {run.summary()[practice, EVERYONE, EVERYONE][3] for practice in PRACTICES}
    assert told == {whole.percentage} == {"10.0"}


@pytest.mark.parametrize(
    "numbers",
    [
        dict.fromkeys(PRACTICES[:3], (20, 80)),
        {**dict.fromkeys(PRACTICES[:2], (40, 80)), PRACTICES[2]: (3, 80), PRACTICES[3]: (4, 80), PRACTICES[4]: (0, 80)},
        {**dict.fromkeys(PRACTICES[:2], (20, 80)), **dict.fromkeys(PRACTICES[2:], (20, 2))},
    ],
    ids=["three practices", "two hold nearly all who are at risk", "two hold nearly all who are not"],
)
def test_it_is_left_out_where_it_could_tell_of_a_single_practice(numbers: dict[str, tuple[int, int]]) -> None:
    run = Run(spread(numbers))
    assert {row[3] for (_, cut, _), row in run.summary().items() if cut == EVERYONE} == {HIDDEN}


COUNTS = st.dictionaries(st.sampled_from(PRACTICES), st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1)


@settings(max_examples=200, deadline=None)
@given(COUNTS)
def test_whoever_knows_two_practices_is_never_left_with_a_small_number_of_the_others(
    counts: dict[str, tuple[int, int]],
) -> None:
    if not _in_company(counts, counts):
        return
    for first in counts:
        for second in counts:
            for at in (0, 1):
                left = sum(both[at] for name, both in counts.items() if name not in {first, second})
                assert left == 0 or left >= 8


def test_what_no_lattice_holds_is_a_percentage_of_rounded_counts() -> None:
    counts = {HERE: (11, 40), THERE: (12, 40)}
    whole = {HERE: (20, 80), THERE: (20, 80)}
    assert _average(counts, whole) == "23.8"
    assert rounded(103) == 105
    assert _average({HERE: (3, 40)}, whole) == HIDDEN


def test_the_summary_of_a_run_counts_whom_the_practice_lists(processor: Processor, tmp_path: Path) -> None:
    people = [patient(ANNA), patient(BEN), patient(CARA, THERE)]
    processor.taken(Rows(gp_patient=people, gp_condition=[condition(ANNA)]).written(tmp_path))
    told: dict[Any, Any] = {
        (row["practice_code"], row["cut"], row["value"]): row["own_at_risk"] for row in processor.rows("summary")
    }
    assert (told[HERE, EVERYONE, EVERYONE], told[HERE, "condition", "COPD"], told[THERE, EVERYONE, EVERYONE]) == (
        1,
        1,
        0,
    )
