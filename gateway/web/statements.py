"""The public statements: privacy, cookies, accessibility. Nobody has to sign in to read them."""

from __future__ import annotations

from flask import Blueprint, render_template

blueprint = Blueprint("statements", __name__)


@blueprint.get("/privacy")
def privacy() -> str:
    """What is held about patients and about users, why, and who to ask."""
    return render_template("statements/privacy.html")


@blueprint.get("/cookies")
def cookies() -> str:
    """The two cookies, both needed."""
    return render_template("statements/cookies.html")


@blueprint.get("/accessibility")
def accessibility() -> str:
    """How far the pages meet WCAG 2.2 AA, and what to do about a barrier."""
    return render_template("statements/accessibility.html")
