"""The inventory of what was received: the log's files, and those that only a store has on record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from gateway.access.agreements import Term
from gateway.enforcement.inventory import inventoried, until
from gateway.errors import AccessDenied
from gateway.settings import Settings
from gateway.synthetic.demonstration_agreements import ADDRESSES
from tests.builders.ending import ALONE, APC, HASH, IV, KIT, MAX, RS, alone, copied, received, reopened
from tests.builders.everything import Everything, asks, subject

LIST = asks(KIT, "audit", "audit.inventory", "list")
TERM_ENDS = "2031-11-23"


@pytest.fixture(scope="module")
def place(at_its_end: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everything]:
    with reopened(copied(at_its_end, tmp_path_factory.mktemp("inventory") / "installation")) as opened:
        yield opened


def files(place: Everything, **settings: Any) -> dict[tuple[str, str], dict[str, Any]]:
    """Each by agreement and hash."""
    found = inventoried(LIST, desk=alone(place, **settings)).value
    return {(one.agreement, one.sha256): one.record for one in found}


def test_a_file_of_the_log_is_told_with_its_run_where_it_is_held_and_until_when(place: Everything) -> None:
    told = files(place)[RS, HASH]
    assert (told["file"], told["kind"], told["rows"], told["run"], told["instruction"]) == (APC, "apc", 12, 1, "TEST-1")
    assert (told["taken_by"], told["until"], told["state"]) == ("operator", TERM_ENDS, "held")
    assert told["storage_address"] == ADDRESSES["RS"]
    assert "risk_identifiable/run-000001.db" in told["held_in"]
    assert place.events()[told["event"]]["type"] == "intake.finished"


def test_what_only_a_store_has_on_record_is_added_and_what_it_does_not_know_is_said(place: Everything) -> None:
    told = files(place)[RS, ALONE]
    assert (told["file"], told["rows"], told["taken"]) == ("patient.csv", 3, "2026-11-24")
    assert (told["kind"], told["taken_by"], told["event"]) == ("not recorded", "not recorded", None)


def test_a_dry_run_received_nothing(place: Everything) -> None:
    assert [one[1] for one in files(place) if one[0] == RS] == [HASH, ALONE]


def test_both_doors_are_told_of(place: Everything) -> None:
    assert {agreement for agreement, _ in files(place)} == {RS, IV}


def test_an_agreement_that_is_not_served_holds_nothing_here(place: Everything) -> None:
    told = files(place, agreements=frozenset({"IV"}))[RS, HASH]
    assert told["state"] == "not served here"


def test_what_was_closed_is_destroyed_and_held_nowhere(place: Everything) -> None:
    told = files(place, agreements=frozenset({"IV"}), closed={"RS": date(2026, 11, 24)})[RS, HASH]
    assert (told["state"], told["held_in"], told["storage_address"]) == ("destroyed on 2026-11-24", "", "")


def test_a_number_in_a_file_s_name_and_an_event_of_an_earlier_form_are_not_told(place: Everything) -> None:
    received(
        place.desk, RS, {"9990000018.csv": {"sha256": "c" * 64, "rows": 1, "kind": "op"}, "x.csv": "d" * 64}, run=2
    )
    told = files(place)
    assert told[RS, "c" * 64]["file"] == "not recorded"
    assert (RS, "d" * 64) not in told


def test_a_store_of_another_agreement_that_cannot_be_opened_hides_nothing_of_the_log(place: Everything) -> None:
    stores = {name: store for name, store in place.desk.stores.items() if name != "practice_work"}
    found = inventoried(LIST, desk=replace(place.desk, stores=stores)).value
    assert HASH in {one.sha256 for one in found}


def test_looking_is_on_the_log_and_for_oversight_alone(place: Everything) -> None:
    receipt = inventoried(LIST, desk=place.desk).receipt
    assert place.events()[receipt.index]["details"]["question"] == "inventory"
    officer = subject("privacy_officer", "06Q", "pia")
    assert inventoried(asks(officer, "audit", "audit.inventory", "list"), desk=place.desk).value
    with pytest.raises(AccessDenied):
        inventoried(asks(MAX, "audit", "audit.inventory", "list"), desk=place.desk)


def test_a_term_without_an_end_has_no_last_day(place: Everything) -> None:
    endless = Term(first=date(2032, 1, 1), source="a test", purposes=frozenset())
    assert until(replace(place.desk.policy.agreements["RS"], terms=(endless,))) == "no end"
