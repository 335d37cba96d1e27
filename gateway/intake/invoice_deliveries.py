"""What is said of each delivered file: rows, what was set aside or quarantined, which days it covers; never a value."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import polars as pl

from gateway.intake.invoice_files import BACKING, HEADER, Taken
from gateway.intake.invoice_rows import QUARANTINED, Batch
from gateway.intake.reading_files import BadRow
from gateway.intake.receive import REASON
from gateway.invoices.references import BYTES, reference

DAYS = {HEADER: "invoice_date", BACKING: "activity_start_date"}
TOLD = "holds what looks like an NHS number where none may be: quarantined; ask the sender for it again without"


def deliveries(batches: Iterable[Batch], who: Mapping[str, Any]) -> Iterator[dict[str, object]]:
    """A row of the store's `delivery` for each file."""
    for batch in batches:
        for at, taken in enumerate(batch.taken):
            yield {**_of_file(batch, at, taken), **who, "delivery": reference(secrets.token_bytes(BYTES))}


def told_of(taken: Iterable[Taken]) -> dict[str, dict[str, str | int]]:
    """What the log tells of each file; a second file of a name is told as `name (2)`."""
    found: dict[str, dict[str, str | int]] = {}
    names: Counter[str] = Counter()
    for one in taken:
        name = one.delivery.file
        names[name] += 1
        told = name if names[name] == 1 else f"{name} ({names[name]})"
        found[told] = {"sha256": one.delivery.sha256, "rows": one.delivery.rows, "kind": one.layout}
    return found


def quarantined(batches: Iterable[Batch]) -> tuple[BadRow, ...]:
    """File and line of each row that was quarantined, for its sender."""
    return tuple(
        BadRow(batch.taken[file].delivery.file, line, "", TOLD)
        for batch in batches
        for file, line in batch.frame.filter(pl.col(REASON) == QUARANTINED).select("file", "line").iter_rows()
    )


def _of_file(batch: Batch, at: int, taken: Taken) -> dict[str, object]:
    counts = dict(batch.counts(at))
    stored, unseen = counts.pop("", 0), counts.pop(QUARANTINED, 0)
    delivery = taken.delivery
    first, last, extract = _days(batch.kept().filter(pl.col("file") == at), batch.name)
    return {
        "file": delivery.file, "layout": taken.layout, "rows": delivery.rows, "stored": stored,
        "set_aside": sum(counts.values()), "quarantined": unseen, "lost_columns": taken.lost,
        "first_date": first, "last_date": last, "extract_date": extract, "sha256": delivery.sha256,
    }  # fmt: skip


def _days(frame: pl.DataFrame, name: str) -> tuple[str | None, str | None, str | None]:
    """First and last day of activity, and the day of the extract where it is one of SUS+."""
    extract = frame["extract_date"].max() if "extract_date" in frame.columns else None
    column = DAYS.get(name, "day")
    days = frame[column] if column in frame.columns else pl.Series([None])
    return _text(days.min()), _text(days.max()), _text(extract)


def _text(day: object) -> str | None:
    return None if day is None else str(day)
