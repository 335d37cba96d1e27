"""The privacy officer's question: one decision, explained by rule and by what would have to be true."""

from __future__ import annotations

from typing import Any

OFFICER = ("privacy_officer", "06Q")
ASKED = "/privacy/explain?role={}&purpose={}&what={}&day={}"


def test_a_refusal_is_explained_with_its_reason_and_what_would_have_to_be_true(house: Any) -> None:
    browser = house.signed_in("lena", OFFICER)
    page = browser.get(ASKED.format("gp", "direct_care", "practice.worklist:list", "2026-11-24")).text
    assert "Refused on 24 November 2026" in page
    assert "agreement_not_in_force" in page
    assert "What would have to be true" in page


def test_the_same_question_about_another_day_is_another_answer(house: Any) -> None:
    browser = house.signed_in("lena", OFFICER)
    page = browser.get(
        ASKED.format("access_administrator", "administration", "administration.users:list", "2026-01-01")
    )
    assert "Permitted on 1 January 2026" in page.text


def test_each_question_is_on_the_log(house: Any) -> None:
    browser = house.signed_in("lena", OFFICER)
    answer = browser.get("/privacy/explain")
    assert answer.status_code == 200
    event = house.events()[int(answer.headers["Gateway-Event"])]
    assert (event["resource"], event["actor"]["user"]) == ("privacy.explain", "lena")


def test_words_that_the_policy_does_not_know_are_refused(house: Any) -> None:
    browser = house.signed_in("lena", OFFICER)
    assert browser.get(ASKED.format("emperor", "direct_care", "practice.worklist:list", "")).status_code == 400
    assert browser.get(ASKED.format("gp", "direct_care", "practice.worklist:list", "soon")).status_code == 400
