"""A delivered file's bytes: unpacked within limits, hashed, as UTF-8, in pieces of whole lines and never all at once.

gz, or zip of one file, is known by its first bytes. Nothing is unpacked to disk.
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

from gateway.errors import DeliveryRefused

CHUNK = 1 << 20
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
UTF_8, WINDOWS = "utf-8", "cp1252"
_NO_TEXT = bytes({*range(32), 127} - {*b"\t\r\n"})
_ENDS = b"\r\n"
_GZ, _ZIP = b"\x1f\x8b", b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Limits:
    """bytes: unpacked. expansion: unpacked bytes for each packed one. line: bytes of one. piece: bytes read at once."""

    bytes: int = 16 << 30
    expansion: int = 200
    line: int = 64 << 10
    piece: int = 24 << 20


class Content:
    """One file, read from its start each time. `sha256` is of the bytes as delivered, known once they were read."""

    def __init__(self, path: Path, limits: Limits) -> None:
        """Nothing is opened yet."""
        self._path, self._limits = path, limits
        self._hash = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """In hexadecimal digits."""
        return self._hash.hexdigest()

    def pieces(self, encoding: str) -> Iterator[bytes]:
        """UTF-8 in whole lines, without byte-order mark and empty lines at the end; at least one piece, maybe empty.

        Raises DeliveryRefused; UnicodeDecodeError where a piece is not of the encoding.
        """
        self._hash = hashlib.sha256()
        with self._opened() as file:
            held, mark = b"", BYTE_ORDER_MARK
            for gathered in self._gathered(file):
                held, mark = held + gathered.removeprefix(mark), b""
                piece, held = self._cut(held)
                if piece:
                    yield _as_utf8(piece, encoding)
            yield _as_utf8(held.rstrip(_ENDS), encoding)

    def first_line(self) -> bytes:
        """The first line alone, as UTF-8. Raises DeliveryRefused."""
        with self._opened() as file:
            first = next(self._checked(self._unpacked(file)), b"").split(b"\n", 1)[0].removeprefix(BYTE_ORDER_MARK)
        for encoding in (UTF_8, WINDOWS):
            try:
                return _as_utf8(first, encoding)
            except UnicodeDecodeError:
                continue
        raise self.of_no_encoding()

    def of_no_encoding(self) -> DeliveryRefused:
        """What is said of a file that is neither."""
        return DeliveryRefused(f"{self._path.name}: is neither UTF-8 nor Windows-1252: have it sent again")

    @contextmanager
    def _opened(self) -> Iterator[IO[bytes]]:
        try:
            with self._path.open("rb") as file:
                yield file
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError) as error:  # the last: it is locked
            raise DeliveryRefused(f"{self._path.name}: cannot be read to its end: have it sent again") from error

    def _gathered(self, file: IO[bytes]) -> Iterator[bytes]:
        """About a piece at a time, all of it within limits."""
        gathered, size = [], 0
        for chunk in self._checked(self._unpacked(file)):
            gathered.append(chunk)
            size += len(chunk)
            if size >= self._limits.piece:
                yield b"".join(gathered)
                gathered, size = [], 0
        yield b"".join(gathered)

    def _cut(self, held: bytes) -> tuple[bytes, bytes]:
        """Whole lines, and what is left: a line begun, or what may be the file's end."""
        text = len(held.rstrip(_ENDS))
        if not text and len(held) > self._limits.line:
            raise DeliveryRefused(f"{self._path.name}: has too many empty lines: mend its ends")
        end = held.find(b"\n", text) if text else -1
        end = held.rfind(b"\n", 0, text) if end < 0 else end
        return held[: end + 1], held[end + 1 :]

    def _unpacked(self, file: IO[bytes]) -> Iterator[bytes]:
        head = file.read(len(_ZIP))
        file.seek(0)
        if head[:2] != _GZ and head != _ZIP:
            return self._hashed(file)
        for _ in self._hashed(file):  # a zip is not read from its start to its end
            continue
        file.seek(0)
        if head != _ZIP:
            return self._chunks(gzip.GzipFile(fileobj=file))
        archive = zipfile.ZipFile(file)
        if len(archive.namelist()) != 1:
            raise DeliveryRefused(f"{self._path.name}: a zip has to hold one file: send one zip for each")
        return self._chunks(archive.open(archive.namelist()[0]))

    def _chunks(self, file: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
        while chunk := file.read(min(CHUNK, self._limits.piece)):
            yield chunk

    def _hashed(self, file: IO[bytes]) -> Iterator[bytes]:
        for chunk in self._chunks(file):
            self._hash.update(chunk)
            yield chunk

    def _checked(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The same chunks, as long as size, expansion and the length of a line keep within limits."""
        size, since_break, packed = 0, 0, max(self._path.stat().st_size, 1)
        for chunk in chunks:
            size += len(chunk)
            if size > self._limits.bytes or size > packed * self._limits.expansion + CHUNK:
                raise DeliveryRefused(f"{self._path.name}: unpacks to more than is taken: send it in parts")
            if len(chunk.translate(None, _NO_TEXT)) != len(chunk):
                raise DeliveryRefused(f"{self._path.name}: is no text: send UTF-8 or Windows-1252 CSV")
            since_break = self._since_break(chunk, since_break)
            yield chunk

    def _since_break(self, chunk: bytes, before: int) -> int:
        """How long the line is so far that goes on behind the chunk; `before`: before it. Raises DeliveryRefused."""
        begun, longest = -before, self._limits.line
        while len(chunk) - begun > longest:
            end = chunk.rfind(b"\n", max(begun, 0), begun + longest + 1)
            if end < 0:
                raise DeliveryRefused(f"{self._path.name}: a line has more than {longest} bytes: mend its ends")
            begun = end + 1
        return len(chunk) - (chunk.rfind(b"\n") + 1 or begun)


def _as_utf8(piece: bytes, encoding: str) -> bytes:
    """Raises UnicodeDecodeError."""
    if piece.isascii():
        return piece
    text = piece.decode(encoding)
    return piece if encoding == UTF_8 else text.encode()
