"""Predictions as they were made, frozen: packed, hashed, and scored once when the year they are about has passed.

A person stands in it under a token of the ledger's own key, which means nothing elsewhere. Tokens and log-odds are
kept, nothing that they were made of.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from gateway.disclosure.rounding import shown
from gateway.intake.learning.applying import Applied
from gateway.intake.learning.features import LATE, Past, outcome
from gateway.intake.learning.report import figures
from gateway.risk.admission_model.performance import FEWEST_EVENTS, performance

USE = "predictions"  # names the key of the tokens
_TOKEN_BYTES = 8  # two of a million people share one by a chance of 1 in 37 million


@dataclass(frozen=True, slots=True)
class Frozen:
    """Packed predictions of one run: how many people, the content, and its SHA-256."""

    people: int
    content: bytes

    @property
    def sha256(self) -> str:
        """Of the content."""
        return hashlib.sha256(self.content).hexdigest()


def frozen(applied: Applied, key: bytes) -> Frozen:
    """In the order of the tokens, which is nobody's."""
    frame = pl.DataFrame({"token": tokens(applied.numbers, key), "log_odds": applied.log_odds.astype("int16")})
    packed = io.BytesIO()
    frame.sort("token").write_ipc(packed, compression="zstd")
    return Frozen(len(frame), packed.getvalue())


def tokens(numbers: Iterable[str], key: bytes) -> pl.Series:
    """Keyed BLAKE2b of each NHS number (RFC 7693), as a whole number."""
    blake = hashlib.blake2b
    made = [
        int.from_bytes(blake(number.encode(), key=key, digest_size=_TOKEN_BYTES).digest(), "little")
        for number in numbers
    ]
    return pl.Series("token", made, dtype=pl.UInt64)


def is_over(as_of: date, now: date, past: Past) -> date | None:
    """The last day of the year that predictions of `as_of` are about, where what is held covers it on `now`."""
    until = a_year_after(as_of)
    last = past.frames["apc"]["Admission_Date"].max()
    return until if until <= now and isinstance(last, date) and last + LATE >= until else None


def a_year_after(day: date) -> date:
    """The same day a year later; 28 February for the 29th."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if is_leap_day else day.day)


def scored(content: bytes, key: bytes, past: Past, as_of: date, until: date) -> dict[str, Any]:
    """How predictions did on their year, by whoever is still on a list; of the others nothing is known here."""
    made = pl.read_ipc(io.BytesIO(content))
    people = past.people.with_columns(tokens(past.people["NHS_Number"], key))
    still = people.join(made, on="token", maintain_order="left")
    admitted = outcome(Past(still, past.frames), as_of, until)
    told = {"as_of": as_of.isoformat(), "until": until.isoformat(), "gone": shown(len(made) - len(still))}
    if min(admitted.sum(), len(admitted) - admitted.sum()) < FEWEST_EVENTS:
        return told | {"people": shown(len(still)), "why_not": f"fewer than {FEWEST_EVENTS} people were admitted"}
    return told | figures(performance(still["log_odds"].to_numpy() / 1000, admitted))
