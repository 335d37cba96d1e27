"""What an editor, a transfer or a disk does to a file, done to every file of policies/."""

from __future__ import annotations

from collections.abc import Iterator

from tests.policies.damage import Damage, Files

SLIPPED_IN = {"a nul": "\0", "a tab": "\t", "a no-break space": "\xa0", "a zero-width space": "\u200b"}
SLIPPED_IN |= {"a line separator": "\u2028", "a right-to-left override": "\u202e", "a carriage return": "\r"}


def of_bytes(files: Files) -> Iterator[Damage]:
    for name, content in files.items():
        yield from _whole(name, content)
        yield from _within(name, content)


def _whole(name: str, content: bytes) -> Iterator[Damage]:
    text = content.decode()
    yield Damage("taken away", name, 1, None)
    yield Damage("empty", name, 1, b"")
    yield Damage("with a byte-order mark", name, 1, b"\xef\xbb\xbf" + content)
    yield Damage("as UTF-16", name, 1, text.encode("utf-16"))
    yield Damage("with carriage returns", name, 1, content.replace(b"\n", b"\r\n"))
    yield Damage("without its last line feed", name, content.count(b"\n"), content[:-1])


def _within(name: str, content: bytes) -> Iterator[Damage]:
    lines = content.decode().split("\n")
    at = max(n for n in range(len(lines) * 2 // 3) if len(lines[n]) > 3)
    whole = [line.encode() for line in lines]

    def with_line(line: bytes) -> bytes:
        return b"\n".join([*whole[:at], line, *whole[at + 1 :]])

    half = len(lines[at]) // 2
    for what, odd in SLIPPED_IN.items():
        line = (lines[at][:half] + odd + lines[at][half:]).encode()
        yield Damage(f"with {what} in line {at + 1}", name, at + 1, with_line(line))
    latin = lines[at][:half].encode() + "é".encode("latin-1") + lines[at][half:].encode()
    yield Damage(f"with a Latin-1 letter in line {at + 1}", name, at + 1, with_line(latin))
    yield Damage(f"cut off in line {at + 1}", name, at + 1, b"\n".join([*whole[:at], whole[at][:half]]))
