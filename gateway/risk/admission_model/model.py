"""A trained model: coefficients and what it was trained on, no person; its text has one form and one hash.

What it says of a person is whole thousandths of log-odds, a term for each group of columns, and these alone make the
percentage: the terms on a page add up to it exactly.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

import numpy as np

from gateway.risk.admission_model.columns import START, Facts, Floats, Integers, Use, column_names, group_of, matrix
from gateway.risk.admission_model.fitting import Fit

THOUSAND = 1000
_DIGITS = 6
Reference = dict[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Model:
    """intercept and coefficients (by column) of log-odds; index: the day it was fitted at, ISO; penalty: the ridge.

    reference: shares of the people it was fitted on, for what changes since (gateway.risk.admission_model.drift);
    edges: where its tenths of predictions begin.
    """

    index: str
    registers: tuple[str, ...]
    counted: tuple[str, ...]
    intercept: float
    coefficients: tuple[float, ...]
    penalty: float
    edges: tuple[float, ...]
    reference: Reference

    @property
    def uses(self) -> tuple[Use, ...]:
        """What hospital use it counts."""
        return tuple(Use(name) for name in self.counted)

    @property
    def columns(self) -> tuple[str, ...]:
        """Of its coefficients."""
        return column_names(self.registers, self.uses)

    @property
    def groups(self) -> tuple[str, ...]:
        """The terms of an explanation, the starting point first."""
        return (START, *dict.fromkeys(group_of(column) for column in self.columns))

    def text(self) -> str:
        """JSON, in one form."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))

    @property
    def sha256(self) -> str:
        """Of its text."""
        return hashlib.sha256(self.text().encode()).hexdigest()


def rounded(fit: Fit, index: str, facts: Facts, penalty: float) -> Model:
    """A fit as it is kept: six decimals, whatever order a machine adds in. facts: what it was fitted on."""
    return Model(
        index=index,
        registers=facts.names,
        counted=tuple(str(use) for use in facts.counted),
        intercept=round(fit.intercept, _DIGITS),
        coefficients=tuple(round(float(one), _DIGITS) for one in fit.coefficients),
        penalty=penalty,
        edges=(),
        reference={},
    )


def read(text: str) -> Model:
    """The model of a text."""
    told = json.loads(text)
    lists = {name: tuple(told[name]) for name in ("registers", "counted", "coefficients", "edges")}
    reference = {name: tuple(shares) for name, shares in told["reference"].items()}
    return Model(**{**told, **lists, "reference": reference})


def terms(model: Model, facts: Facts) -> Integers:
    """Thousandths of log-odds: a row for each person, a column for each of model.groups."""
    each = matrix(facts) * np.array(model.coefficients)
    made = np.empty((facts.size, len(model.groups)), dtype=np.int64)
    made[:, 0] = round(model.intercept * THOUSAND)
    of = [group_of(column) for column in model.columns]
    for at, group in enumerate(model.groups[1:], 1):
        mine = [place for place, name in enumerate(of) if name == group]
        made[:, at] = np.rint(each[:, mine].sum(axis=1) * THOUSAND)
    return made


def log_odds(summed: Integers) -> Floats:
    """Of thousandths."""
    found: Floats = summed / THOUSAND
    return found


def tenths_of_a_percent(summed: Integers) -> Integers:
    """The chance that the sum of a person's terms says: 1000 / (1 + e to the minus sum / 1000), a whole number."""
    found: Integers = np.rint(THOUSAND / (1 + np.exp(-log_odds(summed)))).astype(np.int64)
    return found
