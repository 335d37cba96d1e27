"""Stage 7: the two risk stores of one run, written apart, each under its own key, and served from one renamed pointer.

With enforcement.desk the only module that names both stores; neither file has anything of the other's (ALL-5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from gateway.intake import changes, trends
from gateway.intake.earlier import Earlier, Move
from gateway.intake.held import unpacked
from gateway.stores import risk_identifiable as identifiable
from gateway.stores import risk_pseudonymised as pseudonymised
from gateway.stores.generations import Generation, path_of
from gateway.stores.risk_identifiable import pipeline
from gateway.stores.risk_identifiable import schema as identifiable_schema
from gateway.stores.risk_pseudonymised import schema as pseudonymised_schema
from gateway.stores.vault import Vault

Rows = Mapping[str, Iterable[tuple[object, ...]]]


class RunStores:
    """The stores of one run."""

    def __init__(self, vault: Vault, home: Path, run: int) -> None:
        """`run` is the number of the run to come."""
        self._vault, self._home, self._run = vault, home, run

    def earlier(self) -> Earlier:
        """What the run before knew of each handle, and who had moved then; nothing before the first."""
        return Earlier(
            trends.read(pipeline.trend(self._vault, self._home)),
            changes.unpacked(pipeline.explained(self._vault, self._home)),
            pipeline.practices(self._vault, self._home),
            tuple(Move(*one) for one in pipeline.moved(self._vault, self._home)),
            pipeline.listed(self._vault, self._home),
        )

    def held(self, kinds: Iterable[str]) -> dict[str, pl.DataFrame]:
        """Rows that the run before held, of these kinds; none before the first."""
        return unpacked(pipeline.held(self._vault, self._home, kinds))

    def handle_key(self) -> bytes:
        """The key of handles."""
        return self._vault.derived(identifiable.NAME, "handle")

    def pseudonym_key(self, use: str) -> bytes:
        """The key of pseudonyms for one agreement, recipient, purpose and epoch."""
        return self._vault.derived(pseudonymised.NAME, use)

    def write(self, identifiable_rows: Rows, pseudonymised_rows: Rows, about: Mapping[str, str]) -> dict[str, int]:
        """Write both; rows by store and table. Nothing is served until the pointer says so."""
        try:
            first = self._written(identifiable_schema, identifiable_rows, about)
            second = self._written(pseudonymised_schema, pseudonymised_rows, about)
        except BaseException:
            self.discard()
            raise
        return {**first, **second}

    def discard(self) -> None:
        """Remove the files of this run."""
        for name in (identifiable.NAME, pseudonymised.NAME):
            path_of(self._home, name, self._run).unlink(missing_ok=True)

    def _written(self, schema: object, rows: Rows, about: Mapping[str, str]) -> dict[str, int]:
        name, inserts = schema.NAME, schema.INSERTS  # type: ignore[attr-defined]
        generation = Generation(self._vault, self._home, name, self._run, schema.TABLES)  # type: ignore[attr-defined]
        counts = {f"{name}.{table}": generation.add(inserts[table], rows[table]) for table in inserts}
        generation.finish(about, schema.INDEXES)  # type: ignore[attr-defined]
        return counts


def is_whole(home: Path, run: int) -> bool:
    """Whether both files of a run are there."""
    return all(path_of(home, name, run).exists() for name in (identifiable.NAME, pseudonymised.NAME))
