"""What may be shown of it, for a Grant: a practice's marks and views; models and how they did."""

from __future__ import annotations

from gateway.stores.practice_work.schema import NAME, STEPS
from gateway.stores.written import WrittenStore

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


class Store(WrittenStore):
    """What people write beside the runs."""

    name = NAME
    schema_version = len(STEPS)
    statements = STATEMENTS
    of_part = OF_PART
