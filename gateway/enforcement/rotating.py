"""A new key for the audit log: asked for by one person, approved by a second, who asked stands on the log first.

What `key.rotated` tells is the log's own and names nobody, so that anybody may have it (ALL-3).
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.access.decision import AccessRequest
from gateway.audit.event import EventType
from gateway.enforcement import events
from gateway.enforcement.answer import failure_recorded, permitted
from gateway.enforcement.change import Changed
from gateway.enforcement.desk import Desk


@dataclass(frozen=True, slots=True)
class Rotated:
    """The key that was, the one in force now, and the event that tells of it."""

    old: str
    new: str
    index: int


def rotated(request: AccessRequest, *, desk: Desk) -> Changed[Rotated]:
    """A new key from the next head on; the receipt is of the access. Raises AccessDenied, AuditUnavailable.

    Where the log went away meanwhile, it either has the new key already or never will: `desk.log.key()` tells.
    """
    grant = permitted(request, desk=desk)
    with failure_recorded(request, grant.decision, desk=desk):
        old = desk.log.key()
        receipt = desk.log.append(events.changed(grant, EventType.ACCESS_PERMITTED, {"rotates": old}))
        new, index = desk.log.rotate_key()
    return Changed(Rotated(old, new, index), receipt)
