"""Our own codes for invoices, lines and deliveries: opaque, and no run of digits that could be a patient (IV-2)."""

from __future__ import annotations

BYTES = 12
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_DIGITS = "23456789"


def reference(random: bytes) -> str:
    """Twelve letters and digits, a digit in every third place, from as many random bytes."""
    return "".join(
        _DIGITS[byte % len(_DIGITS)] if place % 3 == 2 else _LETTERS[byte % len(_LETTERS)]  # noqa: PLR2004 every third
        for place, byte in enumerate(random[:BYTES])
    )
