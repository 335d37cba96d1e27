"""Stage 6: pseudonyms, handles and bands: what may stand in the pseudonymised store in place of what identifies.

Pseudonyms are HMAC-SHA-256 under a key for (agreement, recipient, purpose, epoch): 24 letters, about 112 bits. A handle
names a patient within one practice's scope and means nothing elsewhere (ALL-5).
See docs/decisions/0008-pseudonyms-and-handles.md.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from itertools import pairwise, product

import polars as pl

from gateway.intake.words import NOT_KNOWN

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LENGTH = 24
_GROUP = 3  # letters taken at once; the first letter is the lowest digit
_GROUPS = tuple("".join(reversed(letters)) for letters in product(LETTERS, repeat=_GROUP))
EPOCH = 1
OLDEST_BAND = "90 and over"


def pseudonym_use(agreement: str, recipient: str, purpose: str, epoch: int = EPOCH) -> str:
    """The name under which the key of these pseudonyms is derived."""
    return f"pseudonym/{agreement}/{recipient}/{purpose}/{epoch}"


def lettered(key: bytes, text: str) -> str:
    """24 letters that only the key's holder can make of the text."""
    number = int.from_bytes(hmac.digest(key, text.encode(), "sha256")[:18], "big")
    groups = []
    for _ in range(LENGTH // _GROUP):
        number, group = divmod(number, len(_GROUPS))
        groups.append(_GROUPS[group])
    return "".join(groups)


def pseudonyms(numbers: Iterable[str], key: bytes) -> list[str]:
    """A pseudonym for each NHS number."""
    return [lettered(key, number) for number in numbers]


def handles(practices: Iterable[str], numbers: Iterable[str], key: bytes) -> list[str]:
    """A handle for each patient of each practice."""
    return [lettered(key, f"{practice}/{number}") for practice, number in zip(practices, numbers, strict=True)]


def age_band(column: str) -> pl.Expr:
    """Five-year bands, 90 and over together; 'Not known' where the year of birth is not."""
    low = pl.col(column) // 5 * 5
    text = low.cast(pl.String) + " to " + (low + 4).cast(pl.String)
    known = pl.when(pl.col(column) >= 90).then(pl.lit(OLDEST_BAND)).otherwise(text)  # noqa: PLR2004 the oldest band
    return known.fill_null(NOT_KNOWN)


def counts_band(column: str, steps: tuple[int, ...]) -> pl.Expr:
    """Whole numbers in bands: steps (1, 3, 6) give 0, 1 to 2, 3 to 5, 6 and over."""
    text = pl.lit(_below(0, steps[0]))
    for low, high in pairwise(steps):
        text = pl.when(pl.col(column) >= low).then(pl.lit(_below(low, high))).otherwise(text)
    return pl.when(pl.col(column) >= steps[-1]).then(pl.lit(f"{steps[-1]} and over")).otherwise(text)


def _below(low: int, high: int) -> str:
    return str(low) if high == low + 1 else f"{low} to {high - 1}"
