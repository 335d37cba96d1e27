"""Patient data where none may be: an NHS number in a field of free form, a birth date or postcode column (IV-2, IV-3).

A number may have spaces, hyphens, dots or slashes between its groups; digits joined to other digits are another number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gateway.identifiers import is_nhs_number

_RUN = re.compile(r"[0-9](?:[ \-./]?[0-9]){9,}", re.ASCII)
_GROUP = re.compile(r"[0-9]+", re.ASCII)
_COLUMN = re.compile(r"birth|(^|_)dob(_|$)|post_?code")
_TEN = 10


def holds_nhs_number(text: str) -> bool:
    """Whether ten digits with the right check digit stand somewhere in the text."""
    return any(is_nhs_number(ten) for run in _RUN.finditer(text) for ten in _tens(run.group()))


def personal_columns(header: Iterable[str]) -> tuple[str, ...]:
    """The columns of a file that hold a birth date or a postcode, by their names."""
    return tuple(name for name in header if _COLUMN.search(name.lower().replace(" ", "_")))


def _tens(run: str) -> Iterator[str]:
    """Every ten digits that begin and end with a group of the run: '999 123 4567 3' has '9991234567'."""
    groups = _GROUP.findall(run)
    for start in range(len(groups)):
        digits = ""
        for group in groups[start:]:
            digits += group
            if len(digits) >= _TEN:
                break
        if len(digits) == _TEN:
            yield digits
