"""An export of the log as a folder or a ZIP, written as it is read: memory does not grow with the log.

The same log, range and moment give the same bytes, so that what is handed over later can be compared with what was
recorded. What can be checked is always there; the same events as tables and as FHIR are added as asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from gateway.audit.manifest import Member, Span, manifest
from gateway.audit.rotation import document
from gateway.errors import BadRequest
from gateway.recorder.outside import pars_source, readme, verify_source
from gateway.recorder.renderings import ALL, RENDERINGS, seals, subjects
from gateway.stores.audit_log.stream import Stream

PART = 100_000
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
Chunks = Iterable[bytes]
Sink = Callable[[str, Chunks], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What to export. sign: the log's signature over a manifest's SHA-256. formats: of `renderings.ALL`."""

    span: Span
    made_at: str
    verifier_key: str
    sign: Callable[[str], str]
    formats: frozenset[str] = ALL


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
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as file:
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
    for name, chunks in _members(stream, order):
        counted = _Counted(chunks)
        sink(name, counted)
        told.append(Member(name, counted.bytes, counted.digest.hexdigest()))
    body = manifest(order.span, order.verifier_key, order.made_at, told)
    digest = sha256(body).hexdigest()
    sink("manifest.json", [body])
    sink("manifest.json.sig", [order.sign(digest).encode()])
    return digest


def _members(stream: Stream, order: Order) -> Iterator[tuple[str, Chunks]]:
    span = order.span
    yield "README.txt", [readme()]
    yield "verify.py", [verify_source()]
    yield "render_pars.py", [pars_source()]
    frontier = stream.tree(span.first).frontier()
    yield "frontier.json", [_json({"size": span.first, "hashes": [part.hex() for part in frontier.hashes]})]
    yield "checkpoint", [stream.head()[1].encode()]
    if rotations := stream.proven_rotations():
        yield "keys.json", [_json({"checkpoint": stream.head()[1], "rotations": document(rotations)})]
    if span.first:
        yield "consistency.json", [_json(_consistency(stream, span, frontier.root()))]
    if note := stream.checkpoint_at(span.first):
        yield "checkpoint.previous", [note.encode()]
    for number, start in enumerate(range(span.first, max(span.size, span.first + 1), PART), 1):
        name = "entries.ndjson" if number == 1 else f"entries.{number:04d}.ndjson"
        yield name, stream.lines(start, min(start + PART, span.size))
    yield "subjects.ndjson", subjects(stream, span)
    yield "seals.ndjson", seals(stream, span)
    yield from ((name, render(stream, span)) for kind, name, render in RENDERINGS if kind in order.formats)


def _consistency(stream: Stream, span: Span, old_root: bytes) -> dict[str, object]:
    proof = stream.tree(span.size).consistency_proof(span.first)
    return {"old": span.first, "size": span.size, "old_root": old_root.hex(), "proof": [part.hex() for part in proof]}


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
