"""The day after an agreement's term: nobody reaches its data, and those who watch and administer go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.access.compiler import compile_release
from gateway.access.decision import AccessRequest, ReasonCode
from gateway.access.loader import load
from gateway.access.snapshot import PolicySnapshot
from tests.oracles.plain_policy import Cell

Asks = Callable[..., AccessRequest]
Noon = Callable[[date], datetime]
Golden = Mapping[Cell, tuple[str, str, str]]
LAST = {"RS": date(2022, 9, 30), "IV": date(2022, 5, 31)}
A_DAY = timedelta(days=1)
OVERSIGHT = {"nhs_digital_auditor", "privacy_officer", "access_administrator"}


def cells_of(golden: Golden, key: str) -> list[Cell]:
    return [cell for cell, (_, _, agreement) in golden.items() if agreement == key]


@pytest.mark.parametrize("key", sorted(LAST))
def test_on_the_last_day_all_go_on_and_on_the_day_after_nobody_does(
    policy: PolicySnapshot, asks: Asks, noon: Noon, golden: Golden, key: str
) -> None:
    cells = cells_of(golden, key)
    assert cells
    assert all(policy.decide(asks(cell), noon(LAST[key])).permitted for cell in cells)
    after = [policy.decide(asks(cell), noon(LAST[key] + A_DAY)) for cell in cells]
    assert {decision.reason_code for decision in after} == {ReasonCode.AGREEMENT_NOT_IN_FORCE}
    assert {decision.lapsed for decision in after} == {f"the term ended on {LAST[key]}"}
    assert {decision.agreement for decision in after} == {policy.agreements[key].reference}


@pytest.mark.parametrize("key", sorted(LAST))
def test_the_day_before_the_first_day_nobody_reaches_data_either(
    policy: PolicySnapshot, asks: Asks, noon: Noon, golden: Golden, key: str
) -> None:
    first = min(term.first for term in policy.agreements[key].terms)
    for day, reason in ((first, ReasonCode.PERMITTED), (first - A_DAY, ReasonCode.AGREEMENT_NOT_IN_FORCE)):
        told = {policy.decide(asks(cell), noon(day)).reason_code for cell in cells_of(golden, key)}
        assert told == {reason}


@pytest.mark.parametrize("day", [LAST["IV"] + A_DAY, LAST["RS"] + A_DAY, date(2026, 11, 24), date(2099, 1, 1)])
def test_oversight_and_ones_own_account_go_on_after_every_term(
    policy: PolicySnapshot, asks: Asks, noon: Noon, golden: Golden, day: date
) -> None:
    cells = cells_of(golden, "none")
    assert {cell[0] for cell in cells} >= OVERSIGHT
    assert {cell[2] for cell in cells if cell[0] not in OVERSIGHT} == {"account.own", "practice.colleagues"}
    assert all(policy.decide(asks(cell), noon(day)).permitted for cell in cells)


def test_the_term_is_the_reason_told_whatever_else_is_wrong(policy: PolicySnapshot, asks: Asks, golden: Golden) -> None:
    wrong = {
        "organisation": "ZZH",
        "held": (date(2019, 1, 1), date(2019, 1, 2)),
        "contract_from": None,
        "training_until": None,
        "professional_number": None,
    }
    later = datetime(2026, 11, 24, 12, tzinfo=UTC)
    cells = [*cells_of(golden, "RS"), *cells_of(golden, "IV")]
    told = {policy.decide(asks(cell, **wrong), later).reason_code for cell in cells}
    assert told == {ReasonCode.AGREEMENT_NOT_IN_FORCE}


def test_within_the_term_parties_are_checked_before_membership_and_membership_before_duties(
    policy: PolicySnapshot, asks: Asks
) -> None:
    cell, at = ("ceff_validator", "invoice_validation", "invoices.line", "read"), datetime(2021, 6, 1, tzinfo=UTC)
    wrong = {"training_until": None}
    assert policy.decide(asks(cell, **wrong), at).reason_code is ReasonCode.TRAINING_EXPIRED
    wrong |= {"contract_from": None}
    assert policy.decide(asks(cell, **wrong), at).reason_code is ReasonCode.NOT_PERSONNEL
    ended = (date(2019, 1, 1), date(2019, 1, 2))
    assert policy.decide(asks(cell, held=ended, **wrong), at).reason_code is ReasonCode.ROLE_EXPIRED
    elsewhere = asks(cell, organisation="Z99001", held=ended, **wrong)
    assert policy.decide(elsewhere, at).reason_code is ReasonCode.ORGANISATION_NOT_LISTED
    barred = asks(cell, organisation="ZZH", held=ended, **wrong)
    assert policy.decide(barred, at).reason_code is ReasonCode.ORGANISATION_BARRED


def test_a_renewal_is_a_further_row_and_opens_the_data_again(
    files: Mapping[str, bytes], asks: Asks, noon: Noon, golden: Golden
) -> None:
    rows = "".join(
        f'[[agreement.IV.{kind}]]\nfrom = 2022-07-01\nsource = "a test"\n{more}\n'
        for kind, more in (
            ("term", 'to = 2023-06-30\npurposes = ["invoice_validation"]'),
            ("section_251", ""),
            ("toolkit", 'organisation = "06Q"\nstatus = "standards met"'),
        )
    )
    renewed = {**files, "agreements.toml": files["agreements.toml"] + f"\n{rows}".encode()}
    policy = compile_release(load(renewed), served=frozenset({"IV"}))
    days = {date(2022, 5, 31): 1, date(2022, 6, 15): 0, date(2022, 7, 1): 1, date(2023, 6, 30): 1, date(2023, 7, 1): 0}
    for day, expected in days.items():
        told = {policy.decide(asks(cell), noon(day)).permitted for cell in cells_of(golden, "IV")}
        assert told == {bool(expected)}, day
