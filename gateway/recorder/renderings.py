"""The events of an export once more, for other tools: as CSV, as Parquet and as FHIR; a few thousand rows at a time."""

from __future__ import annotations

import csv
import io
import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from polars.io.plugins import register_io_source

from gateway.audit.fhir import audit_event, is_access
from gateway.audit.leaf import COLUMNS
from gateway.audit.manifest import Span
from gateway.errors import StoreUnavailable
from gateway.stores.audit_log.stream import Stored, Stream

BATCH = 1_000
ROW_GROUP = 10_000
_BLOCK = 1 << 20
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_HEAD = ("index", *COLUMNS, "leaf_hash")
_SCHEMA = pl.Schema({name: pl.Int64 if name in {"index", "rows"} else pl.String for name in _HEAD})
Chunks = Iterator[bytes]


def subjects(stream: Stream, span: Span) -> Chunks:
    """The tokens of each event that has any, one event a line."""
    for index, tokens in _tokens(stream, span):
        yield json.dumps({"index": index, "tokens": tokens}, separators=(",", ":")).encode() + b"\n"


def seals(stream: Stream, span: Span) -> Chunks:
    """The sealed identifier of each token, or when it was erased, one a line."""
    for token, sealed, erased in stream.seals(span.first, span.size):
        told = {"sealed": b64encode(sealed).decode()} if sealed else {"erased": erased}
        yield json.dumps({"token": token, **told}, separators=(",", ":")).encode() + b"\n"


def table(stream: Stream, span: Span) -> Chunks:
    """CSV. A text that a sheet would take for a formula is quoted."""
    yield _lines([_HEAD])
    rows = stream.entries(span.first, span.size)
    while some := list(islice(rows, BATCH)):
        yield _lines((row.place, *map(_cell, row.columns), row.hash.hex()) for row in some)


def parquet(stream: Stream, span: Span) -> Chunks:
    """The same columns as Parquet, by row groups. Raises StoreUnavailable."""
    with TemporaryDirectory(prefix="audit-parquet-") as folder:
        path = Path(folder) / "events.parquet"
        events = register_io_source(lambda *_asked: _frames(stream.entries(span.first, span.size)), schema=_SCHEMA)
        try:
            events.sink_parquet(path, row_group_size=ROW_GROUP, maintain_order=True)
        except pl.exceptions.PolarsError as error:
            raise StoreUnavailable(f"the log cannot be written as Parquet: {error}") from error
        with path.open("rb") as file:
            yield from iter(lambda: file.read(_BLOCK), b"")


def fhir(stream: Stream, span: Span) -> Chunks:
    """One AuditEvent of IHE BALP for each access, a line each."""
    tokens = _tokens(stream, span)
    waiting = next(tokens, None)
    for row in stream.entries(span.first, span.size):
        while waiting is not None and waiting[0] < row.place:
            waiting = next(tokens, None)
        own = waiting[1] if waiting is not None and waiting[0] == row.place else []
        if is_access(leaf := json.loads(row.leaf)):
            yield audit_event(leaf, own).encode() + b"\n"


RENDERINGS: tuple[tuple[str, str, Callable[[Stream, Span], Chunks]], ...] = (
    ("csv", "events.csv", table),
    ("parquet", "events.parquet", parquet),
    ("fhir", "fhir/balp.ndjson", fhir),
)
ALL = frozenset(kind for kind, _, _ in RENDERINGS)


def _tokens(stream: Stream, span: Span) -> Iterator[tuple[int, list[str]]]:
    for index, group in groupby(stream.subjects(span.first, span.size), key=itemgetter(0)):
        yield index, [token for _, token in group]


def _frames(rows: Iterator[Stored]) -> Iterator[pl.DataFrame]:
    while some := list(islice(rows, BATCH)):
        told = [(row.place, *row.columns, row.hash.hex()) for row in some]
        yield pl.DataFrame(told, schema=_SCHEMA, orient="row")


def _lines(rows: Iterable[tuple[object, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _cell(value: str | int) -> str | int:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
