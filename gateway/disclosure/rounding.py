"""Small numbers: 0 is shown, 1 to 7 is `*`, others to the nearest 5, totals too; percentages from what is shown.

NHS Digital's rule for hospital data below national level (docs/security.md).
"""

from __future__ import annotations

HIDDEN = "*"
SMALLEST_SHOWN, STEP = 8, 5


def shown(count: int) -> str:
    """A count of people as it may be shown."""
    if 0 < count < SMALLEST_SHOWN:
        return HIDDEN
    return str(rounded(count))


def rounded(count: int) -> int:
    """To the nearest 5."""
    return (count + STEP // 2) // STEP * STEP


def is_protected(text: str) -> bool:
    """Whether a count has the form of one that may be shown: 5 is a small number, and no rounded one."""
    return text == HIDDEN or (text.isascii() and text.isdigit() and shown(int(text)) == text)


def percentage(part: str, whole: str) -> str:
    """One decimal, from the two counts as shown; hidden where either is, or where there is nobody."""
    if HIDDEN in (part, whole) or whole == "0":
        return HIDDEN
    tenths = (int(part) * 2000 // int(whole) + 1) // 2
    return f"{tenths // 10}.{tenths % 10}"
