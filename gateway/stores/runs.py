"""A store that each risk run writes anew and nobody alters: rows for a Grant, of the run that is served."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from gateway.access.grant import Grant
from gateway.errors import NotFound
from gateway.stores.generations import READ_ABOUT, Generations
from gateway.stores.reading import read
from gateway.stores.result import Result
from gateway.stores.vault import Vault

PERSON = "person"


class RunStore:
    """statements: a SELECT by table. subject_class: of the columns that say whom a row is about, for the log."""

    name = ""
    subject_class = ""
    statements: Mapping[str, str] = MappingProxyType({})

    def __init__(self, vault: Vault, home: Path) -> None:
        """Nothing is opened yet."""
        self._generations = Generations(vault, home, self.name)

    def select(self, grant: Grant) -> Result:
        """Rows of the grant's view. Raises NotFound where the one person asked for is not within the scope."""
        run, connection = self._generations.get()
        parts = {part.name: read(connection, self.statements[part.table], grant, part) for part in grant.view.parts}
        if PERSON in parts and not parts[PERSON].rows:
            raise NotFound
        subjects = dict.fromkeys(one for part in parts.values() for one in part.of_class(self.subject_class))
        about = dict(connection.execute(READ_ABOUT).fetchall())
        return Result(self.name, parts, tuple(subjects), f"run {run}", about)

    def version(self) -> int:
        """The run that is served."""
        return self._generations.version()
