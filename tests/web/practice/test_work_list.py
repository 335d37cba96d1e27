"""The work list at a screen: filters that combine and come off, marks with their events, views, sheet, finding."""

from __future__ import annotations

import csv
import json
import re
from typing import Any

import pytest

LIST, VIEWS, FIND = "/practice/worklist", "/practice/views", "/practice/find"
BULK, GIVE = "/practice/worklist/marks", "/practice/worklist/assign"
API = "/api/v1/practice/worklist"
HERE, THERE = "Z99002", "Z99001"
FACTS = {"professional_number": "G9990001"}


def doctor(house: Any, user: str, *practices: str) -> Any:
    return house.signed_in(user, *(("gp", practice) for practice in practices or (HERE,)), **FACTS)


def rows(browser: Any, question: str = "") -> list[dict[str, Any]]:
    """Every row of the list, page by page, as the API tells it."""
    found: list[dict[str, Any]] = []
    for page in range(1, 20):
        told = json.loads(browser.get(f"{API}?{question}&page={page}").text)
        found += told["rows"]
        if len(found) >= told["total"]:
            break
    return found


def handles(browser: Any, question: str = "") -> list[str]:
    return [row["handle"] for row in rows(browser, question)]


def ticked(browser: Any, chosen: list[str], do: str, **more: str) -> Any:
    return browser.post(BULK, handle=chosen, do=do, **more)


def event_of(house: Any, answer: Any, place: int = -1) -> dict[str, Any]:
    index = int(answer.headers["Gateway-Event"].split(", ")[place])
    found: dict[str, Any] = house.events()[index]
    return found


@pytest.mark.parametrize(
    ("question", "column", "fits"),
    [
        ("condition=COPD", "gp_reasons", lambda value: "COPD" in value.split("; ")),
        ("use=A%26E+attendance", "hospital_use", lambda value: "A&E attendance" in value.split("; ")),
        ("admissions=3", "emergency_admissions", lambda value: value >= 3),
        ("since=New+on+the+list", "change_kind", lambda value: value == "New on the list"),
        ("sex=Female", "sex", lambda value: value == "Female"),
        ("age_band=Not+known", "age_band", lambda value: value == "Not known"),
        ("band=High&band=Very+high", "band", lambda value: value in {"High", "Very high"}),
    ],
)
def test_each_filter_leaves_exactly_whom_it_means(stocked: Any, question: str, column: str, fits: Any) -> None:
    browser = doctor(stocked, "filters")
    wanted = {row["handle"] for row in rows(browser) if fits(row[column])}
    assert set(handles(browser, question)) == wanted


def test_filters_combine_and_each_comes_off_by_its_own_link(stocked: Any) -> None:
    browser = doctor(stocked, "tags")
    page = browser.get(f"{LIST}?band=High&condition=COPD&sort=-change").text
    tags = dict(re.findall(r'nhsuk-tag--white" href="([^"]+)">.*?</span>([^<]+) <', page))
    assert tags == {
        f"{LIST}?condition=COPD&amp;sort=-change": "Band: High",
        f"{LIST}?band=High&amp;sort=-change": "Condition: COPD",
    }
    assert f'<a href="{LIST}">Remove all filters</a>' in page


def test_a_list_without_filters_has_no_tags_and_offers_no_view_to_save(stocked: Any) -> None:
    page = doctor(stocked, "plain").get(LIST).text
    assert "Remove the filter" not in page
    assert "Save this view" not in page


def test_a_review_is_on_the_list_and_the_log_with_its_patients_and_leads_back_to_the_row(stocked: Any) -> None:
    browser = doctor(stocked, "reviewer")
    chosen = handles(browser)[:2]
    answer = ticked(browser, chosen, "review", outcome="care_plan", back="band=High&page=2&nhs_number=1")
    assert answer.headers["Location"] == f"{LIST}?band=High&page=2#{chosen[0]}"
    event = event_of(stocked, answer)
    assert (event["resource"], event["action"], event["subjects"]["n"]) == ("practice.marks", "review", 2)
    assert event["details"] == {"changed": ["review"], "code": "care_plan", "patients": 2}
    told = {row["handle"]: (row["review"], row["reviewed_by"]) for row in rows(browser, "reviewed=care_plan")}
    assert {told[handle] for handle in chosen} == {("Care plan made or revised", "reviewer")}
    assert not set(chosen) & set(handles(browser, "reviewed=no"))


def test_patients_are_taken_given_and_let_go_within_the_practice(stocked: Any) -> None:
    stocked.add("nurse", ("practice_staff", HERE))
    stocked.add("stranger", ("practice_staff", THERE))
    browser = doctor(stocked, "giver")
    chosen = handles(browser)[2:4]
    assert ticked(browser, chosen, "assign", taker="me").status_code == 303
    assert set(handles(browser, "assigned=me")) == set(chosen)
    page = ticked(browser, chosen, "assign", taker="colleague").text
    assert re.findall(r'<option value="([^"]+)">', page) == ["nurse"]
    assert browser.post(GIVE, handle=chosen, colleague="nurse").status_code == 303
    assert set(handles(browser, "assigned=nurse")) == set(chosen)
    assert '<option value="nurse">nurse</option>' in browser.get(LIST).text
    assert browser.post(GIVE, handle=chosen, colleague="stranger").status_code == 400
    assert ticked(browser, chosen, "assign", taker="nobody").status_code == 303
    assert not handles(browser, "assigned=nurse")


def test_whoever_was_given_a_patient_before_is_given_the_next_from_the_list_itself(stocked: Any) -> None:
    stocked.add("second-nurse", ("practice_staff", HERE))
    browser = doctor(stocked, "knower")
    one, other = handles(browser)[13:15]
    assert "second-nurse" not in browser.get(LIST).text
    browser.post(GIVE, handle=[one], colleague="second-nurse")
    takers = browser.get(LIST).text.partition('name="taker">')[2].partition("</select>")[0]
    offered = re.findall(r'value="([^"]+)"', takers)
    assert (offered[0], offered[-2:]) == ("me", ["colleague", "nobody"])
    assert "second-nurse" in offered
    assert ticked(browser, [other], "assign", taker="second-nurse").status_code == 303
    assert set(handles(browser, "assigned=second-nurse")) == {one, other}


def test_what_was_done_is_said_once_even_where_the_patients_have_left_the_list(stocked: Any) -> None:
    browser = doctor(stocked, "told")
    chosen = handles(browser, "reviewed=no")[:2]
    answer = ticked(browser, chosen, "review", outcome="no_action", back="reviewed=no")
    page = browser.get(answer.headers["Location"].partition("#")[0]).text
    assert "2 patients are marked as reviewed: No action needed." in page
    assert not any(handle in page for handle in chosen)
    assert "marked as reviewed" not in browser.get(LIST).text
    ticked(browser, chosen[:1], "assign", taker="nobody")
    assert "1 patient is assigned to nobody." in browser.get(LIST).text


def test_what_is_asked_most_is_one_link_until_it_is_on(stocked: Any) -> None:
    browser = doctor(stocked, "quick")
    named = re.compile(r'<li><a href="/practice/worklist([^"]+)">([^<]+)</a></li>')
    assert [label for _, label in named.findall(browser.get(LIST).text)] == [
        "New on the list", "Score went up", "Not reviewed", "Assigned to me",
    ]  # fmt: skip
    offered = dict(named.findall(browser.get(f"{LIST}?band=High&reviewed=no&page=2").text))
    assert "Not reviewed" not in offered.values()
    assert offered["?band=High&amp;reviewed=no&amp;assigned=me"] == "Assigned to me"


def test_a_colleague_whose_grant_has_ended_or_is_of_another_role_is_given_nobody(stocked: Any) -> None:
    (number,) = stocked.add("ended", ("practice_staff", HERE))
    stocked.add("elsewhere", ("ccg_finance", HERE))
    stocked.accounts.execute("UPDATE membership SET valid_until = '2026-11-23' WHERE id = ?", (number,))
    browser = doctor(stocked, "refuser")
    for user in ("ended", "elsewhere", "nobody-at-all"):
        assert browser.post(GIVE, handle=handles(browser)[4:5], colleague=user).status_code == 400


@pytest.mark.parametrize(
    ("do", "more"),
    [
        ("review", {}),
        ("review", {"outcome": "curiosity"}),
        ("remove", {}),
        ("", {"outcome": "care_plan"}),
        ("assign", {}),
        ("assign", {"taker": ""}),
        ("assign", {"taker": "nobody-at-all"}),
        ("take", {"taker": "me"}),
    ],
)
def test_what_is_no_choice_of_the_form_changes_nothing(stocked: Any, do: str, more: dict[str, str]) -> None:
    browser, before = doctor(stocked, "chooser"), len(stocked.events())
    assert ticked(browser, handles(browser)[5:6], do, **more).status_code == 400
    assert {event["action"] for event in stocked.events()[before:]}.isdisjoint({"review", "assign", "correct"})


def test_without_a_tick_nothing_is_changed_and_the_page_says_how(stocked: Any) -> None:
    page = doctor(stocked, "ticker").post(BULK, do="review", outcome="care_plan", back="band=High")
    assert "Nobody is ticked" in page.text
    assert f'href="{LIST}?band=High"' in page.text


def test_more_than_a_page_is_never_marked_at_once(stocked: Any) -> None:
    browser = doctor(stocked, "many")
    assert ticked(browser, [f"H{number}" for number in range(51)], "assign", taker="me").status_code == 400
    assert browser.post(GIVE, colleague="").status_code == 400


def test_where_one_of_the_ticked_is_another_practices_nobody_is_marked(stocked: Any) -> None:
    mine, elsewhere = doctor(stocked, "mixer"), doctor(stocked, "mixed", THERE)
    own, other = handles(mine)[6], handles(elsewhere)[0]
    assert ticked(mine, [own, other], "review", outcome="no_action").status_code == 404
    assert other not in {row["handle"] for row in rows(elsewhere, "reviewed=no_action")}
    assert own not in handles(mine, "reviewed=no_action")


def test_a_gp_of_two_practices_sees_the_marks_of_the_one_she_acts_at(stocked: Any) -> None:
    browser = doctor(stocked, "of-two", HERE, THERE)
    for practice, reviewed in ((HERE, 1), (THERE, 0)):
        page = browser.get("/acting-role").text
        found = re.search(rf'for="membership-(\d+)">[^<]* at {practice}<', page)
        assert found
        browser.post("/acting-role", "/acting-role", membership=found.group(1))
        if reviewed:
            ticked(browser, handles(browser)[7:8], "review", outcome="team_discussion")
        assert len(handles(browser, "reviewed=team_discussion")) == reviewed


def test_not_our_patient_leaves_the_list_until_it_is_taken_back(stocked: Any) -> None:
    browser = doctor(stocked, "corrector")
    whole = handles(browser)
    path = f"/practice/patients/{whole[8]}/marks"
    answer = browser.post(path, kind="correction", code="moved_away")
    assert answer.headers["Location"].endswith("#now")
    assert event_of(stocked, answer)["action"] == "correct"
    assert set(whole) - set(handles(browser)) == {whole[8]}
    assert [row["correction"] for row in rows(browser, "correction=yes")] == ["Moved away"]
    assert "Not ours: Moved away." in browser.get(f"{LIST}?correction=moved_away").text
    assert "Put the patient back on the list" in browser.get(path).text
    assert browser.post(path, kind="correction", undo="yes").status_code == 303
    assert handles(browser) == whole


def test_the_history_of_one_patient_is_kept_with_what_was_taken_back(stocked: Any) -> None:
    browser = doctor(stocked, "historian")
    path = f"/practice/patients/{handles(browser)[9]}/marks"
    assert "Nobody has written anything about this patient yet." in browser.get(path).text
    browser.post(path, kind="review", code="declined")
    stocked.wait(minutes=1)
    browser.post(path, kind="review", undo="yes")
    stocked.wait(minutes=1)
    browser.post(path, kind="assignment", code="historian")
    stocked.wait(minutes=1)
    browser.post(path, kind="assignment", code="")
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", browser.get(path).text))
    assert re.findall(r"(?:Review|Assigned to): ([\w ]+?) historian", page) == [
        "nobody", "historian", "taken back", "Patient declined",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "given", [{}, {"kind": "review"}, {"kind": "review", "code": "died"}, {"kind": "note", "code": "x"},
              {"kind": "assignment", "code": "stranger"}]
)  # fmt: skip
def test_one_patients_form_takes_no_other_choice(stocked: Any, given: dict[str, str]) -> None:
    browser = doctor(stocked, "former")
    assert browser.post(f"/practice/patients/{handles(browser)[0]}/marks", **given).status_code == 400


def test_nothing_is_told_of_another_practices_patient_and_nothing_written(stocked: Any) -> None:
    mine, elsewhere = doctor(stocked, "curious"), doctor(stocked, "theirs", THERE)
    path = f"/practice/patients/{handles(elsewhere)[0]}/marks"
    assert mine.get(path).status_code == 404
    assert mine.post(path, kind="review", code="declined").status_code == 404


def test_a_view_is_kept_opened_renamed_and_removed_with_an_event_each(stocked: Any) -> None:
    browser, before = doctor(stocked, "viewer"), len(stocked.events())
    browser.post(VIEWS, name="High with COPD", question="band=High&condition=COPD&nhs_number=9990000018&page=3")
    page = browser.get(VIEWS).text
    assert f'href="{LIST}?band=High&amp;condition=COPD">High with COPD</a>' in page
    assert "Band: High; Condition: COPD. Yours alone." in page
    found = re.search(r"/practice/views/(\d+)/rename", page)
    assert found
    browser.post(f"{VIEWS}/{found.group(1)}/rename", name="COPD")
    assert ">COPD</a>" in browser.get(VIEWS).text
    browser.post(f"{VIEWS}/{found.group(1)}/delete")
    assert "There is no saved view yet" in browser.get(VIEWS).text
    told = [event["details"]["changed"] for event in stocked.events()[before:] if "details" in event]
    assert told == [["view saved"], ["view renamed"], ["view removed"]]


def test_a_shared_view_is_seen_within_the_practice_and_altered_by_its_owner_alone(stocked: Any) -> None:
    owner, colleague, other = (doctor(stocked, user, at) for user, at in (("v1", HERE), ("v2", HERE), ("v3", THERE)))
    owner.post(VIEWS, name="Shared one", question="reviewed=no", shared="yes")
    owner.post(VIEWS, name="Private one", question="")
    page = colleague.get(VIEWS).text
    assert "Shared one" in page
    assert "Shared by v1" in page
    assert "Private one" not in page
    assert "Shared one" not in other.get(VIEWS).text
    mine = owner.get(VIEWS).text
    assert "All patients at risk. Yours alone." in mine
    numbers = re.findall(r"/practice/views/(\d+)/delete", mine)
    for number in numbers:
        assert colleague.post(f"{VIEWS}/{number}/delete").status_code == 404
        assert colleague.post(f"{VIEWS}/{number}/rename", name="mine").status_code == 404
        assert owner.post(f"{VIEWS}/{number}/delete").status_code == 303


@pytest.mark.parametrize("name", ["", " ", "x" * 41, "a\tb", "about 999 000 0018", "9990000018"])
def test_a_views_name_is_short_and_holds_no_nhs_number(stocked: Any, name: str) -> None:
    browser = doctor(stocked, "namer")
    assert browser.post(VIEWS, name=name, question="band=High").status_code == 400


def test_too_many_filters_are_not_kept(stocked: Any) -> None:
    question = "&".join("condition=Chronic+kidney+disease" for _ in range(20))
    assert doctor(stocked, "longer").post(VIEWS, name="long", question=question).status_code == 400


@pytest.mark.parametrize("written", ["{}", " {} "])
def test_an_own_patient_is_found_by_number_which_stands_in_no_address_and_no_event(stocked: Any, written: str) -> None:
    browser = doctor(stocked, "finder")
    one = rows(browser)[0]
    answer = browser.post(FIND, nhs_number=written.format(one["nhs_number"]))
    assert answer.headers["Location"] == f"/practice/patients/{one['handle']}"
    event = event_of(stocked, answer)
    assert (event["action"], event["query"], event["subjects"]["n"]) == ("find", {"nhs_number": "personal"}, 1)
    assert one["nhs_number"] not in json.dumps(event)


def test_whoever_is_not_on_the_list_reads_alike_and_the_search_is_on_the_log_by_token(stocked: Any) -> None:
    browser, elsewhere = doctor(stocked, "seeker"), doctor(stocked, "held", THERE)
    pages = []
    for number in (rows(elsewhere)[0]["nhs_number"], "9990000018"):
        page = browser.post(FIND, nhs_number=number)
        event = event_of(stocked, page)
        assert (event["type"], event["rows"], event["subjects"]["n"]) == ("access.empty", 0, 1)
        assert number not in page.text
        pages.append(re.sub(r'value="[^"]+"', "", page.text))
    assert pages[0] == pages[1]
    assert "This says nothing about anybody elsewhere." in pages[0]


def test_what_is_no_nhs_number_is_said_and_asks_no_store(stocked: Any) -> None:
    browser = doctor(stocked, "typist")
    before = len(stocked.events())
    page = browser.post(FIND, form_on=FIND, nhs_number="123 456")
    assert page.status_code == 400
    assert "Enter an NHS number of 10 digits" in page.text
    assert [one["type"] for one in stocked.events()[before:]] == ["access.empty"]  # the form alone


def test_the_sheet_says_who_when_and_which_event_and_is_an_export_on_the_log(
    stocked: Any, at_risk: dict[str, int]
) -> None:
    browser = doctor(stocked, "printer")
    page = browser.get(f"{LIST}/print?page=2")
    event = event_of(stocked, page)
    index = page.headers["Gateway-Event"]
    assert (event["type"], event["action"], event["rows"]) == ("export.created", "print", at_risk[HERE])
    assert f"Printed by printer on 24 Nov 2026, 09:00:00 (UK time). Event {index} of the audit log." in page.text
    assert "SUS+ to" in page.text
    assert page.text.count("<tr ") == at_risk[HERE]
    some = browser.get(f"{LIST}/print?band=High").text
    assert "Filters: Band: High." in some
    assert "No patient of your practice" in browser.get(f"{LIST}/print?band=none").text


def test_the_file_honours_every_filter_and_quotes_what_a_spreadsheet_would_run(stocked: Any) -> None:
    browser = doctor(stocked, "filer")
    ticked(browser, handles(browser)[10:12], "review", outcome="monitoring")
    file = browser.post(f"{LIST}.csv", reviewed="monitoring", sort="-change").text
    found = list(csv.DictReader(file.splitlines()))
    assert len(found) == len(handles(browser, "reviewed=monitoring"))
    assert {(row["Review"], row["Reviewed by"]) for row in found} == {("Being monitored, look again", "filer")}
    assert file == browser.get(f"{API}.csv?reviewed=monitoring&sort=-change").text


def test_the_keys_that_were_there_before_are_there_still(stocked: Any) -> None:
    told = json.loads(doctor(stocked, "keys").get(API).text)
    before = ["nhs_number", "handle", "age_band", "sex", "band", "score", "change", "gp_reasons", "hospital_use"]
    assert [name for name in told["columns"] if name in before] == before


def test_staff_mark_and_find_like_their_gp(stocked: Any) -> None:
    browser = stocked.signed_in("clerk", ("practice_staff", HERE))
    assert ticked(browser, handles(browser)[12:13], "review", outcome="not_reached").status_code == 303
    assert browser.get(FIND).status_code == 200
    assert browser.get(VIEWS).status_code == 200


@pytest.mark.parametrize("path", [LIST, f"{LIST}/print", VIEWS, API])
def test_a_commissioner_is_refused_each_of_them(stocked: Any, path: str) -> None:
    browser = stocked.signed_in("analyst-on-list", ("commissioner_analyst", "06Q"))
    assert browser.get(path).status_code == 403
