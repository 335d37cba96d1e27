from __future__ import annotations

import pytest
from sqlcipher3 import dbapi2

from gateway.access.decision import AccessRequest
from gateway.stores import practice_work
from gateway.stores.practice_work import models, pipeline
from gateway.stores.vault import Connection, writing
from tests.builders.everything import Everything, asks, subject

RUN = {"run": 1, "instruction": "REF", "as_of": "2026-03-31", "finished": "2026-04-01", "facts": "{}"}
MODEL = {
    "trained": "2026-04-01", "as_of": "2026-03-31", "run": 1, "instruction": "REF", "sha256": "0" * 64, "calibrated": 1,
    "content": "{}", "report": "{}",
}  # fmt: skip
PREDICTION = {
    "run": 1, "model": 1, "as_of": "2026-03-31", "people": 2, "sha256": "1" * 64, "stability": "{}", "content": b"x",
}  # fmt: skip


@pytest.fixture
def work(everything: Everything) -> Connection:
    """A store of its own, so that what is never removed stays nowhere else."""
    home = everything.home / "models"
    home.mkdir(exist_ok=True)
    (home / practice_work.FILE).unlink(missing_ok=True)
    practice_work.create(everything.desk.vault, home)
    return everything.desk.vault.connect(practice_work.NAME, home / practice_work.FILE)


def test_the_latest_model_is_the_one_in_use(work: Connection) -> None:
    assert models.latest(work) is None
    with writing(work):
        assert [models.add_model(work, {**MODEL, "calibrated": calibrated}) for calibrated in (1, 0)] == [1, 2]
    assert models.latest(work) == models.Stored(2, "0" * 64, calibrated=False, content="{}")


def test_predictions_wait_until_they_are_scored_once(work: Connection) -> None:
    with writing(work):
        pipeline.add_run(work, RUN, [])
        models.add_model(work, MODEL)
        models.add_predictions(work, PREDICTION)
    assert models.unscored(work) == [models.Ledger(1, "2026-03-31", "1" * 64, b"x")]
    with writing(work):
        models.add_result(work, 1, 1, "{}")
    assert models.unscored(work) == []
    with pytest.raises(dbapi2.IntegrityError):
        models.add_result(work, 1, 1, "{}")


@pytest.mark.parametrize("table", ["model", "prediction", "prediction_result"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET rowid = rowid", "DELETE FROM {}"])
def test_what_was_kept_is_never_altered_and_never_removed(work: Connection, table: str, statement: str) -> None:
    with writing(work):
        pipeline.add_run(work, RUN, [])
        models.add_model(work, MODEL)
        models.add_predictions(work, PREDICTION)
        models.add_result(work, 1, 1, "{}")
    with pytest.raises(dbapi2.IntegrityError, match="never altered and never removed"):
        work.execute(statement.format(table))


def asked() -> AccessRequest:
    return asks(subject("data_processor_operator", "ZZP"), "commissioning", "risk.model", "read")


def test_models_are_read_by_a_grant_and_their_coefficients_and_predictions_are_not(everything: Everything) -> None:
    request = asked()
    grant = everything.desk.policy.grant(request, everything.desk.policy.decide(request, everything.desk.now()))
    parts = practice_work.Store(everything.desk.vault, everything.home).select(grant).parts
    columns = {name: {column.name for column in part.columns} for name, part in parts.items()}
    assert set(columns) == {"models", "predictions", "results"}
    assert not any("content" in names for names in columns.values())


def test_the_last_run_says_by_what_it_listed_people(work: Connection) -> None:
    assert (pipeline.last_method(work), pipeline.last_record(work)) == ("", None)
    with writing(work):
        pipeline.add_run(work, RUN, [])
    assert (pipeline.last_method(work), pipeline.last_record(work)) == ("", (1, "REF", "2026-03-31"))
    with writing(work):
        pipeline.add_run(work, {**RUN, "run": 2, "facts": '{"at_risk": {"method": "a"}}'}, [])
    assert pipeline.last_method(work) == "a"
