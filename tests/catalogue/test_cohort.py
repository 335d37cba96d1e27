"""Criteria of a cohort: data in a closed set of words, one canonical form, one sentence for each fault."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.catalogue import cohort
from gateway.catalogue.cohort import ADMISSIONS, CHOICES, MOST_ADMISSIONS, Criteria, CriteriaFault, parse, parse_words
from gateway.catalogue.worklist import REGISTERS
from gateway.web import choices

OBJECT = "criteria are one JSON object"
VALUES = {name: st.lists(st.sampled_from(legal), min_size=1, max_size=5) for name, legal in CHOICES.items()}
GIVEN = st.fixed_dictionaries({}, optional={**VALUES, ADMISSIONS: st.integers(1, MOST_ADMISSIONS)}).filter(bool)


@given(GIVEN)
def test_the_canonical_form_says_the_same_and_is_the_only_one(given: dict[str, Any]) -> None:
    criteria = parse(json.dumps(given))
    shuffled = {name: value[::-1] * 2 if isinstance(value, list) else value for name, value in reversed(given.items())}
    assert parse(criteria.canonical()) == criteria
    assert parse(json.dumps(shuffled)).canonical() == criteria.canonical()
    assert {name: set(values) for name, values in criteria.any_of.items()} == {
        name: set(value) for name, value in given.items() if name != ADMISSIONS
    }
    assert criteria.admissions == given.get(ADMISSIONS, 0)


@given(GIVEN)
def test_words_of_a_command_line_say_the_same_as_json(given: dict[str, Any]) -> None:
    words = [f"{name}={','.join(value) if isinstance(value, list) else value}" for name, value in given.items()]
    assert parse_words(words) == parse(json.dumps(given))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda of: st.lists(of) | st.dictionaries(st.text(), of)
    )
)
def test_any_other_json_is_a_fault_and_nothing_else(given: Any) -> None:
    with pytest.raises(CriteriaFault):
        parse(json.dumps(given))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", OBJECT),
        ("[]", OBJECT),
        ('"DM"', OBJECT),
        ("{", OBJECT),
        ("[" * 100_000, OBJECT),
        ('{"admissions": ' + "1" * 5_000 + "}", OBJECT),
        ("{}", "a cohort needs at least one criterion: age_band, sex"),
        ('{"nhs_number": ["9990000018"]}', "there is a criterion that is not known: choose from age_band"),
        ('{"sex": ["Female"], "sex": ["Male"]}', "a criterion stands twice"),
        ('{"sex": "Female"}', "sex is a list of one or more texts"),
        ('{"sex": []}', "sex is a list of one or more texts"),
        ('{"sex": [1]}', "sex is a list of one or more texts"),
        ('{"sex": {"a": 1}}', "sex is a list of one or more texts"),
        ('{"sex": ["female"]}', "sex has a value that is not known: choose from Female, Male, Not known"),
        ('{"condition": ["Diabetes"]}', "condition has a value that is not known: choose from HYP, DM"),
        ('{"admissions": 0}', "admissions is a whole number from 1 to 20"),
        ('{"admissions": 21}', "admissions is a whole number from 1 to 20"),
        ('{"admissions": true}', "admissions is a whole number from 1 to 20"),
        ('{"admissions": 1.0}', "admissions is a whole number from 1 to 20"),
        ('{"admissions": "2"}', "admissions is a whole number from 1 to 20"),
    ],
)
def test_each_fault_is_one_sentence_that_repeats_no_value(text: str, told: str) -> None:
    with pytest.raises(CriteriaFault) as fault:
        parse(text)
    assert str(fault.value).startswith(told)
    assert "9990000018" not in str(fault.value)
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["sex"], "write each criterion as name=value"),
        (["sex=Female", "sex=Male"], "write each criterion once"),
        (["admissions=2,3"], "admissions is a whole number"),
        (["admissions=two"], "admissions is a whole number"),
        (["admissions=²"], "admissions is a whole number"),
        (["sex="], "sex has a value that is not known"),
        ([], "a cohort needs at least one criterion"),
    ],
)
def test_each_fault_of_a_word_is_one_sentence(words: list[str], told: str) -> None:
    with pytest.raises(CriteriaFault, match=told):
        parse_words(words)


def test_a_sensitive_register_stands_in_no_cohort() -> None:
    assert parse('{"condition": ["ALC"]}').any_of == {"condition": ("ALC",)}
    with pytest.raises(CriteriaFault) as fault:
        parse('{"condition": ["DM", "ALC"]}', {"ALC"})
    assert "ALC" not in str(fault.value)
    assert "DM" in str(fault.value)


def test_criteria_are_told_in_plain_words() -> None:
    criteria = Criteria({"age_band": ("75 to 79", "80 to 84"), "condition": ("DM",)}, admissions=2)
    told = "Age band: 75 to 79 or 80 to 84; Condition: Diabetes; Emergency admissions in 12 months: 2 or more"
    assert criteria.in_words() == told
    assert criteria.question() == {"age_band": ("75 to 79", "80 to 84"), "condition": ("Diabetes",), "admissions": 2}


def test_the_words_are_those_of_the_work_lists_filters() -> None:
    assert (*choices.AGE_BANDS, "Not known") == cohort.AGE_BANDS
    assert CHOICES["condition"] == tuple(REGISTERS)
    assert (*CHOICES, ADMISSIONS) == cohort.NAMES
