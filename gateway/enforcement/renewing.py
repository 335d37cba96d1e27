"""Renewing an agreement: a further term as a row of the installation's own agreements.toml, by two people (ALL-1).

What stands there stays. The new file passes every check of a policy release before it takes the old one's place, and
its event is on the log first. A gateway that runs serves the release it started with until it is started again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from gateway.access.agreements import Agreement, Term
from gateway.access.compiler import compile_release
from gateway.access.decision import AccessRequest
from gateway.access.loader import load, version_of
from gateway.access.loading.agreements import FILE
from gateway.access.standing import standing
from gateway.audit.event import EventType
from gateway.enforcement import events
from gateway.enforcement.answer import failure_recorded, permitted
from gateway.enforcement.change import Changed
from gateway.enforcement.closing import agreement_named
from gateway.enforcement.desk import Desk
from gateway.errors import BadRequest, Conflict, StoreUnavailable
from gateway.invoices.personal_data import holds_nhs_number
from gateway.settings import Settings, read_policies, shipped_policies
from gateway.stores import durable


@dataclass(frozen=True, slots=True)
class Renewal:
    """A further term as it is asked for. first: its first day; None for the day after the last term's end."""

    name: str
    last: date
    reference: str
    first: date | None = None


@dataclass(frozen=True, slots=True)
class Renewed:
    """What was written, and what still keeps the agreement from being in force on the term's first day, or ''."""

    agreement: str
    reference: str
    first: date
    last: date
    policy: str
    lapsed: str


def renewed(request: AccessRequest, asked: Renewal, *, desk: Desk) -> Changed[Renewed]:
    """Write the row. Raises NotFound, BadRequest, Conflict, PolicyRefused or StoreUnavailable, nothing altered."""
    grant = permitted(request, desk=desk)
    with failure_recorded(request, grant.decision, desk=desk):
        agreement = agreement_named(asked.name, desk)
        _refuse(agreement, asked, desk.settings)
        files = read_policies(desk.settings.policies)
        first = asked.first or _day_after(_last_term(agreement))
        row = _row(agreement, first, asked)
        files[FILE] = files[FILE].rstrip(b"\n") + b"\n\n" + row.encode()
        lapsed = _checked(files, agreement.key, first, desk)
        told: dict[str, Any] = {"agreement": agreement.key, "reference": agreement.reference, "state": "renewed"}
        told |= {"dates": [first.isoformat(), asked.last.isoformat()], "source": asked.reference}
        told["policy_released"] = version_of(files)
        try:
            event = events.changed(grant, EventType.AGREEMENT_CHANGED, told)
            path = desk.settings.policies / FILE
            receipt = durable.put(path, files[FILE], lambda: desk.log.append(event), mode=0o644)
        except OSError as error:
            raise StoreUnavailable(f"{FILE} of this installation cannot be written: {error.strerror}") from error
    done = Renewed(agreement.key, agreement.reference, first, asked.last, version_of(files), lapsed)
    return Changed(done, receipt)


def _refuse(agreement: Agreement, asked: Renewal, settings: Settings) -> None:
    if agreement.key in settings.closed:
        day = settings.closed[agreement.key].isoformat()
        raise Conflict(f"agreement {agreement.key} was closed on {day} and what was held is destroyed: make a new one")
    if not asked.reference.strip() or not asked.reference.isprintable() or holds_nhs_number(asked.reference):
        raise BadRequest("--reference takes the reference of the renewed agreement, and nothing of a patient")
    if settings.policies.resolve() == shipped_policies().resolve():
        raise BadRequest(
            "the policies are those that come with the program: copy them to a folder of this installation and name it "
            "in GATEWAY_POLICIES"
        )


def _last_term(agreement: Agreement) -> Term:
    return max(agreement.terms, key=lambda term: term.first)


def _day_after(term: Term) -> date:
    if term.last is None:
        raise BadRequest("the agreement's last term has no end: there is nothing to renew")
    return term.last + timedelta(days=1)


def _row(agreement: Agreement, first: date, asked: Renewal) -> str:
    """The new table, with the purposes of the last term; a demonstration's term is renewed as one."""
    before = _last_term(agreement)
    lines = [
        f"[[agreement.{agreement.key}.term]]",
        f"from = {first.isoformat()}",
        f"to = {asked.last.isoformat()}",
        f"purposes = {json.dumps(sorted(before.purposes))}",
        f"source = {json.dumps(asked.reference.strip(), ensure_ascii=False)}",
        *(["demonstration = true"] if before.demonstration else []),
    ]
    return "\n".join(lines) + "\n"


def _checked(files: Mapping[str, bytes], key: str, day: date, desk: Desk) -> str:
    """Every check of a release; what keeps the agreement out of force on `day` even so. Raises PolicyRefused."""
    release = load(files)
    compile_release(release, served=desk.settings.agreements)
    return standing(release.agreements[key], day).lapsed


def facts(done: Renewed) -> dict[str, Any]:
    """For people and machines."""
    return {
        "agreement": done.agreement,
        "reference": done.reference,
        "from": done.first.isoformat(),
        "to": done.last.isoformat(),
        "policy": done.policy,
        "in force": "yes" if not done.lapsed else f"no: {done.lapsed}",
        "next": "start the gateway again to serve the new release",
    }
