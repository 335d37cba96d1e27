"""An agreement that was closed gives nobody data on any day, and says why before all else that might be wrong."""

from __future__ import annotations

from datetime import date

import pytest

from gateway.access.agreements import by_name
from gateway.access.compiler import compile_release
from gateway.access.decision import ReasonCode
from gateway.access.loader import load
from tests.builders.small_policy import SMALL

FILES = {name: text.encode() for name, text in SMALL.items()}
CELL = ("clerk", "work", "papers", "list")
ON = date(2020, 6, 1)


@pytest.mark.parametrize("day", [date(1999, 1, 1), ON, date(2020, 12, 31), date(2050, 1, 1)])
def test_no_day_has_data_of_what_was_closed(day: date) -> None:
    policy = compile_release(load(FILES), served=frozenset(), closed={"AA": ON})
    decision = policy.decide_cell(CELL, day)
    assert (decision.reason_code, decision.lapsed) == (
        ReasonCode.AGREEMENT_CLOSED, "the agreement was closed on 2020-06-01",
    )  # fmt: skip
    assert "destroyed" in policy.sentence(decision.reason_code)


def test_what_was_closed_has_no_store_and_what_is_nobodys_goes_on() -> None:
    policy = compile_release(load(FILES), served=frozenset(), closed={"AA": ON})
    assert policy.stores(policy.served) == {"journal"}
    assert policy.decide_cell(("watcher", "watching", "log", "list"), ON).permitted


def test_without_a_closing_all_is_as_the_files_say() -> None:
    policy = compile_release(load(FILES), served=frozenset({"AA"}))
    assert policy.decide_cell(CELL, ON).permitted
    assert policy.closed == {}


def test_an_agreement_is_found_by_its_key_or_its_reference() -> None:
    agreements = load(FILES).agreements
    assert by_name(agreements, "AA") is by_name(agreements, "DARS-NIC-111111-AAAAA") is agreements["AA"]
    assert by_name(agreements, "BB") is None
