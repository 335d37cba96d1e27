"""The auditor's questions counted again from exported leaves and tokens alone, in plain Python that shares no code.

docs/audit.md, 'Questions', is what it follows. UK local time is by the rule of the EU, which the UK keeps: one hour
ahead from 01:00 UTC on the last Sunday of March to 01:00 UTC on the last Sunday of October.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

Leaf = Mapping[str, Any]
REFUSED = {"access.refused", "breach.suspected"}
EXPORTED = {"export.created", "export.fetched", "audit.exported"}
BROKEN = {"breakglass.opened", "breakglass.reviewed"}


def last_sunday(year: int, month: int) -> datetime:
    day = max(week[calendar.SUNDAY] for week in calendar.monthcalendar(year, month))
    return datetime(year, month, day, 1)  # noqa: DTZ001 in UTC, as everything here


def uk(leaf: Leaf) -> datetime:
    at = datetime.strptime(leaf["at"], "%Y-%m-%dT%H:%M:%S.%fZ")  # noqa: DTZ007 as above
    summer = last_sunday(at.year, 3) <= at < last_sunday(at.year, 10)
    return at + timedelta(hours=1) if summer else at


def day(leaf: Leaf) -> str:
    return uk(leaf).strftime("%Y-%m-%d")


def within(leaves: Iterable[Leaf], first: str, last: str) -> Iterator[Leaf]:
    return (leaf for leaf in leaves if first <= day(leaf) <= last)


def access(leaf: Leaf) -> bool:
    return leaf.get("decision") == "permit" and leaf["type"] != "access.failed"


def indexes(leaves: Iterable[Leaf]) -> list[int]:
    """Newest first."""
    return sorted((leaf["index"] for leaf in leaves), reverse=True)


def who_saw(leaves: Iterable[Leaf], tokens_of: Mapping[int, list[str]], wanted: set[str]) -> list[int]:
    return indexes(leaf for leaf in leaves if wanted & set(tokens_of.get(leaf["index"], ())))


def user(leaves: Iterable[Leaf], name: str) -> list[int]:
    return indexes(leaf for leaf in leaves if leaf.get("actor", {}).get("user", "") == name)


def refused(leaves: Iterable[Leaf]) -> list[int]:
    return indexes(leaf for leaf in leaves if leaf["type"] in REFUSED)


def exports(leaves: Iterable[Leaf]) -> list[int]:
    return indexes(leaf for leaf in leaves if leaf["type"] in EXPORTED)


def break_glass(leaves: Iterable[Leaf]) -> list[int]:
    return indexes(leaf for leaf in leaves if leaf["type"] in BROKEN)


def odd(leaf: Leaf) -> bool:
    return uk(leaf).isoweekday() > 5 or not "07:00" <= uk(leaf).strftime("%H:%M") < "20:00"


def out_of_hours(leaves: Iterable[Leaf]) -> list[int]:
    return indexes(leaf for leaf in leaves if access(leaf) and odd(leaf))


def ended(leaves: Iterable[Leaf], of: Leaf) -> bool:
    """Whether each grant of the role that the log knew of had ended."""
    actor, states = of.get("actor", {}), {}
    for leaf in leaves:
        told = leaf.get("details", {})
        if leaf["index"] < of["index"] and leaf["type"] == "membership.granted":
            asked = (told["account"], told["role"], told["organisation"])
            if asked == tuple(actor.get(key, "") for key in ("user", "role", "organisation")):
                states[told["grant"]] = not told["dates"][1] or day(of) <= told["dates"][1]
        if leaf["index"] < of["index"] and leaf["type"] == "membership.revoked" and told["grant"] in states:
            states[told["grant"]] = False
    return bool(states) and not any(states.values())


def without_duty(every: list[Leaf], leaves: Iterable[Leaf]) -> dict[int, set[str]]:
    """What each went without; those that went without nothing are not there."""
    grants = [leaf for leaf in every if leaf["type"].startswith("membership.")]
    found = {}
    for leaf in filter(access, leaves):
        missing = set()
        if leaf["type"] == "record.displayed":
            missing |= {"no_reason"} if not leaf.get("reason") else set()
            missing |= {"no_attestation"} if leaf.get("relationship") != "attested" else set()
        missing |= {"no_rule"} if not leaf.get("rules") else set()
        missing |= {"role_ended"} if ended(grants, leaf) else set()
        if missing:
            found[leaf["index"]] = missing
    return found


def many_records(leaves: Iterable[Leaf]) -> set[tuple[str, str, str, int, int, int]]:
    """Day, user, role, records, number of colleagues who opened any that day, and the (lower) median of theirs."""
    opened: dict[tuple[str, str, str], int] = {}
    for leaf in leaves:
        if access(leaf) and leaf["subjects"]["n"] == 1:
            actor = leaf.get("actor", {})
            key = (day(leaf), actor.get("user", ""), actor.get("role", ""))
            opened[key] = opened.get(key, 0) + 1
    found = set()
    for (on, name, role), number in opened.items():
        theirs = sorted(
            n for (other, who, acting), n in opened.items() if (other, acting) == (on, role) and who != name
        )
        found.add((on, name, role, number, len(theirs), theirs[(len(theirs) - 1) // 2] if theirs else 0))
    return found
