"""What changed for each patient at risk since the run before, and why: terms that came, went or weigh differently.

The points of the old terms and of what changed make those of the new, exactly. Kinds of hospital change tell no code
and no date; those stand in `change_term`, which the record alone shows (RS-5).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import polars as pl

from gateway.intake import words
from gateway.intake.earlier import Earlier
from gateway.intake.linked import SCOPED, Linked, scoped
from gateway.intake.primary import Primary, shown
from gateway.risk import emergency_admissions
from gateway.risk.admission_model.columns import REGISTER
from gateway.risk.methods import POINT, Basis

LIST, SCORE = "list", "score"  # the GP's registers, as the list names them; the terms of the score
CAME, WENT = "came", "went"
FIRST, NEW, MOVED, CHANGED, SAME = "first_run", "new", "moved", "changed", "same"
FURTHER, LATE, OLD, MENDED, USE, HIDDEN = "further", "late", "old", "mended", "use", "hidden"
KINDS = {
    FURTHER: ("A further emergency admission was recorded", "{} further emergency admissions were recorded"),
    LATE: ("An earlier emergency admission was recorded late", "{} earlier emergency admissions were recorded late"),
    OLD: (
        "An emergency admission is now more than 12 months ago",
        "{} emergency admissions are now more than 12 months ago",
    ),
    MENDED: (
        "An emergency admission was corrected or withdrawn",
        "{} emergency admissions were corrected or withdrawn",
    ),
    USE: ("Hospital use weighs differently", "Hospital use weighs differently"),
    HIDDEN: ("A term that the record alone shows weighs differently", "Terms that the record alone shows changed"),
}
KEYS = ["handle", "source", "term", "dates"]
SCHEMA = {
    "handle": pl.String, "source": pl.String, "term": pl.String, "dates": pl.String, "description": pl.String,
    "basis": pl.String, "number": pl.Int64, "points": pl.Int64,
}  # fmt: skip
Rows = Iterable[tuple[object, ...]]


def explained(terms: pl.DataFrame, reasons: pl.DataFrame) -> pl.DataFrame:
    """What makes up each score, and the GP's registers. terms: handle, term, dates, description, basis, points.

    reasons: handle, term. Points are whole thousandths.
    """
    listed = reasons.select(
        "handle", "term", pl.lit("").alias("dates"), pl.col("term").alias("description"),
        pl.lit(str(Basis.GP)).alias("basis"), pl.lit(0, pl.Int64).alias("points"), pl.lit(LIST).alias("source"),
    ).unique()  # fmt: skip
    whole = pl.concat([terms.with_columns(pl.lit(SCORE).alias("source")).select(listed.columns), listed])
    counted = whole.group_by(KEYS).agg(
        pl.col("description", "basis").first(), pl.len().cast(pl.Int64).alias("number"), pl.col("points").sum()
    )
    return counted.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items()).sort(*KEYS)


def differences(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """By how much each term is more or fewer, and its points; one that is as it was is left out."""
    joined = new.join(old, on=KEYS, how="full", coalesce=True, suffix="_before")
    less = [
        (pl.col(name).fill_null(0) - pl.col(f"{name}_before").fill_null(0)).alias(name) for name in ("number", "points")
    ]
    said = [pl.coalesce(name, f"{name}_before").alias(name) for name in ("description", "basis")]
    return joined.select(*KEYS, *said, *less).filter((pl.col("number") != 0) | (pl.col("points") != 0))


def tables(linked: Linked, earlier: Earlier, now: pl.DataFrame) -> dict[str, Rows]:
    """Rows of `last_run`, `change`, `change_term`, `explained`. earlier: what was so before the day; now: explained."""
    listed = linked.people.filter(pl.col("at_risk"))
    found = _found(linked, listed, earlier, now)
    return {
        "last_run": _last_run(listed, earlier, linked.primary).iter_rows(),
        "change": _kinds(found).iter_rows(),
        "change_term": _terms(found).iter_rows(),
        "explained": packed({**earlier.explained, linked.as_of.isoformat(): now}),
    }


def packed(frames: Mapping[str, pl.DataFrame]) -> Iterator[tuple[str, bytes]]:
    """Day and content of what the run after this one compares with."""
    for day, frame in frames.items():
        content = io.BytesIO()
        frame.sort(*KEYS).write_ipc(content, compression="zstd", compat_level=pl.CompatLevel.oldest())
        yield day, content.getvalue()


def unpacked(held: Mapping[str, bytes]) -> dict[str, pl.DataFrame]:
    """The same again, as frames by day."""
    return {day: pl.read_ipc(content) for day, content in held.items()}


def _found(linked: Linked, listed: pl.DataFrame, earlier: Earlier, now: pl.DataFrame) -> pl.DataFrame:
    """Differences of those who were known before, by kind and direction; a sensitive register is not told."""
    known = listed.join(earlier.trend.last, on="handle", how="semi", maintain_order="left").select(*scoped())
    before_day, old = next(iter(earlier.explained.items()), ("", now.clear()))
    names = [words.REGISTERS.get(code, code) for code in linked.sensitive_registers]
    old = old.filter(~((pl.col("source") == LIST) & pl.col("term").is_in(names)))
    few = (frame.join(known.select("handle"), on="handle", how="semi") for frame in (old, now))
    found = known.join(differences(*few), on="handle").sort("handle", "source", "dates", "term")
    more = (pl.col("number") > 0) | ((pl.col("number") == 0) & (pl.col("points") > 0))
    hidden = [f"{REGISTER}{code}" for code in linked.sensitive_registers]
    return found.with_columns(
        pl.when(more).then(pl.lit(CAME)).otherwise(pl.lit(WENT)).alias("direction"),
        _kind(more, before_day, linked.as_of, hidden).alias("kind"),
    )


def _kind(more: pl.Expr, before_day: str, as_of: date, hidden: list[str]) -> pl.Expr:
    """'' for a GP-sourced term, which is told by its name."""
    year_ago = emergency_admissions.a_year_before(as_of).isoformat()
    return (
        pl.when(pl.col("term").is_in(hidden)).then(pl.lit(HIDDEN))
        .when(pl.col("basis") == str(Basis.GP)).then(pl.lit(""))
        .when(pl.col("dates") == "").then(pl.lit(USE))
        .when(more & (pl.col("dates") > before_day)).then(pl.lit(FURTHER))
        .when(more).then(pl.lit(LATE))
        .when(pl.col("dates") <= year_ago).then(pl.lit(OLD))
        .otherwise(pl.lit(MENDED))
    )  # fmt: skip


def _kinds(found: pl.DataFrame) -> pl.DataFrame:
    """Each kind of change once for a person, in words."""
    named = found.with_columns(
        pl.when(pl.col("kind") == "").then(pl.col("description")).otherwise(pl.lit("")).alias("name")
    )
    by = ["practice_code", "at_risk", "handle", "source", "direction", "kind", "name"]
    summed = named.group_by(by, maintain_order=True).agg(pl.col("number").abs().sum(), pl.col("points").sum())
    what = pl.col("name")
    for kind, (one, several) in KINDS.items():
        this, many = pl.col("kind") == kind, pl.col("number") > 1
        what = pl.when(this & many).then(_format(several)).when(this).then(pl.lit(one)).otherwise(what)
    basis = pl.when(pl.col("kind") == "").then(pl.lit(str(Basis.GP))).otherwise(pl.lit(str(Basis.HOSPITAL)))
    return summed.select(
        *by[:4], basis.alias("basis"), "direction", what.alias("what"), "number", signed().alias("points")
    )


def _format(several: str) -> pl.Expr:
    return pl.format(several, pl.col("number")) if "{}" in several else pl.lit(several)


def _terms(found: pl.DataFrame) -> pl.DataFrame:
    """The code and the day behind each change that the record alone shows."""
    ours = found.filter(pl.col("kind") != "")
    return ours.select("practice_code", "at_risk", "handle", "direction", "term", "description", "dates", signed())


def signed() -> pl.Expr:
    """Thousandths with their sign, without decimals where there are none: +1, -0.213."""
    whole, rest = pl.col("points").abs() // POINT, pl.col("points").abs() % POINT
    fraction = pl.when(rest == 0).then(pl.lit("")).otherwise(pl.lit(".") + rest.cast(pl.String).str.zfill(3))
    sign = pl.when(pl.col("points") < 0).then(pl.lit("-")).otherwise(pl.lit("+"))
    told = pl.concat_str(sign, whole.cast(pl.String), fraction)
    return pl.when(pl.col("points") == 0).then(pl.lit("")).otherwise(told).alias("points")


def _last_run(listed: pl.DataFrame, earlier: Earlier, by: Primary) -> pl.DataFrame:
    """Old and new score and band, and how a person stands to the run before."""
    before = earlier.trend.last.select("handle", pl.col("as_of", "score", "band").name.prefix("before_"))
    people = listed.select(*scoped(), "score", "band").join(before, on="handle", how="left", maintain_order="left")
    return people.select(
        *SCOPED, _state(earlier), "before_as_of", "before_score", "before_band", "score", "band",
        shown(by, "before_score").alias("before_shown"), shown(by, "score").alias("shown"),
    )  # fmt: skip


def _state(earlier: Earlier) -> pl.Expr:
    if earlier.trend.last.is_empty():
        return pl.lit(FIRST).alias("state")
    moved = pl.col("handle").is_in([move.handle for move in earlier.moves])
    new = pl.col("before_band").is_null() | (pl.col("before_band") == emergency_admissions.NOT_AT_RISK)
    return (
        pl.when(moved).then(pl.lit(MOVED))
        .when(new).then(pl.lit(NEW))
        .when(pl.col("before_score") != pl.col("score")).then(pl.lit(CHANGED))
        .otherwise(pl.lit(SAME))
        .alias("state")
    )  # fmt: skip
