"""Two exports of one log, the second from the first one's cursor, and what somebody with a key could make of a copy."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway.audit.checkpoint import ORIGIN, Checkpoint
from gateway.audit.event import EventType, Subjects
from gateway.audit.manifest import signed_text
from gateway.audit.merkle import Frontier, leaf_hash
from gateway.audit.note import Signer
from gateway.audit.sealing import Sealer, new_key_pair
from gateway.recorder.export import Order, span_since, write_folder
from gateway.recorder.outside.verify import main

MADE_AT = "2026-11-24T09:00:00.000Z"
ASKED = {
    "decision": "permit",
    "action": "list",
    "resource": "practice.worklist",
    "actor": {"user": "max", "role": "gp", "organisation": "Z99001"},
    "purpose_hl7": "TREAT",
    "rows": 2,
}
PERSON = Subjects("risk_identifiable", ("9990000018", "9990000026"))
Place = Any  # the class is in the conftest above


def order_of(stream: Any, ledger: Any, first: int, **asked: Any) -> Order:
    return Order(span_since(stream, first), MADE_AT, str(ledger.verifier), ledger.signed_manifest, **asked)


@dataclass
class Export:
    """An export's folder, to look at and to alter."""

    folder: Path

    def copy(self, folder: Path) -> Export:
        return Export(Path(shutil.copytree(self.folder, folder)))

    @property
    def manifest(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads((self.folder / "manifest.json").read_bytes())
        return told

    def lines(self, name: str = "entries.ndjson") -> list[bytes]:
        return (self.folder / name).read_bytes().splitlines(keepends=True)

    def put(self, lines: list[bytes], name: str = "entries.ndjson") -> None:
        (self.folder / name).write_bytes(b"".join(lines))

    def frontier(self) -> Frontier:
        told = json.loads((self.folder / "frontier.json").read_bytes())
        return Frontier(told["size"], map(bytes.fromhex, told["hashes"]))

    def seal(self, by: Signer, **changes: Any) -> None:
        """Make table, checkpoint, manifest and signatures agree with the entries again, as an insider could."""
        told = {**self.manifest, **changes}
        frontier = self.frontier()
        rows = dict(zip(range(*told["range"]), self.lines(), strict=False))
        table = "".join(f"{index},{leaf_hash(line.rstrip()).hex()}\r\n" for index, line in rows.items())
        for line in self.lines():
            frontier.add(leaf_hash(line.rstrip()))
        note = by.sign(Checkpoint(told["range"][1], frontier.root()).text(), by.verifier())
        (self.folder / "events.csv").write_text(f"index,leaf_hash\r\n{table}", newline="")
        (self.folder / "checkpoint").write_text(note)
        for name, facts in told["files"].items():
            body = (self.folder / name).read_bytes()
            facts.update(bytes=len(body), sha256=hashlib.sha256(body).hexdigest())
        body = json.dumps(told).encode()
        (self.folder / "manifest.json").write_bytes(body)
        signed = signed_text(hashlib.sha256(body).hexdigest())
        (self.folder / "manifest.json.sig").write_text(by.sign(signed, by.verifier()))


@dataclass
class Handed:
    """What the auditor was handed over: two exports, and from elsewhere the log's key."""

    place: Place
    key: str
    first: Export
    second: Export
    secret: Path  # the auditor's private key

    @property
    def insider(self) -> Signer:
        """Somebody with the log's own key."""
        return Signer.from_seed(ORIGIN, (self.place.keys / "log-signing.key").read_bytes())

    @property
    def seen(self) -> Path:
        """The checkpoint that the auditor kept of the first."""
        return self.first.folder / "checkpoint"


@pytest.fixture(scope="session")
def exporting() -> Callable[..., Export]:
    """An export of all from `first` on, into a new folder, with its own event after it where asked for."""

    def write(place: Place, ledger: Any, first: int, folder: Path, **asked: Any) -> Export:
        with place.stream() as stream:
            write_folder(folder, stream, order_of(stream, ledger, first, **asked))
        return Export(folder)

    return write


@pytest.fixture(scope="session")
def handed(
    tmp_path_factory: pytest.TempPathFactory, new_place: Any, an_event: Any, taken: Any, exporting: Any
) -> Handed:
    folder = tmp_path_factory.mktemp("handed")
    place = new_place(folder)
    secret, public = new_key_pair()
    (folder / "auditor.pem").write_bytes(secret)
    with place.ledger(sealer=Sealer(public)) as ledger:
        taken(ledger, *(an_event(n=n, actor={"user": "=1+1"}) for n in range(6)))
        taken(ledger, *(an_event(n=n, **ASKED) for n in range(6, 10)), subjects=PERSON)
        first = exporting(place, ledger, 0, folder / "first")
        told = {"first": 0, "size": 10, "sha256": "ab", "checkpoint": ledger.checkpoint}
        taken(ledger, an_event(EventType.AUDIT_EXPORTED, details=told))
        taken(ledger, *(an_event(n=n, **ASKED) for n in range(11, 19)), subjects=PERSON)
        second = exporting(place, ledger, 10, folder / "second")
        return Handed(place, str(ledger.verifier), first, second, folder / "auditor.pem")


@pytest.fixture
def checked(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, list[str]]]:
    """verify.py in this process, from a copy that nobody altered: its exit code and what it says."""

    def check(export: Export, *options: object) -> tuple[int, list[str]]:
        code = main([*map(str, options), str(export.folder)])
        return code, capsys.readouterr().out.splitlines()

    return check


@pytest.fixture
def alone(tmp_path: Path) -> Callable[..., tuple[int, list[str]]]:
    """The export's own verify.py, by a Python without our packages, started in an empty folder."""

    def check(export: Export, *options: object) -> tuple[int, list[str]]:
        empty = tmp_path / "empty"
        empty.mkdir(exist_ok=True)
        command = [sys.executable, "-I", "-S", export.folder / "verify.py", *options]
        done = subprocess.run(
            list(map(str, command)), cwd=empty, capture_output=True, text=True, timeout=60, check=False, env={}
        )
        assert done.stderr == ""
        assert list(empty.iterdir()) == []
        return done.returncode, done.stdout.splitlines()

    return check
