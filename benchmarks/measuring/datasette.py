"""Datasette, in the environment of programs that we are compared with."""

from __future__ import annotations

from pathlib import Path

from measuring.environment import program


def command(rows: Path, port: int, *, lean: bool = False) -> list[object]:
    """Serve one file as it comes; lean: the file is taken for immutable and no facet is suggested, both faster."""
    file = ("--immutable", rows, "--setting", "suggest_facets", "off") if lean else (rows,)
    return [program("datasette"), "serve", *file, "--host", "127.0.0.1", "--port", port]


def page(rows: Path) -> str:
    """The address of the table's first 50 rows."""
    return f"/{rows.stem}/worklist?_size=50"


def lean_page(rows: Path, practice: str) -> str:
    """The address of the rows that one practice's list has, by score."""
    return f"{page(rows)}&practice_code={practice}&at_risk=1&_sort_desc=score"
