"""The identifiers of the field, parsed once at the edge and trusted after that.

NHS number: ten digits, the last a modulus-11 check digit (NHS Data Dictionary, NHS NUMBER).
Organisation codes: ODS, three to six upper-case letters or digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

_ORGANISATION = re.compile(r"[A-Z0-9]{3,6}")
_PRACTICE = re.compile(r"[A-Z][0-9]{5}")
_PSEUDONYM = re.compile(r"[A-Z]{24}")
_AGREEMENT = re.compile(r"DARS-NIC-[0-9]{3,6}-[A-Z0-9]{5}")
_GROUP = re.compile(r"[0-9]+")
_WEIGHTS = range(10, 1, -1)
_DIGITS = 10


def check_digit(nine_digits: str) -> int | None:
    """Modulus-11 check digit of an NHS number's first nine digits, or None where no number has them."""
    remainder = 11 - sum(int(digit) * weight for digit, weight in zip(nine_digits, _WEIGHTS, strict=True)) % 11
    return None if remainder == _DIGITS else remainder % 11


def is_nhs_number(text: str) -> bool:
    """Whether `text` is ten ASCII digits with the right check digit, not all the same."""
    return (
        len(text) == _DIGITS
        and text.isascii()
        and text.isdigit()
        and len(set(text)) > 1
        and check_digit(text[:9]) == int(text[9])
    )


def holds_nhs_number(run: str) -> bool:
    """Whether ten digits that are one begin and end with a group of a run: '999 123 4567 3' has '9991234567'."""
    groups = _GROUP.findall(run)
    return any(is_nhs_number(ten) for start in range(len(groups)) if (ten := _first_ten(groups[start:])))


def _first_ten(groups: list[str]) -> str:
    """The first groups together where they are ten digits long; else nothing."""
    digits = ""
    for group in groups:
        digits += group
        if len(digits) >= _DIGITS:
            break
    return digits if len(digits) == _DIGITS else ""


@dataclass(frozen=True, slots=True, repr=False)
class NHSNumber:
    """One patient's NHS number; `repr` and `str` show no digit of it, so that no log or traceback can."""

    _digits: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError, without the value, when `text` (spaces and hyphens aside) is no valid NHS number."""
        digits = text.replace(" ", "").replace("-", "")
        if not is_nhs_number(digits):
            message = "not a valid NHS number"
            raise ValueError(message)
        return cls(digits)

    def __repr__(self) -> str:
        """Never a digit."""
        return "NHSNumber(…)"

    def for_display(self) -> str:
        """3-3-4, as NHS pages show it."""
        return f"{self._digits[:3]} {self._digits[3:6]} {self._digits[6:]}"

    def for_storage(self) -> str:
        """The ten digits, for a store's key column and the log's token alone."""
        return self._digits


@dataclass(frozen=True, slots=True)
class _Code:
    """A code of one fixed shape."""

    value: str

    def __str__(self) -> str:
        """The code itself."""
        return self.value


def _matching(pattern: re.Pattern[str], text: str, name: str) -> str:
    if not pattern.fullmatch(text):
        message = f"not a valid {name}"
        raise ValueError(message)
    return text


class OrganisationCode(_Code):
    """ODS code of any organisation: a commissioner (06Q), a provider (ZZ9), a practice."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError."""
        return cls(_matching(_ORGANISATION, text, "organisation code"))


class PracticeCode(_Code):
    """ODS code of a GP practice: a letter and five digits."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError."""
        return cls(_matching(_PRACTICE, text, "practice code"))


class Pseudonym(_Code):
    """24 letters that stand for a person within one agreement, recipient, purpose and epoch."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError."""
        return cls(_matching(_PSEUDONYM, text, "pseudonym"))


class AgreementReference(_Code):
    """A data sharing agreement's reference in NHS Digital's register."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError."""
        return cls(_matching(_AGREEMENT, text, "agreement reference"))
