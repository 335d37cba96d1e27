"""The audit events of an access: what was asked, what was decided, what was answered (docs/audit.md).

Nothing personal stands in an event: people are tokens, filters are the view's own words, reasons are codes.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

from gateway.access.decision import AccessRequest, Decision, Subject, Value
from gateway.access.grant import Grant
from gateway.audit.event import Event, EventType, Subjects, new_id
from gateway.invoices.personal_data import holds_nhs_number
from gateway.stores.result import Result

Fields = dict[str, Any]
_PERSONAL = frozenset({"handle", "pseudonym", "nhs_number", "token", "reference"})
PERSONAL = "personal"  # stands in an event for what is personal, or looks like it


def event(kind: EventType, fields: Mapping[str, Any]) -> Event:
    """An event with a fresh id (UUIDv7)."""
    return Event(new_id(time.time_ns() // 1_000_000, secrets.token_bytes(10)), kind, fields)


def refused(request: AccessRequest, decision: Decision) -> Event:
    """What a refusal leaves."""
    return event(EventType.ACCESS_REFUSED, asked(request, decision))


def breach_suspected(request: AccessRequest, decision: Decision) -> Event:
    """A request by somebody whom an agreement bars by name (RS-11)."""
    return event(EventType.BREACH_SUSPECTED, asked(request, decision))


def failed(request: AccessRequest, decision: Decision, fault: str) -> Event:
    """A permitted request that could not be answered; `fault` is the error's class."""
    return event(EventType.ACCESS_FAILED, {**asked(request, decision), "fault": fault})


def answered(grant: Grant, result: Result, kind: EventType | None = None, body: bytes = b"") -> Event:
    """What an answer leaves, before anybody sees it; an export's `body` is hashed as the file it is."""
    shown = {
        "rows": result.count,
        "suppressed": result.suppressed,
        "columns": [f"{name}.{column.name}" for name, part in result.parts.items() for column in part.columns],
        "data_version": result.data_version,
        **fingerprint(body or canonical(result)),
    }
    default = EventType.ACCESS_PERMITTED if result.count else EventType.ACCESS_EMPTY
    return event(kind or default, {**asked(grant.request, grant.decision), "view": grant.view.name, **shown})


def changed(grant: Grant, kind: EventType, details: Mapping[str, Any]) -> Event:
    """What a change leaves; details are codes, counts and references, never a person's identifier."""
    return event(kind, {**asked(grant.request, grant.decision), "details": dict(details)})


def subjects_of(result: Result, question: Mapping[str, Value] | None = None) -> Subjects | None:
    """The people an answer is about, as their store names them; the log turns them into tokens.

    Whoever is asked for by NHS number is among them, found or not.
    """
    asked = (question or {}).get("nhs_number")
    found = dict.fromkeys((*((str(asked),) if asked else ()), *result.subjects))
    return Subjects(result.store, tuple(found)) if found else None


def asked(request: AccessRequest, decision: Decision) -> Fields:
    """Who asked what, why and how, and what was decided."""
    context = request.context
    return {
        **actor(request),
        "agreement": decision.agreement,
        "purpose": request.purpose,
        "purpose_hl7": decision.purpose_hl7,
        "resource": request.resource,
        "action": request.action,
        "relationship": "attested" if context.attested else "",
        "reason": context.reason,
        "decision": "permit" if decision.permitted else "deny",
        "reason_code": str(decision.reason_code),
        "rules": list(decision.matched_rules),
        "policy": decision.policy_version,
        "interaction": {"method": context.method, "route": context.route},
        "query": {_without_number(name): _clear(name, value) for name, value in sorted(request.question.items())},
        "approved_by": context.approved_by,
        "channel": context.channel,
        "request": context.request_id,
        "host": context.host,
        "from": context.address,
    }


def actor(request: AccessRequest) -> Fields:
    """Whoever asks, as the log names them."""
    return actor_of(request.subject)


def actor_of(subject: Subject) -> Fields:
    """The subject, as the log names it."""
    who = {
        "user": subject.user,
        "role": subject.role,
        "organisation": subject.organisation,
        "signed_in_by": subject.signed_in_by,
        "session": subject.session,
    }
    return {"actor": who}


def canonical(result: Result) -> bytes:
    """The disclosed answer as canonical bytes: columns and rows, never the page around them."""
    parts = {name: [[c.name for c in part.columns], part.rows] for name, part in result.parts.items()}
    return json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def fingerprint(body: bytes) -> Fields:
    """Its size and salted SHA-256, so that an answer can be proved later and guessed by nobody."""
    salt = secrets.token_hex(16)
    return {"bytes": len(body), "response_salt": salt, "response_sha256": _sha256(salt, body)}


def _sha256(salt: str, body: bytes) -> str:
    return hashlib.sha256(bytes.fromhex(salt) + body).hexdigest()


def _clear(name: str, value: Value) -> str | int | list[str]:
    if name in _PERSONAL:
        return PERSONAL
    if isinstance(value, tuple):
        return [_without_number(one) for one in value]
    return value if isinstance(value, int) else _without_number(value)


def _without_number(text: str) -> str:
    """Whoever asks may type anything as a filter, an NHS number too; it stands on no log."""
    return PERSONAL if holds_nhs_number(text) else text
