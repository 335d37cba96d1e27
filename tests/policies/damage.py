"""A damaged policy file: what was done, to which file, on which line it has to be told."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

FULL = os.environ.get("GATEWAY_PROOF") == "full"
Files = Mapping[str, bytes]
Any_ = TypeVar("Any_")


@dataclass(frozen=True)
class Damage:
    """content is None where the file is taken away."""

    what: str
    file: str
    line: int
    content: bytes | None

    def done_to(self, files: Files) -> dict[str, bytes]:
        others = {name: content for name, content in files.items() if name != self.file}
        return others if self.content is None else {**others, self.file: self.content}


Damages = Callable[[Files], Iterator[Damage]]


def some(items: Sequence[Any_], count: int) -> list[Any_]:
    """So many of them, evenly spread, the first and the last among them; five times as many in a full proof."""
    count = count * 5 if FULL else count
    if len(items) <= count:
        return list(items)
    return [items[round(n * (len(items) - 1) / (count - 1))] for n in range(count)]


class Text:
    """A policy file as numbered lines, to be written otherwise."""

    def __init__(self, files: Files, name: str) -> None:
        self.name, self.lines = name, files[name].decode().removesuffix("\n").split("\n")

    def numbered(self) -> list[tuple[int, str]]:
        """Number and line of all that is no comment and not empty."""
        return [(n, line) for n, line in enumerate(self.lines, start=1) if line and not line.startswith("#")]

    def with_line(self, number: int, *new: str, told: int | None = None, what: str = "") -> Damage:
        """The line written otherwise, as so many lines as given; told on that line, if no other is given."""
        lines = [*self.lines[: number - 1], *new, *self.lines[number:]]
        before = self.lines[number - 1] if number <= len(self.lines) else ""
        return Damage(what or f"{before!r} → {new!r}", self.name, told or number, "\n".join([*lines, ""]).encode())

    def without(self, number: int, told: int) -> Damage:
        return self.with_line(number, told=told, what=f"without {self.lines[number - 1]!r}")

    def appended(self, *new: str, offset: int = 0, told: int | None = None) -> Damage:
        """Further lines at the end, told on the first of them or so many further on."""
        end = len(self.lines) + 1
        return self.with_line(end, *new, told=told or end + offset, what=f"with {new!r} at the end")

    def replaced(self, old: str, new: str, offset: int = 0) -> Damage:
        """The first `old` written as `new`, told on the first line that differs or so many further on."""
        before = "\n".join(self.lines)
        assert old in before, f"{self.name} has no {old!r}"
        after = before.replace(old, new, 1)
        first = next(n for n, line in enumerate(after.split("\n")) if line != self.lines[n]) + 1
        return Damage(f"{old!r} → {new!r}", self.name, first + offset, f"{after}\n".encode())
