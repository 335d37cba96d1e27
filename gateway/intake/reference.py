"""The reference tables of a risk run: whose practices and small areas there are on the day, and how deprived."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import polars as pl

from gateway.intake import words
from gateway.intake.files import named
from gateway.intake.layouts import layout
from gateway.intake.reading_files import open_delivery
from gateway.intake.restrict_to_area import Area

GENERAL = ("", "4")  # prescribing setting 4 is a GP practice


def area_of(folder: Path, commissioners: Iterable[str], participating: tuple[str, ...], as_of: date) -> Area:
    """The commissioner's practices and small areas on the day. Raises DeliveryRefused."""
    ours = pl.col("commissioner").is_in(list(commissioners))
    practices = _on(_table(folder, "practice"), as_of, "join_provider_date", "left_provider_date")
    areas = _on(_table(folder, "lsoa"), as_of, "from", "to")
    return Area(
        tuple(commissioners),
        tuple(practices.filter(ours & pl.col("prescribing_setting").is_in(GENERAL))["organisation_code"]),
        tuple(areas.filter(ours)["lsoa"]),
        participating,
    )


def deciles(folder: Path, as_of: date) -> dict[str, str]:
    """Deprivation decile by small area; one that is not listed is 'not known', never guessed."""
    areas = _on(_table(folder, "lsoa"), as_of, "from", "to")
    return {lsoa: decile or words.NOT_KNOWN for lsoa, decile in areas.select("lsoa", "imd_decile").iter_rows()}


def _table(folder: Path, name: str) -> pl.DataFrame:
    return open_delivery(named(folder, name), layout(name)).frame.with_columns(pl.col(pl.String).str.strip_chars())


def _on(rows: pl.DataFrame, day: date, first: str, last: str) -> pl.DataFrame:
    """Rows in force on the day; dates are written with hyphens or without."""
    today = day.strftime("%Y%m%d")
    begun, ended = (pl.col(name).str.replace_all("-", "", literal=True) for name in (first, last))
    return rows.filter((begun <= today) & ((ended == "") | (ended >= today)))
