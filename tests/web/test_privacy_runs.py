"""Where the data come from, at the screen: runs, one run's stages beside their chart, its files; for oversight."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any

import pytest

from gateway.audit.event import Event, EventType, new_id

OFFICER, ANALYST = ("privacy_officer", "06Q"), ("commissioner_analyst", "06Q")
RUNS = "/privacy/runs"
STAGE = {"milliseconds": 1500, "in": {"apc": "3000"}, "out": {"apc": "2995"}, "went": "2995"}
SHA = "ab" * 32


@dataclass
class Looks:
    """rhea at the screen, and the number of a run that was kept; the next is that of a dry one."""

    browser: Any
    run: int

    @property
    def instruction(self) -> str:
        return f"LETTER-{self.run}"


@pytest.fixture
def rhea(house: Any) -> Looks:
    looks = Looks(house.signed_in("rhea", OFFICER), 1000 + len(house.events()))
    for run, dry in ((looks.run, "no"), (looks.run + 1, "yes")):
        stages = [
            {"stage": "receive", "set_aside": {"duplicate": "*", "untraced": "25"}, **STAGE},
            {"stage": "link", "set_aside": {}, **STAGE},
        ]
        details = {
            "run": run, "instruction": looks.instruction, "as_of": "2026-10-31", "dry_run": dry, "stages": stages,
            "files": {"apc.csv": {"sha256": SHA, "rows": 3, "kind": "apc"}}, "versions": {"gateway": "0.1.0"},
        }  # fmt: skip
        actor = {"user": "olga", "role": "data_processor_operator", "organisation": "ZZP"}
        fields = {"actor": actor, "resource": "intake.risk", "action": "create", "details": details, "channel": "cli"}
        house.desk.log.append(Event(new_id(0, os.urandom(10)), EventType.INTAKE_FINISHED, fields))
    return looks


def test_every_run_that_was_kept_is_listed_with_who_made_it_and_why(rhea: Looks) -> None:
    page = rhea.browser.get(f"{RUNS}?instruction={rhea.instruction}").text
    assert f'href="{RUNS}/{rhea.run}"' in page
    assert f'href="{RUNS}/{rhea.run + 1}"' not in page
    assert "olga" in page


def test_one_run_tells_its_stages_beside_a_chart_and_its_files(rhea: Looks) -> None:
    page = rhea.browser.get(f"{RUNS}/{rhea.run}")
    assert page.text.count("<svg") >= 1
    for told in ("Receive", "duplicate: *", "not traced: 25", "2995 go on", "1.5", "apc.csv", SHA, "gateway 0.1.0"):
        assert told in page.text
    assert page.headers["Gateway-Event"]


@pytest.mark.parametrize("step", [1, 90_000])
def test_a_run_that_was_not_made_or_not_kept_is_not_there(rhea: Looks, step: int) -> None:
    assert rhea.browser.get(f"{RUNS}/{rhea.run + step}").status_code == 404


def test_the_list_is_the_same_as_json(rhea: Looks) -> None:
    told = json.loads(rhea.browser.get(f"/api/v1{RUNS}?instruction={rhea.instruction}").text)
    assert [row["run"] for row in told["rows"]] == [str(rhea.run)]
    assert told["total"] == 1


def test_without_a_run_the_page_says_how_one_is_made(rhea: Looks) -> None:
    assert "Nothing has been taken in yet" in rhea.browser.get(f"{RUNS}?instruction=none").text


@pytest.mark.parametrize("path", [RUNS, f"{RUNS}/7", f"/api/v1{RUNS}"])
def test_nobody_who_works_with_the_data_sees_it(house: Any, path: str) -> None:
    user = f"anya{len(path)}"
    assert house.signed_in(user, ANALYST).get(path).status_code == 403


def test_the_desk_of_the_privacy_officer_leads_there(rhea: Looks) -> None:
    assert f'href="{RUNS}"' in rhea.browser.get("/").text
