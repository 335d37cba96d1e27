"""The GP's pages: the list by pages, filters and sorts, one patient, and the record after reason and attestation."""

from __future__ import annotations

import csv
import re
from typing import Any

import pytest

FACTS = {"professional_number": "G9990001"}
LIST = "/practice/worklist"
PATIENT = re.compile(r"/practice/patients/([A-Z]+)\"")
GIVEN = {"reason": "planned_review", "attested": "yes"}


def doctor(house: Any, user: str = "amara", practice: str = "Z99002") -> Any:
    return house.signed_in(user, ("gp", practice), **FACTS)


def handles(text: str) -> list[str]:
    return PATIENT.findall(text)


def links(text: str) -> dict[str, str]:
    found = re.findall(r'href="([^"]+)" rel="(prev|next)"', text)
    return {rel: address.replace("&amp;", "&") for address, rel in found}


def walked(browser: Any, path: str = LIST) -> list[str]:
    """Handles of every page of the list, in order, by the links to the next."""
    found, page = [], browser.get(path).text
    while True:
        found += handles(page)
        if "next" not in links(page):
            return found
        page = browser.get(f"{LIST}{links(page)['next']}").text


def test_the_pages_of_the_list_hold_every_patient_at_risk_once(stocked: Any, at_risk: dict[str, int]) -> None:
    found = walked(doctor(stocked))
    assert len(found) == len(set(found)) == at_risk["Z99002"]


def test_the_second_page_leads_back_to_the_first(stocked: Any) -> None:
    browser = doctor(stocked)
    second = browser.get(f"{LIST}?page=2").text
    assert links(second) == {"prev": "?page=1"}
    assert not set(handles(second)) & set(handles(browser.get(f"{LIST}?page=1").text))


def test_a_page_beyond_the_last_says_that_nobody_is_there(stocked: Any) -> None:
    page = doctor(stocked).get(f"{LIST}?page=99")
    assert page.status_code == 200
    assert "No patient of your practice is at risk" in page.text


@pytest.mark.parametrize(
    "asked", ["page=0", "page=-1", "page=two", "page=12345678", "nhs_number=1", "sort=nhs_number", "band=" + "x" * 201]
)
def test_what_the_list_cannot_be_asked_for_is_not_understood(stocked: Any, asked: str) -> None:
    page = doctor(stocked).get(f"{LIST}?{asked}")
    assert page.status_code == 400
    assert not handles(page.text)


def test_a_filter_holds_over_pages_and_sorts(stocked: Any) -> None:
    browser = doctor(stocked)
    found = walked(browser, f"{LIST}?band=At+risk")
    page = browser.get(f"{LIST}?band=At+risk").text
    assert set(re.findall(r"nhsuk-tag--\w+\">([^<]+)<", page)) == {"At risk"}
    assert "?band=At+risk&amp;sort=-age_band" in page
    assert 0 < len(found) < len(walked(browser))


def test_a_filter_that_fits_nobody_leads_back_to_the_whole_list(stocked: Any) -> None:
    page = doctor(stocked).get(f"{LIST}?age_band=none").text
    assert "with this filter" in page
    assert f'<a href="{LIST}">Show all patients at risk</a>' in page


@pytest.mark.parametrize("sort", ["age_band", "-age_band", "score", "-score", "change"])
def test_each_sort_shows_the_same_patients(stocked: Any, sort: str) -> None:
    browser = doctor(stocked)
    assert sorted(walked(browser, f"{LIST}?sort={sort}")) == sorted(walked(browser))


def test_the_highest_score_comes_first(stocked: Any) -> None:
    scores = re.findall(r"nhsuk-table__cell--numeric\">(\d+)<", doctor(stocked).get(LIST).text)
    assert scores == sorted(scores, key=int, reverse=True)


def test_the_file_holds_the_whole_list_as_it_is_filtered(stocked: Any, at_risk: dict[str, int]) -> None:
    browser, before = doctor(stocked), len(stocked.events())
    whole, some = (browser.post(f"{LIST}.csv", **chosen) for chosen in ({}, {"band": "At risk"}))
    rows = list(csv.DictReader(some.text.lstrip("\ufeff").splitlines()))
    assert len(list(csv.DictReader(whole.text.lstrip("\ufeff").splitlines()))) == at_risk["Z99002"]
    assert {row["Band"] for row in rows} == {"At risk"}
    assert "attachment" in whole.headers["Content-Disposition"]
    assert stocked.types_since(before).count("export.created") == 2


def test_a_patient_is_shown_with_scores_terms_and_the_form_for_the_record(stocked: Any) -> None:
    browser = doctor(stocked)
    page = browser.get(f"/practice/patients/{handles(browser.get(LIST).text)[0]}")
    for told in ("Hospital Frailty Risk Score", "Recorded by the practice", "Over time", "Open the hospital record"):
        assert told in page.text
    assert stocked.events()[int(page.headers["Gateway-Event"])]["query"] == {"handle": "personal"}


def test_staff_are_not_offered_the_record_and_are_refused_it(stocked: Any) -> None:
    browser = stocked.signed_in("dot", ("practice_staff", "Z99002"))
    path = f"/practice/patients/{handles(browser.get(LIST).text)[0]}"
    assert "Open the hospital record" not in browser.get(path).text
    for answer in (browser.get(f"{path}/record"), browser.post(f"{path}/record", **GIVEN)):
        assert (answer.status_code, "SUS+ rows" in answer.text) == (403, False)


def record_of(browser: Any, place: int = 0) -> str:
    return f"/practice/patients/{handles(browser.get(LIST).text)[place]}/record"


@pytest.mark.parametrize(
    ("given", "asked_for"),
    [
        ({}, ["#reason", "#attested"]),
        ({"reason": "planned_review"}, ["#attested"]),
        ({"attested": "yes"}, ["#reason"]),
        ({"reason": "curiosity", "attested": "yes"}, ["#reason"]),
        ({"reason": "planned_review", "attested": "perhaps"}, ["#attested"]),
    ],
)
def test_a_record_stays_shut_until_both_are_given_and_the_refusal_is_on_the_log(
    stocked: Any, given: dict[str, str], asked_for: list[str]
) -> None:
    browser = doctor(stocked)
    path, before = record_of(browser), len(stocked.events())
    page = browser.post(path, **given)
    assert page.status_code == 403
    assert re.findall(r'<li><a href="(#\w+)">', page.text) == asked_for
    assert stocked.events()[int(page.headers["Gateway-Event"])]["decision"] == "deny"
    assert "record.displayed" not in stocked.types_since(before)
    assert browser.get(path).status_code == 403


def test_a_record_opens_after_reason_and_attestation_and_says_so_on_the_log(stocked: Any) -> None:
    browser = doctor(stocked)
    path = record_of(browser)
    assert browser.post(path, **GIVEN).headers["Location"] == path
    page = browser.get(path)
    event = stocked.events()[int(page.headers["Gateway-Event"])]
    assert "SUS+ rows" in page.text
    assert (event["type"], event["reason"], event["relationship"]) == ("record.displayed", "planned_review", "attested")


def test_an_attestation_is_for_one_patient_one_session_and_a_short_time(stocked: Any) -> None:
    browser = doctor(stocked)
    path, other = record_of(browser), record_of(browser, 1)
    browser.post(path, **GIVEN)
    assert (browser.get(path).status_code, browser.get(other).status_code) == (200, 403)
    again = stocked.browser()
    again.sign_in("amara")
    assert again.get(path).status_code == 403
    stocked.wait(minutes=16)
    browser.sign_in("amara")
    assert browser.get(path).status_code == 403


def test_a_doctor_without_a_professional_number_opens_no_record(stocked: Any) -> None:
    browser = stocked.signed_in("locum", ("gp", "Z99002"))
    assert browser.post(record_of(browser), **GIVEN).status_code == 403


def test_another_practices_patient_is_not_found_for_any_page(stocked: Any) -> None:
    mine, elsewhere = doctor(stocked), doctor(stocked, "bill", "Z99001")
    path = record_of(mine)
    assert elsewhere.get(path.removesuffix("/record")).status_code == 404
    assert elsewhere.post(path, **GIVEN).status_code == 404


def test_no_list_holds_a_patient_of_another_practice(stocked: Any) -> None:
    assert not set(walked(doctor(stocked))) & set(walked(doctor(stocked, "bill", "Z99001")))
