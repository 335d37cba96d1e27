"""A run that is served: Anna and Ben are at risk in one practice, Cara in another, Dev in none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.builders.deliveries import ANNA, BEN, CARA, DEV, THERE, Rows, patient, spell
from tests.builders.processor import Processor, made, opened


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processor]:
    with opened(made(tmp_path_factory.mktemp("risk") / "installation")) as processor:
        stays = {ANNA: 3, BEN: 2, CARA: 2, DEV: 1}
        rows = Rows(apc=[], gp_patient=[patient(ANNA), patient(BEN), patient(CARA, THERE), patient(DEV)])
        for at, who in enumerate(who for who, many in stays.items() for _ in range(many)):
            rows.apc.append(spell(10 * at + 10, who))
        processor.taken(rows.written(tmp_path_factory.mktemp("files")))
        yield processor
