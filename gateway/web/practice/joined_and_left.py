"""How many joined and left the practice's list of patients at risk since the run before, for the head of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.catalogue.worklist import GONE, JOINED, LOWER
from gateway.enforcement.work_list import CHANGES
from gateway.stores.result import Rows


@dataclass(frozen=True, slots=True)
class JoinedAndLeft:
    """Patients of the own practice since the run of the day: joined; at risk no more; gone, or withheld."""

    day: str
    joined: int
    lower: int
    gone: int

    @property
    def left(self) -> int:
        """Of either kind."""
        return self.lower + self.gone


def joined_and_left(parts: Mapping[str, Rows]) -> JoinedAndLeft | None:
    """Of an answer's parts; None where the practice had no list before that can be compared."""
    rows = parts[CHANGES].records()
    if not rows:
        return None
    told = {str(row["value"]): int(str(row["own_patients"])) for row in rows}
    return JoinedAndLeft(str(rows[0]["before_as_of"]), told[JOINED], told[LOWER], told[GONE])
