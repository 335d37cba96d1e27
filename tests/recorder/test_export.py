"""An export: the leaves byte for byte, the same bytes again for the same range, and onwards from the cursor."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from gateway.audit.checkpoint import read_checkpoint
from gateway.audit.event import EventType, Subjects
from gateway.audit.leaf import COLUMNS, subjects_hash
from gateway.audit.manifest import Span, signed_text
from gateway.audit.merkle import is_consistent
from gateway.audit.note import Verifier
from gateway.errors import BadRequest
from gateway.recorder.export import PART, Order, span_since, write_folder, write_zip
from tests.oracles import plain_merkle as rfc

MANY = 2 * PART + 3 if os.environ.get("GATEWAY_PROOF") == "full" else 40
PERSON = Subjects("risk_identifiable", ("9990000018", "9990000026"))
Place = Any  # these classes are in conftest, where no test imports from
Written = Callable[..., Path]


@pytest.fixture
def written(place: Place, an_event: Any, taken: Any, tmp_path: Path) -> Iterator[Written]:
    """An export from `first` on; before it come more events, and after it its own."""
    with place.ledger() as ledger:

        def write(first: int = 0, events: int = 5, user: str = "max") -> Path:
            taken(ledger, *(an_event(n=n, actor={"user": user}, rows=n) for n in range(events)), subjects=PERSON)
            folder = tmp_path / f"from {first}"
            with place.stream() as stream:
                order = order_of(stream, ledger, first)
                digest = write_folder(folder, stream, order)
            told = {"first": first, "size": order.span.size, "sha256": digest, "checkpoint": ledger.checkpoint}
            taken(ledger, an_event(EventType.AUDIT_EXPORTED, details=told))
            return folder

        yield write


def order_of(stream: Any, ledger: Any, first: int) -> Order:
    return Order(span_since(stream, first), "2026-11-24T09:00:00.000Z", str(ledger.verifier), ledger.signed_manifest)


def manifest_of(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
    return told


def files_of(folder: Path) -> dict[str, bytes]:
    there = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in there}


def verifier_of(folder: Path) -> Verifier:
    return Verifier.parse(manifest_of(folder)["verifier_key"])


def test_the_entries_are_the_leaves_byte_for_byte(place: Place, written: Written) -> None:
    folder = written()
    assert (folder / "entries.ndjson").read_bytes() == b"".join(leaf + b"\n" for leaf in place.leaves()[:5])
    checkpoint = read_checkpoint((folder / "checkpoint").read_text("utf-8"), verifier_of(folder))
    assert (checkpoint.size, checkpoint.root) == (5, rfc.mth(place.leaves()[:5]))


def test_the_manifest_names_every_file_by_size_and_hash_and_is_signed(written: Written) -> None:
    folder = written()
    told = manifest_of(folder)
    files = set(files_of(folder)) - {"manifest.json", "manifest.json.sig"}
    assert set(told["files"]) == files
    for name, facts in told["files"].items():
        body = (folder / name).read_bytes()
        assert facts == {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    digest = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    note = (folder / "manifest.json.sig").read_text("utf-8")
    assert verifier_of(folder).text_of(note) == signed_text(digest)


def test_the_next_export_goes_on_from_the_cursor_and_proves_that_it_does(place: Place, written: Written) -> None:
    first = written()
    second = written(manifest_of(first)["cursor"], events=7)
    assert manifest_of(second)["range"] == [5, 13]
    assert (second / "checkpoint.previous").read_text("utf-8") == (first / "checkpoint").read_text("utf-8")
    lines = [(folder / "entries.ndjson").read_bytes().splitlines() for folder in (first, second)]
    assert [*lines[0], *lines[1]] == place.leaves()[:13]
    told = json.loads((second / "consistency.json").read_bytes())
    proof = [bytes.fromhex(part) for part in told["proof"]]
    assert is_consistent(5, rfc.mth(place.leaves()[:5]), 13, rfc.mth(place.leaves()[:13]), proof)


def test_an_export_from_where_none_ended_has_no_checkpoint_of_it(written: Written) -> None:
    folder = written(3)
    assert not (folder / "checkpoint.previous").exists()
    assert manifest_of(folder)["range"] == [3, 5]
    assert json.loads((folder / "frontier.json").read_bytes())["size"] == 3


def test_an_export_of_nothing_new_is_one_too(written: Written) -> None:
    first = written(events=5)
    written(5, events=0)
    last = written(6, events=0)
    assert manifest_of(first)["cursor"] == 5
    assert manifest_of(last)["range"] == [6, 7]
    assert (last / "checkpoint.previous").exists()


def test_the_tokens_of_an_event_are_those_its_leaf_was_hashed_with(written: Written) -> None:
    folder = written()
    told = [json.loads(line) for line in (folder / "subjects.ndjson").read_bytes().splitlines()]
    leaves = [json.loads(line) for line in (folder / "entries.ndjson").read_bytes().splitlines()]
    assert [one["index"] for one in told] == [0, 1, 2, 3, 4]
    for one in told:
        assert subjects_hash(one["tokens"]) == leaves[one["index"]]["subjects"]["hash"]


def test_no_identifier_is_in_an_export(written: Written) -> None:
    folder = written()
    whole = b"".join(files_of(folder).values())
    assert not any(number.encode() in whole for number in PERSON.identifiers)


def test_the_table_has_the_same_events_and_no_formula(written: Written) -> None:
    folder = written(user="=HYPERLINK(1)")
    with (folder / "events.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["index", *COLUMNS, "leaf_hash"]
    assert {row["user"] for row in rows} == {"'=HYPERLINK(1)"}
    leaf = (folder / "entries.ndjson").read_bytes().splitlines()[3]
    assert (rows[3]["rows"], rows[3]["leaf_hash"]) == ("3", rfc.sha256(b"\x00" + leaf).hex())


def test_a_zip_holds_the_same_files_and_is_the_same_each_time(place: Place, an_event: Any, taken: Any) -> None:
    bodies = [io.BytesIO(), io.BytesIO()]
    with place.ledger() as ledger, place.stream() as stream:
        taken(ledger, an_event(), an_event())
        order = order_of(stream, ledger, 0)
        digests = {write_zip(body, stream, order) for body in bodies}
        write_folder(place.folder / "folder", stream, order)
    assert bodies[0].getvalue() == bodies[1].getvalue()
    with ZipFile(bodies[0]) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    assert files == files_of(place.folder / "folder")
    assert digests == {hashlib.sha256(files["manifest.json"]).hexdigest()}


def test_entries_are_split_every_hundred_thousand(place: Place, an_event: Any, taken: Any, tmp_path: Path) -> None:
    with place.ledger() as ledger, place.stream() as stream:
        for _ in range(0, MANY, 5000):
            taken(ledger, *(an_event() for _ in range(min(5000, MANY))))
        write_folder(tmp_path / "split", stream, order_of(stream, ledger, 0))
        size = stream.head()[0]
    names = manifest_of(tmp_path / "split")["entries"]
    sizes = [len((tmp_path / "split" / name).read_bytes().splitlines()) for name in names]
    assert names == ["entries.ndjson", *(f"entries.{part:04d}.ndjson" for part in range(2, len(sizes) + 1))]
    assert sizes == [*[PART] * (size // PART), size % PART]


def test_a_cursor_that_the_log_has_not_reached_is_refused(place: Place, an_event: Any, taken: Any) -> None:
    with place.ledger() as ledger, place.stream() as stream:
        taken(ledger, an_event())
        assert span_since(stream, 1) == Span(1, 1)
        for first in (2, -1):
            with pytest.raises(BadRequest, match="from 0 to 1"):
                span_since(stream, first)


def test_a_folder_that_holds_something_is_not_written_into(place: Place, an_event: Any, taken: Any) -> None:
    (place.folder / "full").mkdir()
    (place.folder / "full" / "something").write_text("kept")
    with place.ledger() as ledger, place.stream() as stream:
        taken(ledger, an_event())
        with pytest.raises(BadRequest, match="not empty"):
            write_folder(place.folder / "full", stream, order_of(stream, ledger, 0))
    assert [path.name for path in (place.folder / "full").iterdir()] == ["something"]
