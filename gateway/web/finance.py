"""What the commissioner's finance team is told: which invoices can be paid. No patient data (IV-5)."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from gateway.http import lists
from gateway.http.downloads import csv_of
from gateway.web import choices

blueprint = Blueprint("finance", __name__, url_prefix="/finance")
NOTICES = lists.listing_of("invoices.notices")
COLUMNS = (
    "notice", "issued", "provider_code", "financial_year", "financial_month", "invoiced_pence", "payable_pence",
    "state",
)  # fmt: skip


@blueprint.get("/notices")
def notices() -> str:
    """Notices, the latest first."""
    answer, rows = NOTICES.ask()
    return render_template(
        "finance/notices.html",
        rows=rows,
        records=rows.records(),
        columns=COLUMNS,
        as_of=answer.result.as_of,
        chosen=choices.chosen(request.args),
        links=choices.links(request.args, rows),
    )


@blueprint.post("/notices.csv")
def notices_csv() -> Response:
    """Every notice as a file; logged as an export."""
    return csv_of(NOTICES, {}, "notices")
