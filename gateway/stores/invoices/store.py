"""What the CEfF, and the commissioner's finance team, see of the invoices store: rows for a Grant and for nothing else.

Keeps IV-1 to IV-3: an NHS number stands only in the views of one invoice and one line.
"""

from __future__ import annotations

from gateway.access.grant import Grant
from gateway.errors import NotFound
from gateway.stores.invoices.schema import NAME
from gateway.stores.result import Result
from gateway.stores.written import WrittenStore

DELIVERIES = "SELECT {columns} FROM delivery WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
INVOICES = "SELECT {columns} FROM invoice WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
INVOICE = "SELECT {columns} FROM invoice WHERE {scope} AND {filters} ORDER BY {order} LIMIT 1"
LINES = """
    SELECT {columns} FROM line LEFT JOIN matched USING (reference)
    WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset
"""
SUS_ROW = """
    SELECT {columns} FROM matched JOIN sus_row ON sus_row.id = matched.sus_row
    WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset
"""
NOTICES = "SELECT {columns} FROM notice WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
STATEMENTS = {
    "deliveries": DELIVERIES,
    "invoices": INVOICES,
    "invoice": INVOICE,
    "lines": LINES,
    "line": LINES,
    "spell": SUS_ROW,
    "notices": NOTICES,
}
ONE_THING = ("invoice", "line")
AGE = """
    SELECT max(last_date) FILTER (WHERE extract_date IS NOT NULL), max(extract_date), date(max(received)),
        coalesce(max(run), 0)
    FROM delivery
"""
AGES = ("SUS+ to", "SUS+ extracted on", "Last delivery")


class Store(WrittenStore):
    """The invoices store."""

    name = NAME
    of_part = STATEMENTS

    def select(self, grant: Grant) -> Result:
        """Rows of the grant's view. Raises NotFound where the one thing asked for is not there; BadRequest."""
        parts = super().select(grant).parts
        if any(name in parts and not parts[name].rows for name in ONE_THING):
            raise NotFound
        *ages, run = self.connection().execute(AGE).fetchone()
        about = {name: str(age) for name, age in zip(AGES, ages, strict=True) if age}
        subjects = tuple(dict.fromkeys(number for part in parts.values() for number in part.of_class("nhs_number")))
        return Result(NAME, parts, subjects, f"run {run}", about)
