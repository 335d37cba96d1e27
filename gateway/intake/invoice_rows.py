"""What stays at the CEfF's door and why: patient data in the finance route, other commissioners' patients, repeats.

Rows keep their reason ('' goes on). Keeps IV-2, IV-3 and ALL-7c: neither registered nor resident here is refused.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from gateway.intake import receive
from gateway.intake.invoice_columns import OF_KIND
from gateway.intake.invoice_files import CODE, PROVIDER, SUS, Taken
from gateway.intake.layouts import layout
from gateway.intake.receive import REASON
from gateway.invoices.personal_data import MAY_HOLD_NUMBER, holds_nhs_number
from gateway.invoices.points_of_delivery import sus_kind
from gateway.invoices.references import BYTES, reference

OUT_OF_AREA, QUARANTINED = "out_of_area", "quarantined"
HELD, WITHHELD, ABSENT, INVALID = "held", "withheld", "absent", "invalid"
CREATED = "date_and_time_data_set_created"
# local numbers, of which one in eleven of ten digits would look like an NHS number; nobody sees them outside
LOCAL = frozenset({"cds_unique_identifier", "hospital_provider_spell_number", "attendance_identifier"})
_INSTANT = r"^([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}/[0-9]{2}/[0-9]{4})([T ][0-9:.]*(Z|[+\-][0-9:]+)?)?$"
KEY = "key"


@dataclass(frozen=True, slots=True)
class Batch:
    """Every file of one layout as one frame; `file` says which of `taken` a row is from."""

    name: str
    taken: Sequence[Taken]
    frame: pl.DataFrame

    def kept(self) -> pl.DataFrame:
        """Rows that go on."""
        return self.frame.filter(pl.col(REASON) == "")

    def counts(self, file: int) -> Mapping[str, int]:
        """Rows of one file by reason, '' for those that went on."""
        reasons = self.frame.filter(pl.col("file") == file)[REASON]
        return dict(reasons.value_counts().iter_rows())


@dataclass(frozen=True, slots=True)
class Extracts:
    """The day of the SUS+ extract that is held: of each month, and of each (provider, spell or attendance)."""

    of_month: Mapping[str, str]
    of_one: Sequence[tuple[str, str, str]]


def together(name: str, taken: Sequence[Taken]) -> Batch:
    """The files of one layout, at least one."""
    frames = [one.frame.with_columns(pl.lit(at).alias("file")) for at, one in enumerate(taken)]
    return Batch(name, taken, pl.concat(frames, how="diagonal"))


def headers(batch: Batch, held: Collection[tuple[str, str]]) -> Batch:
    """Invoice headers: patient data in one quarantines it; a number is unique to its provider (IV-00, IV-01)."""
    frame = _quarantined(batch.frame.with_columns(pl.col(CREATED).str.replace(_INSTANT, "")), batch.name)
    frame = _first_of_each(frame, [PROVIDER, "invoice_number"], _keys(held))
    return Batch(batch.name, batch.taken, with_references(frame))


def unseen(batch: Batch) -> pl.DataFrame:
    """Of quarantined headers nothing but a code of our own and the provider, where that is the code of one."""
    frame = batch.frame.filter(pl.col(REASON) == QUARANTINED)
    return frame.select("reference", pl.when(pl.col(PROVIDER).str.contains(CODE)).then(PROVIDER))


def lines(batch: Batch, held: Collection[tuple[str, str, int]]) -> Batch:
    """Lines of backing data, one for each number of an invoice; a number that is no NHS number is left out."""
    frame = _quarantined(batch.frame, batch.name)
    frame = _first_of_each(frame, [PROVIDER, "invoice_number", "invoice_line_number"], _keys(held))
    spell, attendance = pl.col("hospital_provider_spell_number"), pl.col("attendance_identifier")
    codes = frame["point_of_delivery_code"].unique().to_list()
    frame = numbers(frame).with_columns(
        pl.when(spell != "").then(spell).otherwise(attendance).alias("identifier"),
        pl.col("point_of_delivery_code").replace_strict(codes, [sus_kind(code) for code in codes],
                                                        return_dtype=pl.String).alias("sus_kind"),
    )  # fmt: skip
    return Batch(batch.name, batch.taken, with_references(frame))


def sus_rows(batch: Batch, commissioners: Collection[str], held: Extracts) -> Batch:
    """SUS+ rows of people registered or resident here, in their latest state and extract."""
    kind = SUS[batch.name]
    starts, ends, identifier = (OF_KIND[kind][name] for name in ("start_date", "end_date", "identifier"))
    frame = _in_months(numbers(batch.frame), starts, ends or starts)
    frame = receive.set_aside(frame, receive.INVALID_NUMBER, pl.col("nhs_number_state") == INVALID)
    frame = _latest_extract(frame, [PROVIDER, identifier], held)
    frame = _first_of_each(frame, ["generated_record_identifier"])
    frame = receive.superseded(frame, [PROVIDER, identifier], "generated_record_identifier")
    here = pl.col("commissioner_from_gp_practice").is_in(commissioners) | pl.col("commissioner_of_residence").is_in(
        commissioners
    )
    frame = receive.set_aside(frame, OUT_OF_AREA, ~here).with_columns(pl.lit(kind).alias("kind"))
    return Batch(batch.name, batch.taken, frame)


def numbers(frame: pl.DataFrame) -> pl.DataFrame:
    """The NHS number where it may be held and is one; `nhs_number_state` says why not."""
    number = pl.col("nhs_number").str.replace_all(r"[ \-]", "")
    state = (
        pl.when(pl.col("withheld_identity_reason") != "").then(pl.lit(WITHHELD))
        .when(number == "").then(pl.lit(ABSENT))
        .when(receive.valid_number(number)).then(pl.lit(HELD))
        .otherwise(pl.lit(INVALID))
    )  # fmt: skip
    frame = frame.with_columns(state.alias("nhs_number_state"))
    return frame.with_columns(pl.when(pl.col("nhs_number_state") == HELD).then(number).alias("nhs_number"))


def with_references(frame: pl.DataFrame) -> pl.DataFrame:
    """A code of our own for each row."""
    random = secrets.token_bytes(BYTES * len(frame))
    codes = [reference(random[at : at + BYTES]) for at in range(0, len(random), BYTES)]
    return frame.with_columns(pl.Series("reference", codes, dtype=pl.String))


def _in_months(frame: pl.DataFrame, starts: str, ends: str) -> pl.DataFrame:
    """The day and the month that a row counts for: of its end. A spell that goes on is in its file's latest month."""
    ended = pl.col(ends).dt.to_string("%Y-%m")
    latest = ended.filter(pl.col(REASON) == "").max().over("file")
    month = pl.coalesce(ended, latest, pl.col(starts).dt.to_string("%Y-%m"))
    return frame.with_columns(pl.coalesce(ends, starts).alias("day"), month.alias("month"))


def _latest_extract(frame: pl.DataFrame, key: list[str], held: Extracts) -> pl.DataFrame:
    """Of each month the latest extract alone, and of each spell or attendance no earlier one than is held."""
    live = pl.col(REASON) == ""
    newest = pl.col("extract_date").filter(live).max().over("month")
    known = pl.DataFrame(held.of_one, schema=dict.fromkeys([*key, "known"], pl.String), orient="row")
    frame = frame.join(known, on=key, how="left", maintain_order="left")
    of_month = pl.col("month").replace_strict(held.of_month, default=None, return_dtype=pl.String)
    days = (newest, of_month.str.to_date("%Y-%m-%d"), pl.col("known").str.to_date("%Y-%m-%d"))
    older = pl.any_horizontal((pl.col("extract_date") < day).fill_null(value=False) for day in days)
    return receive.set_aside(frame, receive.SUPERSEDED, live & older)


def _quarantined(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Rows with an NHS number in a field of free form, whatever else is wrong with them."""
    found = pl.Series([False]).new_from_index(0, len(frame))
    for column in (field.name for field in layout(name).fields if field.type == "text" and field.name not in LOCAL):
        suspects = frame[column].unique()
        personal = [text for text in suspects.filter(suspects.str.contains(MAY_HOLD_NUMBER)) if holds_nhs_number(text)]
        found |= frame[column].is_in(personal)
    return frame.with_columns(pl.when(found).then(pl.lit(QUARANTINED)).otherwise(pl.col(REASON)).alias(REASON))


def _first_of_each(frame: pl.DataFrame, columns: list[str], held: Collection[str] = ()) -> pl.DataFrame:
    """The same again, or what is held already, is a duplicate: over every file of the layout the first row stands."""
    frame = frame.with_columns(pl.concat_str(columns, separator="|").alias(KEY))
    return receive.duplicates(receive.set_aside(frame, receive.DUPLICATE, pl.col(KEY).is_in(list(held))), KEY)


def _keys(held: Iterable[Sequence[object]]) -> list[str]:
    return ["|".join(map(str, key)) for key in held]
