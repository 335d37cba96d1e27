"""Stages one below the other as SVG: what goes on from each to the next, and beside it what stays behind there.

No inline style: the classes are in static/gateway.css, so that the Content-Security-Policy holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH, BOX, LINE, GAP, LEFT = 640, 300, 20, 28, 10
_TOP = 44  # of a box: its name and what goes on


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage. went: what goes on, in words. left: what stays behind, a line each."""

    name: str
    went: str
    left: tuple[str, ...] = ()


def flow(title: str, description: str, stages: Sequence[Stage]) -> Markup:
    """An <svg> with title and description, a box for each stage and an arrow to the next. Nothing for nothing."""
    if not stages:
        return Markup("")
    drawn, top = Markup(""), 4
    for place, stage in enumerate(stages):
        drawn += _box(stage, top)
        bottom = top + _height(stage)
        if place + 1 < len(stages):
            drawn += _arrow(bottom)
        top = bottom + GAP
    return Markup(
        '<svg class="gateway-chart" role="img" viewBox="0 0 {} {}" aria-label="{}">'
        "<title>{}</title><desc>{}</desc>{}</svg>"
    ).format(WIDTH, top - GAP + 4, title, title, description, drawn)


def _height(stage: Stage) -> int:
    return max(_TOP + 8, len(stage.left) * LINE + 12)


def _box(stage: Stage, top: int) -> Markup:
    box = Markup(
        '<rect class="gateway-chart__kind-2" x="{}" y="{}" width="{}" height="{}"></rect>'
        '<text x="{}" y="{}">{}</text><text x="{}" y="{}">{}</text>'
    ).format(LEFT, top, BOX, _height(stage), LEFT + 12, top + 20, stage.name, LEFT + 12, top + 40, stage.went)
    if not stage.left:
        return box
    middle = top + _height(stage) // 2
    box += Markup('<line class="gateway-chart__line" x1="{}" y1="{}" x2="{}" y2="{}"></line>').format(
        LEFT + BOX, middle, LEFT + BOX + 24, middle
    )
    for place, line in enumerate(stage.left):
        box += Markup('<text x="{}" y="{}">{}</text>').format(LEFT + BOX + 32, top + 20 + place * LINE, line)
    return box


def _arrow(top: int) -> Markup:
    middle, end = LEFT + BOX // 2, top + GAP
    return Markup(
        '<line class="gateway-chart__line" x1="{}" y1="{}" x2="{}" y2="{}"></line><polygon points="{},{} {},{} {},{}">'
        "</polygon>"
    ).format(middle, top, middle, end - 6, middle - 5, end - 8, middle + 5, end - 8, middle, end)
