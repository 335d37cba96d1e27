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
from gateway.intake.invoice_files import PROVIDER, SUS, Taken
from gateway.intake.layouts import layout
from gateway.intake.receive import REASON
from gateway.invoices.personal_data import holds_nhs_number
from gateway.invoices.points_of_delivery import sus_kind
from gateway.invoices.references import BYTES, reference

OUT_OF_AREA, QUARANTINED = "out_of_area", "quarantined"
HELD, WITHHELD, ABSENT, INVALID = "held", "withheld", "absent", "invalid"
FREE_FORM_OF_LINES = ("invoice_number", "prior_approval_reference", "service_code")
NOT_FREE = (PROVIDER, "date_and_time_data_set_created")  # has to be a code; is not taken
_TEN_DIGITS = r"[0-9](?:[ \-./]?[0-9]){9}"
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


def together(name: str, taken: Sequence[Taken]) -> Batch:
    """The files of one layout, at least one."""
    frames = [one.received.frame.with_columns(pl.lit(at).alias("file")) for at, one in enumerate(taken)]
    return Batch(name, taken, pl.concat(frames, how="diagonal"))


def headers(batch: Batch, held: Collection[tuple[str, str]]) -> Batch:
    """Invoice headers: patient data in one quarantines it; a number is unique to its provider (IV-00, IV-01)."""
    text = [field.name for field in layout(batch.name).fields if field.type == "text"]
    free = [name for name in text if name not in NOT_FREE]
    frame = _quarantined(batch.frame, free)
    frame = _keyed(frame, [PROVIDER, "invoice_number"])
    frame = receive.set_aside(frame, receive.DUPLICATE, pl.col(KEY).is_in(_keys(held)))
    return Batch(batch.name, batch.taken, with_references(receive.duplicates(frame, KEY)))


def lines(batch: Batch, held: Collection[tuple[str, str, int]]) -> Batch:
    """Lines of backing data, one for each number of an invoice; a number that is no NHS number is left out."""
    frame = _keyed(_quarantined(batch.frame, FREE_FORM_OF_LINES), [PROVIDER, "invoice_number", "invoice_line_number"])
    frame = receive.set_aside(frame, receive.DUPLICATE, pl.col(KEY).is_in(_keys(held)))
    spell, attendance = pl.col("hospital_provider_spell_number"), pl.col("attendance_identifier")
    codes = frame["point_of_delivery_code"].unique().to_list()
    frame = numbers(receive.duplicates(frame, KEY)).with_columns(
        pl.when(spell != "").then(spell).otherwise(attendance).alias("identifier"),
        pl.col("point_of_delivery_code").replace_strict(codes, [sus_kind(code) for code in codes],
                                                        return_dtype=pl.String).alias("sus_kind"),
    )  # fmt: skip
    return Batch(batch.name, batch.taken, with_references(frame))


def sus_rows(batch: Batch, commissioners: Collection[str], extracts: Mapping[str, str]) -> Batch:
    """SUS+ rows of people registered or resident here, in their latest state and extract.

    extracts: month → day of the extract that is held; an earlier one of that month comes too late.
    """
    kind = SUS[batch.name]
    starts, ends, identifier = (OF_KIND[kind][name] for name in ("start_date", "end_date", "identifier"))
    day = pl.coalesce(pl.col(ends), pl.col(starts)) if ends else pl.col(starts)
    frame = numbers(batch.frame).with_columns(day.alias("day"), day.dt.to_string("%Y-%m").alias("month"))
    frame = receive.set_aside(frame, receive.INVALID_NUMBER, pl.col("nhs_number_state") == INVALID)
    frame = frame.with_columns(pl.col("generated_record_identifier").cast(pl.String).alias(KEY))
    frame = receive.duplicates(_latest_extract(frame, extracts), KEY)
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


def _latest_extract(frame: pl.DataFrame, held: Mapping[str, str]) -> pl.DataFrame:
    """Of each month the latest extract alone."""
    live = pl.col(REASON) == ""
    newest = pl.col("extract_date").filter(live).max().over("month")
    known = pl.col("month").replace_strict(held, default=None, return_dtype=pl.String).str.to_date("%Y-%m-%d")
    older = (pl.col("extract_date") < newest) | (pl.col("extract_date") < known)
    return receive.set_aside(frame, receive.SUPERSEDED, live & older.fill_null(value=False))


def _quarantined(frame: pl.DataFrame, columns: Iterable[str]) -> pl.DataFrame:
    """Rows with an NHS number in a field of free form, whatever else is wrong with them."""
    found = pl.Series([False]).new_from_index(0, len(frame))
    for column in columns:
        suspects = frame[column].unique().drop_nulls()
        personal = [text for text in suspects.filter(suspects.str.contains(_TEN_DIGITS)) if holds_nhs_number(text)]
        found |= frame[column].is_in(personal).fill_null(value=False)
    return frame.with_columns(pl.when(found).then(pl.lit(QUARANTINED)).otherwise(pl.col(REASON)).alias(REASON))


def _keyed(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    return frame.with_columns(pl.concat_str(columns, separator="|").alias(KEY))


def _keys(held: Iterable[Sequence[object]]) -> list[str]:
    return ["|".join(map(str, key)) for key in held]
