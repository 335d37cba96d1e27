"""Server-side SVG beside a table with the same numbers: readable without colour, described for screen readers."""

from __future__ import annotations

from gateway.charts.bars import bars
from gateway.charts.columns import columns

__all__ = ["bars", "columns"]
