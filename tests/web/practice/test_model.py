"""The model's page at a screen: empty before there is one, then its card, figures and runs, and nobody in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from gateway.intake.learning.report import report
from gateway.intake.learning.training import train
from gateway.stores.practice_work import models, pipeline
from gateway.stores.vault import writing
from gateway.web import application
from tests.builders.populations import AS_OF, population
from tests.builders.processor import Processor, made, opened
from tests.conftest import House

PAGE = "/practice/model"
RUN = {"run": 1, "instruction": "REF", "as_of": "2026-03-31", "finished": "2026-04-01", "facts": "{}"}


@pytest.fixture(scope="module")
def processor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processor]:
    """An installation of its own: a model is never removed."""
    with opened(made(tmp_path_factory.mktemp("page") / "installation")) as processor:
        yield processor


@pytest.fixture(scope="module")
def screens(processor: Processor, password_hash: str) -> House:
    return House(processor.desk, application(processor.desk), password_hash, processor.clock)


def test_before_there_is_a_model_the_page_says_what_decides_until_then(screens: House) -> None:
    page = screens.signed_in("ada", ("practice_staff", "Z99001")).get(PAGE)
    assert page.status_code == 200
    assert "No model is trained yet" in page.text


def test_a_commissioner_is_not_shown_it_here(screens: House) -> None:
    assert screens.signed_in("bea", ("commissioner_analyst", "06Q")).get(PAGE).status_code == 403


def test_the_page_tells_what_it_is_for_and_how_it_does(screens: House, processor: Processor) -> None:
    trained = train(population(1_500), AS_OF, frozenset(), lambda _stage: None)
    told = report(replace(trained), "invented people")
    with writing(processor.work):
        pipeline.add_run(processor.work, RUN, [])
        models.add_model(
            processor.work,
            {"trained": "2026-04-01", "as_of": "2026-03-31", "run": 1, "instruction": "REF", "sha256": "0" * 64,
             "calibrated": 0, "content": trained.model.text(), "report": json.dumps(told)},
        )  # fmt: skip
        models.add_predictions(
            processor.work,
            {"run": 1, "model": 1, "as_of": "2026-03-31", "people": 9, "sha256": "1" * 64,
             "stability": json.dumps({"prediction": 0.0}), "content": b"x"},
        )  # fmt: skip
    page = screens.signed_in("cyd", ("gp", "Z99001"), professional_number="G9990001").get(PAGE).text
    assert "PRISMATIC" in page
    assert "not calibrated: it may not decide who is at risk" in page
    assert "The year is not over yet." in page
    assert page.count("<circle") > 5
    assert "style=" not in page
