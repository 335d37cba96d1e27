"""Faults of a policy release: `file:line: rule: mend`, collected so that one reading tells them all."""

from __future__ import annotations

import difflib
from collections.abc import Collection

from gateway.errors import PolicyRefused


class Faults:
    """What is wrong so far. A release with one fault is refused whole."""

    def __init__(self) -> None:
        """Nothing is wrong yet."""
        self._found: dict[tuple[str, int, str], str] = {}

    def add(self, file: str, line: int, rule: str, mend: str) -> None:
        """Note one fault; the same rule at the same line is told once."""
        self._found.setdefault((file, line, rule), mend)

    def unless_known(self, word: str, known: Collection[str], kind: str, at: tuple[str, int]) -> bool:
        """Note `word` as a fault unless it is among `known`; whether it is."""
        if word in known:
            return True
        choices = sorted(known)
        near = difflib.get_close_matches(word, choices, n=1)
        mend = f"write '{near[0]}'" if near else f"use one of: {', '.join(choices) or 'none are declared'}"
        self.add(*at, f"'{word}' is no known {kind}", mend)
        return False

    @property
    def lines(self) -> tuple[str, ...]:
        """Every fault, by file and line."""
        found = sorted(self._found.items())
        return tuple(_on_one_line(f"{file}:{line}: {rule}: {mend}") for (file, line, rule), mend in found)

    def stop_if_any(self) -> None:
        """Raises PolicyRefused with every fault found so far."""
        if self._found:
            raise PolicyRefused(self.lines)


def _on_one_line(fault: str) -> str:
    """A fault repeats what was written, which TOML lets hold a line feed; told so, it would read as two."""
    return "".join(character if character.isprintable() else "?" for character in fault)
