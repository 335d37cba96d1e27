"""The tables of `population_work.db` and the steps from one version to the next."""

from __future__ import annotations

from pathlib import Path

from gateway.stores.migrations import bring_up, create_file
from gateway.stores.outbox import OUTBOX
from gateway.stores.population_work import cohorts
from gateway.stores.vault import Vault

NAME = "population_work"
FILE = "population_work.db"
_FIRST = (OUTBOX,)
STEPS = (_FIRST, cohorts.STEP)


def create(vault: Vault, home: Path) -> None:
    """An empty store of the newest version."""
    create_file(vault, NAME, home / FILE, STEPS)


def migrate(vault: Vault, home: Path) -> int:
    """Bring the store to the newest version; which that is."""
    return bring_up(vault, NAME, home / FILE, STEPS)
