"""How the local model does, for those who work with its scores: its card, calibration, and what became of predictions.

No row of it is about a person (RS-3).
"""

from __future__ import annotations

from flask import render_template

from gateway.http.asking import ask
from gateway.http.model_reports import READ, models_of
from gateway.web.practice.blueprint import blueprint


@blueprint.get("/model")
def model() -> str:
    """The model in use, and the runs that predicted with one."""
    return render_template("practice/model.html", models=models_of(ask("direct_care", *READ)))
