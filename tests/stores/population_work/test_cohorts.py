"""Cohorts in their store: kept as criteria, withdrawn once, never removed, with no column for a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from gateway.errors import Conflict
from gateway.stores import population_work
from gateway.stores.population_work import cohorts
from gateway.stores.vault import Connection, writing
from tests.builders.everything import Everything

CRITERIA, DAY = '{"sex":["Female"]}', "2026-11-24"


@pytest.fixture
def connection(everything: Everything, tmp_path: Path) -> Iterator[Connection]:
    population_work.create(everything.desk.vault, tmp_path)
    with closing(everything.desk.vault.connect(population_work.NAME, tmp_path / population_work.FILE)) as opened:
        yield opened


def test_a_cohort_has_criteria_a_name_and_no_column_for_a_person(connection: Connection) -> None:
    names = {row[1] for row in connection.execute("PRAGMA table_info(cohort)")}
    assert names == {"id", "name", "criteria", "saved_by", "saved_on", "withdrawn_by", "withdrawn_on"}


def test_a_name_is_free_again_once_its_cohort_is_withdrawn_and_no_number_comes_twice(connection: Connection) -> None:
    with writing(connection):
        first = cohorts.add(connection, "Frail", CRITERIA, "ann", DAY)
        with pytest.raises(Conflict, match="cohort of that name"):
            cohorts.add(connection, "Frail", CRITERIA, "ben", DAY)
        assert cohorts.withdraw(connection, first, "ben", DAY)
        assert not cohorts.withdraw(connection, first, "ben", DAY)
        assert cohorts.add(connection, "Frail", CRITERIA, "ben", DAY) > first
    assert connection.execute("SELECT saved_by, withdrawn_by FROM cohort ORDER BY id").fetchall() == [
        ("ann", "ben"),
        ("ben", None),
    ]


def test_only_so_many_stand_at_one_time(connection: Connection) -> None:
    with writing(connection):
        for number in range(cohorts.MOST):
            last = cohorts.add(connection, f"Cohort {number}", CRITERIA, "ann", DAY)
        with pytest.raises(Conflict, match="withdraw one first"):
            cohorts.add(connection, "One more", CRITERIA, "ann", DAY)
        cohorts.withdraw(connection, last, "ann", DAY)
        assert cohorts.add(connection, "One more", CRITERIA, "ann", DAY)


def test_what_is_no_json_is_not_kept(connection: Connection) -> None:
    with pytest.raises(dbapi2.IntegrityError), writing(connection):
        connection.execute(cohorts.ADD, ("Frail", "people", "ann", DAY))
