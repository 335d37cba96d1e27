"""Stage 3: only people registered or resident with the commissioner on the as-of date, then all of their rows (ALL-7a).

Registered: the GP extract, or else the practice that the person's latest hospital row names. Resident: the small area
of the GP extract or of the latest hospital row that has one, or who that row says is responsible for the residence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from gateway.intake.receive import REASON, set_aside
from gateway.intake.rules import DATE, IDENT

OUT_OF_AREA, NO_PRACTICE, NOT_PARTICIPATING = "out_of_area", "no_practice", "not_participating"
NONE_KNOWN = ("V81997", "V81998", "V81999")


@dataclass(frozen=True, slots=True)
class Area:
    """Whose area: commissioner codes; which practices and small areas are theirs; which practices take part."""

    commissioners: tuple[str, ...]
    practices: tuple[str, ...]
    small_areas: tuple[str, ...]
    participating: tuple[str, ...]


def restrict_gp(frame: pl.DataFrame, area: Area) -> pl.DataFrame:
    """Registrations elsewhere, and with practices that take no part (RS-13), stay behind."""
    frame = set_aside(frame, OUT_OF_AREA, ~pl.col("Practice_Code").is_in(area.practices))
    return set_aside(frame, NOT_PARTICIPATING, ~pl.col("Practice_Code").is_in(area.participating))


def restrict_detail(frame: pl.DataFrame, patients: pl.DataFrame) -> pl.DataFrame:
    """Conditions and prescriptions follow their person: the reason of the last registration, or no practice at all."""
    kept = patients.filter(pl.col(REASON) == "")["NHS_Number"].unique()
    last = patients.filter(pl.col(REASON) != "").unique("NHS_Number", keep="last", maintain_order=True)
    told = last.select("NHS_Number", pl.col(REASON).alias("why"))
    follows = pl.when(pl.col("why").is_in([OUT_OF_AREA, NOT_PARTICIPATING])).then("why").otherwise(pl.lit(NO_PRACTICE))
    frame = frame.join(told, on="NHS_Number", how="left", maintain_order="left").with_columns(
        pl.when(~pl.col("NHS_Number").is_in(kept.implode())).then(follows).alias("why")
    )
    return _with_reasons(frame)


def restrict_hospital(
    frames: Mapping[str, pl.DataFrame], patients: pl.DataFrame, area: Area
) -> dict[str, pl.DataFrame]:
    """Hospital rows of people elsewhere, of nobody's patients, and of practices that take no part stay behind."""
    people = _latest(frames)
    here = patients.filter(pl.col(REASON) == "")["NHS_Number"].unique()
    ours = pl.col("NHS_Number").is_in(here.implode())
    resident = (pl.col("area").is_in(area.small_areas) | pl.col("residence").is_in(area.commissioners)).fill_null(
        value=False
    )
    within = ours | pl.col("practice").is_in(area.practices) | resident
    why = (
        pl.when(~within).then(pl.lit(OUT_OF_AREA))
        .when(ours).then(pl.lit(""))
        .when(pl.col("practice").is_in(NONE_KNOWN)).then(pl.lit(NO_PRACTICE))
        .when(pl.col("practice").is_in(area.practices) & ~pl.col("practice").is_in(area.participating))
        .then(pl.lit(NOT_PARTICIPATING))
        .otherwise(pl.lit("")).alias("why")
    )  # fmt: skip
    told = people.select("NHS_Number", why)
    return {kind: _follow(frame, told) for kind, frame in frames.items()}


def _follow(frame: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    return _with_reasons(frame.join(told, on="NHS_Number", how="left", maintain_order="left"))


def _with_reasons(frame: pl.DataFrame) -> pl.DataFrame:
    """Set rows aside for what stands in `why`."""
    for reason in (OUT_OF_AREA, NO_PRACTICE, NOT_PARTICIPATING):
        frame = set_aside(frame, reason, pl.col("why") == reason)
    return frame.drop("why")


def _latest(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """What each person's latest hospital row says of practice, small area and residence."""
    rows = [
        frame.filter(pl.col(REASON) == "").select(
            "NHS_Number",
            pl.col(DATE[kind]).alias("on"),
            pl.col(IDENT[kind]).alias("ident"),
            pl.col("GP_Practice_Code").alias("practice"),
            _or_blank(frame, "Der_Postcode_LSOA_2011_Code").alias("area"),
            _or_blank(frame, "Der_Postcode_CCG_Code").alias("residence"),
        )
        for kind, frame in frames.items()
    ]
    whole = pl.concat(rows).sort("on", "ident", maintain_order=True)
    said = [pl.col(name).filter(pl.col(name) != "").last() for name in ("practice", "area", "residence")]
    return whole.group_by("NHS_Number", maintain_order=True).agg(said)


def _or_blank(frame: pl.DataFrame, column: str) -> pl.Expr:
    return pl.col(column) if column in frame.columns else pl.lit("")
