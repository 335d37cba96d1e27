"""One delivered file, taken whole or refused whole: bytes, encoding, packing, header and shape, within limits.

UTF-8 or Windows-1252 CSV with a header; gz, or zip of one file. Nothing is unpacked to disk. What a bad row says is its
line, column and rule, never its value (docs/intake.md).
"""

from __future__ import annotations

import gzip
import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import polars as pl

from gateway.errors import DeliveryRefused
from gateway.intake.layouts import Layout

CHUNK = 1 << 20
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
QUOTED = r'"[^"]*"'
_FIELD = r'(?:[^",]*|"(?:[^"]|"")*")'
WELL_QUOTED = f"^{_FIELD}(?:,{_FIELD})*$"
_NO_TEXT = bytes({*range(32), 127} - {*b"\t\r\n"})


@dataclass(frozen=True, slots=True)
class Limits:
    """bytes: unpacked. expansion: unpacked bytes for each packed one. line: bytes of one line."""

    bytes: int = 6 << 30
    expansion: int = 200
    line: int = 64 << 10


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


def open_delivery(
    path: Path, layout: Layout, limits: Limits | None = None, dropped: frozenset[str] = frozenset()
) -> Delivery:
    """Read a file. dropped: columns that may stand in the header and are never taken.

    Raises DeliveryRefused, naming file, line and mend, for anything that is not whole and of the layout.
    """
    content = _Content(path, limits or Limits())
    head, _, below = content.text().partition(b"\n")
    body = below.rstrip(b"\r\n")
    names = _header(path, head, layout, dropped)
    _shape(path, body, len(names))
    frame = _read(body, names)
    lines = pl.int_range(2, len(frame) + 2, dtype=pl.UInt32).alias("line")
    return Delivery(path.name, content.sha256, frame.select(*layout.header, lines))


def header_of(path: Path, limits: Limits | None = None) -> tuple[str, ...]:
    """The names in the first line, for a file whose layout follows from them. Raises DeliveryRefused."""
    return tuple(_names(_Content(path, limits or Limits()).first_line()))


class _Content:
    """The file's bytes, unpacked and as UTF-8, with the SHA-256 of what was delivered."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path, self._limits = path, limits
        self._hash = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Of the bytes as delivered, known once they were read."""
        return self._hash.hexdigest()

    def text(self) -> bytes:
        """UTF-8 without a byte-order mark."""
        with self._opened() as file:
            while chunk := file.read(CHUNK):
                self._hash.update(chunk)
            raw = b"".join(self._checked(self._unpacked(file)))
        return _as_utf8(self._path, raw.removeprefix(BYTE_ORDER_MARK))

    def first_line(self) -> bytes:
        """The first line alone, as UTF-8."""
        with self._opened() as file:
            first = next(self._checked(self._unpacked(file)), b"").split(b"\n", 1)[0]
        return _as_utf8(self._path, first.removeprefix(BYTE_ORDER_MARK))

    @contextmanager
    def _opened(self) -> Iterator[IO[bytes]]:
        try:
            with self._path.open("rb") as file:
                yield file
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError) as error:  # the last: it is locked
            raise DeliveryRefused(f"{self._path.name}: cannot be read to its end: have it sent again") from error

    def _unpacked(self, file: IO[bytes]) -> Iterator[bytes]:
        file.seek(0)
        head = file.read(4)
        file.seek(0)
        if head[:2] == b"\x1f\x8b":
            return _chunks(gzip.GzipFile(fileobj=file))
        if head == b"PK\x03\x04":
            archive = zipfile.ZipFile(file)
            if len(archive.namelist()) != 1:
                raise DeliveryRefused(f"{self._path.name}: a zip has to hold one file: send one zip for each")
            return _chunks(archive.open(archive.namelist()[0]))
        return _chunks(file)

    def _checked(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The same chunks, as long as size, expansion and the length of a line keep within limits."""
        size, since_break, packed = 0, 0, max(self._path.stat().st_size, 1)
        for chunk in chunks:
            size += len(chunk)
            if size > self._limits.bytes or size > packed * self._limits.expansion + CHUNK:
                raise DeliveryRefused(f"{self._path.name}: unpacks to more than is taken: send it in parts")
            if len(chunk.translate(None, _NO_TEXT)) != len(chunk):
                raise DeliveryRefused(f"{self._path.name}: is no text: send UTF-8 or Windows-1252 CSV")
            longest, since_break = _longest_line(chunk, since_break)
            if longest > self._limits.line:
                raise DeliveryRefused(
                    f"{self._path.name}: a line has more than {self._limits.line} bytes: mend its ends"
                )
            yield chunk


def _chunks(file: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def _longest_line(chunk: bytes, before: int) -> tuple[int, int]:
    """The longest line that ends in the chunk or goes on behind it, and how long that one is so far."""
    if b"\n" not in chunk:
        return before + len(chunk), before + len(chunk)
    parts = chunk.split(b"\n")
    return max(before + len(parts[0]), *map(len, parts[1:])), len(parts[-1])


def _as_utf8(path: Path, raw: bytes) -> bytes:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return raw.decode("cp1252").encode()
        except UnicodeDecodeError as error:
            raise DeliveryRefused(f"{path.name}: is neither UTF-8 nor Windows-1252: have it sent again") from error
    return raw


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


def _shape(path: Path, body: bytes, columns: int) -> None:
    """Every line has as many fields as the header, its quotes whole. Raises DeliveryRefused naming the first."""
    lines = _read(body, ["line"], separator="\x1f", quote_char=None)["line"]
    quoted = lines.str.contains('"', literal=True)
    bare = pl.select(pl.when(quoted).then(lines.str.replace_all(QUOTED, "")).otherwise(lines)).to_series()
    wrong = (bare.str.count_matches(",", literal=True) != columns - 1) | (quoted & ~lines.str.contains(WELL_QUOTED))
    wrong |= lines.str.contains("\r", literal=True)
    if wrong.any():
        raise DeliveryRefused(
            str(BadRow(path.name, int(wrong.arg_max() or 0) + 2, "", f"has not {columns} whole fields"))
        )


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
