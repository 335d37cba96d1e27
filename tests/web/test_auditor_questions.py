"""The auditor's questions as pages: a table, a chart, the event's index; a report for the patient without a number."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest

from gateway.audit.event import Event, EventType, new_id
from gateway.catalogue.questions import TITLES
from gateway.enforcement.questions import QUESTIONS
from gateway.web.auditor_questions import periods
from tests.builders.auditing import seen_by

AUDITOR = ("nhs_digital_auditor", "X26")
NUMBER = "9990000018"


def auditor(house: Any, user: str = "kit") -> Any:
    return house.signed_in(user, AUDITOR)


def test_every_question_has_a_title_and_a_line() -> None:
    assert TITLES.keys() == QUESTIONS.keys()


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_question_has_a_page_and_an_event_of_its_own(house: Any, name: str) -> None:
    page = auditor(house).get(f"/auditor/questions/{name}")
    assert page.status_code == 200
    assert TITLES[name][0] in page.text
    event = house.events()[int(page.headers["Gateway-Event"])]
    assert (event["type"], event["query"]) == ("audit.searched", {"question": name})
    assert f"This search is event {event['index']}" in page.text


def test_a_refused_attempt_is_found_and_stands_in_the_chart(house: Any) -> None:
    browser = auditor(house)
    refused = browser.get("/practice/worklist").headers["Gateway-Event"]
    day = house.events()[int(refused)]["at"][:10]
    page = browser.get(f"/auditor/questions/refused?day_from={day}&day_to={day}").text
    assert f'href="/auditor/events/{refused}"' in page
    assert '<svg class="gateway-chart"' in page
    assert "How many over time" in page


def test_days_on_which_nothing_was_have_no_chart(house: Any) -> None:
    page = auditor(house).get("/auditor/questions/refused?day_from=2001-01-01&day_to=2001-01-02").text
    assert "No event fits" in page
    assert "<svg" not in page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nothing", 404),
        ("refused?day_from=soon", 400),
        ("refused?user=max", 400),
        ("refused?page=0", 400),
        ("refused?page=1&page=2", 200),
        ("refused?day_to=2026-01-01&day_to=2026-01-02", 400),
    ],
)
def test_what_cannot_be_asked_is_not_answered(house: Any, path: str, status: int) -> None:
    assert auditor(house).get(f"/auditor/questions/{path}").status_code == status


def test_what_a_user_did_has_a_chart_beside_its_table(house: Any) -> None:
    page = auditor(house).get("/auditor/users/kit").text
    assert "session.<wbr>start" in page
    assert '<svg class="gateway-chart"' in page


def test_the_report_for_a_patient_is_in_plain_words_and_has_neither_number_nor_name(house: Any) -> None:
    browser = auditor(house)
    seen_by(house.desk, NUMBER)
    seen_by(house.desk, NUMBER, "9990000026")
    page = browser.post("/auditor/patient", nhs_number=NUMBER, **{"as": "report"})
    assert "Who looked at your data" in page.text
    told = " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
    assert "patients who are at risk. You alone." in told
    assert "You and others: 2 people in all." in told
    assert "at organisation Z99001" in told
    assert not re.search(r"999.?000.?0018|\bmax\b", page.text)
    event = house.events()[int(page.headers["Gateway-Event"])]
    assert (event["type"], event["query"]) == ("audit.searched", {"token": "personal"})


def test_a_patient_whom_nobody_looked_at_is_told_so(house: Any) -> None:
    page = auditor(house).post("/auditor/patient", nhs_number="9990009996", **{"as": "report"}).text
    assert "Nobody has looked at data about this person" in page


def test_the_auditor_sees_the_same_accesses_with_users_and_links(house: Any) -> None:
    browser = auditor(house)
    index = seen_by(house.desk, NUMBER)
    page = browser.post("/auditor/patient", nhs_number=NUMBER).text
    assert f'href="/auditor/events/{index}"' in page
    assert 'href="/auditor/users/max"' in page


def test_a_chart_is_by_day_month_or_year_whichever_is_not_too_many() -> None:
    month = {f"2026-03-{day:02d}": 1 for day in range(1, 32)}
    assert len(periods(month)) == 31
    assert periods({**month, "2026-04-01": 2}) == [("2026-03", 31), ("2026-04", 2)]
    many = {f"{2020 + number // 12}-{number % 12 + 1:02d}-01": 1 for number in range(32)}
    assert periods(many) == [("2020", 12), ("2021", 12), ("2022", 8)]
    assert periods({}) == []


def test_what_an_access_went_without_is_told_in_words(house: Any) -> None:
    browser = auditor(house)
    actor = {"user": "max", "role": "gp", "organisation": "Z99001"}
    fields = {"actor": actor, "decision": "permit", "rules": ["one"], "resource": "practice.record"}
    index = house.desk.log.append(Event(new_id(0, os.urandom(10)), EventType.RECORD_DISPLAYED, fields)).index
    day = house.events()[index]["at"][:10]
    page = browser.get(f"/auditor/questions/without-duty?day_from={day}&day_to={day}").text
    assert "a reason, an attestation" in page
