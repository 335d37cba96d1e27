"""Every sentence of both agreements has a module that keeps it and a test that proves it, or a planned 'not yet'."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SENTENCES = {"ALL": 13, "RS": 15, "IV": 7}
OBLIGATIONS = [f"{group}-{number}" for group, last in SENTENCES.items() for number in range(1, last + 1)]
PAGE, ROADMAP = "docs/obligations.md", "docs/roadmap.md"
ID = re.compile(r"\b(?:ALL|RS|IV)-[0-9]{1,2}\b")
ROW = re.compile(r"^\| ((?:ALL|RS|IV)-[0-9]+) \|(.*)\|$", re.MULTILINE)
KEEPER = re.compile(r"`((?:gateway|policies)/[\w./]+\w)`")
PROOF = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
PLANTED = """
| ALL-1 | a | `gateway/a.py` | `tests/a.py::test_a` |  |
| ALL-2 | b | `gateway/gone.py` | `tests/gone.py` |  |
| ALL-3 | c | `gateway/a.py` | `tests/a.py::test_gone` |  |
| ALL-4 | d | `gateway/a.py` |  |  |
| ALL-5 | e |  |  | later |
| ALL-6 | f |  |  | later |
"""
Defined = Callable[[str, str], bool]


@dataclass(frozen=True)
class Row:
    """One obligation: who keeps it, what proves it, what is not there yet ('' where nothing is missing)."""

    id: str
    keepers: list[str]
    proofs: list[tuple[str, str]]
    missing: str


def rows(page: str) -> list[Row]:
    """The table: id, demand, kept by, proved by, not yet."""
    found = []
    for id_, rest in ROW.findall(page):
        _demand, kept, proved, missing = (cell.strip() for cell in rest.split("|"))
        found.append(Row(id_, KEEPER.findall(kept), PROOF.findall(proved), missing))
    return found


def planned(roadmap: str) -> set[str]:
    """Obligations that some line of the roadmap serves."""
    return set(ID.findall(roadmap)) & set(OBLIGATIONS)


def faults(table: list[Row], plan: set[str], defined: Defined) -> list[str]:
    """What is wrong with the table; `defined` tells whether a file is there and, if named, the test in it."""
    found = [f"{row.id}: {path} is not there" for row in table for path in row.keepers if not defined(path, "")]
    found += [
        f"{row.id}: {path}{f'::{name}' if name else ''} is not there"
        for row in table
        for path, name in row.proofs
        if not defined(path, name)
    ]
    found += [
        f"{row.id}: has neither keeper and proof nor a 'not yet'"
        for row in table
        if not (row.keepers and row.proofs) and not row.missing
    ]
    found += [f"{row.id}: what is missing is not planned" for row in table if row.missing and row.id not in plan]
    return found + [f"{id_}: planned, and the table misses nothing" for id_ in sorted(plan - _unkept(table))]


def _unkept(table: list[Row]) -> set[str]:
    return {row.id for row in table if row.missing}


def test_the_table_has_every_obligation_once(project: Any) -> None:
    assert [row.id for row in rows(project.text(PAGE))] == OBLIGATIONS


def test_every_obligation_is_kept_and_proved_or_planned(project: Any) -> None:
    def defined(path: str, name: str) -> bool:
        file = project.root / path
        return file.is_file() and (not name or f"def {name}(" in file.read_text("utf-8"))

    assert not faults(rows(project.text(PAGE)), planned(project.text(ROADMAP)), defined)


def test_code_and_policies_name_no_obligation_that_is_none(project: Any) -> None:
    named = Counter(id_ for one in project.modules for id_ in ID.findall(one.text) if not _is_a_check(id_))
    assert named
    assert not set(named) - set(OBLIGATIONS)


def test_each_way_of_being_unkept_would_be_found() -> None:
    there = {("gateway/a.py", ""), ("tests/a.py", ""), ("tests/a.py", "test_a")}
    assert faults(rows(PLANTED), planned("serves ALL-6 and ALL-1"), lambda *one: one in there) == [
        "ALL-2: gateway/gone.py is not there",
        "ALL-2: tests/gone.py is not there",
        "ALL-3: tests/a.py::test_gone is not there",
        "ALL-4: has neither keeper and proof nor a 'not yet'",
        "ALL-5: what is missing is not planned",
        "ALL-1: planned, and the table misses nothing",
    ]


def _is_a_check(id_: str) -> bool:
    """IV-08 to IV-30 are checks of an invoice, not sentences of the agreement; they have two digits."""
    return bool(re.fullmatch(r"IV-[0-9]{2}", id_))
