"""Horizontal bars as SVG: a label, a bar and its number on each line; what is hidden has no bar and says so.

No inline style: the classes are in static/gateway.css, so that the Content-Security-Policy holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, LABEL, VALUE, LINE = 640, 190, 70, 28
NOT_SHOWN = "*"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. value is None where the number is hidden."""

    label: str
    value: float | None
    shown: str


def bars(title: str, description: str, items: Sequence[Bar]) -> Markup:
    """An <svg> with title and description; the longest bar fills the width. Nothing for nothing."""
    if not items:
        return Markup("")
    most = max((item.value or 0 for item in items), default=0) or 1
    height = LINE * len(items)
    lines = Markup("").join(_line(place, item, most) for place, item in enumerate(items))
    return Markup(
        '<svg class="gateway-chart" role="img" viewBox="0 0 {} {}" aria-label="{}">'
        "<title>{}</title><desc>{}</desc>{}</svg>"
    ).format(WIDTH, height, title, title, description, lines)


def _line(place: int, item: Bar, most: float) -> Markup:
    middle, room = place * LINE + LINE // 2, WIDTH - LABEL - VALUE
    length = round((item.value or 0) / most * room, 1)
    text = escape(item.label)
    return Markup(
        '<text x="{}" y="{}" text-anchor="end">{}</text>'
        '<rect x="{}" y="{}" width="{}" height="{}"></rect>'
        '<text x="{}" y="{}">{}</text>'
    ).format(
        LABEL - 8, middle + 5, text, LABEL, middle - LINE // 2 + 4, length, LINE - 8, LABEL + length + 6, middle + 5,
        item.shown,
    )  # fmt: skip
