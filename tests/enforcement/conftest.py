"""One installation with a little in every store, its log running, for all tests of enforcement."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.enforcement.desk import Desk
from gateway.recorder.client import LogClient
from gateway.settings import Settings
from gateway.stores.vault import writing
from tests.builders.ending import ending
from tests.builders.everything import Everything, filled, made, opened

_EMPTIED = ("session", "one_time_link", "token", "membership", "outbox", "account")


@pytest.fixture(scope="session")
def _open(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everything]:
    settings = made(tmp_path_factory.mktemp("enforcement") / "installation")
    filled(settings)
    with opened(settings) as place:
        yield place


@pytest.fixture
def everything(_open: Everything) -> Everything:
    """The installation with nobody in it but max and nia, who keep its accounts."""
    with writing(_open.accounts) as connection:
        for table in _EMPTIED:
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 our own table names
    for user in ("max", "nia"):
        _open.add(user, ("access_administrator", "06Q"))
    return _open


@pytest.fixture
def silent(everything: Everything, tmp_path: Path) -> Desk:
    """The same desk while nobody answers for the log."""
    return everything.desk_with(log=LogClient(tmp_path / "nobody.sock"))


@pytest.fixture(scope="session")
def at_its_end(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation to be copied, and then closed, renewed or looked through."""
    return ending(tmp_path_factory.mktemp("ending") / "installation")
