"""One read for a Grant: scope and view become the statement, and SQLite's authorizer stands behind it.

The second wall (docs/policies.md): for the time of the read, any table or column
outside those of the view part and of what it uses is denied by SQLite itself. Keeps ALL-2, ALL-4 and RS-1.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from sqlcipher3 import dbapi2

from gateway.access.decision import Value
from gateway.access.grant import Grant, Narrowing, ViewPart
from gateway.errors import BadRequest
from gateway.stores.connections import within_reach
from gateway.stores.result import Rows
from gateway.stores.vault import Connection, alone

_LAST_PAGE = 1_000_000
_WHOLE = 1_000_000  # rows of a file at most
_ENDS = {"from": ">=", "to": "<="}
_IS_ONE = "{name} IN (SELECT value FROM json_each(:filter_{name}))"
_EQUALS = "{name} = (SELECT value FROM json_each(:filter_{name}))"
_HAS_ONE = (
    "EXISTS (SELECT 1 FROM json_each(:filter_{name}) WHERE instr('; ' || {name} || '; ', '; ' || value || '; ') > 0)"
)
_AMONG = "{name} IN (SELECT value FROM json_each(:narrowed))"
_NOT_AMONG = "{name} NOT IN (SELECT value FROM json_each(:narrowed))"
_FUNCTIONS = frozenset({"count", "json_each", "coalesce", "substr", "min", "max", "rtrim", "json_extract", "instr"})


def read(connection: Connection, statement: str, grant: Grant, part: ViewPart) -> Rows:
    """Rows of one part of grant.view, within grant.scope; nothing else is reachable from here.

    statement: a whole SELECT with the slots {columns}, {scope}, {filters}, {order}, and :limit and :offset.
    Raises BadRequest for a filter, sort or page that the view does not have; StoreUnavailable.
    """
    question = grant.request.question
    page = _page(question)
    keys_elsewhere = {key for other in grant.view.parts for key in other.keys} - set(part.keys)
    filters, values = _filters(part, {name: value for name, value in question.items() if name not in keys_elsewhere})
    if grant.narrowed:
        filters, values = _narrowed(filters, values, grant.narrowed)
    size = _WHOLE if grant.request.action == "export" else part.page_size  # a file holds the whole list
    values |= {**grant.scope.parameters, "limit": size + 1, "offset": (page - 1) * size}
    slots = {"scope": grant.scope.where, "filters": filters}
    names = ", ".join(column.name for column in part.columns)
    with walled(connection, part):
        rows = _run(connection, statement.format(columns=names, order=_order(part, question), **slots), values)
        total = _total(connection, statement, slots, values) if part.counted else None
    return Rows(part.columns, tuple(rows[:size]), total, page, size, more=len(rows) > size)


def _total(connection: Connection, statement: str, slots: Mapping[str, str], values: Mapping[str, Value]) -> int:
    counted = statement.format(columns="count(*)", order="1", **slots)
    return int(_run(connection, counted, {**values, "limit": 1, "offset": 0})[0][0])


def _run(connection: Connection, sql: str, values: Mapping[str, Value]) -> list[tuple[int, ...]]:
    with within_reach("a read"):
        return list(connection.execute(sql, values))


def _page(question: Mapping[str, Value]) -> int:
    page = question.get("page", 1)
    if not isinstance(page, int) or not 1 <= page <= _LAST_PAGE:
        message = "page must be a whole number from 1"
        raise BadRequest(message)
    return page


def _filters(part: ViewPart, question: Mapping[str, Value]) -> tuple[str, dict[str, Value]]:
    """`column = …` or `IN (…)` for each filter and key, or a range by `column_from` and `column_to`, both inclusive.

    One value is compared by `=`, so that an index gives its rows in order and a page of them is enough. A key that is
    not asked for, or a name not of the view, is refused.
    """
    asked = {name: value for name, value in question.items() if name not in {"page", "sort"}}
    filterable = {column.name for column in part.columns if column.filterable}
    ranges = {f"{name}_{end}": f"{name} {than}" for name in filterable for end, than in _ENDS.items()}
    legal = filterable | set(part.keys) | ranges.keys()
    if unknown := asked.keys() - legal:
        message = f"cannot be filtered by {', '.join(sorted(unknown))}; choose from {', '.join(sorted(legal))}"
        raise BadRequest(message)
    if missing := set(part.keys) - asked.keys():
        message = f"asks for {', '.join(sorted(missing))}"
        raise BadRequest(message)
    lists = {name: value for name, value in asked.items() if name in filterable or name in part.keys}
    ends = {name: value for name, value in asked.items() if name not in lists}
    several = {column.name for column in part.columns if column.several}
    clauses = ["1", *(_clause(name, value, several) for name, value in lists.items())]
    clauses += [f"{ranges[name]} :filter_{name}" for name in ends]
    values: dict[str, Value] = {f"filter_{name}": _listed(value) for name, value in lists.items()}
    return " AND ".join(clauses), values | {f"filter_{name}": _end(name, value) for name, value in ends.items()}


def _clause(name: str, value: Value, several: set[str]) -> str:
    """One value is looked for as such: of several indexes SQLite's planner then takes the one that finds least."""
    if name in several:
        return _HAS_ONE.format(name=name)
    return (_IS_ONE if isinstance(value, tuple) and len(value) != 1 else _EQUALS).format(name=name)


def _narrowed(filters: str, values: dict[str, Value], to: Narrowing) -> tuple[str, dict[str, Value]]:
    clause = (_AMONG if to.within else _NOT_AMONG).format(name=to.column)
    return f"{filters} AND {clause}", {**values, "narrowed": json.dumps(to.values)}


def _listed(value: Value) -> str:
    return json.dumps(list(value) if isinstance(value, tuple) else [value])


def _end(name: str, value: Value) -> Value:
    if isinstance(value, tuple):
        message = f"{name} takes one value"
        raise BadRequest(message)
    return value


def _order(part: ViewPart, question: Mapping[str, Value]) -> str:
    sort = str(question.get("sort") or part.default_sort)
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    sortable = {column.name for column in part.columns if column.sortable}
    if sort != part.default_sort and name not in sortable:
        message = f"cannot be sorted by that; choose one of {', '.join(sorted(sortable))}"
        raise BadRequest(message)
    numbered = any(column.numbered for column in part.columns if column.name == name)
    return f"{name}{' + 0' if numbered else ''} {'DESC' if descending else 'ASC'}, rowid"


@contextmanager
def walled(connection: Connection, part: ViewPart) -> Iterator[None]:
    """For the time of one read, SQLite refuses every table and column but the part's own."""
    connection.set_authorizer(_wall(part))
    try:
        yield
    finally:
        connection.set_authorizer(alone)


def _wall(part: ViewPart) -> Callable[..., int]:
    reachable = {(part.table, column.name) for column in part.columns} | {(part.table, "ROWID"), (part.table, "")}
    reachable |= {(part.table, key) for key in part.keys}
    reachable |= {(table, column) for table, _, column in (name.partition(".") for name in part.uses)}

    def authorise(action: int, first: str | None, second: str | None, *_rest: str | None) -> int:
        if action == dbapi2.SQLITE_SELECT:
            return int(dbapi2.SQLITE_OK)
        if action == dbapi2.SQLITE_READ and (first == "json_each" or (first, second) in reachable):
            return int(dbapi2.SQLITE_OK)
        if action == dbapi2.SQLITE_FUNCTION and second in _FUNCTIONS:
            return int(dbapi2.SQLITE_OK)
        return int(dbapi2.SQLITE_DENY)

    return authorise
