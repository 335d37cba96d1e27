"""Patient data where none may be: an NHS number in a field of free form, a birth date or postcode column (IV-2, IV-3).

A number may have spaces, dashes, dots or slashes between its groups, and any sign where they are three, three and four;
digits joined to other digits are another number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gateway.identifiers import holds_nhs_number as holds_one

MAY_HOLD_NUMBER = r"[0-9](?:[^0-9A-Za-z]{0,3}[0-9]){9}"  # every text that holds one, and many that do not
_RUN = re.compile(r"[0-9](?:[\s\-\u2010-\u2015./]{0,2}[0-9]){9,}")
_IN_GROUPS = re.compile(r"(?<![0-9])[0-9]{3}[^0-9A-Za-z]{1,3}[0-9]{3}[^0-9A-Za-z]{1,3}[0-9]{4}(?![0-9])")
_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")
_COLUMN = re.compile(r"birth|(^|_)d_?o_?b(_|$)|post(al)?_?code|(^|_)pcd")


def holds_nhs_number(text: str) -> bool:
    """Whether ten digits with the right check digit stand somewhere in the text."""
    runs = (*_RUN.finditer(text), *_IN_GROUPS.finditer(text))
    return any(holds_one(run.group()) for run in runs)


def personal_columns(header: Iterable[str]) -> tuple[str, ...]:
    """The columns of a file that hold a birth date or a postcode, by their names."""
    return tuple(name for name in header if _COLUMN.search(_NOT_A_LETTER.sub("_", name.lower())))
