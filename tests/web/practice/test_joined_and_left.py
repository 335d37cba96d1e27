"""How many joined and left the list since the run before, on the list's head and the practice's summary."""

from __future__ import annotations

import re
from typing import Any

from tests.builders.deliveries import ANNA, BEN, HERE, THERE, spell

FIRST, SECOND = "2026-05-31", "2026-10-31"
LIST, SUMMARY = "/practice/worklist", "/practice/summary"
MORE = [
    spell(10, ANNA), spell(20, ANNA), spell(30, BEN),
    spell(40, BEN, Admission_Date="2026-08-01", Discharge_Date="2026-08-02"),
]  # fmt: skip


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_list_s_head_says_how_many_joined_and_left_and_the_summary_why(practices: Any) -> None:
    practices.run(FIRST)
    practices.run(SECOND, THERE, MORE)
    gp = practices.gp("heads", HERE)
    for page in (gp.get(LIST), gp.get(f"{LIST}?band=High")):
        assert "1 joined and 1 left the list since 31 May 2026." in text(page.text)
    told = text(gp.get(SUMMARY).text)
    assert "Since 31 May 2026, 1 joined your list of patients at risk and 1 left it." in told
    assert "no longer at risk, and still registered with your practice: 0" in told
    assert "no longer registered with your practice, or their data are withheld: 1" in told
    assert ANNA[:3] + " " + ANNA[3:6] not in told


def test_where_nobody_left_no_kind_is_told(practices: Any) -> None:
    practices.run(FIRST)
    practices.run(SECOND)
    gp = practices.gp("stayers", HERE)
    assert "0 joined and 0 left the list since 31 May 2026." in text(gp.get(LIST).text)
    assert "Why patients left" not in gp.get(LIST).text
    assert "Of those who left" not in gp.get(SUMMARY).text


def test_after_the_first_run_neither_page_speaks_of_a_run_before(practices: Any) -> None:
    practices.run(FIRST)
    gp = practices.gp("firsts", HERE)
    assert "joined" not in text(gp.get(LIST).text)
    assert "joined" not in text(gp.get(SUMMARY).text)


def test_the_list_and_its_counts_are_one_answer_and_one_event(practices: Any) -> None:
    practices.run(FIRST)
    practices.run(SECOND, THERE, MORE)
    answer = practices.gp("loggers", HERE).get(LIST)
    event = practices.house.events()[int(answer.headers["Gateway-Event"])]
    assert event["view"] == "practice_worklist+practice_marks+practice_summary"
    assert {"patients.nhs_number", "changes.value", "changes.own_patients"} <= set(event["columns"])
    assert event["subjects"]["n"] == 1
