"""`gateway model` and the runs after it, as they are typed: trained, used, frozen, scored, told, and refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.cli.model import model
from gateway.errors import AccessDenied, DeliveryRefused
from gateway.intake.learning import ledger
from gateway.intake.learning.applying import apply
from gateway.intake.learning.features import Past
from gateway.intake.learning.running import PEOPLE, READ
from gateway.intake.store import RunStores
from gateway.risk.admission_model.model import read
from gateway.stores.practice_work import models, pipeline
from gateway.stores.vault import writing
from gateway.synthetic.synthesiser import synthesise
from tests.builders.ceff import WarmRuntime
from tests.builders.deliveries import Files
from tests.builders.processor import AS_OF, Processor, made, opened

CRUDE, MODEL = "emergency_admissions", "admission_model"
BY_MODEL, A_YEAR_BEFORE = "BY-THE-MODEL", date(2025, 10, 31)


@dataclass
class Modelled:
    """An installation, files of some thousand people, and what its commands said, one after the other."""

    processor: Processor
    files: Files
    truth: dict[str, Any]
    said: dict[str, dict[str, Any]] = field(default_factory=dict)

    def typed(self, *words: str) -> Result:
        return CliRunner().invoke(model, words, obj=WarmRuntime(open=self.processor.desk))

    def told(self, *words: str) -> dict[str, Any]:
        result = self.typed(*words, "--json")
        assert result.exit_code == 0, result.output
        told: dict[str, Any] = json.loads(result.stdout)
        return told

    def run(self, **more: str) -> dict[str, Any]:
        return self.processor.taken(self.files, "--again", **more)

    def held(self) -> Past:
        """What the last run holds."""
        found = RunStores(self.processor.desk.vault, self.processor.home, 0).held((PEOPLE, *READ))
        return Past(found.pop(PEOPLE), found)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Modelled]:
    folder = tmp_path_factory.mktemp("modelled")
    synthesise(folder / "files", patients=3_500, seed=4, as_of=date.fromisoformat(AS_OF))
    risk = folder / "files" / "risk"
    truth = json.loads((folder / "files" / "truth.json").read_text("utf-8"))
    with opened(made(folder / "installation")) as processor:
        yield Modelled(processor, Files(risk, ("--objections", risk / "objections.csv")), truth)


@pytest.fixture(scope="module")
def modelled(installed: Modelled) -> Modelled:
    """Run 1 by the crude count, a model trained, predictions of a year before put beside, run 2 by the model."""
    processor = installed.processor
    assert "No model is trained yet" in installed.typed("report").stdout
    installed.said["crude"] = installed.run()
    installed.said["trained"] = installed.told("train")
    stored = models.latest(processor.work)
    assert stored
    past, key = installed.held(), processor.desk.vault.derived("practice_work", ledger.USE)
    early = apply(read(stored.content), past.known_at(A_YEAR_BEFORE), A_YEAR_BEFORE, frozenset())
    frozen = ledger.frozen(early, key)
    with writing(processor.work):
        row = {"run": 1, "model": 1, "as_of": A_YEAR_BEFORE.isoformat(), "people": frozen.people}
        kept = {"sha256": frozen.sha256, "stability": json.dumps(early.stability), "content": frozen.content}
        models.add_predictions(processor.work, {**row, **kept})
    installed.said["by the model"] = installed.run(instruction=BY_MODEL)
    installed.said["report"] = installed.told("report")
    return installed


def test_without_a_model_the_crude_count_decides_and_the_lists_are_those_that_were_planted(modelled: Modelled) -> None:
    facts = modelled.said["crude"]
    assert (facts["at_risk"], facts["model"]) == ({"method": CRUDE, "threshold": 2}, {})
    assert MODEL not in facts["versions"]


def test_training_says_what_it_made_and_the_log_has_it(modelled: Modelled) -> None:
    told = modelled.said["trained"]
    assert (told["version"], told["run"], told["as_of"], told["calibrated"]) == (1, 1, AS_OF, "yes")
    assert 0.6 < float(told["performance"]["c"]) < 0.85
    event = next(event for event in modelled.processor.events() if event["type"] == "model.trained")
    assert event["details"]["sha256"] == told["sha256"]
    assert (event["resource"], event["action"], event["actor"]["user"]) == ("risk.model", "train", "operator")


def test_the_same_rows_train_the_same_model(modelled: Modelled) -> None:
    again = modelled.told("train", "--instruction", "AGAIN")
    assert again["sha256"] == modelled.said["trained"]["sha256"]
    assert (again["version"], again["instruction"]) == (2, "AGAIN")


def test_a_run_by_the_model_lists_whoever_has_the_instructed_risk(modelled: Modelled) -> None:
    facts = modelled.said["by the model"]
    assert facts["at_risk"] == {"method": MODEL, "threshold": 15}
    rows = modelled.processor.rows("worklist")
    assert all(bool(row["at_risk"]) == (row["score"] >= 150) for row in rows)
    assert any(row["at_risk"] for row in rows)
    assert all(row["score_shown"] == f"{row['score'] // 10}.{row['score'] % 10} %" for row in rows)
    assert {row["change"] for row in rows} == {None}


def test_every_score_on_a_list_is_made_of_the_terms_that_stand_beside_it(modelled: Modelled) -> None:
    hospital = [row for row in modelled.processor.rows("score_term") if row["method"] == MODEL]
    gp = [row for row in modelled.processor.rows("score_gp_term") if row["method"] == MODEL]
    summed: dict[str, int] = {}
    for row in (*hospital, *gp):
        summed[row["handle"]] = summed.get(row["handle"], 0) + round(float(row["points"]) * 1000)
    listed = {row["handle"]: row["score"] for row in modelled.processor.rows("worklist") if row["at_risk"]}
    assert summed.keys() == listed.keys()
    e = 2.718281828459045
    assert all(round(1000 / (1 + e ** (-summed[handle] / 1000))) == score for handle, score in listed.items())
    assert {row["term"] for row in hospital} <= {
        "emergencies_12", "emergencies_24", "electives_12", "days_12", "attendances_12", "appointments_12",
    }  # fmt: skip


def test_a_page_says_by_which_method_people_are_listed(modelled: Modelled) -> None:
    answer = modelled.processor.answer("practice.worklist", "list", "gp")
    assert answer.result.as_of["At risk"].startswith("15 % or more by the local model, version 1")


def test_the_model_is_a_score_of_each_patient_beside_the_others(modelled: Modelled) -> None:
    methods = {row["method"]: row for row in modelled.processor.rows("score") if row["at_risk"]}
    assert (methods[MODEL]["at_risk_method"], methods[CRUDE]["at_risk_method"]) == (1, 0)
    assert "add up to" in methods[MODEL]["note"]
    assert methods[MODEL]["value"].endswith(" %")


def test_what_a_run_predicted_is_frozen_and_its_hash_is_on_the_log(modelled: Modelled) -> None:
    run, told = modelled.said["by the model"]["run"], modelled.said["by the model"]["model"]
    found = modelled.processor.work.execute("SELECT sha256, people FROM prediction WHERE run = ?", (run,)).fetchone()
    assert found == (told["predictions_sha256"], len(modelled.processor.rows("worklist")))
    finished = [event for event in modelled.processor.events() if event["type"] == "intake.finished"]
    assert told["predictions_sha256"] in {event["details"]["model"].get("predictions_sha256") for event in finished}


def test_predictions_of_a_year_before_are_scored_by_the_run_after_it(modelled: Modelled) -> None:
    assert modelled.said["by the model"]["model"]["scored"] == [1]
    runs = {row["run"]: row for row in modelled.said["report"]["runs"]}
    assert "C statistic" in runs[1]["outcome"]
    assert runs[modelled.said["by the model"]["run"]]["outcome"] == "The year is not over yet."
    assert modelled.run(instruction=BY_MODEL)["model"]["scored"] == []


def test_the_report_is_told_in_words_as_json_and_as_files(modelled: Modelled, tmp_path: Path) -> None:
    told = modelled.said["report"]
    assert told["report"]["card"]["method"] == MODEL
    said = modelled.typed("report", "--out", str(tmp_path / "report"))
    assert "PRISMATIC" in said.stdout
    assert {path.name for path in (tmp_path / "report").iterdir()} == {
        "report.json",
        "model-card.md",
        "calibration.svg",
    }
    assert json.loads((tmp_path / "report" / "report.json").read_text("utf-8"))["report"]
    assert (
        (tmp_path / "report" / "calibration.svg")
        .read_text("utf-8")
        .startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    )


def test_nobody_is_named_in_a_report_or_on_the_log(modelled: Modelled) -> None:
    text = json.dumps([modelled.said["report"], modelled.processor.events()])
    numbers = {row["nhs_number"] for row in modelled.processor.rows("worklist")}
    assert not any(number in text for number in numbers)


def test_the_crude_count_comes_back_where_an_instruction_names_it(modelled: Modelled) -> None:
    facts = modelled.run()
    assert facts["at_risk"]["method"] == CRUDE
    answer = modelled.processor.answer("practice.worklist", "list", "gp")
    assert "though a model of this population is trained" in answer.result.as_of["At risk"]
    listed = modelled.processor.at_risk()
    assert {code: len(listed.get(code, ())) for code in modelled.truth["worklist"]} == modelled.truth["worklist"]


def test_a_dry_run_freezes_nothing(modelled: Modelled) -> None:
    count = "SELECT count(*) FROM prediction"
    before = modelled.processor.work.execute(count).fetchone()
    modelled.processor.taken(modelled.files, "--again", "--dry-run", instruction=BY_MODEL)
    assert modelled.processor.work.execute(count).fetchone() == before


def test_a_reference_that_looks_like_a_number_of_a_patient_is_wrong_use(modelled: Modelled) -> None:
    assert modelled.typed("train", "--instruction", "999 000 0018").exit_code == 2


def test_whoever_may_not_train_is_refused_and_the_refusal_is_logged(modelled: Modelled) -> None:
    processor = modelled.processor
    with pytest.raises(AccessDenied):
        processor.answer("risk.model", "train", "analyst")
    assert processor.events()[-1]["type"] == "access.refused"


def test_a_practice_reads_how_the_model_does(modelled: Modelled) -> None:
    assert modelled.processor.answer("risk.model", "read", "operator").result.parts["models"].rows


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processor]:
    with opened(made(tmp_path_factory.mktemp("empty") / "installation")) as processor:
        yield processor


def test_nothing_taken_in_is_nothing_to_learn_from(empty: Processor) -> None:
    result = CliRunner().invoke(model, ["train"], obj=WarmRuntime(open=empty.desk))
    assert isinstance(result.exception, DeliveryRefused)
    assert "run the intake first" in str(result.exception)
    assert empty.events()[-1]["type"] == "access.failed"


def test_a_run_by_the_model_is_refused_before_one_is_trained(installed: Modelled, empty: Processor) -> None:
    result = empty.run(*installed.files.words(), instruction=BY_MODEL)
    assert "run 'gateway model train' first" in str(result.exception)


def test_a_run_that_holds_no_people_asks_for_its_files_once_more(empty: Processor) -> None:
    run = {"run": 1, "instruction": "REF", "as_of": AS_OF, "finished": AS_OF, "facts": "{}"}
    with writing(empty.work):
        pipeline.add_run(empty.work, run, [])
    result = CliRunner().invoke(model, ["train"], obj=WarmRuntime(open=empty.desk))
    assert "take its files in once more with --again" in str(result.exception)
