"""The work list at a screen: filters, marks, assignments, corrections, finding a patient, views, the sheet."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.deliveries import ANNA, BEN, CARA, HERE, THERE, spell

RUN = "2026-10-31"
OURS = [spell(10, ANNA), spell(20, ANNA), spell(30, BEN), spell(40, BEN)]
MARKS = "/practice/worklist/marks"


@pytest.fixture
def listed(practices: Any) -> Any:
    practices.run(RUN, HERE, [*OURS, spell(50, CARA), spell(60, CARA)], "COPD")
    return practices


def rows(browser: Any, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = browser.get(f"/api/v1/practice/worklist{query}").json["rows"]
    return found


def numbers(browser: Any, query: str = "") -> set[str]:
    return {row["nhs_number"] for row in rows(browser, query)}


def reviews(browser: Any) -> dict[str, str]:
    return {row["nhs_number"]: row["review"] for row in rows(browser)}


def test_a_filter_leaves_whom_it_names_and_can_be_taken_off(listed: Any) -> None:
    browser = listed.gp("w-filter", HERE)
    assert numbers(browser) == {ANNA, BEN}
    assert numbers(browser, "?condition=COPD") == {ANNA}
    page = browser.get("/practice/worklist?condition=COPD").text
    assert "1 patient with this filter" in page
    assert "Remove the filter" in page


def test_a_filter_that_nobody_meets_says_so_and_leads_back(listed: Any) -> None:
    page = listed.gp("w-empty", HERE).get("/practice/worklist?condition=Dementia").text
    assert "No patient of your practice is at risk with this filter" in page
    assert "Show all patients at risk" in page


def test_whoever_was_ticked_is_reviewed_with_an_outcome_and_the_page_goes_back_to_the_row(listed: Any) -> None:
    browser, anna = listed.gp("w-review", HERE), listed.handle(ANNA)
    sent = browser.post(MARKS, handle=anna, do="review", outcome="care_plan", back="sort=-score")
    assert sent.status_code == 303
    assert sent.location.endswith(f"#{anna}")
    assert reviews(browser) == {ANNA: "Care plan made or revised", BEN: ""}
    logged = listed.house.events()
    events = [one for one in logged if one.get("actor", {}).get("user") == "w-review" and one.get("action") == "review"]
    assert [(one["resource"], one["details"]["code"], one["subjects"]["n"]) for one in events] == [
        ("practice.marks", "care_plan", 1)
    ]
    browser.post(f"/practice/patients/{anna}/marks", kind="review", undo="yes")
    assert reviews(browser) == {ANNA: "", BEN: ""}


def test_a_review_without_an_outcome_marks_nobody(listed: Any) -> None:
    browser, anna = listed.gp("w-without", HERE), listed.handle(ANNA)
    assert browser.post(MARKS, handle=anna, do="review", outcome="").status_code == 400
    assert browser.post(MARKS, handle=anna, do="something").status_code == 400
    assert "tick" in browser.post(MARKS, do="review", outcome="care_plan").text.lower()
    assert set(reviews(browser).values()) == {""}


def test_a_patient_of_another_practice_cannot_be_marked(listed: Any) -> None:
    browser, theirs = listed.gp("w-other", HERE), listed.handle(CARA)
    assert browser.post(MARKS, handle=theirs, do="review", outcome="care_plan").status_code == 404
    assert reviews(listed.gp("w-there", THERE)) == {CARA: ""}


def test_a_patient_is_given_to_a_colleague_taken_and_given_back(listed: Any) -> None:
    listed.gp("w-colleague", HERE)
    browser, anna = listed.gp("w-giver", HERE), listed.handle(ANNA)
    page = browser.post(MARKS, handle=anna, do="give").text
    assert "w-colleague" in page
    browser.post("/practice/worklist/assign", handle=anna, colleague="w-colleague")
    assert {row["assigned_to"] for row in rows(browser) if row["nhs_number"] == ANNA} == {"w-colleague"}
    assert numbers(browser, "?assigned=nobody") == {BEN}
    browser.post(MARKS, handle=anna, do="take")
    assert numbers(browser, "?assigned=me") == {ANNA}
    browser.post(MARKS, handle=anna, do="drop")
    assert numbers(browser, "?assigned=nobody") == {ANNA, BEN}


def test_nobody_of_another_practice_is_given_a_patient(listed: Any) -> None:
    listed.gp("w-elsewhere", THERE)
    browser, anna = listed.gp("w-wrong", HERE), listed.handle(ANNA)
    assert browser.post("/practice/worklist/assign", handle=anna, colleague="w-elsewhere").status_code == 400


def test_not_our_patient_leaves_the_list_and_can_be_taken_back(listed: Any) -> None:
    browser, anna = listed.gp("w-correct", HERE), listed.handle(ANNA)
    path = f"/practice/patients/{anna}/marks"
    assert browser.get(path).status_code == 200
    assert browser.post(path, kind="correction", code="moved_away").status_code == 303
    assert numbers(browser) == {BEN}
    assert browser.post(path, kind="correction", undo="yes").status_code == 303
    assert numbers(browser) == {ANNA, BEN}
    assert browser.get(path).text.count("Moved away") >= 1


def test_an_own_patient_is_found_by_number_and_nobody_else_is(listed: Any) -> None:
    browser = listed.gp("w-find", HERE)
    assert browser.get("/practice/find").status_code == 200
    spaced = f"{ANNA[:3]} {ANNA[3:6]} {ANNA[6:]}"
    found = browser.post("/practice/find", nhs_number=spaced)
    assert found.location.endswith(listed.handle(ANNA))
    assert (
        "No patient at risk at your practice has this NHS number"
        in browser.post("/practice/find", nhs_number=CARA).text
    )
    wrong = browser.post("/practice/find", nhs_number="9990000019")
    assert wrong.status_code == 400
    assert "9990000019" not in wrong.text


def test_a_view_is_saved_shared_opened_renamed_and_removed_by_its_owner_alone(listed: Any) -> None:
    owner, colleague = listed.gp("w-owner", HERE), listed.gp("w-reader", HERE)
    sent = owner.post("/practice/views", name="Lungs", question="condition=COPD", shared="yes")
    assert sent.status_code == 303
    assert "Lungs" in colleague.get("/practice/views").text
    number = owner.get("/api/v1/practice/views").json["rows"][0]["id"]
    assert colleague.post(f"/practice/views/{number}/rename", name="Mine").status_code == 404
    assert colleague.post(f"/practice/views/{number}/delete").status_code == 404
    assert owner.post(f"/practice/views/{number}/rename", name="Breath").status_code == 303
    assert "Breath" in colleague.get("/practice/views").text
    assert owner.post(f"/practice/views/{number}/delete").status_code == 303
    assert "Breath" not in owner.get("/practice/views").text


def test_a_view_is_not_named_after_a_number(listed: Any) -> None:
    browser = listed.gp("w-name", HERE)
    assert browser.post("/practice/views", name=ANNA, question="condition=COPD").status_code == 400
    assert browser.post("/practice/views", name="", question="condition=COPD").status_code == 400


def test_the_sheet_has_the_filtered_list_its_age_and_its_event(listed: Any) -> None:
    browser = listed.gp("w-sheet", HERE)
    page = browser.get("/practice/worklist/print?condition=COPD")
    assert page.status_code == 200
    assert ANNA[6:] in page.text
    assert BEN[6:] not in page.text
    event = listed.house.events()[int(page.headers["Gateway-Event"])]
    assert (event["type"], event["actor"]["user"]) == ("export.created", "w-sheet")
    assert f"Event {page.headers['Gateway-Event']}" in page.text
