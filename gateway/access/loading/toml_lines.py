"""On which line each key of a TOML file stands: `tomllib` reads the values, and tells no lines.

A fault names its line by the longest path that is found here.
"""

from __future__ import annotations

import re

Path = tuple[str | int, ...]

_TABLE = re.compile(r"\s*\[(?P<twice>\[)?(?P<keys>[^\[\]]+)\]\]?\s*(#.*)?")
_KEY = re.compile(r"\s*(?P<key>[A-Za-z0-9_-]+|\"[^\"]*\")\s*=\s*(?P<value>.*)")
_ITEM = re.compile(r"\s*[{\"'0-9a-z]")
_PART = re.compile(r"\"([^\"]*)\"|([^.\s]+)")


class Lines:
    """Path of a key → its line."""

    def __init__(self, text: str) -> None:
        """Reads `text` once; it need not be right TOML."""
        self._at: dict[Path, int] = {}
        self._table: Path = ()
        self._array: Path | None = None
        self._counts: dict[Path, int] = {}
        for number, line in enumerate(text.split("\n"), start=1):
            self._read(number, line)

    def of(self, *path: str | int) -> int:
        """Line of `path`, or of the nearest table around it."""
        return next((self._at[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self._at), 1)

    def _read(self, number: int, line: str) -> None:
        if self._array is not None:
            self._read_item(self._array, number, line)
        elif table := _TABLE.fullmatch(line):
            self._table = self._opened(table)
            for n in range(1, len(self._table) + 1):  # `[a.b]` is where a stands too, unless it stood before
                self._at.setdefault(self._table[:n], number)
        elif key := _KEY.fullmatch(line):
            self._read_key(key, number)

    def _opened(self, table: re.Match[str]) -> Path:
        path: Path = tuple(quoted or bare for quoted, bare in _PART.findall(table["keys"]))
        return self._next((*self._within(path[:-1]), path[-1])) if table["twice"] else self._within(path)

    def _within(self, path: Path) -> Path:
        """`[a.b.c]` where a.b is an array of tables means its last one."""
        found: Path = ()
        for part in path:
            found = (*found, part)
            if found in self._counts:
                found = (*found, self._counts[found] - 1)
        return found

    def _next(self, path: Path) -> Path:
        self._counts[path] = self._counts.get(path, 0) + 1
        return (*path, self._counts[path] - 1)

    def _read_key(self, key: re.Match[str], number: int) -> None:
        path = (*self._table, key["key"].strip('"'))
        self._at.setdefault(path, number)
        if key["value"].startswith("[") and "]" not in key["value"]:
            self._array = path

    def _read_item(self, array: Path, number: int, line: str) -> None:
        if line.strip().startswith("]"):
            self._array = None
        elif _ITEM.match(line):
            self._at[self._next(array)] = number
