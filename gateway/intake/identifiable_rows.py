"""What the identifiable store is told of one run: lists, scores, terms and hospital rows of each practice's patients.

Sensitive codes stand in no list and no reason; they are seen in the record alone (RS-5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple

import polars as pl

from gateway.disclosure.lattice import ProtectedCell
from gateway.intake import changes, list_changes, practice_summary, score_counts, trends, words
from gateway.intake.earlier import Earlier
from gateway.intake.linked import SCOPED, Linked, scoped, word
from gateway.intake.primary import change_kind, change_shown
from gateway.intake.record_rows import appointments, attendances, spells
from gateway.intake.score_rows import admission_terms, methods, score_gp_terms, score_terms, scores
from gateway.intake.scoring.admissions import is_new_emergency
from gateway.risk import emergency_admissions
from gateway.risk.methods import POINT, Basis


def tables(linked: Linked, earlier: Earlier, cells: Sequence[ProtectedCell]) -> dict[str, Iterable[tuple[object, ...]]]:
    """Rows by table, in the order of the store's columns.

    earlier: what was so before the day, under this run's handles; cells: of the whole run, protected.
    """
    return {
        "worklist": _rows(_worklist, linked, earlier.trend.last),
        "method": methods(linked),
        "score_row": scores(linked),
        "score_gp_term_row": _rows(score_gp_terms, linked),
        "gp_term": _rows(_gp_terms, linked),
        "trend_row": trends.rows(linked, earlier.trend),
        "score_term": _rows(score_terms, linked),
        "spell": _rows(spells, linked),
        "attendance": _rows(attendances, linked),
        "appointment": _rows(appointments, linked),
        "score_count": score_counts.rows(linked, cells),
        "summary": practice_summary.rows(linked, cells),
        "list_change": list_changes.rows(linked, earlier),
        "listed": list_changes.listed(linked, earlier),
        "moved": (astuple(move) for move in earlier.moves),
        **changes.tables(linked, earlier, _explained(linked)),
    }


def _rows(made_by: Callable[..., pl.DataFrame], *of: object) -> Iterable[tuple[object, ...]]:
    """A table's rows, made when they are asked for and not before: no two tables are in memory at once."""
    yield from made_by(*of).iter_rows()


def _worklist(linked: Linked, last: pl.DataFrame) -> pl.DataFrame:
    before = last.select("handle", pl.col("score").alias("before"), pl.col("band").alias("before_band"))
    reasons = (
        _reasons(linked).group_by("NHS_Number").agg(pl.col("term").unique().sort().str.join("; ").alias("reasons"))
    )
    use = _kinds_of_use(linked)
    people = linked.people.join(before, on="handle", how="left").join(reasons, on="NHS_Number", how="left")
    people = people.join(use, on="NHS_Number", how="left").sort(
        ["practice", "score", "handle"], descending=[False, True, False]
    )
    people = people.with_columns((pl.col("score") - pl.col("before")).alias("change"))
    return people.select(
        *scoped(),
        "NHS_Number",
        "age_band",
        word("Sex", words.SEX),
        "band",
        "score",
        "score_shown",
        "change",
        change_shown(linked.primary),
        change_kind(),
        "emergencies",
        pl.col("reasons").fill_null(""),
        pl.col("use").fill_null(""),
    )


def _reasons(linked: Linked) -> pl.DataFrame:
    """GP-sourced terms of each person in words, sensitive registers left out."""
    rows = linked.gp["gp_condition"].filter(~pl.col("Register").is_in(list(linked.sensitive_registers)))
    return rows.with_columns(word("Register", words.REGISTERS).alias("term"))


def _kinds_of_use(linked: Linked) -> pl.DataFrame:
    """Kinds of hospital use in the last 12 months: no code and no date."""
    first = emergency_admissions.a_year_before(linked.as_of)
    apc, ec, op = (linked.hospital[kind] for kind in ("apc", "ec", "op"))
    recent = apc.filter(pl.col("Admission_Date") > first)
    emergency = is_new_emergency()
    parts = [
        _use(recent.filter(emergency), words.EMERGENCY_USE, 1),
        _use(recent.filter(pl.col("Admission_Method").str.starts_with("1")), words.ELECTIVE_USE, 2),
        _use(ec.filter(pl.col("Arrival_Date") > first), words.ATTENDANCE_USE, 3),
        _use(
            op.filter(pl.col("Appointment_Date").is_between(first, linked.as_of, closed="right")), words.CLINIC_USE, 4
        ),
    ]
    whole = pl.concat(parts).unique().sort("NHS_Number", "place")
    return whole.group_by("NHS_Number", maintain_order=True).agg(pl.col("kind").str.join("; ").alias("use"))


def _use(rows: pl.DataFrame, kind: str, place: int) -> pl.DataFrame:
    return rows.select("NHS_Number", pl.lit(kind).alias("kind"), pl.lit(place).alias("place"))


def _gp_terms(linked: Linked) -> pl.DataFrame:
    joined = linked.people.select("NHS_Number", *scoped()).join(_reasons(linked), on="NHS_Number")
    return joined.select(
        *SCOPED, "term", pl.col("First_Recorded").cast(pl.String), pl.lit("GP register").alias("evidence")
    )


def _explained(linked: Linked) -> pl.DataFrame:
    """What makes up each person's score, and the GP's terms, for the next run to compare with."""
    if linked.primary.by_model:
        mine = linked.scored.terms.filter(pl.col("method") == linked.primary.method)
        terms = mine.join(linked.people.select("NHS_Number", "handle"), on="NHS_Number")
    else:
        point, basis = pl.lit(POINT).cast(pl.Int64).alias("points"), pl.lit(str(Basis.HOSPITAL)).alias("basis")
        terms = admission_terms(linked).with_columns(point, basis)
    told = terms.select("handle", "term", "dates", "description", pl.col("basis").cast(pl.String), "points")
    return changes.explained(told, _gp_terms(linked))
