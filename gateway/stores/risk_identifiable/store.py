"""A practice's own patients at risk, for a Grant: scope and view decide which rows and columns (ALL-4, RS-1, RS-2)."""

from __future__ import annotations

from gateway.stores.risk_identifiable.schema import NAME
from gateway.stores.runs import RunStore

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
LIST_CHANGE = (
    "SELECT {columns} FROM list_change WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
)
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
    "list_change": LIST_CHANGE,
}


class Store(RunStore):
    """The identifiable risk store."""

    name = NAME
    subject_class = "nhs_number"
    statements = STATEMENTS
    later = frozenset({"list_change"})
