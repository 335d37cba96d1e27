"""Two practices' work lists of many invented people, some at risk and some not, with whatever marks a test writes."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from gateway.access.decision import Value
from gateway.catalogue import worklist as words
from gateway.enforcement.desk import Desk
from gateway.enforcement.work_list import WorkListed, work_list
from gateway.settings import Settings
from gateway.stores.generations import Generation, path_of, point_to
from gateway.stores.practice_work import marks
from gateway.stores.risk_identifiable import schema
from gateway.stores.vault import Vault, writing
from tests.builders.everything import AGES, OURS, THEIRS, asks, made, row_for, subject

PEOPLE = 280  # half at each practice, three in four at risk: more than two pages of fifty
GP = subject("gp", OURS)
Person = Mapping[str, Any]


def people() -> list[Person]:
    """The same people each time."""
    chance = random.Random(7)  # noqa: S311 invented people, the same each time
    return [_person(number, chance) for number in range(PEOPLE)]


def _person(number: int, chance: random.Random) -> Person:
    change = chance.choice((None, -1, 0, 2))
    kind = words.NEW if change is None else (words.UP if change > 0 else words.DOWN if change < 0 else words.SAME)
    age = chance.choice((0, 5, 10, 40, 85))
    return {
        "practice_code": OURS if number % 2 else THEIRS,
        "at_risk": int(number % 8 < 6),
        "handle": f"HANDLE{number:04d}",
        "nhs_number": f"999{number:07d}",
        "age_band": f"{age} to {age + 4}" if age else "Not known",
        "sex": chance.choice(("Male", "Female")),
        "band": chance.choice(("Very high", "High", "At risk")),
        "score": chance.randrange(2, 9),
        "score_shown": "",
        "change": change,
        "change_shown": "",
        "change_kind": kind,
        "emergency_admissions": chance.randrange(6),
        "gp_reasons": "; ".join(sorted(chance.sample(("COPD", "Asthma", "Heart failure"), chance.randrange(4)))),
        "hospital_use": "; ".join(chance.sample(words.USES, chance.randrange(5))),
    }


def listed(folder: Path) -> Settings:
    """An installation whose run that is served has `people` on its work lists, and a row in each other table."""
    settings = made(folder)
    vault = Vault(settings.keys)
    run = Generation(vault, settings.home, schema.NAME, 1, schema.TABLES)
    scratch = vault.connect(schema.NAME, path_of(settings.home, schema.NAME, 1))
    names = [row[1] for row in scratch.execute("PRAGMA table_info(worklist)")]
    others = {table: [row_for(scratch, table, OURS)] for table in schema.INSERTS if table != "worklist"}
    scratch.close()
    for table, statement in schema.INSERTS.items():
        run.add(statement, others.get(table) or [tuple(one[name] for name in names) for one in people()])
    run.finish(AGES, schema.INDEXES)
    point_to(settings.home, 1)
    return settings


def mark(  # noqa: PLR0913 each by its name
    desk: Desk, kind: str, handles: Iterable[str], code: str, *, practice: str = OURS, by: str = "gp"
) -> None:
    """Write a mark as a change would."""
    connection = desk.stores["practice_work"].connection()  # type: ignore[attr-defined]
    with writing(connection):
        marks.add(connection, kind, practice, handles, (code, by, "2026-11-24T09:00:00.000+00:00"))


def ask(desk: Desk, **question: Value) -> WorkListed:
    """A page of the list for the GP of OURS."""
    request = asks(GP, "direct_care", "practice.worklist", "list", question)
    return work_list(request, asks(GP, "direct_care", "practice.marks", "list"), desk=desk)


def walked(desk: Desk, **question: Value) -> list[dict[str, Any]]:
    """Every row of every page, and the total that each page tells, which has to be the same."""
    found: list[dict[str, Any]] = []
    totals = set()
    for page in range(1, PEOPLE):
        rows = ask(desk, **question, page=page).result.parts["patients"]
        found += rows.records()
        totals.add(rows.total)
        if not rows.more:
            break
    assert totals == {len(found)}
    return found
