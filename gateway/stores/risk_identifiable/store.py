"""A practice's own patients at risk, for a Grant: scope and view decide which rows and columns (ALL-4, RS-1, RS-2)."""

from __future__ import annotations

from pathlib import Path

from gateway.access.grant import Grant
from gateway.errors import NotFound
from gateway.stores.generations import READ_ABOUT, Generations
from gateway.stores.reading import read
from gateway.stores.result import Result
from gateway.stores.risk_identifiable.schema import NAME
from gateway.stores.vault import Vault

WORKLIST = "SELECT {columns} FROM worklist WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
SCORE = "SELECT {columns} FROM score WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
GP_TERM = "SELECT {columns} FROM gp_term WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
TREND = "SELECT {columns} FROM trend WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
SCORE_TERM = "SELECT {columns} FROM score_term WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
SCORE_GP_TERM = (
    "SELECT {columns} FROM score_gp_term WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
)
SPELL = "SELECT {columns} FROM spell WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
ATTENDANCE = "SELECT {columns} FROM attendance WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
APPOINTMENT = (
    "SELECT {columns} FROM appointment WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
)
LAST_RUN = "SELECT {columns} FROM last_run WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
CHANGE = "SELECT {columns} FROM change WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
CHANGE_TERM = (
    "SELECT {columns} FROM change_term WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
)
SCORE_COUNT = (
    "SELECT {columns} FROM score_count WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
)
SUMMARY = "SELECT {columns} FROM summary WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
STATEMENTS = {
    "worklist": WORKLIST,
    "score": SCORE,
    "gp_term": GP_TERM,
    "trend": TREND,
    "score_term": SCORE_TERM,
    "score_gp_term": SCORE_GP_TERM,
    "spell": SPELL,
    "attendance": ATTENDANCE,
    "appointment": APPOINTMENT,
    "last_run": LAST_RUN,
    "change": CHANGE,
    "change_term": CHANGE_TERM,
    "score_count": SCORE_COUNT,
    "summary": SUMMARY,
}
PERSON = "person"


class Store:
    """The identifiable risk store."""

    name = NAME

    def __init__(self, vault: Vault, home: Path) -> None:
        """Nothing is opened yet."""
        self._generations = Generations(vault, home, NAME)

    def select(self, grant: Grant) -> Result:
        """Rows of the grant's view. Raises NotFound where the one patient asked for is not within the scope."""
        run, connection = self._generations.get()
        parts = {part.name: read(connection, STATEMENTS[part.table], grant, part) for part in grant.view.parts}
        if PERSON in parts and not parts[PERSON].rows:
            raise NotFound
        subjects = tuple(dict.fromkeys(number for part in parts.values() for number in part.of_class("nhs_number")))
        about = dict(connection.execute(READ_ABOUT).fetchall())
        return Result(NAME, parts, subjects, f"run {run}", about)

    def version(self) -> int:
        """The run that is served."""
        return self._generations.version()
