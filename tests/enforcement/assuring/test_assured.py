"""The pack tells what the installation knows, says 'not recorded' for the rest, names no patient, and is on the log."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from gateway.access.decision import Membership
from gateway.access.standing import closed_for_good
from gateway.audit.event import EventType
from gateway.enforcement import events
from gateway.enforcement.assuring import agreements
from gateway.enforcement.assuring.assured import assured
from gateway.enforcement.assuring.pack import Pack
from gateway.enforcement.closing import closed
from gateway.errors import AccessDenied
from gateway.invoices.personal_data import holds_nhs_number
from gateway.settings import Settings
from gateway.stores.accounts import pipeline
from gateway.stores.accounts.pipeline import Account
from gateway.stores.vault import writing
from gateway.synthetic.demonstration_agreements import ADDRESSES
from tests.builders.ending import ALONE, HASH, IV, KIT, MAX, RS, by_two, copied, reopened
from tests.builders.everything import Everything, asks

PEOPLE = asks(KIT, "audit", "audit.personnel", "list")
READ, EXPORT = (asks(KIT, "audit", "audit.assurance", action) for action in ("read", "export"))
NAMES = [
    "agreements", "parties", "approvals", "storage", "personnel", "grants", "ceff", "received", "reviews", "breaches",
    "refusals", "exports", "destruction", "closed", "policy", "log",
]  # fmt: skip
LATER, BEFORE = date(2027, 1, 1), date(2026, 1, 1)
Found = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def place(at_its_end: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everything]:
    settings = copied(at_its_end, tmp_path_factory.mktemp("assuring") / "installation")
    with reopened(settings) as opened:
        with writing(opened.accounts) as connection:
            for user, last in (("gus", LATER), ("hal", BEFORE), ("ina", None)):
                told = Account(user, user.title(), "06Q", date(2020, 1, 1), training_until=LATER, authorised_until=last)
                pipeline.add_account(connection, told)
                held = Membership("ceff_validator", "06Q", date(2020, 1, 1), None, "max", "mia", BEFORE)
                pipeline.add_membership(connection, user, held)
            over = Account("old", "Old", "06Q", date(2020, 1, 1), contract_until=BEFORE)
            pipeline.add_account(connection, over)
            ended = Membership("ceff_approver", "06Q", date(2020, 1, 1), BEFORE, "max", "mia", BEFORE)
            pipeline.add_membership(connection, "old", ended)
        yield opened


@pytest.fixture(scope="module")
def found(place: Everything) -> Found:
    return records(assured(PEOPLE, READ, desk=place.desk).value[0])


def records(pack: Pack) -> Found:
    return {one.name: one.records() for one in pack.sections}


def of(rows: list[dict[str, Any]], **told: object) -> dict[str, Any]:
    """The one row that says so."""
    (one,) = [row for row in rows if all(row[name] == value for name, value in told.items())]
    return one


def test_it_has_every_section_and_nothing_of_it_is_empty(found: Found) -> None:
    assert list(found) == NAMES
    assert not [row for rows in found.values() for row in rows if None in row.values() or "" in row.values()]


def test_it_names_no_patient(place: Everything) -> None:
    assert not holds_nhs_number(assured(PEOPLE, READ, desk=place.desk).value[0].body().decode())


def test_people_are_told_with_contract_training_and_roles_and_what_is_missing_is_said(found: Found) -> None:
    told = of(found["personnel"], user="kit")
    assert (told["status"], told["contract_current"], told["contract_until"]) == ("employee", "yes", "no end")
    assert (told["training_until"], told["roles_today"]) == ("not recorded", "nhs_digital_auditor at X26")
    assert of(found["personnel"], user="old")["contract_current"] == "no"
    assert of(found["personnel"], user="old")["roles_today"] == "none"


def test_the_ceff_is_named_with_whose_training_or_authorisation_is_not_current(found: Found) -> None:
    assert {one["user"]: one["current"] for one in found["ceff"]} == {"gus": "yes", "hal": "no", "ina": "no"}
    assert of(found["ceff"], user="ina")["authorised_until"] == "not recorded"


def test_grants_have_both_names_and_whether_their_review_is_overdue(found: Found) -> None:
    told = of(found["grants"], user="hal")
    assert (told["granted_by"], told["approved_by"], told["review_overdue"]) == ("max", "mia", "yes")
    assert of(found["grants"], user="kit")["review_overdue"] == "no"
    assert of(found["grants"], user="old")["review_overdue"] == "no"


def test_storage_is_told_beside_the_list(found: Found) -> None:
    told = of(found["storage"], agreement=RS)
    assert (told["address"], told["listed_today"], told["stores_are_here"]) == (ADDRESSES["RS"], "yes", "yes")


def test_parties_the_barred_and_practices_are_told(found: Found) -> None:
    kinds = {one["kind"] for one in found["parties"] if one["agreement"] == RS}
    assert kinds == {"controller", "processor", "barred", "participating_practice"}


def test_the_toolkit_of_each_party_is_told_and_a_missing_one_is_said(place: Everything, found: Found) -> None:
    assert [one["today"] for one in found["approvals"] if one["organisation"] == "ZZP"] == ["no", "yes"]
    bare = replace(place.desk.policy.agreements["RS"], toolkits=(), addresses=())
    release = replace(place.desk.policy.release, agreements={"RS": bare})
    policy = replace(place.desk.policy, release=release)
    told = {one.name: one.records() for one in agreements.sections(policy, place.desk.settings, date(2026, 11, 24))}
    missing = [one for one in told["approvals"] if one["approval"] == "toolkit"]
    assert {(one["organisation"], one["status"], one["today"]) for one in missing} == {
        ("06Q", "not recorded", "no"), ("ZZP", "not recorded", "no"),
    }  # fmt: skip
    assert (told["storage"][0]["address"], told["storage"][0]["listed_today"]) == (ADDRESSES["RS"], "no")


def test_what_was_received_is_told_for_both_agreements(found: Found) -> None:
    assert {HASH, ALONE} <= {one["sha256"] for one in found["received"]}
    assert {one["agreement"] for one in found["received"]} == {RS, IV}


def test_refusals_and_suspected_breaches_are_counted_by_what_was_asked(place: Everything) -> None:
    for _ in range(2):
        with pytest.raises(AccessDenied):
            assured(asks(MAX, "audit", "audit.personnel", "list"), READ, desk=place.desk)
    place.desk.log.append(events.event(EventType.BREACH_SUSPECTED, {"fault": "a test"}))
    told = records(assured(PEOPLE, READ, desk=place.desk).value[0])
    refused = of(told["refusals"], resource="audit.personnel")
    assert (refused["role"], refused["reason_code"], refused["number"]) == ("access_administrator", "no_rule", 2)
    assert [one["number"] for one in told["breaches"]] == [1]


def test_the_release_and_the_head_are_told_and_that_no_witness_has_seen_it(place: Everything, found: Found) -> None:
    assert found["policy"][0]["version"] == place.desk.policy.version
    assert found["policy"][0]["agreements_served"] == "IV, RS"
    assert found["log"][0]["witness"] == "not recorded"
    assert found["log"][0]["not_witnessed_yet"] == found["log"][0]["events"]


def test_looking_is_two_events_and_taking_it_away_tells_its_hash(place: Everything) -> None:
    looked, taken = assured(PEOPLE, READ, desk=place.desk), assured(PEOPLE, EXPORT, desk=place.desk)
    every = place.events()
    assert [every[index]["type"] for index in (looked.value[1], looked.receipt.index)] == ["audit.searched"] * 2
    assert every[looked.value[1]]["resource"] == "audit.personnel"
    event = every[taken.receipt.index]
    assert event["type"] == "export.created"
    assert event["details"]["file_sha256"] == hashlib.sha256(taken.value[0].body()).hexdigest()


def test_the_file_says_each_sections_columns_and_rows(place: Everything) -> None:
    pack = assured(PEOPLE, READ, desk=place.desk).value[0]
    told = json.loads(pack.body())
    assert (told["format"], told["version"], list(told["sections"])) == ("commissioning-gateway/assurance", 1, NAMES)
    assert sum(len(one["rows"]) for one in told["sections"].values()) == pack.rows


def test_a_closed_agreement_is_told_with_its_event_and_destruction(
    place: Everything, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = copied(place.desk.settings, tmp_path_factory.mktemp("closed") / "installation")
    with reopened(settings) as before:
        closed(by_two(before.desk), "RS", desk=before.desk)
    with reopened(settings) as after:
        told = records(assured(PEOPLE, READ, desk=after.desk).value[0])
    assert [(one["agreement"], one["state"], one["backups"]) for one in told["closed"]] == [(RS, "closed", 1)]
    assert [one["details"].split("; ")[1] for one in told["destruction"]] == ["state closing", "state closed"]
    terms = [one for one in told["agreements"] if one["agreement"] == RS]
    assert {(one["served"], one["in_force"], one["why"]) for one in terms} == {
        ("closed", "no", closed_for_good(after.desk.policy.closed["RS"]).on(LATER).lapsed)
    }
    assert {one["state"] for one in told["received"] if one["agreement"] == RS} == {"destroyed on 2026-11-24"}


def test_an_installation_without_agreements_says_none(place: Everything) -> None:
    served = replace(place.desk.policy, served=frozenset())
    told = records(
        assured(
            PEOPLE, READ, desk=replace(place.desk, policy=served, clock=lambda: datetime(2026, 11, 24, tzinfo=UTC))
        ).value[0]
    )
    assert told["policy"][0]["agreements_served"] == "none"
