"""The auditor's questions worded for people, and the report that a patient may ask for: when, who, why and what."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.access.vocabulary import Vocabulary
from gateway.catalogue.words import local
from gateway.stores.result import Cell

TITLES: Mapping[str, tuple[str, str]] = {
    "refused": ("Refused attempts", "What was asked for and refused, suspected breaches among it."),
    "exports": ("Exports", "Files made of data, and exports of this log."),
    "without-duty": (
        "Accesses without a duty",
        "Records shown without a reason or an attestation, accesses without a rule or after every grant had ended.",
    ),
    "out-of-hours": (
        "Out of hours",
        "Accesses on a Saturday or Sunday, or before 07:00 or from 20:00 on, in UK local time.",
    ),
    "many-records": (
        "Many records",
        "How many records of one person each user opened on a day, beside the median of colleagues in the same role.",
    ),
    "break-glass": ("Break-glass", "Emergency accesses and their reviews. There is no break-glass yet, so none."),
}
LACKS: Mapping[str, str] = {
    "no_reason": "a reason",
    "no_attestation": "an attestation",
    "no_rule": "a rule",
    "role_ended": "a grant in force",
}
REPORT = ("when", "who", "why", "what")


def reported(record: Mapping[str, Cell], words: Vocabulary) -> dict[str, str]:
    """One access in plain words, without the name of whoever made it."""
    role = words.roles.get(str(record["role"]))
    purpose = words.purposes.get(str(record["purpose"]))
    resource = words.resources.get(str(record["resource"]))
    reason = words.reasons.get(str(record["reason"]), "")
    why = [part for part in (purpose.line if purpose else "", f"Reason given: {reason}." if reason else "") if part]
    where = f" at organisation {record['organisation']}" if record["organisation"] else ""
    return {
        "when": local(str(record["at"])),
        "who": f"{role.title if role else 'The gateway itself'}{where}",
        "why": " ".join(why) or "Not stated.",
        "what": f"{resource.line if resource else str(record['resource'])}{_how(record)}",
    }


def went_without(codes: str) -> str:
    """What an access went without, in words, for the codes of the question."""
    return ", ".join(LACKS[code] for code in codes.split(", "))


def _how(record: Mapping[str, Cell]) -> str:
    taken = " Taken away as a file." if str(record["type"]).startswith("export.") else ""
    people = record["people"]
    return f"{taken} You alone." if people == 1 else f"{taken} You and others: {people} people in all."
