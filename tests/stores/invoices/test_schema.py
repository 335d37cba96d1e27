"""The invoices store's file: noise without its key, its own key, and what its tables do not allow."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from gateway.errors import SettingsInvalid, StoreUnavailable
from gateway.stores import invoices
from gateway.stores.invoices import pipeline
from gateway.stores.vault import Vault, writing
from tests.builders.ceff import BACKING, HEADER, NUMBERS, Ceff, header, line


def test_a_new_store_has_the_newest_version_and_nothing_to_migrate(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "keys")
    vault.create(invoices.NAME)
    invoices.create(vault, tmp_path)
    assert invoices.migrate(vault, tmp_path) == invoices.Store(vault, tmp_path).version() >= 1


def test_the_file_shows_nothing_without_its_own_key(ceff: Ceff) -> None:
    ceff.taken({HEADER: [header()], BACKING: [line()]})
    settings = ceff.desk.settings
    files = sorted(settings.home.glob(f"{invoices.FILE}*"))
    content = b"".join(file.read_bytes() for file in files)
    assert not any(word in content for word in (b"SQLite format", b"nhs_number", NUMBERS[1].encode(), b"ZZ1M01"))
    keys = ceff.folder / "keys"
    keys.mkdir()
    (keys / f"{invoices.NAME}.key").write_bytes((settings.keys / "accounts.key").read_bytes())
    with pytest.raises(SettingsInvalid, match="does not open"):
        Vault(keys).connect(invoices.NAME, settings.home / invoices.FILE)


def test_an_installation_of_this_agreement_alone_has_no_store_of_the_other(ceff: Ceff) -> None:
    assert sorted(ceff.desk.stores) == ["accounts", "audit_log", "invoices"]
    assert not list(ceff.desk.settings.home.glob("risk*"))
    with pytest.raises(KeyError):
        ceff.desk.stores["risk_identifiable"]


def test_a_later_schema_is_not_touched(ceff: Ceff, tmp_path: Path) -> None:
    vault = Vault(tmp_path / "keys")
    vault.create(invoices.NAME)
    invoices.create(vault, tmp_path)
    connection = vault.connect(invoices.NAME, tmp_path / invoices.FILE)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreUnavailable, match="later than this program's"):
        invoices.migrate(vault, tmp_path)
    assert ceff.desk.stores["invoices"].version() < 99


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE invoice SET invoice_number = 'ZZ1M01'", "UNIQUE"),
        ("UPDATE line SET line_number = 1", "UNIQUE"),
        ("UPDATE invoice SET state = 'PAID_TWICE'", "CHECK"),
        ("UPDATE line SET line_pence = 'much'", "cannot store TEXT"),
        ("UPDATE line SET invoice = 'NOBODYS'", "FOREIGN KEY"),
        ("DELETE FROM run", "FOREIGN KEY"),
    ],
)
def test_what_must_not_be_is_refused_by_the_tables_themselves(ceff: Ceff, statement: str, told: str) -> None:
    ceff.taken({HEADER: [header(), header("ZZ1M02")], BACKING: [line(1), line(2)]})
    before = ceff.everything()
    with pytest.raises(dbapi2.IntegrityError, match=told), writing(ceff.connection) as connection:
        connection.execute(statement)
    assert ceff.everything() == before


def test_what_is_rehearsed_is_undone_and_what_surrounds_it_is_not(ceff: Ceff) -> None:
    run = {"run": 1, "instruction": "TEST-1", "user": "validator", "received": "2026-11-24T09:00:00+00:00"}
    with writing(ceff.connection) as connection:
        pipeline.add_run(connection, run)
        with pipeline.rehearsal(connection):
            pipeline.add_run(connection, run | {"run": 2})
    assert [row["run"] for row in ceff.rows("run")] == [1]
