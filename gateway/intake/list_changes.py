"""How many patients joined and left each practice's list of those at risk since the run before: counts, and no person.

Who left is told in two kinds, and whoever objects is in one of them with everybody else who is gone: no kind is of
objections alone. Numbers add up: before, and joined, less left, is now (docs/decisions/0026-who-left.md). Keeps RS-2
and RS-10.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from gateway.catalogue.worklist import GONE, JOINED, LIST, LOWER
from gateway.intake.earlier import Earlier
from gateway.intake.linked import Linked
from gateway.risk import emergency_admissions

Counts = Mapping[str, int]  # by practice


def rows(linked: Linked, earlier: Earlier) -> Iterator[tuple[object, ...]]:
    """Rows of `list_change`, of practices that had a list before. earlier: what was so before the day."""
    stayed, lower = _known(linked.people, earlier)
    for day, before in earlier.listed.items():
        for practice, patients in at_risk(linked.people).items():
            if practice in before:
                stay, fell = stayed.get(practice, 0), lower.get(practice, 0)
                yield practice, LIST, JOINED, patients - stay, day
                yield practice, LIST, LOWER, fell, day
                yield practice, LIST, GONE, before[practice] - stay - fell, day


def listed(linked: Linked, earlier: Earlier) -> Iterator[tuple[str, str, int]]:
    """Rows of `listed`: by day and practice how many are at risk, of this run and of the one it is compared with."""
    for day, counts in {**earlier.listed, linked.as_of.isoformat(): at_risk(linked.people)}.items():
        yield from ((day, practice, patients) for practice, patients in counts.items())


def at_risk(people: pl.DataFrame) -> dict[str, int]:
    """Patients at risk by practice; 0 where there are none."""
    counted = people.group_by("practice").agg(pl.col("at_risk").sum().cast(pl.Int64)).sort("practice")
    return dict(counted.iter_rows())


def _known(people: pl.DataFrame, earlier: Earlier) -> tuple[Counts, Counts]:
    """Of whoever was on the same practice's list and is registered there: how many are on it still, and not."""
    moved = [move.handle for move in earlier.moves]
    were = earlier.trend.last.filter(pl.col("band") != emergency_admissions.NOT_AT_RISK)
    same = people.join(were, on="handle", how="semi").filter(~pl.col("handle").is_in(moved))
    both = same.group_by("practice").agg(
        pl.col("at_risk").sum().cast(pl.Int64).alias("stay"), (~pl.col("at_risk")).sum().cast(pl.Int64).alias("fell")
    )
    return dict(both.select("practice", "stay").iter_rows()), dict(both.select("practice", "fell").iter_rows())
