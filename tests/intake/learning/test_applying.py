from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from gateway.intake.learning.applying import Applied, apply, term_rows, with_model
from gateway.intake.learning.features import Past
from gateway.intake.learning.training import Trained
from gateway.intake.scoring.everything import Scored
from gateway.intake.scoring.frames import TERMS
from gateway.risk.admission_model import METHOD
from gateway.risk.admission_model.columns import START
from tests.builders.populations import AS_OF, past, person, stay

ANNA = "9990000018"
NOBODY: frozenset[str] = frozenset()


@pytest.fixture(scope="module")
def applied(trained: Trained, learned_from: Past) -> Applied:
    return apply(trained.model, learned_from, AS_OF, NOBODY)


def anna(trained: Trained, *, sensitive: frozenset[str] = NOBODY, **facts: object) -> Applied:
    some = past(
        person(ANNA, **facts), gp_condition=[(ANNA, "DM", date(2019, 1, 1))],
        apc=[stay(ANNA, date(2026, 1, 1), 3), stay(ANNA, date(2024, 9, 1), 1)],
    )  # fmt: skip
    return apply(trained.model, some, AS_OF, sensitive)


def test_the_terms_of_everybody_add_up_to_their_log_odds(applied: Applied) -> None:
    summed = term_rows(applied, applied.numbers).group_by("NHS_Number").agg(pl.col("points").sum())
    told = dict(zip(applied.numbers, applied.log_odds.tolist(), strict=True))
    assert dict(summed.iter_rows()) == told


def test_terms_say_what_they_are_of_and_where_they_come_from(trained: Trained) -> None:
    rows = {row["term"]: row for row in term_rows(anna(trained), pl.Series([ANNA])).iter_rows(named=True)}
    assert rows["register_DM"]["description"] == "On the register: Diabetes"
    assert rows["emergencies_12"]["description"] == "Emergency admissions in the last 12 months: 1"
    assert rows["sex"]["description"] == "Sex: Female" if "sex" in rows else True
    assert rows["deprivation"]["description"].endswith(": 3")
    assert {term for term, row in rows.items() if row["basis"] == "hospital"} == {
        "emergencies_12",
        "emergencies_24",
        "days_12",
    }


def test_an_age_is_not_told_and_an_unknown_one_is_said_to_be(trained: Trained) -> None:
    known, unknown = (
        term_rows(anna(trained, born=born), pl.Series([ANNA])).filter(pl.col("term") == "age")["description"].to_list()
        for born in (1950, None)
    )
    assert known == ["Age"]
    assert unknown in ([], ["Age: Not known"])


def test_an_unknown_decile_is_told_as_such(trained: Trained) -> None:
    told = anna(trained, decile="Not known")
    at = trained.model.groups.index("deprivation")
    assert np.isnan(told.facts.decile).all()
    assert told.each[0, at] == 0  # nobody was unknown when it was trained: nothing was learned of them


def test_a_term_of_nothing_is_left_out_and_the_starting_point_never(trained: Trained) -> None:
    told = term_rows(anna(trained), pl.Series([ANNA]))
    assert START in told["term"].to_list()
    assert 0 not in told.filter(pl.col("term") != START)["points"].to_list()


def test_a_register_that_became_sensitive_is_no_longer_read(trained: Trained) -> None:
    told = anna(trained, sensitive=frozenset({"DM"}))
    assert "register_DM" not in term_rows(told, pl.Series([ANNA]))["term"].to_list()
    assert told.log_odds[0] < anna(trained).log_odds[0]


def test_terms_are_of_those_who_were_asked_for(applied: Applied) -> None:
    some = applied.numbers.head(3)
    assert set(term_rows(applied, some)["NHS_Number"]) == set(some)
    assert term_rows(applied, some.clear()).is_empty()


@pytest.mark.parametrize("banded", [True, False])
def test_everybody_has_a_score_and_those_at_risk_have_terms(applied: Applied, *, banded: bool) -> None:
    people = pl.DataFrame(
        {"NHS_Number": applied.numbers, "at_risk": applied.tenths >= 200, "band": ["High"] * len(applied.numbers)}
    )
    none = pl.DataFrame(schema=TERMS)
    schema = {"NHS_Number": pl.String, "method": pl.Categorical, "points": pl.Int64, "band": pl.Categorical,
              "status": pl.Categorical, "remark": pl.Categorical}  # fmt: skip
    told = with_model(Scored(people, pl.DataFrame(schema=schema), none), applied, people, banded=banded)
    assert told.scores["points"].to_list() == (applied.tenths * 100).tolist()
    assert set(told.scores["method"]) == {METHOD}
    assert set(told.scores["band"]) == ({"High"} if banded else {""})
    assert set(told.terms["NHS_Number"]) == set(people.filter("at_risk")["NHS_Number"])
    first = f"{applied.log_odds[0] / 1000:.3f}"
    assert f"add up to {first}:" in told.scores["remark"][0]
