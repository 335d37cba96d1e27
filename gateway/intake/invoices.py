"""The CEfF's own door: headers, backing data and SUS+ of one delivery, all or nothing, in the caller's transaction.

A month's SUS+ extract replaces the earlier one; every line is then matched anew. Keeps IV-2, IV-3, ALL-7 and ALL-10.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from gateway import __version__
from gateway.errors import DeliveryRefused
from gateway.intake import invoice_rows as rules
from gateway.intake.invoice_columns import INVOICE, LINE, PRACTICE_LIST, SUS_ROW, picked, same, sus_row
from gateway.intake.invoice_deliveries import deliveries, quarantined, told_of
from gateway.intake.invoice_files import (
    BACKING,
    HEADER,
    PRACTICES,
    PROVIDER,
    SUS,
    InvoiceFiles,
    Taken,
    practices_of,
    take,
    take_sus,
)
from gateway.intake.invoice_rows import Batch
from gateway.intake.reading_files import BadRow
from gateway.intake.receive import DUPLICATE, INVALID_NUMBER, INVALID_VALUE, REASON, SUPERSEDED
from gateway.invoices.personal_data import holds_nhs_number
from gateway.stores.invoices import pipeline
from gateway.stores.invoices.matching import match
from gateway.stores.invoices.pipeline import rehearsal
from gateway.stores.vault import Connection

STAGES = ("receive", "restrict_to_area", "store", "match")
REASONS = (rules.OUT_OF_AREA, INVALID_NUMBER, DUPLICATE, SUPERSEDED, INVALID_VALUE)
FACTS = (
    "run", "instruction", "dry_run", "received", "set_aside", "quarantined", "left_out", "withdrawn", "stored",
    "lines_without_invoice", "matched", "seconds", "versions",
)  # fmt: skip
Progress = Callable[[str], None]
Who = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class InvoiceOrder:
    """What the door is told: by whom, under which instruction, when, and whose patients are ours (commissioners).

    received: the instant, as the store keeps it. again: files may have been taken before. dry_run: keep nothing.
    """

    instruction: str
    user: str
    today: date
    received: str
    commissioners: tuple[str, ...]
    again: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class InvoiceRun:
    """What was done: facts for people and machines, bad rows, and headers or lines quarantined (never their values).

    files: what the log tells of each file, by name (ALL-11).
    """

    facts: dict[str, Any]
    bad: tuple[BadRow, ...]
    quarantined: tuple[BadRow, ...]
    files: dict[str, dict[str, str | int]]


def take_in_invoices(files: InvoiceFiles, order: InvoiceOrder, connection: Connection, tell: Progress) -> InvoiceRun:
    """Take one delivery in. Raises DeliveryRefused, and then nothing of it is kept."""
    begun = time.monotonic()
    tell("receive")
    taken = _receive(files, order.today)
    _refuse_repeats(taken, connection, again=order.again)
    tell("restrict_to_area")
    batches = _batches(taken, order, connection)
    with rehearsal(connection) if order.dry_run else nullcontext():
        done = _keep(batches, order, connection, tell)
    facts = {**_said(taken, batches), **done, "instruction": order.instruction, "dry_run": order.dry_run}
    facts |= {"seconds": round(time.monotonic() - begun, 1), "versions": {"gateway": __version__}}
    bad = tuple(bad for one in taken for bad in one.bad)
    return InvoiceRun({name: facts[name] for name in FACTS}, bad, quarantined(batches), told_of(taken))


def _keep(batches: Sequence[Batch], order: InvoiceOrder, connection: Connection, tell: Progress) -> dict[str, Any]:
    """Put the rows where they belong and match every line anew; what was done."""
    tell("store")
    run = pipeline.next_run(connection)
    who: Who = {"run": run, "instruction": order.instruction, "user": order.user, "received": order.received}
    pipeline.add_run(connection, who)
    stored, withdrawn = _store(batches, who, connection)
    pipeline.add_deliveries(connection, deliveries(batches, who))
    tell("match")
    waiting = pipeline.join_lines(connection)
    matched = match(connection)
    pipeline.settle(connection)
    return {
        "run": run,
        "stored": stored,
        "withdrawn": {SUPERSEDED: withdrawn},
        "lines_without_invoice": waiting,
        "matched": matched,
    }


def _said(taken: Sequence[Taken], batches: Sequence[Batch]) -> dict[str, Any]:
    """What there was in the files, and what of it stayed at the door."""
    counts = Counter(reason for batch in batches for reason in batch.frame[REASON] if reason)
    return {
        "received": dict(_received(taken)),
        "set_aside": {reason: counts[reason] for reason in REASONS},
        "quarantined": _quarantined(batches),
        "left_out": _left_out(batches),
    }


def _receive(files: InvoiceFiles, today: date) -> list[Taken]:
    """Every file of the delivery, typed. Raises DeliveryRefused."""
    paths = (*files.invoices, *files.backing, *files.sus)
    if any(holds_nhs_number(path.name) for path in paths):
        raise DeliveryRefused("a file's name holds what looks like an NHS number: rename it, and tell its sender")
    return [
        *(take(path, HEADER, today) for path in files.invoices),
        *(take(path, BACKING, today) for path in files.backing),
        *take_sus(files.sus, today),
        *(practices_of(files.reference) if files.reference else ()),
    ]


def _refuse_repeats(taken: Sequence[Taken], connection: Connection, *, again: bool) -> None:
    """The same file twice is recognised by its hash; a reference list may stay the same."""
    seen: set[str] = set()
    for one in taken:
        delivery = one.delivery
        if delivery.sha256 in seen:
            raise DeliveryRefused(f"{delivery.file}: is given twice: give each file once")
        seen.add(delivery.sha256)
        run = pipeline.taken_before(connection, delivery.sha256)
        if run and one.layout != PRACTICES and not again:
            raise DeliveryRefused(f"{delivery.file}: was taken in run {run} already: add --again to take it once more")


def _batches(taken: Sequence[Taken], order: InvoiceOrder, connection: Connection) -> list[Batch]:
    """The files of each layout as one, every row with its reason or none."""
    found = []
    for name in dict.fromkeys(one.layout for one in taken):
        batch = rules.together(name, [one for one in taken if one.layout == name])
        if name == HEADER:
            batch = rules.headers(batch, pipeline.invoice_numbers(connection))
        elif name == BACKING:
            batch = rules.lines(batch, pipeline.line_numbers(connection))
        elif name in SUS:
            held = rules.Extracts(pipeline.extracts(connection, SUS[name]), pipeline.latest(connection, SUS[name]))
            batch = rules.sus_rows(batch, order.commissioners, held)
        found.append(batch)
    return found


def _store(batches: Iterable[Batch], who: Who, connection: Connection) -> tuple[dict[str, int], int]:
    """Rows by table, and how many SUS+ rows gave way to a later extract."""
    stored: Counter[str] = Counter()
    withdrawn = 0
    for batch in batches:
        kept = batch.kept().with_columns(pl.lit(who["run"]).alias("run"), pl.lit(who["received"]).alias("received"))
        if batch.name == HEADER:
            pipeline.add_invoices(connection, _invoices(batch, who).iter_rows())
            stored["invoice"] += len(kept)
        elif batch.name == BACKING:
            stored["line"] += pipeline.add_lines(connection, picked(kept, LINE).iter_rows())
        elif batch.name in SUS:
            withdrawn += _make_room(kept, SUS[batch.name], int(who["run"]), connection)
            rows = picked(kept, sus_row(SUS[batch.name])).select(SUS_ROW)
            stored["sus_row"] += pipeline.add_sus_rows(connection, rows.iter_rows())
        else:
            rows = picked(kept, same(PRACTICE_LIST))
            stored["practice_commissioner"] += pipeline.replace_practices(connection, rows.iter_rows())
    return dict(stored), withdrawn


def _invoices(batch: Batch, who: Who) -> pl.DataFrame:
    """Headers that go on, and of the quarantined ones nothing but who sent them."""
    run, received = pl.lit(who["run"]).alias("run"), pl.lit(who["received"]).alias("received")
    whole = picked(batch.kept().with_columns(run, received, pl.lit("RECEIVED").alias("state")), INVOICE)
    rest = rules.unseen(batch).with_columns(run, received, pl.lit("QUARANTINED").alias("state"))
    known = {column: source for column, source in INVOICE.items() if source in rest.columns}
    rows = pl.concat([whole, picked(rest, known)], how="diagonal")
    texts = [name for name, kind in whole.schema.items() if kind == pl.String and name != "invoice_date"]
    return rows.with_columns(pl.col(texts).fill_null(""))


def _make_room(kept: pl.DataFrame, kind: str, run: int, connection: Connection) -> int:
    """Take out what a later extract says anew: its months, and the same spells where they stood in another month."""
    months = kept["month"].unique().to_list()
    gone = pipeline.remove_months(connection, kind, months)
    identifier = sus_row(kind)["identifier"]
    keys = kept.filter(pl.col(identifier) != "").select(PROVIDER, identifier).unique()
    return gone + pipeline.remove_earlier(connection, kind, run, keys.iter_rows())


def _received(taken: Iterable[Taken]) -> Counter[str]:
    rows: Counter[str] = Counter()
    for one in taken:
        rows[one.delivery.file] += one.delivery.rows
    return rows


def _quarantined(batches: Iterable[Batch]) -> dict[str, int]:
    tables = {HEADER: "invoice", BACKING: "line"}
    seen = {
        tables[one.name]: int((one.frame[REASON] == rules.QUARANTINED).sum()) for one in batches if one.name in tables
    }
    return {"invoice": 0, "line": 0, **seen}


def _left_out(batches: Iterable[Batch]) -> dict[str, int]:
    """Values that were not taken although their row was, and columns with a birth date or a postcode."""
    states: Counter[str] = Counter()
    columns = 0
    for batch in batches:
        columns += sum(one.lost for one in batch.taken)
        if "nhs_number_state" in batch.frame.columns:
            states.update(batch.kept()["nhs_number_state"])
    return {
        INVALID_NUMBER: states[rules.INVALID],
        "withheld_number": states[rules.WITHHELD],
        "personal_columns": columns,
    }
