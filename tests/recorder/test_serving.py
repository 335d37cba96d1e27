"""The sequencer's own main(), in this process: its words, its exit codes, its signals and its parent."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from gateway.audit.event import Event
from gateway.errors import AuditUnavailable
from gateway.recorder.sequencer import Where, main, serve

Place = Any  # the class is in conftest, where no test imports from
Make = Callable[..., Event]
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    """The signal handlers of the tests, put back; before the log's own are there, a signal does nothing."""
    kept = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def run(place: Place) -> int:
    return main([str(path) for path in (place.home, place.keys, place.address, place.signers_address)])


@contextmanager
def beside(place: Place, work: Callable[[], None]) -> Iterator[None]:
    """Something that happens in a thread once the log is served here."""
    failed: list[BaseException] = []

    def guarded() -> None:
        client = place.client()
        while not client.answers():
            time.sleep(0.01)
        client.close()
        try:
            work()
        except BaseException as error:  # noqa: BLE001 told below
            failed.append(error)
            os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=guarded)
    thread.start()
    yield
    thread.join(20)
    assert failed == []


def test_it_serves_until_it_is_told_to_stop(place: Place, an_event: Make, capsys: Capture) -> None:
    def work() -> None:
        client = place.client()
        assert client.append(an_event()).index == 1
        client.close()
        os.kill(os.getpid(), signal.SIGTERM)

    with place.signer(), beside(place, work):
        assert run(place) == 0
    assert capsys.readouterr().out == "ready\n"
    assert len(place.leaves()) == 3


def test_a_second_one_says_that_it_is_locked_out(place: Place, capsys: Capture) -> None:
    with place.process():
        assert run(place) == 1
    assert capsys.readouterr().out == "locked\n"


def test_a_folder_that_its_account_cannot_use_is_told_with_the_mend(place: Place, capsys: Capture) -> None:
    words = [place.file, place.keys, place.address, place.signers_address]
    assert main([str(path) for path in words]) == 2
    assert (
        "cannot be opened: Not a directory; start the log under the account that has this folder"
        in capsys.readouterr().out
    )


def test_a_log_that_is_moved_ends_it_with_its_reason(place: Place, an_event: Make, capsys: Capture) -> None:
    def work() -> None:
        client = place.client()
        client.append(an_event())
        place.file.rename(place.home / "elsewhere.db")
        with pytest.raises(AuditUnavailable, match="moved or replaced"):
            client.append(an_event())
        client.close()

    with place.signer(), beside(place, work):
        assert run(place) == 3
    assert capsys.readouterr().out.startswith("ready\nrefused 3 the audit log at")


def test_a_private_one_ends_when_its_parent_has_gone(place: Place, an_event: Make) -> None:
    parent, alive = os.pipe()

    def work() -> None:
        client = place.client()
        client.append(an_event())
        os.close(alive)
        assert client.append(an_event()).index == 2
        client.close()

    with place.signer(), beside(place, work):
        serve(Where(place.home, place.keys, place.address, place.signers_address), parent)
    os.close(parent)
    assert len(place.leaves()) == 4


def test_others_in_the_folder_of_sockets_are_refused(place: Place, capsys: Capture) -> None:
    with place.signer():
        place.address.parent.chmod(0o751)
        assert run(place) == 2
        place.address.parent.chmod(0o700)
    assert capsys.readouterr().out.startswith("refused 2 others can enter")


def test_a_socket_left_by_one_that_was_killed_is_in_nobodys_way(place: Place) -> None:
    with place.process() as process:
        process.kill()
        process.wait(20)
    assert place.address.exists()
    with place.signer(), beside(place, lambda: os.kill(os.getpid(), signal.SIGTERM)):
        assert run(place) == 0


def test_nobody_who_listens_to_its_words_is_no_fault(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    deaf = os.fdopen(writer, "w")
    with place.process(), monkeypatch.context() as patch:
        patch.setattr("sys.stdout", deaf)
        assert run(place) == 1
    with pytest.raises(BrokenPipeError):
        deaf.close()
