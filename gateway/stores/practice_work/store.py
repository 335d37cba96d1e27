"""What may be shown of it, for a Grant: a practice's marks and views; models and how they did (gateway.stores.work)."""

from __future__ import annotations

from gateway.access.grant import ViewPart
from gateway.stores.practice_work.schema import NAME, STEPS
from gateway.stores.work import WorkStore

MODEL = "SELECT {columns} FROM model WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
PREDICTION = "SELECT {columns} FROM prediction WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
RESULT = (
    "SELECT {columns} FROM prediction_result WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
)
NOW = """
    SELECT {columns} FROM patient_history WHERE latest AND code <> '' AND {scope} AND {filters}
    ORDER BY {order} LIMIT :limit OFFSET :offset
"""
HISTORY = (
    "SELECT {columns} FROM patient_history WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
)
VIEWS = "SELECT {columns} FROM saved_view WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
STATEMENTS = {
    "model": MODEL,
    "prediction": PREDICTION,
    "prediction_result": RESULT,
    "patient_history": HISTORY,
    "saved_view": VIEWS,
}
OF_PART = {"marks": NOW}  # what holds now, of the table that has the whole history


class Store(WorkStore):
    """One file and one key of its own."""

    name = NAME
    schema_version = len(STEPS)
    statements = STATEMENTS

    def statement(self, part: ViewPart) -> str:
        """The SELECT of a part."""
        return OF_PART.get(part.name) or super().statement(part)
