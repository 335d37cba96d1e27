"""Stage 4: hospital rows with the GP extract, by NHS number, inside this pipeline only (ALL-6, RS-9).

The practice of record comes from the GP extract alone: status R without an end, the latest start. Whom two practices
claim stands on no list; nor do the dead, in either source, nor whoever is known to hospitals only.
"""

from __future__ import annotations

from datetime import date

import polars as pl

DIED = "4"
OLDEST_EXTRACT_DAYS = 92


def people(patients: pl.DataFrame, spells: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """One row for each person of the GP extract: its latest facts, `practice` of record ('' for none), `alive`.

    patients, spells: kept rows.
    """
    kept = patients.sort("NHS_Number", "Registration_Start", "line")
    registered = (
        (pl.col("Registration_Status") == "R")
        & pl.col("Registration_End").is_null()
        & (pl.col("Extract_Date") >= pl.lit(date.fromordinal(as_of.toordinal() - OLDEST_EXTRACT_DAYS)))
    )
    claims = kept.filter(registered).group_by("NHS_Number").agg(
        pl.col("Practice_Code").n_unique().alias("claims"), pl.col("Practice_Code").last().alias("practice")
    )  # fmt: skip
    one = pl.when(pl.col("claims") == 1).then(pl.col("practice")).otherwise(pl.lit(""))
    dead = pl.concat(
        [
            kept.filter((pl.col("Date_of_Death_Month") != "") | (pl.col("Registration_Status") == "X"))["NHS_Number"],
            spells.filter(pl.col("Discharge_Method") == DIED)["NHS_Number"],
        ]
    ).unique()
    latest = kept.unique("NHS_Number", keep="last", maintain_order=True)
    return (
        latest.join(claims, on="NHS_Number", how="left", maintain_order="left")
        .with_columns(one.fill_null("").alias("practice"), (~pl.col("NHS_Number").is_in(dead.implode())).alias("alive"))
        .drop("claims")
    )
