"""The desk has the stores of the agreements served here, gives each grant its own, and starts nowhere it may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.access.grant import Grant
from gateway.enforcement.desk import open_desk, policy_of, serving_desk, utc_now
from gateway.errors import AuditUnavailable, PolicyRefused, SettingsInvalid, StoreUnavailable
from tests.builders.everything import NOW, OURS, Everything, asks, subject

RISK = {"risk_identifiable", "risk_pseudonymised", "practice_work", "population_work"}
ALWAYS = {"accounts", "audit_log"}


def granted(place: Everything, role: str, *what: str) -> Grant:
    request = asks(subject(role, "06Q" if role != "gp" else OURS), *what)
    return place.desk.policy.grant(request, place.desk.policy.decide(request, NOW))


@pytest.mark.parametrize(
    ("served", "stores"), [({"RS"}, RISK), ({"IV"}, {"invoices"}), ({"IV", "RS"}, RISK | {"invoices"})]
)
def test_an_agreement_that_is_not_served_has_no_store_here(
    everything: Everything, served: set[str], stores: set[str]
) -> None:
    desk = serving_desk(replace(everything.desk.settings, agreements=frozenset(served)))
    assert set(desk.stores) == stores | ALWAYS


def test_a_grant_is_given_the_store_of_its_view(everything: Everything) -> None:
    lead = granted(everything, "commissioner_lead", "commissioning", "population.dashboard", "read")
    assert everything.desk.store_for(lead).name == "risk_pseudonymised"


def test_a_store_that_is_not_part_of_the_installation_is_unavailable(everything: Everything) -> None:
    lead = granted(everything, "commissioner_lead", "commissioning", "population.dashboard", "read")
    with pytest.raises(StoreUnavailable, match="store risk_pseudonymised is not part of this installation"):
        everything.desk_with(stores={}).store_for(lead)


def test_a_store_that_runs_alone_write_is_altered_by_nobody(everything: Everything) -> None:
    gp = granted(everything, "gp", "direct_care", "practice.worklist", "list")
    with pytest.raises(StoreUnavailable, match="store risk_identifiable is never altered by a person"):
        everything.desk.writable_store_for(gp)


def test_an_installation_elsewhere_than_where_the_agreement_lists_does_not_start(everything: Everything) -> None:
    moved = replace(everything.desk.settings, storage_address={"RS": "somebody's garage"})
    with pytest.raises(
        SettingsInvalid, match=r"^GATEWAY_STORAGE_ADDRESS_(IV|RS) is not an address that the agreement lists"
    ):
        serving_desk(moved)


def test_a_policy_release_with_a_fault_does_not_start(everything: Everything, tmp_path: Path) -> None:
    for path in everything.desk.settings.policies.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "policy.csv").write_text("P,x\n")
    with pytest.raises(PolicyRefused, match=r"policy\.csv:1"):
        policy_of(replace(everything.desk.settings, policies=tmp_path))


def test_a_web_worker_starts_no_log_of_its_own(everything: Everything, tmp_path: Path) -> None:
    desk = serving_desk(replace(everything.desk.settings, socket=tmp_path / "nobody.sock"))
    with pytest.raises(AuditUnavailable):
        desk.log.checkpoint()


def test_a_command_uses_the_log_that_runs(everything: Everything) -> None:
    with open_desk(everything.desk.settings) as desk:
        assert desk.log.checkpoint() == everything.desk.log.checkpoint()


def test_the_clock_is_in_utc_and_may_be_another(everything: Everything) -> None:
    assert everything.desk.now() == NOW
    assert utc_now().tzinfo is UTC
    assert abs((utc_now() - datetime.now(UTC)).total_seconds()) < 60
