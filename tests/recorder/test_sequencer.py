"""The process that owns the log: one at a time, durable before it answers, and dead rather than wrong."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from gateway.audit.event import Event, Receipt
from gateway.errors import AuditUnavailable

KILLS = 100 if os.environ.get("GATEWAY_PROOF") == "full" else 4
FORKING = """
import os, sys
from pathlib import Path
from gateway.audit.event import Event, EventType, new_id
from gateway.recorder.client import LogClient
def add(): return client.append(Event(new_id(0, os.urandom(10)), EventType.ACCESS_EMPTY, {})).index
client = LogClient(Path(sys.argv[1]))
before, child = add(), os.fork()
print(before, add(), flush=True)
if child:
    os.waitpid(child, 0)
    print(before, add(), flush=True)
"""
Place = Any  # the class is in conftest, where no test imports from
Make = Callable[..., Event]


def types(place: Place) -> list[str]:
    return [json.loads(leaf)["type"] for leaf in place.leaves()]


def appended(place: Place, events: list[Event]) -> list[Receipt]:
    client = place.client()
    try:
        return [client.append(one) for one in events]
    finally:
        client.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_its_start_and_its_end_are_on_the_log(place: Place, number: signal.Signals) -> None:
    with place.process() as process:
        assert process.first_word == "ready"
        process.send_signal(number)
        assert process.wait(20) == 0
    assert types(place) == ["system.start", "system.stop"]
    assert not place.address.exists()
    assert place.verified().ok


def test_many_clients_at_once_get_places_of_their_own_without_a_gap(place: Place, an_event: Make) -> None:
    sets = [[an_event(client=client, n=n) for n in range(20)] for client in range(8)]
    with place.process(), ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda events: appended(place, events), sets))
    assert sorted(one.index for many in receipts for one in many) == list(range(1, 161))
    for many in receipts:
        assert [one.index for one in many] == sorted(one.index for one in many)
    leaves = place.leaves()
    for events, many in zip(sets, receipts, strict=True):
        assert [json.loads(leaves[one.index])["id"] for one in many] == [event.id for event in events]
    assert place.verified().ok


def test_a_forked_process_has_a_connection_of_its_own(place: Place) -> None:
    with place.process():
        command = [sys.executable, "-c", FORKING, str(place.address)]
        lines = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.split("\n")
    places = [tuple(map(int, line.split())) for line in lines if line]
    assert {before for before, _ in places} == {1}
    assert sorted(own for _, own in places) == [2, 3, 4]


def test_an_event_delivered_twice_is_taken_once_and_across_a_restart_too(place: Place, an_event: Make) -> None:
    event, client = an_event(), place.client()
    with place.process():
        receipt = client.append(event)
        assert client.append(event) == receipt
    with place.process():
        assert client.append(event) == receipt
    client.close()
    assert types(place).count("access.permitted") == 1


def test_a_client_outlives_its_sequencer(place: Place, an_event: Make) -> None:
    client = place.client()
    with place.process() as process:
        first = client.append(an_event())
        process.kill()
        process.wait(20)
    with pytest.raises(AuditUnavailable, match="does not answer"):
        client.append(an_event())
    with place.process():
        assert client.append(an_event()).index == first.index + 2  # its system.start stands between
    client.close()


def test_nothing_that_was_answered_is_lost_when_it_is_killed(place: Place, an_event: Make) -> None:
    answered: list[tuple[str, Receipt]] = []

    def work(stop: threading.Event) -> None:
        client = place.client()
        while not stop.is_set():
            event = an_event(n=len(answered))
            try:
                answered.append((event.id, client.append(event)))
            except AuditUnavailable:
                continue  # nothing was shown
        client.close()

    stop = threading.Event()
    workers = [threading.Thread(target=work, args=(stop,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for _ in range(KILLS):
        with place.process() as process:
            before = len(answered)
            while len(answered) < before + 5:
                time.sleep(0.005)
            time.sleep(secrets.randbelow(10) / 1000)
            process.kill()
            process.wait(20)
    with place.process():
        stop.set()
        for worker in workers:
            worker.join(20)
    leaves = [json.loads(leaf) for leaf in place.leaves()]
    assert len(answered) >= 5 * KILLS
    assert all(leaves[receipt.index]["id"] == event_id for event_id, receipt in answered)
    assert place.verified().ok


def test_it_never_runs_twice(place: Place) -> None:
    with place.process():
        with place.process(signer=False) as other:
            assert other.first_word == "locked"
            assert other.wait(20) == 1
        client = place.client()
        assert client.checkpoint()
        client.close()
    assert types(place) == ["system.start", "system.stop"]


def moved(place: Place) -> None:
    place.file.rename(place.home / "elsewhere.db")


def replaced(place: Place) -> None:
    shutil.copy(place.file, place.home / "copy.db")
    (place.home / "copy.db").rename(place.file)


def gone(place: Place) -> None:
    place.file.with_name(f"{place.file.name}-wal").unlink()


@pytest.mark.parametrize("happens", [moved, replaced, gone])
def test_a_log_that_is_taken_away_under_it_is_not_answered_for(
    place: Place, an_event: Make, happens: Callable[[Place], None]
) -> None:
    client = place.client()
    with place.process() as process:
        assert client.append(an_event()).index == 1
        happens(place)
        with pytest.raises(AuditUnavailable, match="moved or replaced"):
            client.append(an_event())
        assert process.wait(20) == 3
        assert process.stdout.read().startswith("refused 3 the audit log at")
    client.close()


def test_a_wrong_key_is_refused_before_anything_is_written(place: Place) -> None:
    before = place.file.read_bytes()
    (place.keys / "audit_log.key").write_bytes(secrets.token_bytes(32))
    with place.process() as process:
        assert process.first_word.startswith("refused 2 the key of store audit_log")
        assert process.wait(20) == 2
    assert place.file.read_bytes() == before


def test_a_folder_of_sockets_that_others_can_enter_is_refused(place: Place) -> None:
    with place.signer():
        place.address.parent.chmod(0o755)
        with place.process(signer=False) as process:
            assert process.first_word.startswith("refused 2 others can enter")
            assert process.wait(20) == 2


def test_a_private_one_ends_with_whoever_started_it(place: Place) -> None:
    with place.process("private") as process:
        assert process.first_word == "ready"
        process.stdin.close()
        assert process.wait(20) == 0
    assert types(place) == ["system.start", "system.stop"]


def test_its_socket_is_for_its_own_account_alone(place: Place) -> None:
    with place.process():
        assert place.address.parent.stat().st_mode & 0o077 == 0
        assert (place.home / "audit_log.lock").stat().st_mode & 0o077 == 0
