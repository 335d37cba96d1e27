"""ICD-10 codes as SUS+ sends them: `||E119 ,J849 ||I801`: episodes, commas, stray spaces, no dots, X, A or D behind.

Also the reader of the tables beside this module, whose first line says where each comes from.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from importlib import resources

_CODE = re.compile(r"[A-Z][0-9]{2}[0-9]{0,2}")
_SEPARATOR = re.compile(r"[|,\s]+")


def diagnoses(text: str) -> tuple[str, ...]:
    """The distinct codes of a SUS+ diagnosis field, in order; a filler X and dagger A or asterisk D are taken off."""
    parts = (part.upper().replace(".", "") for part in _SEPARATOR.split(text))
    found = (_CODE.match(part) for part in parts)
    return tuple(dict.fromkeys(match.group() for match in found if match))


def categories(codes: Iterable[str]) -> frozenset[str]:
    """The three-character categories of codes."""
    return frozenset(code[:3] for code in codes)


def table(name: str) -> list[dict[str, str]]:
    """Rows of a table beside this module, without its source line."""
    lines = resources.files("gateway.risk").joinpath("data", name).read_text("utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))
