"""Upright columns as SVG, side by side at each step of time: label below, number above, a fill of its own a kind.

No inline style: the classes are in static/gateway.css, so that the Content-Security-Policy holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT, LEGEND, ABOVE, BELOW = 640, 240, 28, 20, 24
MOST_KINDS = 3  # fills that can be told apart without colour
MOST_LABELS = 6
WIDEST = 160  # room of one step
MARGIN = 24  # for the half of a label that stands out at either end


@dataclass(frozen=True, slots=True)
class Step:
    """One step of time with its numbers, one for each kind."""

    label: str
    values: tuple[float, ...]


def columns(title: str, description: str, kinds: Sequence[str], steps: Sequence[Step]) -> Markup:
    """An <svg> with title and description; the highest column fills the height. Nothing for nothing.

    kinds: at most three. Raises ValueError for more, or where a step has not one number for each.
    """
    if len(kinds) > MOST_KINDS or any(len(step.values) != len(kinds) for step in steps):
        raise ValueError("a chart of columns has one to three kinds, and a number of each at every step")
    if not steps:
        return Markup("")
    most = max((value for step in steps for value in step.values), default=0) or 1
    room = min((WIDTH - 2 * MARGIN) / len(steps), WIDEST)
    drawn = Markup("").join(_step(place, step, room, most, len(steps)) for place, step in enumerate(steps))
    return Markup(
        '<svg class="gateway-chart" role="img" viewBox="0 0 {} {}" aria-label="{}">'
        "<title>{}</title><desc>{}</desc>{}{}</svg>"
    ).format(WIDTH, HEIGHT, title, title, description, _legend(kinds), drawn)


def _step(place: int, step: Step, room: float, most: float, of: int) -> Markup:
    each = room * 0.8 / len(step.values)
    left = MARGIN + place * room + room * 0.1
    drawn = Markup("").join(
        _column(left + kind * each, each, value, most, kind) for kind, value in enumerate(step.values)
    )
    every = -(-of // MOST_LABELS)
    if place % every:
        return drawn
    return drawn + Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(
        round(MARGIN + place * room + room / 2, 1), HEIGHT - 6, escape(step.label)
    )


def _column(left: float, width: float, value: float, most: float, kind: int) -> Markup:
    full = HEIGHT - LEGEND - ABOVE - BELOW
    height = round(value / most * full, 1)
    top = round(HEIGHT - BELOW - height, 1)
    told = Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(
        round(left + width / 2, 1), round(top - 4, 1), f"{value:g}"
    )
    drawn = Markup('<rect class="gateway-chart__kind-{}" x="{}" y="{}" width="{}" height="{}"></rect>').format(
        kind + 1, round(left, 1), top, round(width * 0.9, 1), height
    )
    return drawn + told if value else drawn


def _legend(kinds: Sequence[str]) -> Markup:
    if len(kinds) == 1:
        return Markup("")
    room = WIDTH / len(kinds)
    return Markup("").join(
        Markup(
            '<rect class="gateway-chart__kind-{}" x="{}" y="4" width="14" height="14"></rect>'
            '<text x="{}" y="16">{}</text>'
        ).format(place + 1, round(place * room, 1), round(place * room + 20, 1), escape(kind))
        for place, kind in enumerate(kinds)
    )
