"""Signer, log and web server under three accounts, as docs/deployment.md has them: each reaches its own and no more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from http.client import HTTPException
from pathlib import Path

import pytest

from gateway.access.decision import Membership
from gateway.audit.checkpoint import Checkpoint, read_checkpoint
from gateway.audit.note import Verifier
from gateway.recorder.running import log_for
from gateway.settings import Settings
from gateway.stores.accounts import pipeline
from gateway.stores.vault import Vault
from tests.builders.everything import OURS
from tests.builders.host import ACCOUNTS, COMMAND, Host, host, until
from tests.journeys.served import Person

pytestmark = pytest.mark.journey
PASSWORD = "correct horse battery staple"
SIGNER, LOG, WEB = ACCOUNTS
LIST, HOME = "/practice/worklist", "srv/gateway/home"
SIGNING = "srv/gateway/signer/keys/log-signing.key", "srv/gateway/signer/log-signer.head"
STORES = (
    f"{HOME}/accounts.db",
    f"{HOME}/risk_identifiable/run-000001.db",
    f"{HOME}/risk_pseudonymised/run-000001.db",
)
OF_THE_LOG = "srv/gateway/log/audit_log.db", "srv/gateway/log/audit_log.db-wal"
SOCKETS = "run/gateway-signer/signer.sock", "run/gateway-log/log.sock"
KEYS = f"credentials/{LOG}/log-tokens.key", f"credentials/{WEB}/risk_identifiable.key"
VAULT = "etc/gateway/keys/audit_log.key"


@pytest.fixture(scope="module")
def three(model: Path, password_hash: str) -> Iterator[Host]:
    """An installation that ran under one account, parted and started; it serves both agreements."""
    with host(model) as one:
        settings = Settings.from_folder(one.folder, {})
        add_gp(settings, password_hash)
        with log_for(settings) as log:
            log.checkpoint()
        one.parted()
        one.hand(WEB, "invoices.key", one.vault / "invoices.key")
        for unit in ACCOUNTS:
            one.start(unit)
        until(lambda: is_well(one))
        yield one


@pytest.fixture(scope="module")
def gp(three: Host) -> Person:
    person = Person(three.port, "gia")
    person.take_token("/sign-in")
    assert person.post("/sign-in", user="gia", password=PASSWORD).status == 303
    return person


def add_gp(settings: Settings, password_hash: str) -> None:
    begun = date(2020, 1, 1)
    account = pipeline.Account("gia", "Gia Example", OURS, begun, password_hash=password_hash)
    with closing(Vault(settings.keys).connect("accounts", settings.home / "accounts.db")) as connection:
        pipeline.add_account(connection, account)
        pipeline.add_membership(connection, "gia", Membership("gp", OURS, begun, None, "asked", "approved"))


def is_well(place: Host) -> bool:
    place.keep()
    return status(place, "/readyz") == 200 == status(place, "/audit/checkpoint")


def status(place: Host, path: str) -> int:
    try:
        return Person(place.port).get(path).status
    except (OSError, HTTPException):
        return 0


def head(place: Host) -> Checkpoint:
    """The signed head that everybody may have, its signature checked."""
    anybody = Person(place.port)
    return read_checkpoint(
        anybody.get("/audit/checkpoint").text, Verifier.parse(anybody.get("/audit/key").text.strip())
    )


def leaf(place: Host, index: int) -> dict[str, object]:
    path = place.root / OF_THE_LOG[0]
    with closing(Vault(place.vault).connect("audit_log", path, read_only=True)) as connection:
        found: dict[str, object] = json.loads(
            connection.execute("SELECT leaf FROM event WHERE idx = ?", (index,)).fetchone()[0]
        )
    return found


def test_a_page_is_answered_with_its_event_under_a_newly_signed_head(three: Host, gp: Person) -> None:
    before, page = head(three), gp.get(LIST)
    assert page.status == 200
    [index] = page.events
    told = leaf(three, index)
    assert (told["type"], told["resource"]) == ("access.permitted", "practice.worklist")
    assert before.size <= index < head(three).size


def test_each_process_is_its_accounts_own(three: Host) -> None:
    found = {name: Path(f"/proc/{process.pid}").stat().st_uid for name, process in three.running.items()}
    assert found == ACCOUNTS


@pytest.mark.parametrize(
    ("account", "names"),
    [
        (SIGNER, (*OF_THE_LOG, *STORES, SOCKETS[1], *KEYS, VAULT)),
        (LOG, (*SIGNING, *STORES, KEYS[1], VAULT)),
        (WEB, (*SIGNING, SOCKETS[0], *(f"{name}+" for name in OF_THE_LOG), KEYS[0], VAULT)),
    ],
)
def test_what_is_anothers_is_out_of_reach(three: Host, account: str, names: tuple[str, ...]) -> None:
    assert three.denied(account, *names) == list(names)


@pytest.mark.parametrize(
    ("account", "names"),
    [
        (SIGNER, (f"{SIGNING[0]}+",)),
        (LOG, (SOCKETS[0], *(f"{name}+" for name in OF_THE_LOG), KEYS[0])),
        (WEB, (SOCKETS[1], *OF_THE_LOG, *STORES, KEYS[1])),
    ],
)
def test_what_it_works_with_is_within_reach(three: Host, account: str, names: tuple[str, ...]) -> None:
    assert three.denied(account, *names) == []


def test_the_log_is_read_by_the_web_server_while_it_grows(three: Host, gp: Person) -> None:
    assert {(status(three, "/readyz"), gp.get(LIST).status) for _ in range(20)} == {(200, 200)}


def test_the_doctor_is_content_under_the_web_servers_account(three: Host) -> None:
    code, told = three.says(WEB, *COMMAND, "doctor")
    assert code == 0, told
    assert "log head: ok" in told


def test_without_the_signer_nothing_is_shown_and_with_it_again_all_is_well(three: Host, gp: Person) -> None:
    three.stop(SIGNER)
    assert gp.get(LIST).status == 503
    three.start(SIGNER)
    until(lambda: is_well(three))
    assert gp.get(LIST).status == 200
