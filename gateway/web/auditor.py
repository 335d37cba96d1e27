"""NHS Digital's desk: search the log, one event with its proof, exports to verify elsewhere.

Looking is itself on the log. The checkpoint and the verifier key are public (ALL-3).
"""

from __future__ import annotations

import hashlib
import json
import secrets
import tempfile
from pathlib import Path

from flask import Blueprint, Response, current_app, redirect, render_template, request, send_file, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from gateway.audit.event import EventType
from gateway.catalogue.questions import TITLES
from gateway.enforcement import auditing, events
from gateway.errors import BadRequest, NotFound
from gateway.http import lists
from gateway.http.asking import ask, desk, note, request_for
from gateway.recorder.export import Order, write_zip
from gateway.stores.audit_log.stream import Stream
from gateway.web import choices

blueprint = Blueprint("auditor", __name__)
SEARCH = lists.listing_of("audit.events")
EXPORTS = lists.listing_of("audit.exports")
COLUMNS = ("idx", "at", "type", "user", "role", "organisation", "purpose", "resource", "action", "decision", "rows")
FILTERS = ("user", "role", "organisation", "purpose", "decision", "type", "resource")
LINK_SECONDS = 15 * 60
FILE_LETTERS = str.maketrans("0123456789", "ghijklmnop")


@blueprint.get("/auditor/search")
def search() -> str:
    """Events by day, user, role, organisation, purpose, decision and type, newest first."""
    answer, rows = SEARCH.ask()
    return render_template(
        "auditor/search.html",
        rows=rows,
        records=rows.records(),
        columns=COLUMNS,
        chosen=choices.chosen(request.args),
        links=choices.links(request.args, rows),
        event=answer.receipt.index,
        filters=_choices(),
        questions=TITLES,
    )


@blueprint.get("/auditor/events/<int:index>")
def event(index: int) -> str:
    """One event, whole, with the proof that the signed head of the log stands on it."""
    shown = auditing.proved(request_for("audit", "audit.event", "read"), index, desk=desk())
    note(shown.receipt.index)
    proof = shown.value
    leaf = json.dumps(proof.event, indent=2, ensure_ascii=False, sort_keys=True)
    return render_template("auditor/event.html", proof=proof, leaf=leaf)


@blueprint.get("/auditor/exports")
def exports() -> str:
    """The exports that were made, and a form for the next."""
    given = request.args.copy()
    link = given.pop("link", "")
    answer = ask(EXPORTS.purpose, EXPORTS.resource, EXPORTS.action, question=lists.question_of(given))
    rows = answer.result.parts[EXPORTS.part]
    return render_template(
        "auditor/exports.html", rows=rows, records=rows.records(), link=link, event=answer.receipt.index
    )


@blueprint.post("/auditor/exports")
def export() -> AnyResponse:
    """Make an export; its link works once, within 15 minutes, for whoever made it."""
    since = request.form.get("since", "0")
    if not since.isascii() or not since.isdigit():
        raise BadRequest("Give the cursor of the last export as a whole number, or 0 for everything.")
    asked = request_for("audit", "audit.exports", "create")
    _forget_what_nobody_fetched()
    name = secrets.token_hex(16).translate(FILE_LETTERS)

    def write(stream: Stream, order: Order) -> tuple[str, str, int]:
        with _place(name).open("xb") as file:
            manifest = write_zip(file, stream, order)
        with _place(name).open("rb") as file:
            return manifest, hashlib.file_digest(file, "sha256").hexdigest(), _place(name).stat().st_size

    made = auditing.exported(asked, int(since), write, desk=desk())
    note(made.receipt.index)
    link = _links().dumps([name, asked.subject.user, made.value.sha256, made.receipt.index])
    return redirect(url_for("auditor.exports", link=link), 303)


@blueprint.get("/auditor/exports/<link>")
def fetch(link: str) -> Response:
    """Hand an export over, once; its own event is on the log first."""
    asked = request_for("audit", "audit.exports", "list")
    grant = auditing.granted(asked, desk=desk())
    try:
        name, owner, sha256, export = _links().loads(link, max_age=LINK_SECONDS)
        if owner != asked.subject.user:
            raise NotFound
        taken = _place(name).rename(_place(f"{name}.taken"))
    except (BadSignature, OSError) as fault:
        raise NotFound from fault
    told = {"sha256": sha256, "export": export}
    receipt = desk().log.append(events.changed(grant, EventType.EXPORT_FETCHED, told))
    note(receipt.index)
    body = taken.open("rb")
    taken.unlink()
    return send_file(body, mimetype="application/zip", as_attachment=True, download_name="audit-export.zip")


@blueprint.get("/audit/checkpoint")
def checkpoint() -> Response:
    """The signed head of the log, for everybody (C2SP tlog-checkpoint)."""
    return Response(desk().log.checkpoint(), content_type="text/plain; charset=utf-8")


@blueprint.get("/audit/key")
def key() -> Response:
    """The log's verifier key, for everybody (C2SP signed-note)."""
    return Response(desk().log.key() + "\n", content_type="text/plain; charset=utf-8")


def _choices() -> dict[str, list[str]]:
    """What may be chosen from a closed list; the others are typed."""
    words = desk().policy.vocabulary
    return {
        "role": sorted(words.roles),
        "purpose": sorted(words.purposes),
        "decision": ["permit", "deny"],
        "type": [str(one) for one in EventType],
    }


def _links() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or b"", salt="audit export")


def _place(name: str) -> Path:
    """Where an export waits for its one fetch."""
    return _folder() / f"{name}.zip"


def _folder() -> Path:
    """Of this process's user alone, away from the stores."""
    folder = Path(tempfile.gettempdir()) / f"gateway-exports-{desk().settings.socket.stem}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _forget_what_nobody_fetched() -> None:
    """No copy of the log stays behind once its link is too old."""
    before = desk().now().timestamp() - LINK_SECONDS
    for path in _folder().iterdir():
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
