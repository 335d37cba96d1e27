"""`gateway audit witness` with files on a stick, and against a witness that serves; the log's key is all it needs."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from gateway.audit.checkpoint import ORIGIN
from gateway.audit.cosignature import Witness as WitnessKey
from gateway.audit.note import Verifier
from gateway.cli.context import Runtime
from gateway.recorder.witness import Witness
from gateway.recorder.witness_http import Server
from gateway.stores.audit_log.stream import Stream
from tests.builders.auditing import Done, Open, invoked, seen_by

Stick = Callable[..., Done]


@pytest.fixture
def stick(house: Any, tmp_path: Path) -> Stick:
    """`gateway audit witness check` on another machine."""
    words = ("witness", "check", "--state", tmp_path / "state", "--log-key", house.desk.log.key())
    return partial(invoked, Runtime(None), *words)


def checkpoint(house: Any, path: Path) -> Path:
    path.write_text(house.desk.log.checkpoint(), "utf-8")
    return path


def consistency(house: Any, path: Path, old: int, size: int) -> Path:
    """As an export from `old` on has it."""
    with house.desk.stores["audit_log"].changing() as snapshot:
        proof = Stream(snapshot.connection).tree(size).consistency_proof(old)
    path.write_text(json.dumps({"old": old, "size": size, "proof": [part.hex() for part in proof]}))
    return path


def size_of(path: Path) -> int:
    return int(path.read_text("utf-8").split("\n")[1])


def test_a_log_is_followed_by_its_files_alone(house: Any, stick: Stick, tmp_path: Path) -> None:
    first = checkpoint(house, tmp_path / "first")
    seen = stick("--checkpoint", first)
    assert (seen.code, seen.out.startswith(first.read_text("utf-8"))) == (0, True)
    seen_by(house.desk)
    second = checkpoint(house, tmp_path / "second")
    proof = consistency(house, tmp_path / "consistency.json", size_of(first), size_of(second))
    assert stick("--checkpoint", second).code == 1
    assert stick("--checkpoint", second, "--consistency", proof).code == 0
    assert "rolled back" in stick("--checkpoint", first).error


def test_what_it_cannot_work_with_is_told(house: Any, stick: Stick, tmp_path: Path) -> None:
    first = checkpoint(house, tmp_path / "first")
    stick("--checkpoint", first)
    assert stick("--checkpoint", first, "--consistency", first).code == 2
    assert stick().code == 2
    assert stick("--checkpoint", first, "--url", "https://gateway.example.nhs.uk/audit").code == 2
    assert stick("--url", "gateway.example.nhs.uk").code == 2
    assert stick("--checkpoint", first, "--log-key", "none").code == 1


def test_the_log_is_submitted_and_keeps_what_the_witness_signed(house: Any, tmp_path: Path) -> None:
    ours = Witness(tmp_path / "state", "a.witness", [Verifier.parse(house.desk.log.key())], lambda: 1_795_510_800)
    run = partial(invoked, Open(held=house.desk))
    with Server(("127.0.0.1", 0), ours) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        submit = ("witness", "submit", "--url", f"http://127.0.0.1:{server.server_port}", "--witness-key", ours.key)
        first = run(*submit)
        again = run(*submit)
        seen_by(house.desk)
        grown = run(*submit)
        other = run(*submit[:-1], str(WitnessKey("a.witness", bytes(32))))
        server.witness = Witness(tmp_path / "stranger", "a.witness", [Verifier(ORIGIN, bytes(32))], lambda: 0)
        refused = run(*submit)
        server.shutdown()
        thread.join(20)
    gone = run(*submit)
    assert (first.code, again.out) == (0, first.out)
    assert WitnessKey.parse(ours.key).seen_at(grown.out) == 1_795_510_800
    assert house.browser().get("/audit/checkpoint").text == grown.out
    assert (other.code, refused.code, gone.code) == (1, 1, 3)
    assert ours.last().size == len(house.events())  # type: ignore[union-attr]
