"""Finding or keeping a sequencer: the one that runs, else a private one that starts again and ends with its user."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from typing import Any

import pytest

from gateway.audit.event import Event
from gateway.errors import AuditUnavailable, GatewayError, LogInvalid, SettingsInvalid, StoreUnavailable
from gateway.recorder.client import LogClient
from gateway.recorder.running import Keeper, is_running, log_for
from gateway.stores.vault import Vault

Place = Any  # the class is in conftest, where no test imports from
Make = Callable[..., Event]


def types(place: Place) -> list[str]:
    return [json.loads(leaf)["type"] for leaf in place.leaves()]


def appended(log: LogClient, event: Event) -> int:
    """Its place, however often it has to be asked for."""
    for _ in range(20):
        try:
            return log.append(event).index
        except AuditUnavailable:
            time.sleep(0.05)
    raise AssertionError("the log does not come back")


def test_a_private_one_runs_for_as_long_as_it_is_needed(place: Place, an_event: Make) -> None:
    with log_for(place.settings) as log:
        assert log.append(an_event()).index == 1
        assert is_running(place.settings)
    assert not is_running(place.settings)
    assert types(place) == ["system.start", "access.permitted", "system.stop"]


def test_one_that_runs_is_used_and_left_running(place: Place, an_event: Make) -> None:
    with place.process():
        with log_for(place.settings) as log:
            assert log.append(an_event()).index == 1
        assert is_running(place.settings)
    assert types(place) == ["system.start", "access.permitted", "system.stop"]


def test_one_that_was_killed_is_started_again(place: Place, an_event: Make) -> None:
    keeper, log = Keeper(place.settings), place.client()
    keeper.start()
    assert log.append(an_event()).index == 1
    assert keeper.sequencer.process is not None
    keeper.sequencer.process.kill()
    assert appended(log, an_event()) == 3
    log.close()
    keeper.stop()
    assert types(place) == ["system.start", "access.permitted", "system.start", "access.permitted", "system.stop"]
    assert place.verified().ok


def test_one_that_holds_the_lock_and_cannot_be_reached_yet_is_waited_for(place: Place, an_event: Make) -> None:
    with place.process():
        place.address.unlink()  # whoever holds the lock makes it anew
        with log_for(place.settings) as log:
            assert log.append(an_event()).index == 1
    assert types(place) == ["system.start", "access.permitted", "system.stop"]


def wrong_key(place: Place) -> None:
    (place.keys / "audit_log.key").write_bytes(secrets.token_bytes(32))


def no_key(place: Place) -> None:
    (place.keys / "log-tokens.key").unlink()


def other_signing_key(place: Place) -> None:
    with log_for(place.settings):
        pass
    (place.keys / "log-signing.key").write_bytes(secrets.token_bytes(32))


def no_log(place: Place) -> None:
    place.file.unlink()


def another_schema(place: Place) -> None:
    connection = Vault(place.keys).connect("audit_log", place.file)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


def damaged(place: Place) -> None:
    with log_for(place.settings):
        pass
    content = bytearray(place.file.read_bytes())
    for at in range(4096, len(content), 512):  # every page but the first
        content[at] ^= 1
    place.file.write_bytes(content)


@pytest.mark.parametrize(
    ("happened", "kind", "says"),
    [
        (wrong_key, SettingsInvalid, "does not open"),
        (no_key, SettingsInvalid, "log-tokens"),
        (other_signing_key, LogInvalid, "not signed by the key"),
        (no_log, StoreUnavailable, "cannot be opened"),
        (another_schema, SettingsInvalid, "schema 99"),
        (damaged, StoreUnavailable, "cannot be opened"),
    ],
)
def test_what_keeps_it_from_starting_is_told_as_it_is(
    place: Place, happened: Callable[[Place], None], kind: type[GatewayError], says: str
) -> None:
    happened(place)
    with pytest.raises(kind, match=says), log_for(place.settings):
        pass
