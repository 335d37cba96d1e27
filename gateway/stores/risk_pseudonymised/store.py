"""The commissioner's population for a Grant: protected counts, pseudonymised rows, one history (RS-3, RS-4)."""

from __future__ import annotations

from gateway.stores.risk_pseudonymised.schema import NAME
from gateway.stores.runs import RunStore

LATTICE = "SELECT {columns} FROM lattice WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
PERSON = "SELECT {columns} FROM person WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
HISTORY = "SELECT {columns} FROM history WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
STATEMENTS = {"lattice": LATTICE, "person": PERSON, "history": HISTORY}


class Store(RunStore):
    """The pseudonymised risk store."""

    name = NAME
    subject_class = "pseudonym"
    statements = STATEMENTS
