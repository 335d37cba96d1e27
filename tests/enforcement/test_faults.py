"""Whatever befalls a store, nothing of it is shown, the log says that it failed, and mended it is well again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from gateway.access.decision import AccessRequest
from gateway.enforcement import keeping
from gateway.enforcement.answer import answer
from gateway.enforcement.change import change
from gateway.enforcement.desk import Desk, stores_of
from gateway.errors import GatewayError, SettingsInvalid, StoreUnavailable
from gateway.stores.vault import Connection, Vault
from tests.builders.everything import OURS, RISK, Everything, asks, subject

ADMINISTRATOR = subject("access_administrator", "06Q")
USERS = asks(ADMINISTRATOR, "administration", "administration.users", "list")
UPDATE = asks(ADMINISTRATOR, "administration", "administration.users", "update")
REQUESTS = {
    "accounts": USERS,
    "audit_log": asks(
        subject("nhs_digital_auditor", "X26"), "audit", "audit.events", "list", {"type": "record.displayed"}
    ),
    "invoices": asks(subject("ceff_validator", "06Q"), "invoice_validation", "invoices.invoices", "list"),
    "risk_identifiable": asks(subject("practice_staff", OURS), "direct_care", "practice.worklist", "list"),
    "risk_pseudonymised": asks(subject("commissioner_lead", "06Q"), "commissioning", "population.dashboard", "read"),
}
PAGES = 400 if os.environ.get("GATEWAY_PROOF") == "full" else 12
PAGE = 4096


@dataclass
class Damaged:
    """The stores and keys elsewhere, to be damaged, with the same log to tell of it."""

    desk: Desk
    home: Path
    held: list[Connection]

    @property
    def keys(self) -> Path:
        return self.home.parent / "keys"

    def file(self, store: str) -> Path:
        return self.home / (f"{store}/run-000001.db" if store in RISK else f"{store}.db")

    def connection(self, store: str) -> Connection:
        self.held.append(self.desk.vault.connect(store, self.file(store)))
        return self.held[-1]


@pytest.fixture
def damaged(everything: Everything, tmp_path: Path) -> Iterator[Damaged]:
    for store in ("accounts", "audit_log", "invoices"):
        everything.desk.vault.connect(store, everything.home / f"{store}.db").execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(everything.home, tmp_path / "home")
    shutil.copytree(everything.desk.settings.keys, tmp_path / "keys")
    for run in (tmp_path / "home").glob("risk_*/*.db"):
        run.chmod(0o600)
    vault, settings = Vault(tmp_path / "keys"), replace(everything.desk.settings, home=tmp_path / "home")
    desk = everything.desk_with(vault=vault, stores=stores_of(settings, everything.desk.policy, vault))
    place = Damaged(desk, tmp_path / "home", [])
    yield place
    for connection in place.held:
        connection.close()


def failed(place: Everything, desk: Desk, request: AccessRequest) -> GatewayError:
    """The fault that the request ends with: 503, and on the log."""
    with pytest.raises((StoreUnavailable, SettingsInvalid)) as told:
        answer(request, desk=desk)
    assert told.value.status == 503
    event = place.events()[told.value.event or 0]
    assert (event["type"], event["decision"]) == ("access.failed", "permit")
    return told.value


def write_over(path: Path, content: bytes) -> None:
    """In place: it stays the same file."""
    with path.open("r+b") as file:
        file.write(content)
        file.truncate()


def moved(place: Damaged) -> None:
    place.file("accounts").unlink()


def empty(place: Damaged) -> None:
    write_over(place.file("accounts"), b"")


def truncated(place: Damaged) -> None:
    write_over(place.file("accounts"), place.file("accounts").read_bytes()[: 2 * PAGE])


def another_store(place: Damaged) -> None:
    shutil.copyfile(place.file("invoices"), place.file("accounts"))


def a_folder(place: Damaged) -> None:
    place.file("accounts").unlink()
    place.file("accounts").mkdir()


def first_page(place: Damaged) -> None:
    content = place.file("accounts").read_bytes()
    write_over(place.file("accounts"), content[:64] + bytes(64) + content[128:])


def no_key(place: Damaged) -> None:
    (place.keys / "accounts.key").unlink()


def wrong_key(place: Damaged) -> None:
    (place.keys / "accounts.key").write_bytes(bytes(32))


def short_key(place: Damaged) -> None:
    (place.keys / "accounts.key").write_bytes(b"short")


def locked(place: Damaged) -> None:
    connection = place.connection("accounts")
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("BEGIN EXCLUSIVE")


def later_schema(place: Damaged) -> None:
    place.connection("accounts").execute("PRAGMA user_version = 99")


def no_table(place: Damaged) -> None:
    place.connection("accounts").executescript("PRAGMA foreign_keys = OFF; DROP TABLE account")


FAULTS = (
    moved, empty, truncated, another_store, a_folder, first_page, no_key, wrong_key, short_key, locked, later_schema,
    no_table,
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_store_at_fault_shows_nothing_and_the_log_says_so(
    everything: Everything, damaged: Damaged, fault: Callable[[Damaged], None]
) -> None:
    fault(damaged)
    failed(everything, damaged.desk, USERS)


@pytest.mark.parametrize(
    "fault", [moved, truncated, no_key, wrong_key, locked, later_schema], ids=lambda fault: fault.__name__
)
def test_a_store_that_is_mended_is_well_again_without_a_restart(
    everything: Everything, damaged: Damaged, fault: Callable[[Damaged], None], tmp_path: Path
) -> None:
    kept = Path(shutil.copytree(damaged.home.parent, tmp_path / "kept", ignore=lambda *_: {"kept"}))
    fault(damaged)
    failed(everything, damaged.desk, USERS)
    for connection in damaged.held:
        connection.close()
    shutil.copy2(kept / "keys" / "accounts.key", damaged.keys / "accounts.key")
    for beside in damaged.home.glob("accounts.db-*"):
        beside.unlink()
    shutil.copy2(kept / "home" / "accounts.db", damaged.file("accounts"))
    assert answer(USERS, desk=damaged.desk).result.count == 2


@pytest.mark.parametrize("store", sorted(REQUESTS))
def test_whichever_page_is_damaged_the_answer_is_whole_or_there_is_none(
    everything: Everything, damaged: Damaged, store: str
) -> None:
    """And once the page is put right in the same file, the same desk answers."""
    path, request = damaged.file(store), REQUESTS[store]
    whole, content = answer(request, desk=damaged.desk).result.parts, path.read_bytes()
    faults: list[int | None] = []
    pages = len(content) // PAGE
    for page in range(0, pages, max(1, pages // PAGES)):
        at = page * PAGE + 100
        write_over(path, content[:at] + bytes(8) + content[at + 8 :])
        fresh = replace(damaged.desk, stores=again(damaged))
        try:
            shown = answer(request, desk=fresh).result.parts
        except (StoreUnavailable, SettingsInvalid) as fault:
            faults.append(fault.event)
            write_over(path, content)
            shown = answer(request, desk=fresh).result.parts
        assert shown == whole
    events = everything.events()
    assert {events[index or 0]["type"] for index in faults} == {"access.failed"}


def again(place: Damaged) -> dict[str, object]:
    """The same stores, opened anew."""
    return {name: type(store)(place.desk.vault, place.home) for name, store in place.desk.stores.items()}  # type: ignore[call-arg]


@pytest.mark.parametrize("fault", [moved, no_key, locked, later_schema, no_table], ids=lambda fault: fault.__name__)
def test_a_change_of_a_store_at_fault_is_on_the_log_as_failed(
    everything: Everything, damaged: Damaged, fault: Callable[[Damaged], None]
) -> None:
    fault(damaged)
    with pytest.raises((StoreUnavailable, SettingsInvalid)) as told:
        change(UPDATE, keeping.unlocking("nia"), desk=damaged.desk)
    assert everything.events()[told.value.event or 0]["type"] == "access.failed"
