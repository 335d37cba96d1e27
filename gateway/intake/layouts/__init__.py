"""The layouts of the files that arrive: columns in order, type, whether a value is required, and the rule in words.

The data files beside this module are the project's own description of published layouts (Secondary Uses Service,
Emergency Care Data Set, GP extract, National Tariff and ODS files); `json_schema` gives each as a JSON table schema.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

_TYPES = {"int": "integer", "date": "date", "decimal": "number", "money": "number", "bool": "boolean"}


@dataclass(frozen=True, slots=True)
class Field:
    """One column. type: int, date, decimal, money (pounds), bool, sctid, text or anN (N characters at most)."""

    name: str
    type: str
    required: bool
    rule: str

    @property
    def longest(self) -> int | None:
        """Characters at most, where the layout says."""
        return int(self.type[2:]) if self.type[:2] == "an" and self.type[2:].isdigit() else None


@dataclass(frozen=True, slots=True)
class Layout:
    """A file's columns, in order."""

    name: str
    fields: tuple[Field, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns, as the first line has them."""
        return tuple(field.name for field in self.fields)


@lru_cache(maxsize=64)
def layout(name: str) -> Layout:
    """The layout of that name. Raises KeyError."""
    if name not in names():
        raise KeyError(name)
    text = _data().joinpath(f"{name}.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    fields = (Field(row["column"], row["type"], row["required"] == "yes", row["rule"]) for row in rows)
    return Layout(name, tuple(fields))


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Every layout's name, in order."""
    return tuple(sorted(file.name.removesuffix(".csv") for file in _data().iterdir() if file.name.endswith(".csv")))


def json_schema(of: Layout) -> dict[str, Any]:
    """The layout as a table schema (Frictionless Data, Table Schema)."""
    fields = [
        {
            "name": field.name,
            "type": _TYPES.get(field.type, "string"),
            "description": field.rule,
            "constraints": {"required": field.required} | ({"maxLength": field.longest} if field.longest else {}),
        }
        for field in of.fields
    ]
    return {"name": of.name, "fields": fields}


def _data() -> Any:  # noqa: ANN401 importlib's Traversable
    return resources.files("gateway.intake.layouts").joinpath("data")
