"""The first page after signing in: what this role may do here; a role with one desk goes straight to it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from gateway.http import desks
from gateway.http.asking import desk
from gateway.http.session import current_subject

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def home() -> Response | str:
    """The desks of the acting role; the choice of a role where there is none yet."""
    subject = current_subject()
    if subject.membership is None:
        return redirect(url_for("session.acting_role"))
    links = desks.of_role(desk().policy, subject.role)
    begins = [link for link in links if not link.beside]
    if len(begins) == 1:
        return redirect(begins[0].path)
    return render_template("home/home.html", links=links)
