"""Pounds as the files have them, and whole pence as the store has them; factors as whole millionths."""

from __future__ import annotations

import re
from decimal import Decimal

POUNDS = r"^-?[0-9]{1,9}(\.[0-9]{1,2})?$"
FACTOR = r"^[0-9]{1,3}(\.[0-9]{1,6})?$"
_POUNDS, _FACTOR = re.compile(POUNDS, re.ASCII), re.compile(FACTOR, re.ASCII)


def pence(pounds: str) -> int:
    """'1234.5' is 123450. Raises ValueError, without the value, for more than two decimals or anything but digits."""
    if not _POUNDS.fullmatch(pounds):
        raise ValueError("not an amount of pounds with at most two decimals")
    return int(Decimal(pounds) * 100)


def millionths(factor: str) -> int:
    """'1.0564' is 1056400 (a market forces factor). Raises ValueError for more than six decimals."""
    if not _FACTOR.fullmatch(factor):
        raise ValueError("not a factor with at most six decimals")
    return int(Decimal(factor) * 1_000_000)


def factor_of(of_millionths: int) -> str:
    """1056400 as '1.056400'."""
    return f"{of_millionths // 1_000_000}.{of_millionths % 1_000_000:06d}"
