"""The filters of the work list as people choose them, the tags that take them out again, and the way back to a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MultiDict

from gateway.catalogue import worklist as words
from gateway.catalogue.cohort import AGE_BANDS, BANDS, SEXES
from gateway.enforcement.work_list import ME, NO, NOBODY, YES
from gateway.web import choices

LIST = "/practice/worklist"
Option = tuple[str, str]  # what is sent, what is read


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: its name in an address, its label, and the choices besides 'All'."""

    name: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Tag:
    """A filter that is on; href: the same list without it."""

    label: str
    value: str
    href: str


def _same(values: Iterable[str]) -> tuple[Option, ...]:
    return tuple((value, value) for value in values)


FIRST = (
    Filter("band", "Band", _same(BANDS)),
    Filter("age_band", "Age band", _same(AGE_BANDS)),
    Filter("condition", "Condition", _same(sorted(words.REGISTERS.values()))),
    Filter("reviewed", "Reviewed", ((NO, "Not reviewed"), (YES, "Reviewed"), *words.OUTCOMES.items())),
)
MORE = (
    Filter(
        "admissions", "Emergency admissions in 12 months", tuple((str(n), f"{n} or more") for n in (1, 2, 3, 4, 5, 8))
    ),
    Filter("use", "Kind of hospital use", _same(words.USES)),
    Filter("since", "Since the last run", _same(words.CHANGES)),
    Filter("sex", "Sex", _same(SEXES)),
    Filter("correction", "Corrections", ((YES, "Only whom we corrected"), *words.CORRECTIONS.items())),
)
QUICK = (
    *(("since", value, value) for value in (words.NEW, words.UP)),
    ("reviewed", NO, "Not reviewed"),
    ("assigned", ME, "Assigned to me"),
)
NAMES = frozenset({*(one.name for one in (*FIRST, *MORE)), "assigned", "sort"})


def assigned(whose: Sequence[str]) -> Filter:
    """Who has the patient: oneself, nobody, or one of `whose`."""
    return Filter("assigned", "Assigned to", ((ME, "Me"), (NOBODY, "Nobody"), *_same(whose)))


def quick(given: MultiDict[str, str]) -> list[Option]:
    """Address and words of what is asked most, beside the filters that are on, where it is not on already."""
    return [
        (f"{LIST}{choices.address(given, **{name: value}, page='')}", told)
        for name, value, told in QUICK
        if given.get(name) != value
    ]


def tags(given: MultiDict[str, str]) -> list[Tag]:
    """Each filter that is on, in words."""
    named = {one.name: one for one in (*FIRST, *MORE, assigned(()))}
    found = []
    for name, values in given.lists():
        chosen = [value for value in values if value]
        if chosen and name not in {"sort", "page"}:
            one = named.get(name)
            label, told = (one.label, dict(one.options)) if one else (name, {})
            href = f"{LIST}{choices.address(given, **{name: ''}, page='')}".removesuffix("?")
            found.append(Tag(label, ", ".join(told.get(value, value) for value in chosen), href))
    return found


def question(text: str) -> str:
    """A query string with the list's own names and nothing else; whatever else was sent is left out."""
    return urlencode([(name, value) for name, value in parse_qsl(text) if name in NAMES])


def back(text: str, handle: str = "") -> str:
    """The address of the list that somebody came from, at the row of one patient."""
    asked = question(text)
    page = [value for name, value in parse_qsl(text) if name == "page" and value.isascii() and value.isdigit()]
    whole = "&".join(part for part in (asked, f"page={page[-1]}" if page else "") if part)
    return f"{LIST}{'?' * bool(whole)}{whole}{f'#{handle}' if handle else ''}"


def in_words(text: str) -> str:
    """A saved question as one line."""
    found = tags(MultiDict(parse_qsl(text)))
    return "; ".join(f"{tag.label}: {tag.value}" for tag in found) or "All patients at risk"
