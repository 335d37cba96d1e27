"""The pseudonymised store gives the analyst rows without numbers, and others protected counts alone (RS-3, RS-4)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway.errors import AccessDenied, NotFound
from gateway.stores.risk_pseudonymised import create, migrate
from gateway.stores.risk_pseudonymised.store import STATEMENTS
from tests.builders.deliveries import ANNA, BEN, CARA, DEV
from tests.builders.processor import PSEUDONYMISED, TABLES, Processor


def people(processor: Processor, **question: Any) -> list[dict[str, Any]]:
    answer = processor.answer("population.patients", "list", "analyst", **question)
    return list(answer.result.parts["patients"].records())


def test_the_analyst_is_given_rows_of_everybody_and_no_total(served: Processor) -> None:
    part = served.answer("population.patients", "list", "analyst").result.parts["patients"]
    assert len(part.rows) == 4
    assert part.total is None
    assert not any(who in str(part.rows) for who in (ANNA, BEN, CARA, DEV))


def test_an_answer_names_the_pseudonyms_it_is_about_for_the_log(served: Processor) -> None:
    result = served.answer("population.patients", "list", "analyst").result
    assert set(result.subjects) == {row["pseudonym"] for row in people(served)}
    assert (result.data_version, result.as_of["Run"]) == ("run 1", "1")


def test_one_history_is_given_by_its_pseudonym(served: Processor) -> None:
    high = people(served, risk_band="High")
    assert len(high) == 1
    parts = served.answer("population.patient", "read", "analyst", pseudonym=high[0]["pseudonym"]).result.parts
    assert len(parts["person"].rows) == 1
    assert {row["month"] for row in parts["history"].records()} == {"2026-05"}


def test_a_pseudonym_that_stands_for_nobody_is_not_there(served: Processor) -> None:
    with pytest.raises(NotFound):
        served.answer("population.patient", "read", "analyst", pseudonym="A" * 24)


@pytest.mark.parametrize("user", ["lead", "finance", "gp", "operator", "auditor", "privacy", "hosting"])
def test_nobody_but_the_analyst_is_given_rows(served: Processor, user: str) -> None:
    with pytest.raises(AccessDenied):
        served.answer("population.patients", "list", user)


def test_the_lead_is_given_protected_counts(served: Processor) -> None:
    cells = served.answer("population.dashboard", "read", "lead").result.parts["cells"].records()
    assert {row["cut"] for row in cells} >= {"everyone", "practice"}
    assert {row["people"] for row in cells if row["cut"] == "everyone"} <= {"*", "0", "5"}


def test_every_table_is_in_a_view(served: Processor) -> None:
    views = served.desk.policy.release.views.values()
    tables = {part.table for view in views for part in view.parts if view.store == PSEUDONYMISED}
    assert tables == STATEMENTS.keys() == set(TABLES[PSEUDONYMISED])


def test_the_version_is_the_run_that_is_served(served: Processor) -> None:
    assert served.desk.stores[PSEUDONYMISED].version() == 1  # type: ignore[attr-defined]


def test_there_is_nothing_to_migrate_for_a_run_is_never_altered(served: Processor, tmp_path: Path) -> None:
    before = served.kept()
    create(served.desk.vault, tmp_path)
    assert (tmp_path / PSEUDONYMISED).is_dir()
    assert migrate(served.desk.vault, served.home) == 1
    assert served.kept() == before
