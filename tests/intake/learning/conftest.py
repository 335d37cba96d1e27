"""One trained model for all tests of what becomes of it."""

from __future__ import annotations

import pytest

from gateway.intake.learning.features import Past
from gateway.intake.learning.training import Trained, train
from tests.builders.populations import AS_OF, population


@pytest.fixture(scope="session")
def learned_from() -> Past:
    return population(4_000, seed=3)


@pytest.fixture(scope="session")
def trained(learned_from: Past) -> Trained:
    return train(learned_from, AS_OF, frozenset({"ALC"}), lambda _stage: None)
