"""One delivered file, taken whole or refused whole: header and shape of every line, read in pieces of whole lines.

UTF-8 or Windows-1252 CSV with a header. What a bad row says is its line, column and rule, never its value
(docs/intake.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import polars as pl

from gateway.errors import DeliveryRefused
from gateway.intake.content import UTF_8, WINDOWS, Content, Limits
from gateway.intake.layouts import Layout

QUOTED = r'"[^"]*"'
_FIELD = r'(?:[^",]*|"(?:[^"]|"")*")'
WELL_QUOTED = f"^{_FIELD}(?:,{_FIELD})*$"


class Collector(Protocol):
    """Takes a file's pieces one after the other: the layout's columns as text ('' where empty), `line` beside them."""

    def add(self, piece: pl.DataFrame) -> None:
        """Rows below those of the piece before. Raises DeliveryRefused."""


C = TypeVar("C", bound=Collector)


@dataclass(frozen=True, slots=True)
class BadRow:
    """Where a file is wrong, and the rule; never the value. line: the header is 1. column is '' for a whole line."""

    file: str
    line: int
    column: str
    rule: str

    def __str__(self) -> str:
        """One line of a report."""
        return f"{self.file}: line {self.line}{', ' + self.column if self.column else ''}: {self.rule}"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file that has its layout's shape: the layout's columns as text ('' where empty), `line` beside them."""

    file: str
    sha256: str
    frame: pl.DataFrame

    @property
    def rows(self) -> int:
        """Rows below the header."""
        return len(self.frame)


@dataclass(frozen=True, slots=True)
class Read(Generic[C]):
    """A file that was read to its end. rows: below the header. taken: what became of its pieces."""

    file: str
    sha256: str
    rows: int
    taken: C


class Whole:
    """Keeps every piece as it is."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._pieces: list[pl.DataFrame] = []

    def add(self, piece: pl.DataFrame) -> None:
        """One more."""
        self._pieces.append(piece)

    def frame(self) -> pl.DataFrame:
        """All of them, one below the other."""
        return pl.concat(self._pieces, rechunk=True)


def open_delivery(
    path: Path, layout: Layout, limits: Limits | None = None, dropped: frozenset[str] = frozenset()
) -> Delivery:
    """Read a file and keep it as it is. dropped: columns that may stand in the header and are never taken.

    Raises DeliveryRefused, naming file, line and mend, for anything that is not whole and of the layout.
    """
    read = read_in_pieces(path, layout, Whole, limits, dropped)
    return Delivery(read.file, read.sha256, read.taken.frame())


def read_in_pieces(
    path: Path,
    layout: Layout,
    into: Callable[[], C],
    limits: Limits | None = None,
    dropped: frozenset[str] = frozenset(),
) -> Read[C]:
    """Read a file piece by piece into a collector; it is a new one where the file turns out to be Windows-1252.

    Raises DeliveryRefused, as open_delivery.
    """
    content = Content(path, limits or Limits())
    for encoding in (UTF_8, WINDOWS):
        try:
            return _read_as(encoding, path, content, layout, into(), dropped)
        except UnicodeDecodeError:
            continue
    raise content.of_no_encoding()


def header_of(path: Path, limits: Limits | None = None) -> tuple[str, ...]:
    """The names in the first line, for a file whose layout follows from them. Raises DeliveryRefused."""
    return tuple(_names(Content(path, limits or Limits()).first_line()))


def _read_as(  # noqa: PLR0913, PLR0917 a file, and what is to become of it
    encoding: str, path: Path, content: Content, layout: Layout, taken: C, dropped: frozenset[str]
) -> Read[C]:
    names: list[str] = []
    line = 2
    for piece in content.pieces(encoding):
        body = piece
        if not names:
            head, _, body = piece.partition(b"\n")
            names = _header(path, head, layout, dropped)
        frame = _parsed(path, body, names, line).select(layout.header)
        taken.add(frame.with_columns(pl.int_range(line, line + len(frame), dtype=pl.UInt32).alias("line")))
        line += len(frame)
    return Read(path.name, content.sha256, line - 2, taken)


def _names(line: bytes) -> list[str]:
    return [name.strip().strip('"') for name in line.decode().rstrip("\r").split(",")]


def _header(path: Path, line: bytes, layout: Layout, dropped: frozenset[str]) -> list[str]:
    names = _names(line)
    if len(set(names)) < len(names):
        raise DeliveryRefused(f"{path.name}: line 1: a column stands twice: send each once")
    kept = [name for name in names if name not in dropped]
    if missing := [name for name in layout.header if name not in kept]:
        raise DeliveryRefused(f"{path.name}: line 1: not layout {layout.name}: {missing[0]} is missing")
    if len(kept) > len(layout.header):
        raise DeliveryRefused(f"{path.name}: line 1: not layout {layout.name}: it has columns that the layout has not")
    return names


def _parsed(path: Path, body: bytes, names: list[str], first: int) -> pl.DataFrame:
    """Every value as text. first: the number of the first line. Raises DeliveryRefused where a line is not whole.

    Where there is no quote and no return, lines and commas that add up are enough: a line with too many fields is an
    error of the parser's, and so there is none with too few.
    """
    lines = body.count(b"\n") + (not body.endswith(b"\n") and bool(body))
    if b'"' not in body and b"\r" not in body and body.count(b",") == lines * (len(names) - 1):
        try:
            frame = _read(body, names)
        except pl.exceptions.PolarsError:
            frame = pl.DataFrame()
        if frame.shape == (lines, len(names)):
            return frame
    _refuse_broken(path, body, len(names), first)
    return _read(body, names)


def _refuse_broken(path: Path, body: bytes, columns: int, first: int) -> None:
    """Every line has as many fields as the header, its quotes whole. Raises DeliveryRefused naming the first."""
    lines = _read(body, ["line"], separator="\x1f", quote_char=None)["line"]
    quoted = lines.str.contains('"', literal=True)
    bare = pl.select(pl.when(quoted).then(lines.str.replace_all(QUOTED, "")).otherwise(lines)).to_series()
    wrong = (bare.str.count_matches(",", literal=True) != columns - 1) | (quoted & ~lines.str.contains(WELL_QUOTED))
    wrong |= lines.str.contains("\r", literal=True)
    if wrong.any():
        at = first + int(wrong.arg_max() or 0)
        raise DeliveryRefused(str(BadRow(path.name, at, "", f"has not {columns} whole fields")))


def _read(body: bytes, names: list[str], **how: str | None) -> pl.DataFrame:
    """Every value as text; nothing below the header gives no rows."""
    if not body:
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    return pl.read_csv(
        body,
        has_header=False,
        new_columns=names,
        infer_schema=False,
        empty_string_is_null=False,
        **how,  # type: ignore[arg-type]
    )
