"""The one way out: decide, fetch, disclose, record, release.

Nothing leaves a store for a person by any other path. Keeps ALL-1, ALL-2 and ALL-3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from gateway.access.decision import AccessRequest, Decision, ReasonCode
from gateway.access.grant import Grant
from gateway.audit.event import EventType, Receipt
from gateway.enforcement import events
from gateway.enforcement.desk import Desk
from gateway.errors import AccessDenied, GatewayError
from gateway.stores.result import Result


@dataclass(frozen=True, slots=True)
class Answer:
    """What may be shown now: the disclosed result, the grant it was made for, and the receipt of its event.

    body: the whole file of an export, whose hash stands on the log; empty for a page.
    """

    result: Result
    grant: Grant
    receipt: Receipt
    body: bytes = b""


Render = Callable[[Result], bytes]


def answer(
    request: AccessRequest, *, desk: Desk, kind: EventType | None = None, render: Render | None = None
) -> Answer:
    """Decide, fetch, disclose, record, release.

    kind: the event's type where it is not simply access.permitted or .empty. render: makes an export's whole file
    of the disclosed result, before it is recorded.
    Raises AccessDenied (already on the log), NotFound, BadRequest or StoreUnavailable (on the log as failed), or
    AuditUnavailable (nothing is shown).
    """
    grant = permitted(request, desk=desk)
    with failure_recorded(request, grant.decision, desk=desk):
        result = desk.disclose(desk.fetch(grant), grant)
        body = render(result) if render else b""
    receipt = desk.log.append(events.answered(grant, result, kind, body), events.subjects_of(result, request.question))
    return Answer(result, grant, receipt, body)


def permitted(request: AccessRequest, *, desk: Desk) -> Grant:
    """The Grant for a permitted request. Raises AccessDenied after the refusal is on the log."""
    decision = desk.policy.decide(request, desk.now())
    if not decision.permitted:
        tell = events.breach_suspected if desk.policy.is_breach(request.subject) else events.refused
        receipt = desk.log.append(tell(request, decision))
        raise AccessDenied(decision.reason_code, event=receipt.index)
    return desk.policy.grant(request, decision)


@contextmanager
def failure_recorded(request: AccessRequest, decision: Decision, *, desk: Desk) -> Iterator[None]:
    """Put `access.failed` on the log when what was permitted could not be done, then raise on with its index.

    Where the thing itself forbids it, which only its store could tell, the log has a refusal, or a suspected breach.
    """
    try:
        yield
    except AccessDenied as refusal:
        reason = ReasonCode(refusal.reason_code)
        told = replace(decision, permitted=False, reason_code=reason)
        tell = events.breach_suspected if reason is ReasonCode.ORGANISATION_BARRED else events.refused
        refusal.event = desk.log.append(tell(request, told)).index
        raise
    except GatewayError as error:
        error.event = desk.log.append(events.failed(request, decision, type(error).__name__)).index
        raise
