"""Scores of one run and the terms that add up to each, for the identifiable store.

What a method says of most people is written once, with the method; a row each is written for all others. Terms that
tell a hospital's code or date, or a sensitive register, stand where the record alone shows them (RS-5).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from gateway.intake import words
from gateway.intake.linked import SCOPED, Linked, of_people, scoped, word
from gateway.intake.scoring.admissions import is_new_emergency
from gateway.intake.scoring.frames import COMPLETE, NO_BAND, WORD
from gateway.risk import emergency_admissions
from gateway.risk.methods import ADMISSION_MODEL, EMERGENCY_ADMISSIONS, MADE, POINT, Basis, Method, Standing
from gateway.risk.multimorbidity import CONDITIONS

MORE = "Further terms stand in the record."
_SAID = ("value", "band", "status", "remark")
_SHOWN = [method.key for method in MADE if method.standing is Standing.SHOWN]


def methods(linked: Linked) -> Iterable[tuple[object, ...]]:
    """Every method that was made, and what it says of most people."""
    for method, told in said(linked):
        usual = _usual(told)
        decides = method.key == linked.primary.method
        note = f"{method.note} {linked.primary.sentence_of_threshold}" if decides else method.note
        shown, primary = int(method.standing is Standing.SHOWN), int(decides)
        yield method.key, method.title, note, method.version, str(method.basis), shown, primary, *usual


def scores(linked: Linked) -> Iterable[tuple[object, ...]]:
    """Of each person by each method, where it is not what the method says of most."""
    handles = linked.people.select("NHS_Number", "handle")
    for method, told in said(linked):
        others = told.join(pl.DataFrame([_usual(told)], schema=list(_SAID), orient="row"), on=_SAID, how="anti")
        rows = others.join(handles, on="NHS_Number")
        yield from rows.select("handle", pl.lit(method.key), *_SAID).iter_rows()


def score_terms(linked: Linked) -> pl.DataFrame:
    """Terms that the record alone shows, with their points and the days behind them."""
    terms = linked.scored.terms.filter(pl.col("method").is_in(_SHOWN) & ~_before_attestation(linked))
    joined = linked.people.select("NHS_Number", *scoped()).join(terms, on="NHS_Number")
    others = joined.select(*SCOPED, pl.col("method").cast(pl.String), "term", "description", _points(), "dates")
    return pl.concat([others, admission_terms(linked)]).sort("handle", "method", "dates", "term")


def score_gp_terms(linked: Linked) -> pl.DataFrame:
    """GP-sourced terms, which stand beside the score before any record is opened."""
    terms = linked.scored.terms.filter(pl.col("method").is_in(_SHOWN) & _before_attestation(linked))
    rows = linked.people.select("NHS_Number", "handle").join(terms, on="NHS_Number")
    return rows.select("handle", pl.col("method").cast(pl.String), "description", "dates", _points()).sort(
        "handle", "method", "description"
    )


def said(linked: Linked) -> Iterable[tuple[Method, pl.DataFrame]]:
    """NHS_Number and what is shown of each method's score, method by method."""
    own_band = NO_BAND if linked.primary.by_model else pl.col("band")
    crude = linked.people.select(
        "NHS_Number", (pl.col("emergencies") * POINT).alias("points"), own_band.cast(WORD).alias("band"),
        COMPLETE.cast(WORD).alias("status"), NO_BAND.cast(WORD).alias("remark"),
    )  # fmt: skip
    hidden = linked.scored.terms.filter((pl.col("basis") == str(Basis.GP)) & ~_before_attestation(linked))
    more = hidden.select("NHS_Number", "method").unique()
    for method in _made(linked):
        scored = crude
        if method is not EMERGENCY_ADMISSIONS:
            scored = linked.scored.scores.filter(pl.col("method") == method.key)
        mine = more.filter(pl.col("method") == method.key)["NHS_Number"]
        has_more = pl.col("NHS_Number").is_in(mine.implode())
        remark = pl.concat_str(
            pl.col("remark").cast(pl.String), pl.when(has_more).then(pl.lit(MORE)).otherwise(NO_BAND)
        )
        value = pl.when(pl.col("status") == COMPLETE).then(shown(method)).otherwise(NO_BAND)
        yield (
            method,
            scored.select(
                "NHS_Number", value.alias("value"), pl.col("band", "status").cast(pl.String), remark.alias("remark")
            ),
        )


def _made(linked: Linked) -> tuple[Method, ...]:
    """Every method but the model, where none is trained."""
    return tuple(method for method in MADE if linked.learned or method is not ADMISSION_MODEL)


def _usual(told: pl.DataFrame) -> tuple[str, ...]:
    """What is said of most people; nothing where there is nobody."""
    counted = told.group_by(_SAID).len().sort("len", *_SAID, descending=[True, *[False] * len(_SAID)])
    return counted.select(_SAID).row(0) if len(counted) else ("",) * len(_SAID)


def _before_attestation(linked: Linked) -> pl.Expr:
    """GP-sourced, and of no condition that a sensitive register stands for."""
    sensitive = [one.key for one in CONDITIONS if linked.sensitive_registers & set(one.registers)]
    return (pl.col("basis") == str(Basis.GP)) & ~pl.col("term").is_in(sensitive)


def admission_terms(linked: Linked) -> pl.DataFrame:
    """Each new emergency admission of the twelve months counts one: the terms of the crude method."""
    first = emergency_admissions.a_year_before(linked.as_of)
    within = pl.col("Admission_Date").is_between(first, linked.as_of, closed="right")
    return (
        of_people(linked, "apc")
        .filter(is_new_emergency() & within)
        .select(
            *SCOPED,
            pl.lit(emergency_admissions.METHOD).alias("method"),
            pl.col("Admission_Method").alias("term"),
            word("Admission_Method", words.ADMISSION_METHODS).alias("description"),
            pl.lit("1").alias("points"),
            pl.col("Admission_Date").cast(pl.String).alias("dates"),
        )
    )


def _points() -> pl.Expr:
    """Thousandths of terms as each one's method shows them."""
    expression = pl.lit("")
    for method in MADE:
        term = shown(replace(method, decimals=method.term_decimals, unit="")) if method.term_decimals else shown(method)
        expression = pl.when(pl.col("method") == method.key).then(term).otherwise(expression)
    return expression.alias("points")


def shown(method: Method) -> pl.Expr:
    """gateway.risk.methods.shown, over a column of points."""
    if method.decimals is None:
        return pl.lit("")
    whole, rest = pl.col("points").abs() // POINT, pl.col("points").abs() % POINT
    digits = rest.cast(pl.String).str.zfill(3).str.head(method.decimals)
    point = pl.lit("." if method.decimals else "")
    sign = pl.when(pl.col("points") < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    return pl.concat_str(sign, whole.cast(pl.String), point, digits, pl.lit(method.unit))
