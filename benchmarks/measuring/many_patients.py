"""Installations whose work lists hold very many invented people, written straight into the store as a run writes them.

Every practice has as many people, at any size, in the order of the intake: by practice, and within it by score. The
numbers are of the 9-hundred millions, mostly without a right check digit: nobody's.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from gateway.access.decision import AccessRequest, Context, Membership, Subject, Value
from gateway.catalogue import worklist as words
from gateway.enforcement.desk import Desk
from gateway.enforcement.installation import Plan, make
from gateway.enforcement.work_list import WorkListed, work_list
from gateway.settings import Settings, shipped_policies
from gateway.stores.generations import Generation, path_of, point_to
from gateway.stores.practice_work import marks
from gateway.stores.risk_identifiable import schema
from gateway.stores.vault import Vault, writing
from gateway.synthetic.demonstration_agreements import ADDRESSES, demonstration_agreements

PEOPLE, AT_RISK = 10_000, 2_000  # of each practice
MARKS = 2_000
ASKED = 4  # practices, spread over the file; the last of them has the marks
BANDS = ((8, "Very high"), (5, "High"), (2, "At risk"))
HANDLES = "SELECT handle FROM worklist WHERE practice_code = ? AND at_risk = 1 ORDER BY rowid"
_CONDITIONS = tuple(words.REGISTERS.values())
_AGES = tuple(f"{age} to {age + 4}" for age in range(0, 90, 5))


class Listed(NamedTuple):
    """An installation, and the practices of it that are asked."""

    settings: Settings
    practices: tuple[str, ...]


def listed(folder: Path, people: int, today: date) -> Listed:
    """So many people over practices of PEOPLE each, with the intake's indexes."""
    practices = tuple(f"Z{number:05d}" for number in range(max(ASKED, people // PEOPLE)))
    policies = folder / "policies"
    shutil.copytree(shipped_policies(), policies)
    agreements = policies / "agreements.toml"
    agreements.write_bytes(demonstration_agreements(agreements.read_bytes(), today=today, practices=practices))
    address = {"GATEWAY_STORAGE_ADDRESS_RS": ADDRESSES["RS"]}
    settings = make(Plan(folder, ("RS",), extra={"GATEWAY_POLICIES": "policies", **address}))
    run = Generation(Vault(settings.keys), settings.home, schema.NAME, 1, schema.TABLES)
    for at, practice in enumerate(practices):
        run.add(schema.INSERTS["worklist"], _people(practice, at, random.Random(at)))  # noqa: S311 invented people
    run.finish({"SUS+ to": today.isoformat()}, schema.INDEXES)
    point_to(settings.home, 1)
    return Listed(settings, tuple(practices[at * (len(practices) - 1) // (ASKED - 1)] for at in range(ASKED)))


def _people(practice: str, at: int, chance: random.Random) -> Iterator[tuple[object, ...]]:
    """The rows of one practice: those at risk first, by score."""
    handles = sorted(f"{chance.getrandbits(96):024X}" for _ in range(PEOPLE))
    scores = sorted(chance.choices(range(2, 12), k=AT_RISK), reverse=True) + [0] * (PEOPLE - AT_RISK)
    ages, sexes = chance.choices(_AGES, k=PEOPLE), chance.choices(("Male", "Female"), k=PEOPLE)
    changes = chance.choices((None, -1, 0, 0, 1, 2), k=PEOPLE)
    for place, (handle, score, change) in enumerate(zip(handles, scores, changes, strict=True)):
        band = next((name for least, name in BANDS if score >= least), "Not at risk")
        kind = words.NEW if change is None else words.UP if change > 0 else words.DOWN if change < 0 else words.SAME
        reasons = "; ".join(sorted(chance.sample(_CONDITIONS, place % 5)))
        use = "; ".join(words.USES[: place % 5])
        yield (
            practice, int(score > 0), handle, f"9{at * PEOPLE + place:09d}", ages[place], sexes[place], band,
            score, str(score), change, "" if change is None else f"{change:+d}", kind, score, reasons, use,
        )  # fmt: skip


def marked(listed_: Listed, desk: Desk, at: datetime) -> None:
    """MARKS on patients of the last practice asked: two in three a review, the others an assignment."""
    practice, home = listed_.practices[-1], listed_.settings.home
    source = desk.vault.connect(schema.NAME, path_of(home, schema.NAME, 1), read_only=True)
    handles = [handle for (handle,) in source.execute(HANDLES, (practice,))]
    source.close()
    connection, when = desk.stores["practice_work"].connection(), at.isoformat()  # type: ignore[attr-defined]
    many = MARKS * 2 // 3
    with writing(connection):
        marks.add(connection, words.REVIEW, practice, handles[:many], ("care_plan", "nurse", when))
        marks.add(connection, words.ASSIGNMENT, practice, handles[: MARKS - many], ("nurse", "gp", when))


def ask(desk: Desk, practice: str, **question: Value) -> WorkListed:
    """A page of a practice's list for its GP: decided, read, joined with the marks, and on the log."""
    held = Membership("gp", practice, date(2020, 1, 1), None, "asked", "approved")
    who = Subject(
        "gp", held, session="", signed_in_by="password", professional_number="G9990001", employer=practice,
        contract_from=date(2020, 1, 1),
    )  # fmt: skip
    around = Context("benchmark", channel="web", method="GET", route="/practice/worklist")
    asked = AccessRequest(who, "direct_care", "practice.worklist", "list", around, question)
    return work_list(asked, AccessRequest(who, "direct_care", "practice.marks", "list", around, {}), desk=desk)
