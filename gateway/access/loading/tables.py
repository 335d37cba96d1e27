"""CSV files of a policy release, read strictly: exact header, exact number of cells, no quotes, no spaces around.

decisions.csv (the golden table) and sensitive_codes.csv are read here; policy.csv, which has no header, in rules.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from gateway.access.loading.faults import Faults
from gateway.access.loading.words import Words
from gateway.access.release import GoldenRow, SensitiveCode
from gateway.access.vocabulary import NO_AGREEMENT

GOLDEN = "decisions.csv"
CODES = "sensitive_codes.csv"
_GOLDEN_COLUMNS = ("role", "purpose", "resource", "action", "scope", "view", "agreement")
_CODES_COLUMNS = ("system", "code", "topic", "from", "to", "source")
_TOPICS = ("HIV", "fertility", "gender", "sexual health", "termination")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CODE = {
    "icd_10": re.compile(r"[A-Z][0-9]{2}[0-9]?"),
    "opcs_4": re.compile(r"[A-Z][0-9]{2}[0-9]?"),
    "register": re.compile(r"[A-Z]+"),
}


def golden(text: str, words: Words, faults: Faults) -> tuple[GoldenRow, ...]:
    """Rows of the golden table: known words, each cell once, in order."""
    found: list[GoldenRow] = []
    for number, cells in _rows(GOLDEN, text, _GOLDEN_COLUMNS, faults):
        role, purpose, resource, action, scope, view, agreement = cells
        words.check(cells, (GOLDEN, number), faults)
        row = GoldenRow((role, purpose, resource, action), scope, view, _key(agreement), number)
        if found and row.cell <= found[-1].cell:
            faults.add(GOLDEN, number, "the row stands twice or out of order", "sort the rows and keep each once")
        found.append(row)
    return tuple(found)


def _key(agreement: str) -> str:
    return "" if agreement == NO_AGREEMENT else agreement


def sensitive_codes(text: str, faults: Faults) -> tuple[SensitiveCode, ...]:
    """Rows of the sensitive list."""
    found: dict[tuple[str, str, str], SensitiveCode] = {}
    for number, cells in _rows(CODES, text, _CODES_COLUMNS, faults):
        system, code, topic, first, last, source = cells
        _code(system, code, number, faults)
        faults.unless_known(topic, _TOPICS, "topic", (CODES, number))
        if not source:
            faults.add(CODES, number, "the row has no source", "say from where the code is known")
        days = [_day(day, number, faults) for day in (first, last)]
        if days[0] is None or (days[1] is not None and days[1] < days[0]):
            faults.add(CODES, number, "the row has no first day, or ends before it begins", "write from as YYYY-MM-DD")
        if (system, code, first) in found:
            faults.add(CODES, number, "the code stands twice", "keep one row for each code and first day")
        found[system, code, first] = SensitiveCode(system, code, topic, days[0] or date.min, days[1], source)
    return tuple(found.values())


def _code(system: str, code: str, number: int, faults: Faults) -> None:
    if not faults.unless_known(system, _CODE, "code system", (CODES, number)):
        return
    if not _CODE[system].fullmatch(code):
        mend = "write it without a dot, three or four characters"
        faults.add(CODES, number, f"this is no code of {system}", mend)


def _day(text: str, number: int, faults: Faults) -> date | None:
    day = _iso(text)
    if text and day is None:
        faults.add(CODES, number, "this is no date", "write YYYY-MM-DD")
    return day


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:  # the 30th of February has the form, and is no date
        return None


def _rows(file: str, text: str, columns: tuple[str, ...], faults: Faults) -> Iterator[tuple[int, list[str]]]:
    header, *lines = text.removesuffix("\n").split("\n")
    if header != ",".join(columns):
        faults.add(file, 1, "the header is another one", f"write {','.join(columns)}")
        return
    if not lines:
        faults.add(file, 1, "there is no row under the header", "put the shipped ones back")
    for number, line in enumerate(lines, start=2):
        cells = split(file, number, line, faults)
        if len(cells) == len(columns):
            yield number, cells
        else:
            rule = f"the row has {len(cells)} cells, not {len(columns)}"
            faults.add(file, number, rule, f"write {','.join(columns)}")


def split(file: str, number: int, line: str, faults: Faults) -> list[str]:
    """Cells of a line; quotes and spaces around a cell are faults, since Casbin reads over them."""
    cells = line.split(",")
    if any(cell != cell.strip() for cell in cells):
        faults.add(file, number, "a cell has spaces around it", "remove them")
    if '"' in line or "'" in line:
        faults.add(file, number, "the line has a quote", "remove it: no cell needs one")
    return cells
