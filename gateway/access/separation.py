"""Separation of duty: roles that one person may not hold, and acts that one person may not both do (policies/sod.toml).

Static separation is over all time, so that an ended membership counts. Keeps ALL-5, IV-2 and IV-5.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Act = tuple[str, str]  # resource, action


@dataclass(frozen=True, slots=True)
class Separation:
    """No person ever holds a role of `one` and a role of `other`."""

    id: str
    one: frozenset[str]
    other: frozenset[str]
    line: str
    at: int

    def forbids(self, first: str, second: str) -> bool:
        """Whether one person may not hold both roles."""
        return (first in self.one and second in self.other) or (first in self.other and second in self.one)


@dataclass(frozen=True, slots=True)
class Sequence:
    """Who did `first` to an object never does `then` to the same object."""

    id: str
    object: str
    first: Act
    then: Act
    line: str


def separated(roles: Iterable[str], role: str, separations: Iterable[Separation]) -> Separation | None:
    """The separation that keeps a holder of `roles` from `role`, or None."""
    held = tuple(roles)
    return next((rule for rule in separations if any(rule.forbids(other, role) for other in held)), None)


def follows(done: Iterable[tuple[Act, str]], act: Act, user: str, sequences: Iterable[Sequence]) -> Sequence | None:
    """The sequence that keeps `user` from `act`, given (act, user) of all that was done to the object, or None."""
    acts = {earlier for earlier, who in done if who == user}
    return next((rule for rule in sequences if rule.then == act and rule.first in acts), None)
