"""Tables as one HTML file for paper or a screen without the gateway: no script, no style, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from gateway.catalogue.words import label

Cell = str | int | float | None
Table = tuple[str, str, Sequence[str], Sequence[Sequence[Cell]]]  # title, line, columns, rows


def page(title: str, line: str, tables: Iterable[Table]) -> str:
    """The whole file; every text is escaped."""
    parts = [f"<h1>{escape(title)}</h1>", f"<p>{escape(line)}</p>", *map(_table, tables)]
    head = f'<meta charset="utf-8"><title>{escape(title)}</title>'
    return f'<!doctype html>\n<html lang="en-GB"><head>{head}</head><body>\n' + "\n".join(parts) + "\n</body></html>\n"


def _table(table: Table) -> str:
    title, line, columns, rows = table
    head = f"<h2>{escape(title)}</h2>\n<p>{escape(line)}</p>"
    if not rows:
        return f"{head}\n<p>None.</p>"
    headers = "".join(f'<th scope="col">{escape(label(name))}</th>' for name in columns)
    lines = ("".join(f"<td>{escape('' if cell is None else str(cell))}</td>" for cell in row) for row in rows)
    body = "\n".join(f"<tr>{line}</tr>" for line in lines)
    return f"{head}\n<table border='1'><thead><tr>{headers}</tr></thead>\n<tbody>{body}</tbody></table>"
