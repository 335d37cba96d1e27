"""One installation with a little in every store, for all tests of what every store has in common."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.stores.vault import Connection, Vault
from tests.builders.everything import Everything, filled, made, opened


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everything]:
    settings = made(tmp_path_factory.mktemp("stores") / "installation")
    filled(settings)
    with opened(settings) as place:
        place.add("max", ("access_administrator", "06Q"))
        place.add("nia")
        yield place


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """Two keys of their own."""
    vault = Vault(tmp_path / "keys")
    for store in ("one", "other"):
        vault.create(store)
    return vault


@pytest.fixture
def connection(vault: Vault, tmp_path: Path) -> Connection:
    """A new store with a row in it."""
    connection = vault.connect("one", tmp_path / "one.db", create=True)
    connection.execute("CREATE TABLE patient (nhs_number TEXT, note TEXT)")
    connection.execute("INSERT INTO patient VALUES ('9990000018', 'a note')")
    return connection
