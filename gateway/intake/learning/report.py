"""What is told of a trained model: its card, and how it did on a year it was not fitted on; nobody can be found in it.

Counts of people are protected as everywhere (gateway.disclosure): groups jointly, the rest rounded and small ones
hidden, and no figure stands beside a hidden count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from gateway import __version__
from gateway.disclosure.lattice import EVERYONE, ProtectedCell, protect
from gateway.disclosure.rounding import HIDDEN, percentage, shown
from gateway.intake import words
from gateway.intake.learning.training import Trained, Year
from gateway.risk.admission_model import METHOD, TITLE, VERSION
from gateway.risk.admission_model.columns import Floats, label_of
from gateway.risk.admission_model.fitting import chance
from gateway.risk.admission_model.performance import (
    CRITERION,
    Performance,
    listed_above,
    listed_first,
    performance,
    tenths,
)

THRESHOLDS = (5, 10, 15, 20, 30, 40, 50)  # percent
LIST_SHARES = (0.5, 1, 2, 5, 10)  # percent of the people
GROUPS = ("age", "sex", "deprivation", "ethnicity", "practice")
_AGES, _AGE_WORDS = (18, 40, 65, 75, 85), ("0 to 17", "18 to 39", "40 to 64", "65 to 74", "75 to 84", "85 and over")
FEWEST_IN_A_GROUP = 20  # admitted, and not admitted: for a C statistic of a group
_DIGITS = 4
INTENDED = (
    "To order a practice's own list of patients, so that those who know them can offer help before an emergency.",
    "To plan services for a population, by its numbers.",
)
NOT_FOR = (
    "Deciding anything about a person by itself, or refusing or delaying care.",
    "People outside the population it was trained on, hospital stays that have begun, deaths, costs or elective care.",
    (
        "Claiming that listing people cuts admissions: in the PRISMATIC trial (Snooks and others 2018, Health Services "
        "and Delivery Research 6(1)) emergency admissions were slightly more once a risk score was in use, not fewer."
    ),
)
MISSING = (
    (
        "Whoever died, or left, is not in the present GP extract: those years are learned from the people who stayed, "
        "so that risk is told too low where it ends in death, above all of the old and of the dying."
    ),
    "Whoever registered after the index date is not learned from. Objectors and restricted records are not there.",
    (
        "Deprivation is of where a person lives now. Registers without a day, and what the GP extract tells of its own "
        "day alone (frailty index, smoking, body mass, repeat medicines, contacts), are not read."
    ),
    "Ethnicity is not read; how the model does by it is told.",
)


def report(trained: Trained, population: str) -> dict[str, Any]:
    """As JSON. population: whose people these are."""
    late, told = trained.validation, chance(trained.told)
    return {
        "card": _card(trained, population),
        "performance": figures(trained.tried),
        "calibrated": trained.tried.is_calibrated,
        "criterion": CRITERION,
        "tenths": [_tenth(one) for one in tenths(told, late.admitted)],
        "thresholds": list(_thresholds(told, late.admitted)),
        "lists": list(_lists(told, late.admitted)),
        "groups": list(_groups(late, trained.told)),
        "coefficients": _coefficients(trained),
        "penalties": {f"{penalty:g}": round(loss, 6) for penalty, loss in trained.losses.items()},
        "missing": _missing(late),
    }


def figures(tried: Performance) -> dict[str, Any]:
    """Of a year, counts protected."""
    told = {name: round(value, _DIGITS) for name, value in asdict(tried).items()}
    return {**told, "people": shown(tried.people), "admitted": shown(tried.admitted)}


def _card(trained: Trained, population: str) -> dict[str, Any]:
    fitted, tried, model = trained.fitted, trained.validation, trained.model
    return {
        "method": METHOD,
        "title": TITLE,
        "kind": VERSION,
        "population": population,
        "outcome": "a new emergency admission in the 12 months after the index date",
        "fitted": f"{fitted.index} to {fitted.until}",
        "validated": f"{tried.index} to {tried.until}",
        "refitted for use": f"{tried.index} to {tried.until}",
        "people": shown(tried.facts.size),
        "penalty": model.penalty,
        "not read, since what is held does not go back so far": [
            label_of(use, words.REGISTERS) for use in trained.left_out
        ],
        "intended use": INTENDED,
        "not for": NOT_FOR,
        "who is missing": MISSING,
        "gateway": __version__,
        "sha256": model.sha256,
    }


def _tenth(one: Any) -> dict[str, Any]:  # noqa: ANN401 a Slice
    people, admitted = shown(one.people), shown(one.admitted)
    return {
        "predicted": round(one.told * 100, 1),
        "people": people,
        "admitted": admitted,
        "observed": percentage(admitted, people),
    }


def _thresholds(told: Floats, admitted: Floats) -> Iterator[dict[str, Any]]:
    for least in THRESHOLDS:
        yield {"at least": least, **_list(*listed_above(told, admitted, least / 100), int(admitted.sum()))}


def _lists(told: Floats, admitted: Floats) -> Iterator[dict[str, Any]]:
    for share in LIST_SHARES:
        many = round(len(told) * share / 100)
        yield {"share": share, **_list(*listed_first(told, admitted, many), int(admitted.sum()))}


def _list(people: int, admitted: int, of: int) -> dict[str, str]:
    """A list as it may be shown, and the percentages that follow from what is shown."""
    listed, found = shown(people), shown(admitted)
    if 0 < people - admitted < FEWEST_IN_A_GROUP // 2:
        found = HIDDEN
    return {
        "people": listed,
        "admitted": found,
        "ppv": percentage(found, listed),
        "sensitivity": percentage(found, shown(of)),
    }


def _groups(late: Year, told: Floats) -> Iterator[dict[str, Any]]:
    """Each group with how the model did in it; nothing of a group whose counts are hidden."""
    values = _values(late)
    rows = zip(*(values[name] for name in GROUPS), strict=True)
    people = (
        (dict(zip(GROUPS, row, strict=True)), bool(admitted)) for row, admitted in zip(rows, late.admitted, strict=True)
    )
    for cell in protect(people, tuple((name,) for name in GROUPS)):
        if cell.cut != EVERYONE:
            mine = np.array([value == cell.value for value in values[cell.cut]])
            yield _group(cell, told[mine], late.admitted[mine])


def _group(cell: ProtectedCell, told: Floats, admitted: Floats) -> dict[str, Any]:
    figure: dict[str, Any] = {"group": cell.cut, "value": cell.value, "people": cell.people, "admitted": cell.at_risk}
    many = int(admitted.sum())
    if HIDDEN in (cell.people, cell.at_risk) or min(many, len(admitted) - many) < FEWEST_IN_A_GROUP:
        return figure | dict.fromkeys(("c", "low", "high", "ratio"))
    tried = performance(told, admitted)
    return figure | {name: round(getattr(tried, name), 3) for name in ("c", "low", "high", "ratio")}


def _values(late: Year) -> Mapping[str, list[str]]:
    """What each person is, by group, in words."""
    facts, people = late.facts, late.people
    places = np.digitize(np.nan_to_num(facts.age), _AGES)
    age = [
        words.NOT_KNOWN if unknown else _AGE_WORDS[at] for at, unknown in zip(places, np.isnan(facts.age), strict=True)
    ]
    in_words: Callable[[str, Mapping[str, str]], list[str]] = lambda column, by: (  # noqa: E731 said once, used twice
        people[column].fill_null("").replace_strict(dict(by), default=words.NOT_KNOWN).to_list()
    )
    fifths = [words.NOT_KNOWN if np.isnan(one) else f"{int((one + 1) // 2)} of 5" for one in facts.decile]
    return {
        "age": age,
        "sex": in_words("Sex", words.SEX),
        "deprivation": fifths,
        "ethnicity": in_words("Ethnic_Category", words.ETHNIC_GROUPS),
        "practice": people["practice"].to_list(),
    }


def _coefficients(trained: Trained) -> list[dict[str, Any]]:
    model = trained.model
    each = zip(model.columns, model.coefficients, strict=True)
    return [
        {"column": "start", "log_odds": model.intercept},
        *({"column": str(name), "log_odds": value} for name, value in each),
    ]


def _missing(late: Year) -> dict[str, str]:
    known = late.facts
    return {
        "age": shown(int(np.isnan(known.age).sum())),
        "sex": shown(int((~np.isin(known.sex, (1, 2))).sum())),
        "deprivation": shown(int(np.isnan(known.decile).sum())),
    }
