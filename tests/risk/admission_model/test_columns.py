from __future__ import annotations

import numpy as np
import pytest

from gateway.risk.admission_model.columns import (
    Facts,
    Use,
    column_names,
    group_of,
    is_hospital,
    label_of,
    matrix,
)

NAMES = column_names(("DM",), (Use.DAYS,))


def row(age: float = 70.0, sex: int = 2, decile: float = 3.0, *, has: bool = False, days: int = 0) -> dict[str, float]:
    facts = Facts(
        np.array([age]),
        np.array([sex]),
        np.array([decile]),
        ("DM",),
        np.array([[has]]),
        (Use.DAYS,),
        np.array([[days]]),
    )
    return dict(zip(NAMES, matrix(facts)[0].tolist(), strict=True))


def test_somebody_of_known_age_sex_and_decile_has_no_unknown_column() -> None:
    told = row()
    assert (told["age_decades"], told["age_decades_over_65"], told["deprivation"]) == (7.0, 0.5, 2.5)
    assert not any(told[name] for name in ("age_unknown", "sex_unknown", "deprivation_unknown", "sex_male"))


@pytest.mark.parametrize(
    ("given", "column"),
    [
        ({"age": float("nan")}, "age_unknown"),
        ({"sex": 9}, "sex_unknown"),
        ({"decile": float("nan")}, "deprivation_unknown"),
    ],
)
def test_what_is_not_known_has_a_column_of_its_own_and_no_guess(given: dict[str, float], column: str) -> None:
    told = row(**given)  # type: ignore[arg-type]
    group = [name for name in NAMES if group_of(name) == group_of(column)]
    assert [name for name in group if told[name]] == [column]


def test_a_register_is_there_or_not_and_a_count_is_the_logarithm_of_one_and_it() -> None:
    told = row(has=True, days=6)
    assert (told["register_DM"], told[Use.DAYS]) == (1.0, pytest.approx(np.log(7)))


def test_infants_have_a_column_of_their_own() -> None:
    assert [row(age=age)["age_under_5"] for age in (0.0, 4.0, 5.0)] == [1.0, 1.0, 0.0]


def test_every_column_is_of_one_term_and_hospital_terms_are_told_from_the_gps() -> None:
    assert [group_of(name) for name in NAMES] == [
        *["age"] * 4,
        *["sex"] * 2,
        *["deprivation"] * 2,
        "register_DM",
        Use.DAYS,
    ]
    assert [name for name in NAMES if is_hospital(group_of(name))] == [Use.DAYS]


def test_every_term_has_words() -> None:
    assert label_of("register_DM", {"DM": "Diabetes"}) == "On the register: Diabetes"
    assert all(label_of(use, {}) for use in Use)
