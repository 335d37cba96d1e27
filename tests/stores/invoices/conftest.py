"""The invoices store behind its own door: one installation for all tests, emptied for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.ceff import Ceff, opened


@pytest.fixture(scope="session")
def _ceff(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ceff]:
    with opened(tmp_path_factory.mktemp("ceff")) as ceff:
        yield ceff


@pytest.fixture
def ceff(_ceff: Ceff, tmp_path: Path) -> Ceff:
    return _ceff.emptied(tmp_path)
