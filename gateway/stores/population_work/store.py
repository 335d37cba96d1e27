"""What may be shown of it, for a Grant: cohorts as criteria (gateway.stores.work)."""

from __future__ import annotations

from gateway.stores.population_work.schema import NAME, STEPS
from gateway.stores.work import WorkStore

COHORT = "SELECT {columns} FROM cohort WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
STATEMENTS = {"cohort": COHORT}


class Store(WorkStore):
    """One file and one key of its own."""

    name = NAME
    schema_version = len(STEPS)
    statements = STATEMENTS
