"""The log's own file in a folder, written by the ledger."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.audit.event import Event, EventType, Subjects, new_id
from gateway.recorder.ledger import Ledger
from gateway.recorder.signing import Signing
from gateway.stores import audit_log
from gateway.stores.audit_log.log import Log
from gateway.stores.vault import Connection, Vault


@dataclass
class Kept:
    """A log's file and keys."""

    home: Path
    vault: Vault
    keys: Path

    @property
    def file(self) -> Path:
        return self.home / audit_log.FILE

    def opened(self) -> Connection:
        return self.vault.connect(audit_log.NAME, self.file)

    def written(self, events: int, *people: str) -> None:
        """That many events about these people."""
        log = Log(self.home, self.keys)
        ledger = Ledger(log, Signing(self.home, self.keys), lambda: 1_795_510_800_000, secrets.token_bytes)
        about = Subjects("risk_identifiable", people) if people else None
        for number in range(events):
            event = Event(new_id(number, os.urandom(10)), EventType.ACCESS_PERMITTED, {"n": number})
            (receipt,) = ledger.take([(event, about)])
            assert not isinstance(receipt, Exception)
        log.close()


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """An empty log."""
    vault = Vault(tmp_path / "keys")
    vault.create(audit_log.NAME)
    audit_log.create(vault, tmp_path)
    audit_log.create_keys(tmp_path / "keys")
    return Kept(tmp_path, vault, tmp_path / "keys")


@pytest.fixture
def a_log(kept: Kept) -> Callable[[], Log]:
    return lambda: Log(kept.home, kept.keys)
