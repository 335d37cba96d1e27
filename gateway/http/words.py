"""The catalogue's words as filters and globals of every template."""

from __future__ import annotations

from flask import Flask

from gateway.catalogue import words


def attach(app: Flask) -> None:
    """Filters: `nhs_number` 3-3-4, `day` as '31 March 2026', `label` of a column, `pounds` of pence, `count`."""
    app.jinja_env.filters.update(
        nhs_number=words.nhs_number,
        day=words.day,
        moment=words.moment,
        local=words.local,
        label=words.label,
        numeric=words.is_numeric,
        pounds=words.pounds,
        count=words.count,
        shown=words.shown,
        band_colour=words.band_colour,
    )
