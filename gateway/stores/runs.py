"""A store that each risk run writes anew and nobody alters: rows for a Grant, of the run that is served."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from gateway.access.grant import Grant, ViewPart
from gateway.errors import NotFound
from gateway.stores.generations import READ_ABOUT, Generations
from gateway.stores.reading import read
from gateway.stores.result import Result, Rows
from gateway.stores.vault import Connection, Vault

THERE = "SELECT 1 FROM sqlite_schema WHERE name = ?"
PERSON = "person"


class RunStore:
    """statements: a SELECT by table. subject_class: of the columns that say whom a row is about, for the log.

    later: tables that a run of an earlier program may lack, and that tell of no person: they are empty then.
    """

    name = ""
    subject_class = ""
    statements: Mapping[str, str] = MappingProxyType({})
    later: frozenset[str] = frozenset()

    def __init__(self, vault: Vault, home: Path) -> None:
        """Nothing is opened yet."""
        self._generations = Generations(vault, home, self.name)

    def select(self, grant: Grant) -> Result:
        """Rows of the grant's view. Raises NotFound where the one person asked for is not within the scope."""
        run, connection = self._generations.get()
        parts = {part.name: self._rows(connection, grant, part) for part in grant.view.parts}
        if PERSON in parts and not parts[PERSON].rows:
            raise NotFound
        subjects = dict.fromkeys(one for part in parts.values() for one in part.of_class(self.subject_class))
        about = dict(connection.execute(READ_ABOUT).fetchall())
        return Result(self.name, parts, tuple(subjects), f"run {run}", about)

    def _rows(self, connection: Connection, grant: Grant, part: ViewPart) -> Rows:
        if part.table in self.later and not connection.execute(THERE, (part.table,)).fetchone():
            return Rows(part.columns, (), 0 if part.counted else None, page_size=part.page_size)
        return read(connection, self.statements[part.table], grant, part)

    def version(self) -> int:
        """The run that is served."""
        return self._generations.version()
