"""The auditor's questions for programs: JSON lists by GET, one patient by POST with a token and never in an address."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.builders.auditing import seen_by

AUDITOR = ("nhs_digital_auditor", "X26")
NUMBER = "9990000018"
PATIENT = "/api/v1/audit/patient"
_SHOWN = re.compile(r'<code class="gateway-hash">([^<]+)</code>')


@pytest.fixture
def browser(house: Any) -> Any:
    return house.signed_in("kit", AUDITOR)


@pytest.fixture
def token(browser: Any) -> str:
    found = _SHOWN.search(browser.post("/account/tokens", name="pull", days="30").text)
    assert found
    return found.group(1)


def post(house: Any, body: Any, token: str = "") -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    client = house.browser().client
    return client.post(PATIENT, base_url="https://localhost", headers=headers, json=body)


def test_a_question_is_a_list_with_how_many_on_each_day(house: Any, browser: Any) -> None:
    refused = int(browser.get("/practice/worklist").headers["Gateway-Event"])
    day = house.events()[refused]["at"][:10]
    answer = browser.get(f"/api/v1/audit/questions/refused?day_from={day}&day_to={day}")
    told = answer.get_json()
    assert told.keys() == {"columns", "rows", "total", "page", "event", "days"}
    assert told["rows"][0]["idx"] == refused
    assert told["days"] == {day: told["total"]}
    assert str(told["event"]) == answer.headers["Gateway-Event"]
    assert house.events()[told["event"]]["channel"] == "api"


def test_what_a_user_did_is_a_list(browser: Any) -> None:
    told = browser.get("/api/v1/audit/users/kit").get_json()
    assert {row["user"] for row in told["rows"]} == {"kit"}


def test_who_saw_a_patient_is_asked_with_a_token(house: Any, token: str) -> None:
    index = seen_by(house.desk, NUMBER)
    answer = post(house, {"nhs_number": NUMBER}, token)
    assert answer.get_json()["rows"][0]["idx"] == index
    event = house.events()[int(answer.headers["Gateway-Event"])]
    assert (event["type"], event["query"]) == ("audit.searched", {"token": "personal"})
    assert NUMBER not in json.dumps(house.events()) + answer.text


def test_a_further_page_is_asked_for_in_the_body(house: Any, token: str) -> None:
    assert post(house, {"nhs_number": NUMBER, "page": 2}, token).get_json()["rows"] == []


@pytest.mark.parametrize(
    "body", [None, [], {}, {"nhs_number": "9990000019"}, {"nhs_number": NUMBER, "page": 0}, {"nhs_number": 3.5}]
)
def test_what_is_no_number_or_no_page_is_not_understood_and_not_repeated(house: Any, token: str, body: Any) -> None:
    answer = post(house, body, token)
    assert answer.status_code == 400
    assert "9990000019" not in answer.text


def test_without_a_token_nobody_is_told(house: Any, browser: Any) -> None:
    assert post(house, {"nhs_number": NUMBER}).status_code == 401
    assert post(house, {"nhs_number": NUMBER}, "no-such-token").status_code == 401
    before = len(house.events())
    bare = browser.client.post(PATIENT, base_url="https://localhost", json={"nhs_number": NUMBER})
    assert bare.status_code == 401
    assert len(house.events()) == before


def test_another_role_is_refused(house: Any) -> None:
    browser = house.signed_in("max", ("access_administrator", "06Q"))
    assert browser.get("/api/v1/audit/questions/refused").status_code == 403
    assert house.events()[-1]["type"] == "access.refused"
