"""The assurance pack as a page: what the installation knows of its agreements, people, storage, reviews and log."""

from __future__ import annotations

from flask import Blueprint, render_template

from gateway.enforcement.assuring.assured import assured
from gateway.http.asking import desk, note, request_for

blueprint = Blueprint("auditor_assurance", __name__, url_prefix="/auditor")


@blueprint.get("/assurance")
def assurance() -> str:
    """Every section as a table, with links to each; looking is itself on the log."""
    personnel = request_for("audit", "audit.personnel", "list")
    made = assured(personnel, request_for("audit", "audit.assurance", "read"), desk=desk())
    pack, first = made.value
    note(first)
    note(made.receipt.index)
    return render_template("auditor/assurance.html", pack=pack, events=(first, made.receipt.index))
