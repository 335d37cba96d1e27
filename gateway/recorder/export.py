"""An export of the log as a folder or a ZIP, written as it is read: memory does not grow with the log.

The same log, range and moment give the same bytes, so that what is handed over later can be compared with what was
recorded. FHIR renderings and sealed identifiers have their place among `_members`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from gateway.audit.leaf import COLUMNS
from gateway.audit.manifest import Member, Span, manifest
from gateway.audit.merkle import Frontier, consistency_proof
from gateway.errors import BadRequest
from gateway.recorder.outside import readme, verify_source
from gateway.stores.audit_log.stream import Stored, Stream

PART = 100_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
Chunks = Iterable[bytes]
Sink = Callable[[str, Chunks], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What to export. sign: the log's signature over a manifest's SHA-256."""

    span: Span
    made_at: str
    verifier_key: str
    sign: Callable[[str], str]


def span_since(stream: Stream, first: int) -> Span:
    """From `first` to the head. Raises BadRequest where the log does not reach so far."""
    size, _note = stream.head()
    if not 0 <= first <= size:
        raise BadRequest(f"the log has {size} events: choose --since from 0 to {size}")
    return Span(first, size)


def write_folder(folder: Path, stream: Stream, order: Order) -> str:
    """Write into a new or empty folder; the manifest's SHA-256. Raises BadRequest where it holds something."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise BadRequest(f"{folder} is not empty: name a new folder")

    def sink(name: str, chunks: Chunks) -> None:
        with (folder / name).open("wb") as file:
            file.writelines(chunks)

    return _write(sink, stream, order)


def write_zip(target: IO[bytes], stream: Stream, order: Order) -> str:
    """Write a ZIP into a file that can seek; the manifest's SHA-256."""
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=1) as archive:

        def sink(name: str, chunks: Chunks) -> None:
            told = ZipInfo(name, _LONG_AGO)
            told.compress_type = ZIP_DEFLATED
            with archive.open(told, "w", force_zip64=True) as file:
                for chunk in chunks:
                    file.write(chunk)

        return _write(sink, stream, order)


def _write(sink: Sink, stream: Stream, order: Order) -> str:
    told = []
    for name, chunks in _members(stream, order.span):
        counted = _Counted(chunks)
        sink(name, counted)
        told.append(Member(name, counted.bytes, counted.digest.hexdigest()))
    body = manifest(order.span, order.verifier_key, order.made_at, told)
    digest = sha256(body).hexdigest()
    sink("manifest.json", [body])
    sink("manifest.json.sig", [order.sign(digest).encode()])
    return digest


def _members(stream: Stream, span: Span) -> Iterator[tuple[str, Chunks]]:
    yield "README.txt", [readme()]
    yield "verify.py", [verify_source()]
    frontier = Frontier()
    for hashed in stream.hashes(span.first):
        frontier.add(hashed)
    yield "frontier.json", [_json({"size": span.first, "hashes": [part.hex() for part in frontier.hashes]})]
    yield "checkpoint", [stream.head()[1].encode()]
    if span.first:
        yield "consistency.json", [_json(_consistency(stream, span, frontier.root()))]
    if note := stream.checkpoint_at(span.first):
        yield "checkpoint.previous", [note.encode()]
    for number, start in enumerate(range(span.first, max(span.size, span.first + 1), PART), 1):
        name = "entries.ndjson" if number == 1 else f"entries.{number:04d}.ndjson"
        yield name, (row.leaf + b"\n" for row in stream.entries(start, min(start + PART, span.size)))
    yield "subjects.ndjson", _subjects(stream, span)
    yield "events.csv", _table(stream.entries(span.first, span.size))


def _consistency(stream: Stream, span: Span, old_root: bytes) -> dict[str, object]:
    proof = consistency_proof(span.first, span.size, stream.hashes(span.size))
    return {"old": span.first, "size": span.size, "old_root": old_root.hex(), "proof": [part.hex() for part in proof]}


def _subjects(stream: Stream, span: Span) -> Iterator[bytes]:
    for index, group in groupby(stream.subjects(span.first, span.size), key=itemgetter(0)):
        yield _json({"index": index, "tokens": [token for _, token in group]})


def _table(rows: Iterator[Stored]) -> Iterator[bytes]:
    yield _lines([("index", *COLUMNS, "leaf_hash")])
    while some := list(islice(rows, 1000)):
        yield _lines((row.place, *map(_cell, row.columns), row.hash.hex()) for row in some)


def _lines(rows: Iterable[tuple[object, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _cell(value: str | int) -> str | int:
    """A text that a sheet would take for a formula is quoted."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _json(told: dict[str, object]) -> bytes:
    return json.dumps(told, separators=(",", ":")).encode() + b"\n"


class _Counted:
    """Passes chunks on, and knows afterwards how many bytes they were and what their hash is."""

    def __init__(self, chunks: Chunks) -> None:
        """Nothing has passed."""
        self._chunks, self.bytes, self.digest = chunks, 0, sha256()

    def __iter__(self) -> Iterator[bytes]:
        """The chunks."""
        for chunk in self._chunks:
            self.bytes += len(chunk)
            self.digest.update(chunk)
            yield chunk
