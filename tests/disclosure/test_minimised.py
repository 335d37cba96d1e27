"""The last look before an answer is recorded: nothing but the view's own columns, and no bare count of people."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gateway.access.decision import AccessRequest, Context, Decision, Membership, ReasonCode, Subject
from gateway.access.grant import Column, Grant, Scope, View, ViewPart
from gateway.disclosure import disclose
from gateway.errors import StoreUnavailable
from gateway.stores.result import Result, Rows

CUT, PEOPLE = Column("cut", "cut"), Column("people", "people")


def granted(*columns: Column) -> Grant:
    held = Membership("commissioner_lead", "06Q", date(2020, 1, 1), None, "asked", "approved")
    request = AccessRequest(Subject("lee", held, "", "password"), "commissioning", "x", "read", Context("request"))
    decision = Decision(
        permitted=True, reason_code=ReasonCode.PERMITTED, rule_id="r", matched_rules=("r",), scope="s", view="v",
        agreement="", duties=(), policy_version="p",
    )  # fmt: skip
    view = View("v", "risk_pseudonymised", (ViewPart("cells", "lattice", columns),))
    return Grant(request, decision, Scope("s", "1", {}), view)


def result(*rows: tuple[Any, ...], columns: tuple[Column, ...] = (CUT, PEOPLE), part: str = "cells") -> Result:
    return Result("risk_pseudonymised", {part: Rows(columns, rows)})


def test_protected_counts_pass_and_the_hidden_ones_are_counted() -> None:
    found = result(("age", "*"), ("sex", "0"), ("all", "1250"), ("band", "*"))
    shown = disclose(found, granted(CUT, PEOPLE))
    assert shown.parts == found.parts
    assert shown.suppressed == 2


@pytest.mark.parametrize("count", ["3", "5", "12", 3, 12, 10.5, None, "many"])
def test_a_count_of_people_that_is_not_protected_never_leaves(count: Any) -> None:
    with pytest.raises(StoreUnavailable, match="was not protected"):
        disclose(result(("age", "15"), ("sex", count)), granted(CUT, PEOPLE))


@pytest.mark.parametrize("columns", [(CUT,), (PEOPLE, CUT), (CUT, Column("nhs_number", "nhs_number"))])
def test_columns_other_than_the_views_never_leave(columns: tuple[Column, ...]) -> None:
    with pytest.raises(StoreUnavailable, match="columns that the view has not"):
        disclose(result(columns=columns), granted(CUT, PEOPLE))


def test_a_part_that_is_not_of_the_view_never_leaves() -> None:
    with pytest.raises(StoreUnavailable, match="columns that the view has not"):
        disclose(result(part="patients"), granted(CUT, PEOPLE))


def test_a_view_without_parts_shows_nothing_and_hides_nothing() -> None:
    assert disclose(Result("accounts", {}), granted()).suppressed == 0
