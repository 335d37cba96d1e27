"""policies/policy.csv: `p` lines that permit and `g` lines that inherit, and nothing else.

Casbin alone read on over `Deny`, a capital `P`, a missing column and `g(x,x)`, and permitted.
See docs/decisions/0004-strict-loader.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gateway.access.loading.faults import Faults
from gateway.access.loading.tables import split
from gateway.access.loading.words import Words
from gateway.access.release import Rule
from gateway.access.vocabulary import NO_AGREEMENT

FILE = "policy.csv"
COLUMNS = ("p", "id", "role", "purpose", "resource", "action", "scope", "view", "agreement", "duties", "eft")
NO_DUTIES = "none"
_INHERITANCE = ("g", "role", "inherited role")
_FORMS = {"p": COLUMNS, "g": _INHERITANCE}
_ID = re.compile(r"[a-z][a-z0-9_:.-]*")


@dataclass(frozen=True, slots=True)
class Inheritance:
    """One `g` line: role may do whatever parent may."""

    role: str
    parent: str
    line: int


def parse(text: str, words: Words, faults: Faults) -> tuple[tuple[Rule, ...], tuple[Inheritance, ...]]:
    """Rules and inheritance; faults are noted."""
    rules: list[Rule] = []
    inherits: list[Inheritance] = []
    for number, cells in _lines(text, faults):
        if cells[0] == "p":
            rules.append(_rule(number, cells, words, faults))
        else:
            inherits.append(_inheritance(number, cells, words, faults))
    _unique(rules, faults)
    _acyclic(inherits, faults)
    return tuple(rules), tuple(inherits)


def _lines(text: str, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line or line.startswith("#"):
            continue
        cells = split(FILE, number, line, faults)
        form = _FORMS.get(cells[0])
        if form is None:
            faults.add(FILE, number, "the line begins with neither p nor g", "begin it with a small p or g, or with #")
        elif "#" in line:
            faults.add(FILE, number, "a comment stands behind a rule", "put it on a line of its own")
        elif len(cells) != len(form) or not all(cells):
            faults.add(FILE, number, f"the line needs {len(form)} cells, none empty", f"write {','.join(form)}")
        else:
            yield number, cells


def _rule(number: int, cells: list[str], words: Words, faults: Faults) -> Rule:
    _, name, role, purpose, resource, action, scope, view, agreement, duties, effect = cells
    at = (FILE, number)
    if not _ID.fullmatch(name):
        faults.add(*at, "this is no rule's id", "use small letters, digits and _ : . -")
    words.check((role, purpose, resource, action, scope, view, agreement), at, faults)
    faults.unless_known(effect, ("allow",), "effect", at)
    key = "" if agreement == NO_AGREEMENT else agreement
    return Rule(name, role, purpose, resource, action, scope, view, key, _duties(duties, words, at, faults), number)


def _duties(cell: str, words: Words, at: tuple[str, int], faults: Faults) -> tuple[str, ...]:
    names = () if cell == NO_DUTIES else tuple(cell.split(";"))
    for name in names:
        faults.unless_known(name, words.duties, "duty", at)
    if len(set(names)) != len(names):
        faults.add(*at, "a duty stands twice", "name each once")
    return names


def _inheritance(number: int, cells: list[str], words: Words, faults: Faults) -> Inheritance:
    _, role, parent = cells
    for name in (role, parent):
        faults.unless_known(name, words.vocabulary.roles, "role", (FILE, number))
    return Inheritance(role, parent, number)


def _unique(rules: list[Rule], faults: Faults) -> None:
    ids: dict[str, int] = {}
    permissions: dict[tuple[str, ...], int] = {}
    for rule in rules:
        if rule.id in ids:
            faults.add(FILE, rule.line, f"id '{rule.id}' stands at line {ids[rule.id]} already", "give it another id")
        ids.setdefault(rule.id, rule.line)
        permission = (rule.role, rule.purpose, rule.resource, rule.action)
        if permission in permissions:
            first = permissions[permission]
            faults.add(FILE, rule.line, f"line {first} permits this already", "keep one: two would be ambiguous")
        permissions.setdefault(permission, rule.line)


def _acyclic(inherits: list[Inheritance], faults: Faults) -> None:
    parents: dict[str, set[str]] = {}
    for row in inherits:
        if row.parent in parents.get(row.role, ()):
            faults.add(FILE, row.line, "the inheritance stands twice", "keep one")
        if row.role in ancestors(row.parent, parents):
            faults.add(FILE, row.line, f"'{row.role}' inherits from itself", "remove one line of the circle")
        parents.setdefault(row.role, set()).add(row.parent)


def ancestors(role: str, parents: Mapping[str, set[str]]) -> set[str]:
    """The role and all that it inherits from."""
    found: set[str] = set()
    waiting = [role]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(parents.get(name, ()))
    return found
