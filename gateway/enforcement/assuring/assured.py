"""Making the pack: the people by one decision, the rest by another, both on the log. Keeps ALL-3 and ALL-12."""

from __future__ import annotations

import hashlib

from gateway.access.decision import AccessRequest
from gateway.access.grant import Grant
from gateway.access.snapshot import LONDON
from gateway.audit.event import EventType
from gateway.audit.leaf import moment
from gateway.enforcement import events
from gateway.enforcement.answer import answer
from gateway.enforcement.assuring import agreements, log, people
from gateway.enforcement.assuring.pack import Pack
from gateway.enforcement.change import Changed, Outcome, change
from gateway.enforcement.desk import Desk
from gateway.stores.audit_log.telling import telling_of
from gateway.stores.outbox import Transaction

EXPORT = "export"


def assured(personnel: AccessRequest, request: AccessRequest, *, desk: Desk) -> Changed[tuple[Pack, int]]:
    """The pack, and the index of the event of its people. personnel: asks for the accounts; request: for the pack.

    Of a pack that is taken away (action export) the event has the hash of assurance.json. Raises AccessDenied.
    """
    seen = answer(personnel, desk=desk, kind=EventType.AUDIT_SEARCHED)
    now = desk.now()
    on = now.astimezone(LONDON).date()

    def act(grant: Grant, transaction: Transaction) -> Outcome[tuple[Pack, int]]:
        sections = (
            *agreements.sections(desk.policy, desk.settings, on),
            *people.sections(seen.result, desk.policy, on),
            *log.sections(telling_of(grant, transaction), desk),
        )
        pack = Pack(moment(int(now.timestamp() * 1000)), sections)
        body = pack.body()
        told = {"question": "assurance", "rows": pack.rows, **events.fingerprint(body)}
        if grant.request.action != EXPORT:
            return Outcome((pack, seen.receipt.index), EventType.AUDIT_SEARCHED, told)
        told["file_sha256"] = hashlib.sha256(body).hexdigest()
        return Outcome((pack, seen.receipt.index), EventType.EXPORT_CREATED, told)

    return change(request, act, desk=desk)
