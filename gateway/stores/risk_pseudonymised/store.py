"""The commissioner's population for a Grant: protected counts, pseudonymised rows, one history (RS-3, RS-4)."""

from __future__ import annotations

from pathlib import Path

from gateway.access.grant import Grant
from gateway.errors import NotFound
from gateway.stores.generations import READ_ABOUT, Generations
from gateway.stores.reading import read
from gateway.stores.result import Result
from gateway.stores.risk_pseudonymised.schema import NAME
from gateway.stores.vault import Vault

LATTICE = "SELECT {columns} FROM lattice WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
PERSON = "SELECT {columns} FROM person WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
HISTORY = "SELECT {columns} FROM history WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
STATEMENTS = {"lattice": LATTICE, "person": PERSON, "history": HISTORY}
ONE = "person"


class Store:
    """The pseudonymised risk store."""

    name = NAME

    def __init__(self, vault: Vault, home: Path) -> None:
        """Nothing is opened yet."""
        self._generations = Generations(vault, home, NAME)

    def select(self, grant: Grant) -> Result:
        """Rows of the grant's view. Raises NotFound for a pseudonym that stands for nobody."""
        run, connection = self._generations.get()
        parts = {part.name: read(connection, STATEMENTS[part.table], grant, part) for part in grant.view.parts}
        if ONE in parts and not parts[ONE].rows:
            raise NotFound
        subjects = tuple(dict.fromkeys(name for part in parts.values() for name in part.of_class("pseudonym")))
        about = dict(connection.execute(READ_ABOUT).fetchall())
        return Result(NAME, parts, subjects, f"run {run}", about)

    def version(self) -> int:
        """The run that is served."""
        return self._generations.version()
