"""What the planted truth permits: how well anybody can tell the next year who reads all that the files tell.

A person's rate has a part that no file tells. What was told (age, conditions, deprivation) and how many emergencies
there were give its exact posterior, and with it the chance of an admission; their area under the curve is the most
that can be expected of any method, where the rates themselves (`attainable_discrimination`) cannot be known.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gateway.synthetic.hospital import YEARS
from gateway.synthetic.population import HIGHEST_RATE, PLANTED_ADMISSIONS, RATE_OF_PLANTED, UNTOLD_SHAPE

Floats = NDArray[np.float64]
_POINTS = 600
_MOST_PLANTED = 0.99  # of the smallest set of files, where it is everybody, somebody has to be left
_LARGEST_UNTOLD = 16.0  # a gamma of mean 1 and this shape is never larger, in any population of this size


def chances(told: Floats, emergencies: NDArray[np.int64], planted_share: float) -> Floats:
    """Of each person the chance of one emergency or more in a year.

    told: the rate that the files tell of. emergencies: how many in the YEARS that the files cover.
    planted_share: of people whose rate was raised and who were given two admissions, which no file tells either.
    """
    pairs = np.stack([told, emergencies.astype(float)], axis=1)
    kinds, of = np.unique(pairs, axis=0, return_inverse=True)
    found = np.concatenate([_of_kinds(part, planted_share) for part in np.array_split(kinds, len(kinds) // 5000 + 1)])
    return found[of.reshape(-1)]


def _of_kinds(kinds: Floats, planted_share: float) -> Floats:
    """By quadrature over the untold part, on a grid that is fine where it is small."""
    edges = np.linspace(0, _LARGEST_UNTOLD ** (1 / 3), _POINTS + 1) ** 3
    untold = (edges[1:] + edges[:-1]) / 2
    prior = untold ** (UNTOLD_SHAPE - 1) * np.exp(-UNTOLD_SHAPE * untold) * np.diff(edges)
    prior /= prior.sum()
    told, many, share = kinds[:, :1], kinds[:, 1:], min(planted_share, _MOST_PLANTED)
    rate = np.minimum(told * untold, HIGHEST_RATE)
    raised = np.maximum(rate, RATE_OF_PLANTED)
    plain = (1 - share) * prior * _poisson(many, rate * YEARS)
    planted = share * prior * _poisson(many - PLANTED_ADMISSIONS, raised * YEARS)
    none = (plain * np.exp(-rate) + planted * np.exp(-raised)).sum(axis=1)
    chance: Floats = 1 - none / (plain + planted).sum(axis=1)
    return chance


def _poisson(many: Floats, mean: Floats) -> Floats:
    """The Poisson probability of a count; 0 below none."""
    whole = np.maximum(many, 0)
    logarithms = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, whole.max() + 1)))])
    logs = whole * np.log(mean) - mean - logarithms[whole.astype(np.int64)]
    likely: Floats = np.where(many < 0, 0.0, np.exp(logs))
    return likely
