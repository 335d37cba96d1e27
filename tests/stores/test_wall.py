"""The second wall: SQLite itself refuses whatever is not of a view, its scope and its joins, for every permission.

What may be read is worked out here from the policy files alone, and every column of every table is tried.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from gateway.access.grant import Column, ViewPart
from gateway.settings import read_policies, shipped_policies
from gateway.stores.reading import walled
from gateway.stores.vault import Connection
from tests.builders.everything import RISK, Everything

SHIPPED = read_policies(shipped_policies())
VIEWS = tomllib.loads(SHIPPED["views.toml"].decode())["view"]
SCOPES = tomllib.loads(SHIPPED["scopes.toml"].decode())["scope"]
STORES = sorted({view["store"] for view in VIEWS.values()})
READS = (  # ways to a column of a table
    "SELECT {column} FROM {table}",
    "SELECT 1 FROM {table} WHERE {column} IS NOT NULL",
    "SELECT 1 FROM {table} ORDER BY {column}",
    "SELECT count({column}) FROM {table}",
    "SELECT value FROM json_each((SELECT {column} FROM {table}))",
    "SELECT 1 FROM {table} WHERE {column} IN (SELECT value FROM json_each('[1]'))",
)
TABLES = (  # ways to a table of which no column is named
    "SELECT count(*) FROM {other}",
    "SELECT 1 FROM {own}, {other}",
    "SELECT EXISTS (SELECT 1 FROM {other})",
)
OTHERS = (
    "SELECT name FROM sqlite_master",
    "SELECT sql FROM sqlite_schema",
    "SELECT name FROM pragma_table_info('event')",
    "PRAGMA table_info(event)",
    "PRAGMA writable_schema = 1",
    "PRAGMA rekey = 'x'",
    "PRAGMA key",
    "ATTACH ':memory:' AS elsewhere",
    "DETACH main",
    "VACUUM",
    "VACUUM INTO 'elsewhere.db'",
    "BEGIN",
    "SAVEPOINT here",
    "CREATE TABLE mine (a)",
    "CREATE TEMP TABLE mine (a)",
    "CREATE VIEW mine AS SELECT 1",
    "SELECT sqlcipher_export('main')",
    "SELECT load_extension('elsewhere')",
    "SELECT json_group_array(1)",
    "SELECT hex('a')",
    "SELECT value FROM json_tree('[1]')",
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n LIMIT 2",
)


@dataclass(frozen=True)
class Cell:
    """A permission's part of a view, and what it may read by the policy files: (table, column)."""

    rule: str
    part: ViewPart
    legal: frozenset[tuple[str, str]]


def cells(everything: Everything, store: str) -> Iterator[Cell]:
    for permission in everything.desk.policy.permissions.values():
        view = VIEWS[permission.view.name]
        if view["store"] != store:
            continue
        for part, told in zip(permission.view.parts, view.get("part", []), strict=True):
            yield Cell(permission.decision.rule_id, part, legal(told, SCOPES[permission.scope.name]["columns"]))


def legal(part: dict[str, Any], scope: list[str]) -> frozenset[tuple[str, str]]:
    named = [column["name"] for column in part["columns"]] + part.get("keys", []) + scope
    used = [tuple(name.split(".")) for name in part.get("uses", [])]
    return frozenset({*((part["table"], name) for name in named), *used})  # type: ignore[arg-type]


def connection_to(everything: Everything, store: str) -> Connection:
    path = everything.home / (f"{store}/run-000001.db" if store in RISK else f"{store}.db")
    return everything.desk.vault.connect(store, path)


@cache
def columns_of(connection: Connection) -> tuple[tuple[str, str], ...]:
    kinds = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
    tables = [row[0] for row in connection.execute(kinds)]
    rows = ((table, row[1]) for table in tables for row in connection.execute(f"PRAGMA table_info({table})"))
    return tuple(row for row in rows if row[1] != "ROWID")  # by which a part's own rows are ordered


def refused(connection: Connection, statement: str) -> bool:
    try:
        connection.execute(statement).fetchall()
    except dbapi2.DatabaseError as error:
        return "prohibited" in str(error) or "not authorized" in str(error) or "authorization denied" in str(error)
    return False


@pytest.mark.parametrize("store", STORES)
def test_every_column_outside_a_permission_is_refused_and_every_one_inside_is_read(
    everything: Everything, store: str
) -> None:
    connection = connection_to(everything, store)
    columns = columns_of(connection)
    for cell in cells(everything, store):
        joined = {name for _, name in cell.legal & {*columns}}
        assert {name for _, name in cell.legal} == joined  # a name that the part's own table has not is a join's
        with walled(connection, cell.part):
            for table, column in columns:
                tried = [refused(connection, way.format(table=table, column=column)) for way in READS]
                assert tried == [(table, column) not in cell.legal] * len(READS), (cell.rule, table, column)


@pytest.mark.parametrize("store", STORES)
def test_no_other_table_is_counted_joined_or_looked_into(everything: Everything, store: str) -> None:
    connection = connection_to(everything, store)
    tables = sorted({table for table, _ in columns_of(connection)})
    for cell in cells(everything, store):
        own = {table for table, _ in cell.legal}
        with walled(connection, cell.part):
            for table in (one for one in tables if one not in own):
                for way in TABLES:
                    assert refused(connection, way.format(own=cell.part.table, other=table)), (cell.rule, table)


@pytest.fixture
def narrow(everything: Everything) -> Iterator[Connection]:
    """A connection to the accounts behind a wall that leaves the users' names."""
    connection = connection_to(everything, "accounts")
    with walled(connection, ViewPart("users", "account", (Column("user", "account"),))):
        yield connection


@pytest.mark.parametrize("statement", OTHERS)
def test_nothing_but_a_plain_read_is_let_through(narrow: Connection, statement: str) -> None:
    assert refused(narrow, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE account SET user = ''",
        "DELETE FROM account",
        "INSERT INTO failure VALUES (1, '', '')",
        "DROP TABLE failure",
    ],
)
def test_nothing_is_altered(narrow: Connection, statement: str) -> None:
    assert refused(narrow, statement)


def test_a_statement_that_was_prepared_before_the_wall_meets_it(everything: Everything) -> None:
    connection, statement = connection_to(everything, "accounts"), "SELECT employer FROM account"
    assert connection.execute(statement).fetchall()
    with walled(connection, ViewPart("users", "account", (Column("user", "account"),))):
        assert refused(connection, statement)
    assert connection.execute(statement).fetchall()


def test_the_wall_falls_with_a_read_that_failed_and_no_second_file_is_reached_after_it(everything: Everything) -> None:
    connection = connection_to(everything, "accounts")
    with pytest.raises(dbapi2.DatabaseError, match="prohibited"):
        read_behind_wall(connection, "SELECT employer FROM account")
    assert connection.execute("SELECT employer FROM account").fetchall()
    assert refused(connection, "ATTACH ':memory:' AS elsewhere")


def read_behind_wall(connection: Connection, statement: str) -> None:
    with walled(connection, ViewPart("users", "account", (Column("user", "account"),))):
        connection.execute(statement)
