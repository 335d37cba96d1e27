"""Events as a work list leaves them: about 1.3 KB of leaf, and the patients of one page."""

from __future__ import annotations

import secrets
import time

from gateway.audit.event import Event, EventType, Subjects, new_id

STORE = "risk_identifiable"
PAGE = 50
COLUMNS = ("nhs_number", "handle", "age_band", "sex", "band", "score", "change", "gp_reasons", "hospital_use")
FIELDS = {
    "actor": {
        "user": "gp", "role": "gp", "organisation": "Z99001", "signed_in_by": "password", "session": "a" * 64,
    },
    "agreement": "DARS-NIC-000000-ABCDE",
    "purpose": "direct_care",
    "resource": "practice.worklist",
    "action": "list",
    "relationship": "",
    "reason": "",
    "decision": "permit",
    "reason_code": "permitted",
    "rules": ["practice_staff:practice.worklist:list"],
    "policy": "b" * 64,
    "interaction": {"method": "GET", "route": "/practice/worklist"},
    "query": {},
    "approved_by": "",
    "channel": "web",
    "request": "abcdefghijklmnop",
    "host": "127.0.0.1:8000",
    "view": "practice_worklist",
    "rows": PAGE,
    "suppressed": 0,
    "columns": [f"patients.{name}" for name in COLUMNS],
    "data_version": "run 1",
    "bytes": 8_000,
    "response_salt": "c" * 32,
    "response_sha256": "d" * 64,
}  # fmt: skip


def an_event() -> Event:
    """One, with an id of its own."""
    return Event(new_id(time.time_ns() // 1_000_000, secrets.token_bytes(10)), EventType.ACCESS_PERMITTED, FIELDS)


def a_page(number: int) -> Subjects:
    """The synthetic patients of one of many pages."""
    first = 9_990_000_000 + PAGE * (number % 1_000)
    return Subjects(STORE, tuple(str(first + place) for place in range(PAGE)))
