"""People who move: a patient between practices, a locum for a week, a GP whose grant ends while a record is open."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from gateway.access.decision import Membership
from gateway.stores.accounts import administration, pipeline
from gateway.stores.vault import writing
from tests.builders.deliveries import ANNA, HERE, THERE, spell

FIRST, SECOND = "2026-05-31", "2026-10-31"
LIST = "/practice/worklist"
GIVEN = {"reason": "planned_review", "attested": "yes"}
LATER = spell(40, ANNA, Admission_Date="2026-09-01", Discharge_Date="2026-09-03")


def listed(browser: Any) -> set[str]:
    return set(re.findall(r"/practice/patients/([A-Z]+)\"", browser.get(LIST).text))


def choose(browser: Any, practice: str) -> None:
    page = browser.get("/acting-role").text
    found = re.search(rf'for="membership-(\d+)">[^<]* at {practice}<', page)
    assert found
    assert browser.post("/acting-role", "/acting-role", membership=found.group(1)).status_code == 303


def test_at_the_next_run_the_old_practice_loses_a_patient_and_the_new_one_gains_her(practices: Any) -> None:
    practices.run(FIRST)
    old, new = practices.gp("m-old", HERE), practices.gp("m-new", THERE)
    before = practices.handle(ANNA)
    assert (listed(old), listed(new)) == ({before}, set())
    practices.run(SECOND, THERE, [spell(10, ANNA), spell(20, ANNA), LATER])
    after = practices.handle(ANNA)
    assert (listed(old), listed(new)) == (set(), {after})
    for gone in (before, after):
        assert old.get(f"/practice/patients/{gone}").status_code == 404


def test_the_new_practice_is_shown_the_history_and_not_where_it_comes_from(practices: Any) -> None:
    practices.run(FIRST)
    practices.run(SECOND, THERE, [spell(10, ANNA), spell(20, ANNA), LATER])
    page = practices.gp("m-history", THERE).get(f"/practice/patients/{practices.handle(ANNA)}").text
    assert "New at your practice" in page
    assert "The score was 2 (At risk) on 31 May 2026, and is 3 (High)." in page
    assert "A further emergency admission was recorded (+1)" in page
    assert HERE not in page


def test_a_record_that_is_open_when_the_patient_moves_is_gone_at_the_next_request(practices: Any) -> None:
    practices.run(FIRST)
    browser = practices.gp("m-open", HERE)
    path = f"/practice/patients/{practices.handle(ANNA)}/record"
    browser.post(path, **GIVEN)
    assert browser.get(path).status_code == 200
    practices.run(SECOND, THERE)
    assert browser.get(path).status_code == 404


def test_a_gp_of_two_practices_sees_a_patient_who_moves_where_she_is_and_nowhere_else(practices: Any) -> None:
    practices.run(FIRST)
    browser = practices.gp("m-two", HERE, THERE)
    seen = {}
    for run in (FIRST, SECOND):
        if run == SECOND:
            practices.run(SECOND, THERE)
        for practice in (HERE, THERE):
            choose(browser, practice)
            seen[run, practice] = len(listed(browser))
    assert seen == {(FIRST, HERE): 1, (FIRST, THERE): 0, (SECOND, HERE): 0, (SECOND, THERE): 1}


def locum(house: Any, user: str, first: int, last: int) -> None:
    """A GP whose grant holds from and until some days from now."""
    house.add(user, professional_number="G9990002")
    today = house.now().date()
    days = (today + timedelta(days=first), today + timedelta(days=last))
    pipeline.add_membership(house.accounts, user, Membership("gp", HERE, *days, "asked", "approved"))


def test_a_locum_sees_nothing_before_the_first_day_and_the_list_from_then_on(practices: Any) -> None:
    practices.run(FIRST)
    house = practices.house
    locum(house, "l-first", 1, 3)
    browser = house.browser()
    browser.sign_in("l-first")
    assert not listed(browser)
    house.wait(days=1)
    browser.sign_in("l-first")
    assert listed(browser) == {practices.handle(ANNA)}


def test_a_locum_s_last_day_ends_at_midnight_and_the_next_request_is_refused(practices: Any) -> None:
    practices.run(FIRST)
    house = practices.house
    locum(house, "l-last", 0, 0)
    house.wait(hours=14, minutes=55)
    browser = house.browser()
    browser.sign_in("l-last")
    assert listed(browser)
    house.wait(minutes=10)
    answer = browser.get(LIST)
    assert answer.status_code == 403
    assert practices.handle(ANNA) not in answer.text


def test_a_grant_that_is_revoked_while_a_record_is_open_refuses_the_next_request(practices: Any) -> None:
    practices.run(FIRST)
    house = practices.house
    (number,) = house.add("r-open", ("gp", HERE), professional_number="G9990003")
    browser = house.browser()
    browser.sign_in("r-open")
    path = f"/practice/patients/{practices.handle(ANNA)}/record"
    browser.post(path, **GIVEN)
    assert browser.get(path).status_code == 200
    with writing(house.accounts) as connection:
        assert administration.revoke(connection, number)
    refused = browser.get(path)
    assert refused.status_code == 403
    assert "SUS+ rows" not in refused.text
