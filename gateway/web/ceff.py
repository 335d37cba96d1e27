"""The desk of the Controlled Environment for Finance: what was delivered, the invoices, and each line beside SUS+.

NHS numbers stand on the pages of one invoice and one line, to confirm backing data, and nowhere else (IV-1 to IV-3).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request

from gateway.catalogue import words
from gateway.http import lists
from gateway.http.asking import ask
from gateway.invoices import points_of_delivery
from gateway.stores.result import Rows
from gateway.web import choices

blueprint = Blueprint("ceff", __name__, url_prefix="/ceff")
DELIVERIES = lists.listing_of("invoices.deliveries")
INVOICES = lists.listing_of("invoices.invoices")
LINES = lists.listing_of("invoices.invoice")
STATES = ("RECEIVED", "QUARANTINED", "REGISTERED", "AWAITING_BACKING")
MONTHS = tuple(str(month) for month in range(1, 13))
DELIVERED = (
    "received", "file", "rows", "stored", "set_aside", "quarantined", "lost_columns", "first_date", "last_date",
    "extract_date", "instruction",
)  # fmt: skip
LISTED = (
    "provider_code", "invoice_type", "invoice_date", "financial_year", "financial_month", "lines", "lines_matched",
    "lines_pence", "net_pence", "state",
)  # fmt: skip
ONLY_BILLED = (
    "point_of_delivery", "activity", "excess_bed_days", "short_stay_adjustment", "prior_approval_reference", "received",
)  # fmt: skip
ONLY_SUS = (
    "record_identifier", "attended", "department_type", "net_length_of_stay", "short_stay_pence", "publication_point",
    "extract_date",
)  # fmt: skip
Record = Mapping[str, Any]


@blueprint.get("/deliveries")
def deliveries() -> str:
    """Every file that the door took in: its rows, what was set aside or quarantined, the days it covers."""
    answer, rows = DELIVERIES.ask()
    return render_template(
        "ceff/deliveries.html", **_list(answer.result.as_of, rows), columns=DELIVERED, records=rows.records()
    )


@blueprint.get("/invoices")
def invoices() -> str:
    """Invoices by provider, period and state, the latest first."""
    answer, rows = INVOICES.ask()
    records = rows.records()
    years = sorted({str(record["financial_year"]) for record in records if record["financial_year"]})
    filters = {"financial_year": years, "financial_month": MONTHS, "state": STATES}
    return render_template(
        "ceff/invoices.html", **_list(answer.result.as_of, rows), columns=LISTED, records=records, filters=filters
    )


@blueprint.get("/invoices/<invoice>")
def invoice(invoice: str) -> str:
    """One invoice: its header, and its lines with the NHS numbers that they were billed for."""
    answer, rows = LINES.ask(invoice=invoice)
    lines = [{**line, "pod_title": _pod(line)} for line in rows.records()]
    head = answer.result.parts["invoice"].records()[0]
    return render_template("ceff/invoice.html", **_list(answer.result.as_of, rows), invoice=head, lines=lines)


@blueprint.get("/lines/<reference>")
def line(reference: str) -> str:
    """What was billed beside what SUS+ says, and where the two differ."""
    answer = ask("invoice_validation", "invoices.line", "read", question={"reference": reference})
    billed = answer.result.parts["line"].records()[0]
    spell = next(iter(answer.result.parts["spell"].records()), None)
    return render_template(
        "ceff/line.html",
        line={**billed, "pod_title": _pod(billed)},
        spell=spell,
        rows=beside(billed, spell or {}),
        only_billed=_alone(billed, ONLY_BILLED),
        only_sus=_alone(spell or {}, ONLY_SUS),
        as_of=answer.result.as_of,
    )


def beside(billed: Record, spell: Record) -> list[Record]:
    """Each thing that both tell, in words, in the order of the line; differs where SUS+ tells something else."""
    told = (name for name in billed if name in spell)
    return [
        {
            "name": name,
            "billed": words.shown(billed[name], name),
            "spell": words.shown(spell[name], name),
            "differs": _known(billed[name]) != _known(spell[name]),
        }
        for name in told
    ]


def _known(value: object) -> object:
    """A value; nothing and an empty text are one, and a nought is neither."""
    return "" if value is None else value


def _alone(record: Record, names: tuple[str, ...]) -> list[tuple[str, str]]:
    """What one of the two tells alone, where it tells anything."""
    return [(name, words.shown(record[name], name)) for name in names if record.get(name) not in {None, ""}]


def _pod(line: Record) -> str:
    return points_of_delivery.title(str(line["point_of_delivery"]))


def _list(as_of: Mapping[str, str], rows: Rows) -> dict[str, object]:
    """What every list page of this desk says."""
    return {
        "rows": rows,
        "as_of": as_of,
        "chosen": choices.chosen(request.args),
        "links": choices.links(request.args, rows),
    }
