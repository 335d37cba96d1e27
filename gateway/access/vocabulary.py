"""The words that a policy may use, each with the line that says what it means (policies/vocabulary.toml).

Relies on nothing; the loader parses it. Keeps ALL-2: a word that is not here is in no rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

NO_AGREEMENT = "none"
Cell = tuple[str, str, str, str]  # role, purpose, resource, action


@dataclass(frozen=True, slots=True)
class Role:
    """A role. party: what its organisation has to be in an agreement; barred: any request in it is a breach (RS-11)."""

    name: str
    title: str
    line: str
    code: str
    role_class: str
    party: str
    data: bool
    barred: bool


@dataclass(frozen=True, slots=True)
class Purpose:
    """A purpose of use with its HL7 v3 ActReason code."""

    name: str
    hl7: str
    system: str
    line: str


@dataclass(frozen=True, slots=True)
class Resource:
    """A thing to ask for, and what can be done with it."""

    name: str
    actions: tuple[str, ...]
    line: str


@dataclass(frozen=True, slots=True)
class StoreWord:
    """A store; agreement is the key of the agreement whose data it holds, or ''."""

    name: str
    agreement: str
    line: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every word, by kind and name; field classes and stated reasons map to their line."""

    roles: Mapping[str, Role]
    purposes: Mapping[str, Purpose]
    resources: Mapping[str, Resource]
    field_classes: Mapping[str, str]
    reasons: Mapping[str, str]
    stores: Mapping[str, StoreWord]

    def cells(self) -> Iterator[Cell]:
        """Every (role, purpose, resource, action) that can be asked, in order."""
        for role in self.roles:
            for purpose in self.purposes:
                for resource in self.resources.values():
                    for action in resource.actions:
                        yield role, purpose, resource.name, action

    def roles_of(self, role_class: str) -> tuple[str, ...]:
        """Names of the roles of one class."""
        return tuple(role.name for role in self.roles.values() if role.role_class == role_class)
