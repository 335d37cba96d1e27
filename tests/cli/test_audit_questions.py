"""`gateway audit question`, `user` and `who-saw --report`: the questions of the pages, from the command line."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from gateway.settings import Settings
from tests.builders.auditing import AUDITOR, NUMBER, Done, Open, invoked, seen_by

Run = Callable[..., Done]


@pytest.fixture
def run(house: Any, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`gateway audit …` as ada the auditor, whom gateway.env names."""
    house.add("ada", AUDITOR)
    monkeypatch.setenv("GATEWAY_SERVICE_AUDIT", "ada")
    desk = replace(house.desk, settings=Settings.from_folder(house.desk.settings.home.parent, os.environ))
    return partial(invoked, Open(held=desk))


def test_a_question_is_asked_by_name_and_days(house: Any, run: Run) -> None:
    browser = house.signed_in("max", ("access_administrator", "06Q"))
    refused = int(browser.get("/auditor/search").headers["Gateway-Event"])
    day = house.events()[refused]["at"][:10]
    told = run("question", "refused", "--from", day, "--to", day, "--json").facts
    assert told["rows"][0]["idx"] == refused
    assert set(told) == {"columns", "rows", "total", "page", "event"}
    event = house.events()[told["event"]]
    assert (event["type"], event["channel"]) == ("audit.searched", "cli")
    assert event["query"] == {"question": "refused", "day_from": day, "day_to": day, "page": 1}
    assert f"{told['total']} in all, page 1" in run("question", "refused", "--from", day, "--to", day).out


@pytest.mark.parametrize("words", [("question", "nothing"), ("question", "refused", "--from", "soon")])
def test_what_there_is_not_is_wrong_use_and_never_asked(house: Any, run: Run, words: tuple[str, ...]) -> None:
    before = len(house.events())
    assert run(*words).code == 2
    assert len(house.events()) == before


def test_what_a_user_did_is_told_for_the_days_asked(house: Any, run: Run) -> None:
    index = seen_by(house.desk, user="petronella")
    day = house.events()[index]["at"][:10]
    assert [row["idx"] for row in run("user", "petronella", "--from", day, "--json").facts["rows"]] == [index]
    assert run("user", "petronella", "--to", "2001-01-01", "--json").facts["rows"] == []


def test_the_report_for_a_patient_says_when_who_why_and_what(house: Any, run: Run) -> None:
    seen_by(house.desk, NUMBER)
    out = run("who-saw", "--report", typed=f"{NUMBER}\n").out
    assert all(f"{name}: " in out for name in ("When", "Who", "Why", "What"))
    assert "You alone." in out
    assert NUMBER not in out
    told = run("who-saw", "--report", "--json", typed=f"{NUMBER}\n").facts
    assert told["columns"] == ["when", "who", "why", "what"]
    assert set(told["rows"][0]) == {"when", "who", "why", "what"}
