"""How an agreement stands on a day: its term first, then each approval that it needs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.access.agreements import Agreement, Approval, OptOut, OrganisationRow, Party, StorageAddress, Term, Toolkit
from gateway.access.decision import ReasonCode
from gateway.access.snapshot import PolicySnapshot
from gateway.access.standing import standing, timeline

A_DAY = timedelta(days=1)
DAYS = st.dates(date(2000, 1, 1), date(2050, 1, 1))
Span = list[date]
SPANS = st.tuples(DAYS, DAYS).map(sorted)


def agreement(**rows: Any) -> Agreement:
    empty: dict[str, Any] = dict.fromkeys(
        ("terms", "approvals", "parties", "barred", "toolkits", "practices", "addresses", "opt_outs", "instructions"),
        (),
    )
    facts: dict[str, Any] = {
        "key": "XX",
        "reference": "DARS-NIC-111111-AAAAA",
        "title": "t",
        "legal_basis": "l",
        "data_sets": (),
    }
    return Agreement(**{**facts, **empty, **rows})


def term(first: date, last: date | None = None) -> Term:
    return Term(first=first, last=last, source="s", purposes=frozenset({"audit"}))


def approval(first: date, last: date | None = None) -> Approval:
    return Approval(first=first, last=last, source="s")


def party(code: str, first: date, last: date | None = None) -> Party:
    return Party(first=first, last=last, source="s", organisation=code, name="n", kind="controller")


def toolkit(code: str, first: date, last: date | None = None, status: str = "standards met") -> Toolkit:
    return Toolkit(first=first, last=last, source="s", organisation=code, status=status)


@given(SPANS)
def test_a_term_holds_on_its_first_and_last_day_and_neither_the_day_before_nor_after(span: Span) -> None:
    first, last = span
    days = timeline(agreement(terms=(term(first, last),), approvals=(approval(date.min),)))
    assert days.on(first).refusal is None
    assert days.on(last).refusal is None
    assert days.on(first - A_DAY).refusal is ReasonCode.AGREEMENT_NOT_IN_FORCE
    assert days.on(last + A_DAY).refusal is ReasonCode.AGREEMENT_NOT_IN_FORCE


@given(SPANS)
def test_a_section_251_approval_gates_as_the_term_does(span: Span) -> None:
    first, last = span
    days = timeline(agreement(terms=(term(date.min),), approvals=(approval(first, last),)))
    assert days.on(first).refusal is days.on(last).refusal is None
    assert days.on(first - A_DAY).lapsed == f"the section 251 approval begins on {first}"
    assert days.on(last + A_DAY).lapsed == f"the section 251 approval ended on {last}"
    assert days.on(last + A_DAY).refusal is ReasonCode.APPROVAL_LAPSED


@given(SPANS)
def test_a_partys_toolkit_gates_as_the_term_does_and_is_named(span: Span) -> None:
    first, last = span
    rows: dict[str, Any] = {
        "terms": (term(date.min),),
        "approvals": (approval(date.min),),
        "parties": (party("06Q", date.min),),
    }
    days = timeline(agreement(**rows, toolkits=(toolkit("06Q", first, last),)))
    assert days.on(first).refusal is days.on(last).refusal is None
    assert days.on(last + A_DAY).refusal is ReasonCode.APPROVAL_LAPSED
    assert days.on(last + A_DAY).lapsed == f"the Data Security and Protection Toolkit of 06Q ended on {last}"


@given(SPANS)
def test_a_practice_takes_part_from_its_first_to_its_last_day(span: Span) -> None:
    first, last = span
    row = OrganisationRow(first=first, last=last, source="s", organisation="Z99001")
    days = timeline(agreement(terms=(term(date.min),), approvals=(approval(date.min),), practices=(row,)))
    taking_part = [day for day in (first, last) if "Z99001" in days.on(day).listed["participating_practice"]]
    assert taking_part == [first, last]
    assert not days.on(first - A_DAY).listed["participating_practice"]
    assert not days.on(last + A_DAY).listed["participating_practice"]


@given(st.lists(SPANS, max_size=4), st.lists(SPANS, max_size=4), st.lists(SPANS, max_size=4), DAYS)
def test_the_timeline_says_of_any_day_what_the_rows_say(
    terms: list[Span], approvals: list[Span], practices: list[Span], day: date
) -> None:
    of_practice = [OrganisationRow(first=a, last=b, source="s", organisation="Z99001") for a, b in practices]
    whole = agreement(
        terms=tuple(term(*span) for span in terms),
        approvals=tuple(approval(*span) for span in approvals),
        practices=tuple(of_practice),
    )
    days, alone = timeline(whole).on(day), standing(whole, day)
    assert (days.refusal, days.purposes, days.listed) == (alone.refusal, alone.purposes, alone.listed)


def test_a_toolkit_that_does_not_meet_the_standards_gates_and_says_so() -> None:
    rows: dict[str, Any] = {
        "terms": (term(date.min),),
        "approvals": (approval(date.min),),
        "parties": (party("06Q", date.min),),
    }
    poor = toolkit("06Q", date(2020, 1, 1), status="standards not met")
    assert standing(agreement(**rows, toolkits=(poor,)), date(2021, 1, 1)).lapsed.endswith(
        "does not meet the standards"
    )


def test_a_party_without_a_toolkit_row_gates_and_says_so() -> None:
    rows: dict[str, Any] = {
        "terms": (term(date.min),),
        "approvals": (approval(date.min),),
        "parties": (party("06Q", date.min),),
    }
    lapsed = standing(agreement(**rows), date(2021, 1, 1)).lapsed
    assert lapsed == "the Data Security and Protection Toolkit of 06Q is not recorded"


def test_a_party_that_has_left_needs_no_toolkit() -> None:
    gone = party("ABC", date(2019, 1, 1), date(2019, 12, 31))
    rows: dict[str, Any] = {"terms": (term(date.min),), "approvals": (approval(date.min),), "parties": (gone,)}
    assert standing(agreement(**rows), date(2021, 1, 1)).refusal is None


def test_the_shipped_terms_are_the_registers_own(policy: PolicySnapshot) -> None:
    terms = {key: [(row.first, row.last) for row in each.terms] for key, each in policy.agreements.items()}
    assert terms == {
        "RS": [(date(2019, 10, 1), date(2022, 9, 30))],
        "IV": [(date(2019, 6, 1), date(2022, 5, 31))],
    }


def test_the_shipped_agreements_list_no_storage_address(policy: PolicySnapshot) -> None:
    assert not any(each.storage_addresses for each in policy.agreements.values())


@pytest.mark.parametrize(("day", "name"), [(date(2022, 6, 30), "CCG"), (date(2022, 7, 1), "ICB")])
def test_the_controller_is_named_by_the_day(policy: PolicySnapshot, day: date, name: str) -> None:
    (controller,) = [row for row in policy.agreements["IV"].parties_on(day) if row.kind == "controller"]
    assert controller.organisation == "06Q"
    assert name in controller.name


def test_an_agreement_tells_its_dated_facts() -> None:
    day = date(2021, 1, 1)
    whole = agreement(
        terms=(Term(first=day, source="s", purposes=frozenset(), demonstration=True),),
        addresses=(StorageAddress(first=day, last=day, source="s", address="here"),),
        opt_outs=(OptOut(first=day, last=day, source="s", regime="not_applied"),),
    )
    assert whole.in_force(day)
    assert whole.is_demonstration(day)
    assert not whole.is_demonstration(day - A_DAY)
    assert whole.storage_addresses_on(day) == {"here"}
    assert not whole.storage_addresses_on(day + A_DAY)
    assert (whole.opt_out_regime(day), whole.opt_out_regime(day + A_DAY)) == ("not_applied", "")
    assert whole.instruction("X", day) is None
