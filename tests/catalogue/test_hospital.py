"""Hospital codes in words: each chapter by its range, names where there are any, and nothing made up."""

from __future__ import annotations

import string
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.catalogue import hospital
from gateway.risk import hfrs


@pytest.mark.parametrize(
    ("code", "chapter"),
    [
        ("A00", "Certain infectious and parasitic diseases"),
        ("B999", "Certain infectious and parasitic diseases"),
        ("D48", "Neoplasms"),
        ("D50", "Diseases of the blood and certain disorders of the immune mechanism"),
        ("H599", "Diseases of the eye and adnexa"),
        ("H60", "Diseases of the ear and mastoid process"),
        ("T983", "Injury, poisoning and certain other consequences of external causes"),
        ("W190", "External causes of morbidity and mortality"),
        ("U071", "Codes for special purposes"),
        ("D49", ""),
        ("V00", ""),
        ("", ""),
    ],
)
def test_a_diagnosis_lies_in_the_chapter_of_its_range(code: str, chapter: str) -> None:
    assert hospital.diagnosis_chapter(code) == chapter


def test_there_are_twenty_two_chapters_and_no_code_is_in_two() -> None:
    codes = [f"{letter}{number:02d}" for letter in string.ascii_uppercase for number in range(100)]
    assert len({hospital.diagnosis_chapter(code) for code in codes} - {""}) == 22
    ranges = sorted((first, last) for first, last, _ in hospital._CHAPTERS)
    assert all(last < first for (_, last), (first, _) in pairwise(ranges))


@given(st.sampled_from(sorted(hfrs.LABELS)))
def test_every_category_of_the_frailty_score_has_its_name_and_a_chapter(code: str) -> None:
    assert hospital.diagnosis_name(f"{code}9") == hfrs.LABELS[code]
    assert hospital.diagnosis_chapter(code)


def test_a_diagnosis_without_a_name_has_none_made_up() -> None:
    assert hospital.diagnosis_name("J849") == ""


@pytest.mark.parametrize(("code", "chapter"), [("W371", "Other bones and joints"), ("K40", "Heart"), ("I01", "")])
def test_a_procedure_lies_in_the_chapter_of_its_letter(code: str, chapter: str) -> None:
    assert hospital.procedure_chapter(code) == chapter


def test_a_treatment_function_has_the_data_dictionary_s_name() -> None:
    assert hospital.TREATMENT_FUNCTIONS["430"] == "Elderly medicine"
    assert len(hospital.TREATMENT_FUNCTIONS) > 90
