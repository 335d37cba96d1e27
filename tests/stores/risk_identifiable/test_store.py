"""The identifiable store gives a practice its own patients at risk, and nobody anything else (ALL-4, RS-1, RS-2)."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.errors import AccessDenied, NotFound, StoreUnavailable
from gateway.risk.methods import ADMISSION_MODEL, METHODS, Standing
from gateway.stores.reading import walled
from gateway.stores.risk_identifiable import create, migrate
from gateway.stores.risk_identifiable.store import STATEMENTS
from tests.builders.deliveries import ANNA, BEN, CARA, DEV
from tests.builders.processor import IDENTIFIABLE, Processor


def listed(processor: Processor, user: str, **question: Any) -> list[dict[str, Any]]:
    return list(processor.answer("practice.worklist", "list", user, **question).result.parts["patients"].records())


def handle(processor: Processor, who: str) -> str:
    return str(processor.person(who)[0]["handle"])


def test_a_gp_is_given_her_own_patients_at_risk_the_highest_score_first(served: Processor) -> None:
    assert [row["nhs_number"] for row in listed(served, "gp")] == [ANNA, BEN]
    assert [row["nhs_number"] for row in listed(served, "gp-elsewhere")] == [CARA]


def test_an_answer_names_everybody_it_is_about_for_the_log(served: Processor) -> None:
    result = served.answer("practice.worklist", "list", "gp").result
    assert (result.subjects, result.data_version) == ((ANNA, BEN), "run 1")
    assert result.as_of["As of"] == "2026-10-31"


def test_a_list_can_be_filtered_by_the_view_s_own_columns(served: Processor) -> None:
    assert [row["nhs_number"] for row in listed(served, "gp", band="High")] == [ANNA]


def test_one_patient_is_shown_with_scores_and_terms_of_the_gp(served: Processor) -> None:
    parts = served.answer("practice.patient", "read", "gp", handle=handle(served, ANNA)).result.parts
    assert [row["nhs_number"] for row in parts["person"].records()] == [ANNA]
    assert {row["method"] for row in parts["scores"].records()} == {
        method.key for method in METHODS if method.standing is Standing.SHOWN
    } - {ADMISSION_MODEL.key}
    assert [row["description"] for row in parts["score_gp_terms"].records()] == ["COPD"]


def test_the_record_shows_the_rows_behind_the_score(served: Processor) -> None:
    parts = served.answer("practice.record", "read", "gp", handle=handle(served, ANNA)).result.parts
    assert len(parts["spells"].rows) == 3
    assert {row["method"] for row in parts["terms"].records()} >= {"emergency_admissions"}


@pytest.mark.parametrize("who", [CARA, DEV], ids=["of another practice", "not at risk"])
@pytest.mark.parametrize("resource", ["practice.patient", "practice.record"])
def test_a_patient_outside_the_scope_reads_like_one_who_is_not_there(
    served: Processor, resource: str, who: str
) -> None:
    for asked in (handle(served, who), "A" * 24):
        with pytest.raises(NotFound):
            served.answer(resource, "read", "gp", handle=asked)


@pytest.mark.parametrize("user", ["analyst", "lead", "operator", "auditor", "administrator", "hosting"])
def test_nobody_but_a_practice_is_given_anything(served: Processor, user: str) -> None:
    with pytest.raises(AccessDenied):
        served.answer("practice.worklist", "list", user)


def test_what_the_pipeline_holds_is_in_no_view_and_behind_the_wall(served: Processor) -> None:
    parts = [
        part for view in served.desk.policy.release.views.values() for part in view.parts if view.store == IDENTIFIABLE
    ]
    assert {part.table for part in parts} == STATEMENTS.keys()
    assert STATEMENTS.keys().isdisjoint({"held", "explained", "listed", "moved"})
    connection = served.desk.stores[IDENTIFIABLE]._generations.get()[1]  # type: ignore[attr-defined]
    for part in parts:
        with walled(connection, part), pytest.raises(Exception, match="prohibited"):
            connection.execute("SELECT content FROM held")


def test_a_person_s_trend_is_looked_up_by_handle_and_taken_out_of_one_row(served: Processor) -> None:
    parts = served.answer("practice.patient", "read", "gp", handle=handle(served, ANNA)).result.parts
    assert [tuple(row.values()) for row in parts["trend"].records()] == [("2026-10-31", 3, "3", "High")]
    connection = served.desk.stores[IDENTIFIABLE]._generations.get()[1]  # type: ignore[attr-defined]
    scope = served.desk.policy.release.scopes["own_practice_at_risk"].where
    whose = "handle = (SELECT value FROM json_each(:filter_handle))"
    asked = STATEMENTS["trend"].format(columns="as_of", scope=scope, filters=whose, order="as_of ASC, rowid")
    values = {"organisation": "Z99001", "filter_handle": "[]", "limit": 201, "offset": 0}
    plan = [row[-1] for row in connection.execute(f"EXPLAIN QUERY PLAN {asked}", values)]
    assert [step for step in plan if "trend_row" in step] == [
        "SEARCH trend_row USING INDEX trend_row_handle (handle=?)"
    ]


def test_the_version_is_the_run_that_is_served(served: Processor) -> None:
    assert served.desk.stores[IDENTIFIABLE].version() == 1  # type: ignore[attr-defined]


def test_there_is_nothing_to_migrate_for_a_run_is_never_altered(served: Processor, tmp_path: Any) -> None:
    before = served.kept()
    create(served.desk.vault, tmp_path)
    assert (tmp_path / IDENTIFIABLE).is_dir()
    assert migrate(served.desk.vault, served.home) == 1
    assert served.kept() == before


def test_a_store_that_has_no_run_gives_nothing(served: Processor) -> None:
    pointer = served.home / "risk-run"
    content = pointer.read_bytes()
    pointer.unlink()
    try:
        with pytest.raises(StoreUnavailable, match="nothing has been taken in yet"):
            listed(served, "gp")
    finally:
        pointer.write_bytes(content)
