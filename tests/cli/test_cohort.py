"""`gateway cohort`: saved, listed and withdrawn by the analyst of the commissioner, decided and on the log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.cli.cohort import cohort
from gateway.errors import AccessDenied, BadRequest, Conflict, NotFound
from tests.builders.ceff import WarmRuntime, facts
from tests.builders.processor import Processor, made, opened

OLD = ("--criteria", "age_band=90 and over,85 to 89", "--criteria", "admissions=2")
CANONICAL = '{"admissions":2,"age_band":["85 to 89","90 and over"]}'


@pytest.fixture(scope="module")
def processor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processor]:
    with opened(made(tmp_path_factory.mktemp("cohort") / "installation")) as processor:
        yield processor


def run(processor: Processor, *words: str, user: str = "analyst") -> Result:
    settings = replace(processor.desk.settings, services={"population": user})
    runtime = WarmRuntime(open=replace(processor.desk, settings=settings))
    return CliRunner().invoke(cohort, list(words), obj=runtime)


def rows(processor: Processor) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = facts(run(processor, "list", "--json"))["cohorts"]
    return found


def test_criteria_are_kept_in_one_form_and_the_event_says_which(processor: Processor) -> None:
    done = facts(run(processor, "save", "Very old", *OLD, "--json"))
    event = processor.events()[done["event"]]
    assert (event["type"], event["actor"]["user"], event["purpose"]) == ("cohort.saved", "analyst", "commissioning")
    assert event["details"] == {"cohort": done["cohort"], "name": "Very old", "criteria": CANONICAL}
    assert done["in_words"].startswith("Age band: 85 to 89 or 90 and over; Emergency admissions")
    row = next(row for row in rows(processor) if row["id"] == done["cohort"])
    assert (row["criteria"], row["saved_by"], row["withdrawn_on"]) == (json.loads(CANONICAL), "analyst", None)


def test_a_file_says_the_same_as_words(processor: Processor, tmp_path: Path) -> None:
    path = tmp_path / "criteria.json"
    path.write_text('{"age_band": ["85 to 89", "90 and over", "85 to 89"], "admissions": 2}', "utf-8-sig")
    assert facts(run(processor, "save", "By file", "--criteria", str(path), "--json"))["criteria"] == CANONICAL


def test_one_that_is_withdrawn_stays_in_the_list_and_cannot_be_withdrawn_again(processor: Processor) -> None:
    number = facts(run(processor, "save", "For a while", *OLD, "--json"))["cohort"]
    done = facts(run(processor, "withdraw", str(number), "--json"))
    assert processor.events()[done["event"]]["details"] == {"cohort": number, "state": "withdrawn"}
    assert [row["withdrawn_by"] for row in rows(processor) if row["id"] == number] == ["analyst"]
    assert "withdrawn 2026-" in run(processor, "list").stdout
    again = run(processor, "withdraw", str(number)).exception
    assert isinstance(again, NotFound)
    assert "no cohort" in str(again)


def test_a_name_that_stands_is_not_taken_twice(processor: Processor) -> None:
    facts(run(processor, "save", "Once", *OLD, "--json"))
    assert isinstance(run(processor, "save", "Once", *OLD).exception, Conflict)
    assert [row["name"] for row in rows(processor)].count("Once") == 1


@pytest.mark.parametrize(
    ("name", "criteria", "told"),
    [
        ("", "sex=Female", "a name of 1 to 60 characters"),
        ("x" * 61, "sex=Female", "a name of 1 to 60 characters"),
        ("a\nb", "sex=Female", "a name of 1 to 60 characters"),
        ("For 999 000 0018", "sex=Female", "holds no NHS number"),
        ("Bad", "sex=9990000018", "sex has a value that is not known"),
        ("Bad", "condition=GEN", "condition has a value that is not known"),
        ("Bad", "nowhere.json", "a file that can be read as UTF-8"),
    ],
)
def test_what_is_not_understood_is_one_sentence_and_nothing_is_kept(
    processor: Processor, name: str, criteria: str, told: str
) -> None:
    before = rows(processor)
    fault = run(processor, "save", name, "--criteria", criteria).exception
    assert isinstance(fault, BadRequest)
    assert told in str(fault)
    assert "9990000018" not in str(fault)
    assert rows(processor) == before


@pytest.mark.parametrize("content", [b"\xff\xfe", b'{"sex": ["Female"]}' + b" " * 70_000])
def test_a_file_that_cannot_be_criteria_is_refused(processor: Processor, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "criteria.json").write_bytes(content)
    assert isinstance(
        run(processor, "save", "Bad", "--criteria", str(tmp_path / "criteria.json")).exception, BadRequest
    )


@pytest.mark.parametrize("user", ["gp", "lead", "finance", "auditor", "operator"])
def test_nobody_but_the_analyst_saves_lists_or_withdraws_and_the_refusal_is_logged(
    processor: Processor, user: str
) -> None:
    before = rows(processor)
    for words in (("save", "Mine", *OLD), ("list",), ("withdraw", "1")):
        fault = run(processor, *words, user=user).exception
        assert isinstance(fault, AccessDenied)
        assert processor.events()[fault.event or 0]["type"] == "access.refused"
    assert rows(processor) == before


def test_an_empty_list_says_how_to_save_one(tmp_path: Path) -> None:
    with opened(made(tmp_path / "installation")) as empty:
        assert "'gateway cohort save'" in run(empty, "list").stdout
