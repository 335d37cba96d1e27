"""A commissioner's criteria for a group of patients: bands, conditions and use, never a list of people (RS-6).

Any value of one criterion is enough, and every criterion has to hold. The words are those of the practice's work list,
which evaluates them. Whatever is not exactly so is refused with one sentence.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from gateway.catalogue.worklist import REGISTERS, USES

AGES = (*(f"{age} to {age + 4}" for age in range(0, 90, 5)), "90 and over")
AGE_BANDS = (*AGES, "Not known")
SEXES = ("Female", "Male", "Not known")
BANDS = ("Very high", "High", "At risk")
ADMISSIONS, CONDITION = "admissions", "condition"
MOST_ADMISSIONS = 20
CHOICES: Mapping[str, tuple[str, ...]] = {  # criterion → its values, in the order in which they are kept and told
    "age_band": AGE_BANDS,
    "sex": SEXES,
    "band": BANDS,
    CONDITION: tuple(REGISTERS),
    "use": USES,
}
LABELS: Mapping[str, str] = {
    "age_band": "Age band",
    "sex": "Sex",
    "band": "Risk band",
    CONDITION: "Condition",
    "use": "Kind of hospital use",
    ADMISSIONS: "Emergency admissions in 12 months",
}
NAMES = tuple(LABELS)
NO_OBJECT = 'criteria are one JSON object, such as {"condition": ["DM"], "admissions": 2}'
NO_SENSITIVE: frozenset[str] = frozenset()


class CriteriaFault(ValueError):
    """What was given is no criteria; its text is one sentence that says how to mend it and repeats no value."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """At least one criterion. any_of: by name, some of its CHOICES; admissions: so many or more, 0 for no bound."""

    any_of: Mapping[str, tuple[str, ...]]
    admissions: int = 0

    def canonical(self) -> str:
        """JSON that is the same for the same criteria, whatever their order or repetition."""
        told: dict[str, object] = {name: list(values) for name, values in self.any_of.items()}
        if self.admissions:
            told[ADMISSIONS] = self.admissions
        return json.dumps(told, sort_keys=True, separators=(",", ":"))

    def question(self) -> dict[str, str | int | tuple[str, ...]]:
        """The same as filters of the work list."""
        found: dict[str, str | int | tuple[str, ...]] = {name: _worded(name, had) for name, had in self.any_of.items()}
        if self.admissions:
            found[ADMISSIONS] = self.admissions
        return found

    def in_words(self) -> str:
        """The same as one line."""
        told = [f"{LABELS[name]}: {' or '.join(_worded(name, had))}" for name, had in self.any_of.items()]
        if self.admissions:
            told.append(f"{LABELS[ADMISSIONS]}: {self.admissions} or more")
        return "; ".join(told)


def parse(text: str, sensitive: Collection[str] = NO_SENSITIVE) -> Criteria:
    """Criteria of a JSON text. sensitive: codes of registers that stand in no cohort today. Raises CriteriaFault."""
    try:
        given = json.loads(text, object_pairs_hook=_once)
    except CriteriaFault:
        raise
    except (ValueError, RecursionError) as error:
        raise CriteriaFault(NO_OBJECT) from error
    if not isinstance(given, _Pairs):
        raise CriteriaFault(NO_OBJECT)
    return of(given.whole, sensitive)


def parse_words(words: Iterable[str], sensitive: Collection[str] = NO_SENSITIVE) -> Criteria:
    """Criteria of `name=value,value` words. Raises CriteriaFault."""
    given: dict[str, object] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise CriteriaFault("write each criterion as name=value, several values with commas between them")
        if name in given:
            raise CriteriaFault("write each criterion once, with its values after one '=' and commas between them")
        values = [one.strip() for one in value.split(",")]
        given[name] = _number(values) if name == ADMISSIONS else values
    return of(given, sensitive)


def of(given: Mapping[str, object], sensitive: Collection[str] = NO_SENSITIVE) -> Criteria:
    """Criteria of names and values. Raises CriteriaFault at the first thing that is not exactly so."""
    if not given:
        raise CriteriaFault(f"a cohort needs at least one criterion: {', '.join(NAMES)}")
    if given.keys() - set(NAMES):
        raise CriteriaFault(f"there is a criterion that is not known: choose from {', '.join(NAMES)}")
    any_of = {name: _values(name, given[name], sensitive) for name in CHOICES if name in given}
    return Criteria(any_of, _admissions(given[ADMISSIONS]) if ADMISSIONS in given else 0)


def _values(name: str, given: object, sensitive: Collection[str]) -> tuple[str, ...]:
    if not isinstance(given, list) or not given or not all(isinstance(one, str) for one in given):
        raise CriteriaFault(f"{name} is a list of one or more texts")
    legal = tuple(one for one in CHOICES[name] if name != CONDITION or one not in sensitive)
    if set(given) - set(legal):
        raise CriteriaFault(f"{name} has a value that is not known: choose from {', '.join(legal)}")
    return tuple(one for one in legal if one in given)


def _admissions(given: object) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= MOST_ADMISSIONS:
        raise CriteriaFault(f"{ADMISSIONS} is a whole number from 1 to {MOST_ADMISSIONS}: so many or more")
    return given


def _number(values: list[str]) -> object:
    [*more, last] = values
    return int(last) if not more and last.isascii() and last.isdigit() and len(last) <= 2 else values  # noqa: PLR2004 digits of MOST_ADMISSIONS


def _worded(name: str, values: tuple[str, ...]) -> tuple[str, ...]:
    told: Callable[[str], str] = REGISTERS.__getitem__ if name == CONDITION else str
    return tuple(map(told, values))


class _Pairs:
    """An object of the JSON, so that a name that stands twice in it is seen."""

    def __init__(self, whole: dict[str, object]) -> None:
        self.whole = whole


def _once(pairs: list[tuple[str, object]]) -> _Pairs:
    whole = dict(pairs)
    if len(whole) < len(pairs):
        raise CriteriaFault("a criterion stands twice: write each once, with all its values")
    return _Pairs(whole)
