"""`gateway score`: protected counts by method, an access by the processor's operator, and who else may not ask."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from gateway.cli.score import HEAD, score
from gateway.disclosure.rounding import is_protected
from gateway.risk.methods import MADE
from gateway.synthetic.numbers import nhs_numbers
from tests.builders.ceff import WarmRuntime
from tests.builders.deliveries import Rows, condition, patient, prescription, spell
from tests.builders.processor import Processor, made, opened

PEOPLE = [str(one) for one in nhs_numbers(40, np.random.default_rng(7))]


@pytest.fixture(scope="module")
def processor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processor]:
    """Forty people taken in: thirty with diabetes, three of them under 75."""
    people = PEOPLE
    born = ["1946"] * 37 + ["1990"] * 3
    rows = Rows(
        apc=[spell(at * 10, who) for at, who in enumerate(people[:12], 1)],
        gp_patient=[patient(who, Year_of_Birth=year) for who, year in zip(people, born, strict=True)],
        gp_condition=[condition(who, Register="DM") for who in people[:30]],
        gp_medication=[prescription(people[0])],
    )
    with opened(made(tmp_path_factory.mktemp("score") / "installation")) as processor:
        processor.taken(rows.written(tmp_path_factory.mktemp("files")))
        yield processor


def asked(processor: Processor, *words: str) -> Result:
    return CliRunner().invoke(score, list(words), obj=WarmRuntime(open=processor.desk))


def facts(processor: Processor, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(asked(processor, *words, "--json").stdout)
    return found


def test_every_count_of_every_method_is_protected(processor: Processor) -> None:
    methods = facts(processor)["methods"]
    assert methods.keys() == {method.key for method in MADE} - {"admission_model"}
    counts = [one["people"] for method in methods.values() for one in method["outcomes"]]
    assert all(is_protected(count) for count in counts)
    assert "*" in counts


def test_a_small_number_hides_another_with_it_so_that_no_sum_tells_it(processor: Processor) -> None:
    outcomes = facts(processor, "--methods", "hfrs")["methods"]["hfrs"]["outcomes"]
    assert [one["people"] for one in outcomes if one["status"] == "not_applicable"] == ["*"]
    assert [one["people"] for one in outcomes].count("*") >= 2


def test_the_bands_of_who_is_at_risk_are_those_of_the_run_s_lattice(processor: Processor) -> None:
    told = facts(processor, "--methods", "emergency_admissions")["methods"]["emergency_admissions"]["outcomes"]
    lattice = {
        row["value"]: row["people"] for row in processor.rows("lattice", "risk_pseudonymised") if row["cut"] == "band"
    }
    assert {one["band"]: one["people"] for one in told} == lattice


def test_methods_are_chosen_and_one_that_is_not_made_is_wrong_use(processor: Processor) -> None:
    chosen = facts(processor, "--methods", "efi", "--methods", "lace")["methods"]
    assert list(chosen) == ["lace", "efi"]
    assert asked(processor, "--methods", "parr_30").exit_code == 2


def test_the_terminal_is_told_the_same_in_words(processor: Processor) -> None:
    said = asked(processor, "--methods", "cambridge").stdout.splitlines()
    assert said[0] == HEAD
    assert said[1].startswith("Cambridge Multimorbidity Score (Payne 2020")
    assert [line.split() for line in said[2:-1]] == [["Complete", "40"]]
    assert said[-1].startswith("Event ")


def test_it_is_an_access_that_the_log_tells_of(processor: Processor) -> None:
    index = facts(processor)["event"]
    event = processor.events()[index]
    assert (event["actor"]["role"], event["resource"]) == ("data_processor_operator", "risk.scores")


def test_the_counts_name_nobody(processor: Processor) -> None:
    told = str(processor.rows("score_count"))
    assert [row["handle"] for row in processor.rows("worklist") if row["handle"] in told] == []
    assert [who for who in PEOPLE if who in told] == []
