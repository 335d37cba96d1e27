"""Predicted against observed as SVG: a point for each group of people, and the line on which both are the same.

No inline style: the classes are in static/gateway.css, so that the Content-Security-Policy holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

SIDE, LEFT, BELOW, RADIUS, TICKS = 400, 56, 48, 5, 4
_WIDTH, _HEIGHT = SIDE + LEFT + 24, SIDE + BELOW + 24
_STEPS = (1, 2, 4, 8, 10, 20, 40, 60, 80, 100)


@dataclass(frozen=True, slots=True)
class Point:
    """Percentages."""

    predicted: float
    observed: float


def calibration(title: str, description: str, points: Sequence[Point]) -> Markup:
    """An <svg> with title and description, both axes from 0 to the same percentage. Nothing for nothing."""
    if not points:
        return Markup("")
    most = max(max(point.predicted, point.observed) for point in points)
    whole = next((step for step in _STEPS if step >= most), 100)
    corner, foot = (LEFT, 12), (LEFT, 12 + SIDE)
    line = Markup('<line class="gateway-chart__line" x1="{}" y1="{}" x2="{}" y2="{}"></line>')
    drawn = [
        line.format(*corner, *foot),
        line.format(*foot, LEFT + SIDE, 12 + SIDE),
        line.format(*foot, LEFT + SIDE, 12),
        *(_tick(whole, step) for step in range(TICKS + 1)),
        *(_point(point, whole) for point in points),
    ]
    return Markup(
        '<svg class="gateway-chart" role="img" viewBox="0 0 {} {}" aria-label="{}">'
        "<title>{}</title><desc>{}</desc>{}</svg>"
    ).format(_WIDTH, _HEIGHT, title, title, description, Markup("").join(drawn))


def _tick(whole: int, step: int) -> Markup:
    at, told = SIDE * step / TICKS, f"{whole * step / TICKS:g} %"
    text = Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>')
    return text.format(LEFT - 6, round(16 + SIDE - at, 1), "end", told) + text.format(
        round(LEFT + at, 1), SIDE + 36, "middle", told
    )


def _point(point: Point, whole: int) -> Markup:
    return Markup('<circle class="gateway-chart__point" cx="{}" cy="{}" r="{}"></circle>').format(
        round(LEFT + point.predicted / whole * SIDE, 1), round(12 + SIDE - point.observed / whole * SIDE, 1), RADIUS
    )
