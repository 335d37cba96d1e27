"""Each practice's own numbers: patients at risk exactly, for she may list them; everybody else as protected counts.

Beside each stands the percentage of all practices, where no single one can be made out of it
(docs/decisions/0019-practice-summary.md). Keeps RS-3 and ALL-5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from gateway.disclosure.lattice import EVERYONE, ProtectedCell, protect_alike
from gateway.disclosure.rounding import HIDDEN, SMALLEST_SHOWN, percentage, rounded, shown
from gateway.intake import words
from gateway.intake.linked import Linked, word

CUTS = (("age_band",), ("sex",), ("deprivation",))
BAND, CONDITION = "band", "condition"
FEWEST_PRACTICES = 4  # with at least 8 patients each in what is compared
LARGEST_LEFT_OUT = 2  # without whom 8 patients at risk have to be left
_NAMES = tuple(cut[0] for cut in CUTS)
Counts = Mapping[str, tuple[int, int]]  # by practice: at risk, and not at risk
Cell = tuple[str, str]  # cut and value


def rows(linked: Linked, lattice: Sequence[ProtectedCell]) -> Iterator[tuple[object, ...]]:
    """Rows of `summary`. lattice: the protected cells of the whole run, of which the averages are."""
    average = {(cell.cut, cell.value): cell.percentage for cell in lattice if not cell.cut_2}
    people = _people(linked)
    counts = {**_counts(people), **_conditions(linked, people)}
    protected = {**_protected(people), **_protected_conditions(counts)}
    whole = counts.get((EVERYONE, EVERYONE), {})
    for (cut, value), by_practice in counts.items():
        told = average.get((cut, value)) or _average(by_practice, whole)
        beside = told if _in_company(by_practice, whole) else HIDDEN
        for practice, (at_risk, _others) in by_practice.items():
            others = protected.get((practice, cut, value), "0")
            yield practice, cut, value, at_risk, others, share(at_risk, others), beside
    yield from _bands(people, whole, protected, lattice)


def share(at_risk: int, others: str) -> str:
    """Percentage at risk of those who are and the others as they are shown; hidden with them."""
    if others == HIDDEN:
        return HIDDEN
    return percentage(str(at_risk), str(at_risk + int(others)))


def _people(linked: Linked) -> pl.DataFrame:
    return linked.people.select(
        "NHS_Number", "practice", "at_risk", "age_band", word("Sex", words.SEX).alias("sex"), "deprivation", "band"
    )


def _counts(people: pl.DataFrame) -> dict[Cell, Counts]:
    """At risk and not, of each value of each cut, by practice; a practice without anybody there is left out."""
    whole = people.with_columns(pl.lit(EVERYONE).alias(EVERYONE))
    found: dict[Cell, dict[str, tuple[int, int]]] = {}
    for cut in (EVERYONE, *_NAMES):
        for practice, value, at_risk, others in _tallied(whole, cut):
            found.setdefault((cut, value), {})[practice] = (at_risk, others)
    return dict(found)


def _tallied(people: pl.DataFrame, value: str) -> list[tuple[str, str, int, int]]:
    at_risk = pl.col("at_risk").sum().cast(pl.Int64)
    tally = people.group_by("practice", value).agg(at_risk.alias("ill"), pl.len().cast(pl.Int64).alias("all"))
    return [
        (practice, told, ill, everybody - ill)
        for practice, told, ill, everybody in tally.sort("practice", value).iter_rows()
    ]


def _conditions(linked: Linked, people: pl.DataFrame) -> dict[Cell, Counts]:
    """Registers that may stand in a list, each counted once for a person (RS-5)."""
    rows = linked.gp["gp_condition"].filter(~pl.col("Register").is_in(list(linked.sensitive_registers)))
    each = rows.select("NHS_Number", word("Register", words.REGISTERS).alias(CONDITION)).unique()
    found: dict[Cell, dict[str, tuple[int, int]]] = {}
    for practice, value, at_risk, others in _tallied(each.join(people, on="NHS_Number"), CONDITION):
        found.setdefault((CONDITION, value), {})[practice] = (at_risk, others)
    return dict(found)


def _protected(people: pl.DataFrame) -> dict[tuple[str, str, str], str]:
    """Of each practice, how many are not at risk, protected together so that no small number comes back."""
    alike: dict[str, dict[tuple[tuple[str, ...], bool], int]] = {}
    others = people.filter(~pl.col("at_risk")).group_by("practice", *_NAMES).len().sort("practice", *_NAMES)
    for practice, *values, number in others.iter_rows():
        alike.setdefault(practice, {})[tuple(values), False] = number
    return {
        (practice, cell.cut, cell.value): cell.people
        for practice, counted in alike.items()
        for cell in protect_alike(counted, CUTS)
    }


def _protected_conditions(counts: Mapping[Cell, Counts]) -> dict[tuple[str, str, str], str]:
    """How many with a condition are not at risk; hidden too where few who are not at risk have it not."""
    whole = counts.get((EVERYONE, EVERYONE), {})
    found = {}
    for (cut, value), by_practice in counts.items():
        if cut != CONDITION:
            continue
        for practice, (_at_risk, others) in by_practice.items():
            without = whole[practice][1] - others
            told = HIDDEN if 0 < without < SMALLEST_SHOWN else shown(others)
            found[practice, cut, value] = told
    return found


def _in_company(by_practice: Counts, whole: Counts) -> bool:
    """Whether four practices have patients there, and no two of them make up those at risk, the others or the rest."""
    ill = [at_risk for at_risk, _others in by_practice.values()]
    well = [others for _at_risk, others in by_practice.values()]
    rest = [sum(whole[practice]) - sum(both) for practice, both in by_practice.items()]
    many = sum(sum(both) >= SMALLEST_SHOWN for both in by_practice.values()) >= FEWEST_PRACTICES
    return many and all(_left(numbers) for numbers in (ill, well, rest))


def _left(numbers: Sequence[int]) -> bool:
    """Whether nobody is there, or enough people without the largest two."""
    return not any(numbers) or sum(sorted(numbers)[:-LARGEST_LEFT_OUT]) >= SMALLEST_SHOWN


def _average(by_practice: Counts, whole: Counts) -> str:
    """The percentage of all practices for what is not in the lattice, from rounded counts."""
    ill = sum(at_risk for at_risk, _others in by_practice.values())
    well = sum(others for _at_risk, others in by_practice.values())
    small = any(0 < number < SMALLEST_SHOWN for number in (ill, well, sum(map(sum, whole.values())) - ill - well))
    return HIDDEN if small else percentage(str(rounded(ill)), str(rounded(ill + well)))


def _bands(
    people: pl.DataFrame, whole: Counts, protected: Mapping[tuple[str, str, str], str], lattice: Sequence[ProtectedCell]
) -> Iterator[tuple[object, ...]]:
    """Patients at risk by band, and the share that each is of the whole list; nobody there is not at risk."""
    every = {(cell.cut, cell.value): cell.people for cell in lattice if not cell.cut_2}
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for practice, value, at_risk, others in _tallied(people.filter(pl.col("at_risk")), BAND):
        found.setdefault(value, {})[practice] = (at_risk, others)
    for value, by_practice in found.items():
        average = percentage(every.get((BAND, value), HIDDEN), every.get((EVERYONE, EVERYONE), HIDDEN))
        beside = average if _in_company(by_practice, whole) else HIDDEN
        for practice, (at_risk, _none) in by_practice.items():
            rest = protected.get((practice, EVERYONE, EVERYONE), "0")
            told = HIDDEN if rest == HIDDEN else percentage(str(at_risk), str(whole[practice][0] + int(rest)))
            yield practice, BAND, value, at_risk, "0", told, beside
