"""What may be shown of it, for a Grant: cohorts as criteria (gateway.stores.written)."""

from __future__ import annotations

from gateway.stores.population_work.schema import NAME, STEPS
from gateway.stores.written import WrittenStore

COHORT = "SELECT {columns} FROM cohort WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
STATEMENTS = {"cohort": COHORT}


class Store(WrittenStore):
    """What people write beside the runs."""

    name = NAME
    schema_version = len(STEPS)
    statements = STATEMENTS
