"""/api/v1/audit/entries?from=N: the log's leaves, one a line, for a machine that keeps a copy of its own.

`Gateway-Cursor` is where the next pull begins, `Gateway-Head` how many events there were. The same range again
(`from` and `to`) has the same ETag; who sends it back gets 304, which is on the log as well.
"""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, current_app, request

from gateway.access.decision import Value
from gateway.access.grant import Grant
from gateway.audit.manifest import Span
from gateway.enforcement.pulling import pieces, pulled
from gateway.errors import BadRequest
from gateway.http.asking import desk, note, request_for

MEDIA_TYPE = "application/x-ndjson"
CURSOR, HEAD = "Gateway-Cursor", "Gateway-Head"
_DIGITS = 15


def add_to(blueprint: Blueprint) -> None:
    """The address."""
    blueprint.add_url_rule("/audit/entries", "audit_entries", entries)


def entries() -> Response:
    """Leaves byte for byte; the event names their range and their hash, and is on the disk before the first of them."""
    if unknown := request.args.keys() - {"from", "to"}:
        raise BadRequest(f"cannot be asked by {', '.join(sorted(unknown))}; choose from 'from' and 'to'")
    first, end = _whole("from") or 0, _whole("to")
    question: dict[str, Value] = {name: int(value) for name, value in request.args.items()}
    asked = request_for("audit", "audit.entries", "read", question=question)
    changed = pulled(asked, first, end, lambda *what: request.if_none_match.contains(etag(*what)), desk=desk())
    note(changed.receipt.index)
    pull = changed.value
    body = () if pull.unchanged else pieces(pull, desk=desk())
    answer = Response(body, 304 if pull.unchanged else 200, content_type=MEDIA_TYPE, direct_passthrough=True)
    answer.set_etag(etag(pull.grant, pull.span, pull.sha256))
    if not pull.unchanged:
        answer.headers["Content-Length"] = str(pull.bytes)
        answer.headers["Accept-Ranges"] = "none"
    answer.headers[CURSOR], answer.headers[HEAD] = str(pull.span.size), str(pull.head)
    return answer


def etag(grant: Grant, span: Span, sha256: str) -> str:
    """A keyed hash of who asks by which rule, of the range, and of what it holds: it tells nothing by itself."""
    subject, decision = grant.request.subject, grant.decision
    whole = (
        subject.user, subject.role, subject.organisation, decision.rule_id, decision.policy_version, grant.view.name,
        str(span.first), str(span.size), sha256,
    )  # fmt: skip
    key: bytes = current_app.config["SECRET_KEY"]
    return hmac.digest(key, "\0".join(whole).encode(), "sha256").hex()


def _whole(name: str) -> int | None:
    text = request.args.get(name)
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > _DIGITS:
        raise BadRequest(f"'{name}' is the index of an event, a whole number from 0")
    return int(text)
