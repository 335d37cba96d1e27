"""The two doors for tests of what they take in: an installation of each for all of them, emptied for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.ceff import Ceff, opened
from tests.builders.processor import Processor, made
from tests.builders.processor import opened as processor_opened


@pytest.fixture(scope="session")
def _ceff(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ceff]:
    with opened(tmp_path_factory.mktemp("ceff")) as ceff:
        yield ceff


@pytest.fixture
def ceff(_ceff: Ceff, tmp_path: Path) -> Ceff:
    return _ceff.emptied(tmp_path)


@pytest.fixture(scope="session")
def _processor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processor]:
    with processor_opened(made(tmp_path_factory.mktemp("processor") / "installation")) as processor:
        yield processor


@pytest.fixture
def processor(_processor: Processor) -> Processor:
    return _processor.emptied()
