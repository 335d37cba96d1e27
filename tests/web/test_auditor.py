"""The auditor's pages: search by days and words, one patient by POST, one event's proof, exports fetched once."""

from __future__ import annotations

import io
import json
import os
import re
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

AUDITOR = ("nhs_digital_auditor", "X26")
SEARCH = "/auditor/search"


def auditor(house: Any, user: str = "kit") -> Any:
    return house.signed_in(user, AUDITOR)


def listed(text: str) -> list[int]:
    return [int(index) for index in re.findall(r'href="/auditor/events/(\d+)"', text)]


def exported(browser: Any, since: str = "0") -> str:
    """Make an export; the path of its one-time link, as the page gives it."""
    page = browser.get(browser.post("/auditor/exports", since=since).headers["Location"])
    found = re.search(r'href="(/auditor/exports/[^"]+)"', page.text)
    assert found, page.text
    return found.group(1)


def test_a_search_shows_the_newest_event_first(house: Any) -> None:
    browser = auditor(house)
    before = len(house.events())
    assert listed(browser.get(SEARCH).text)[0] == before - 1


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ("user=kit", lambda event: event.get("actor", {}).get("user") == "kit"),
        ("type=session.start", lambda event: event["type"] == "session.start"),
        ("decision=deny", lambda event: event.get("decision") == "deny"),
        ("role=nhs_digital_auditor&decision=permit", lambda event: event.get("decision") == "permit"),
        ("day_from=2001-01-01&day_to=2001-01-02", lambda _event: False),
    ],
)
def test_a_filter_shows_the_events_that_fit_and_no_other(house: Any, asked: str, fits: Any) -> None:
    browser = auditor(house)
    browser.get("/practice/worklist")
    events, page = house.events(), browser.get(f"{SEARCH}?{asked}").text
    assert all(fits(events[index]) for index in listed(page))
    assert bool(listed(page)) == any(fits(event) for event in events)


@pytest.mark.parametrize("asked", ["leaf=x", "sort=user", "page=0"])
def test_what_the_log_cannot_be_searched_by_is_not_understood(house: Any, asked: str) -> None:
    assert auditor(house).get(f"{SEARCH}?{asked}").status_code == 400


def test_searching_is_itself_on_the_log(house: Any) -> None:
    browser = auditor(house)
    for path in (SEARCH, "/auditor/users/kit", "/auditor/patient", "/auditor/events/0", "/auditor/exports"):
        page = browser.get(path)
        assert house.events()[int(page.headers["Gateway-Event"])]["actor"]["user"] == "kit"


def test_a_search_is_told_apart_from_other_accesses(house: Any) -> None:
    browser = auditor(house)
    for path in (SEARCH, "/api/v1/auditor/search", f"{SEARCH}?user=nobody-at-all"):
        index = int(browser.get(path).headers["Gateway-Event"])
        assert house.events()[index]["type"] == "audit.searched"


@pytest.mark.parametrize("typed", ["", "999000001", "9990000000", "not a number"])
def test_a_number_that_is_none_is_said_to_be_so_and_not_shown_again(house: Any, typed: str) -> None:
    page = auditor(house).post("/auditor/patient", nhs_number=typed)
    assert "That is not a valid NHS number" in page.text
    assert not typed or f'value="{typed}"' not in page.text


def test_a_patient_is_searched_for_by_tokens_and_never_by_the_number(house: Any) -> None:
    browser = auditor(house)
    page = browser.post("/auditor/patient", nhs_number="999 000 0018")
    event = house.events()[int(page.headers["Gateway-Event"])]
    assert (event["type"], event["query"]) == ("audit.searched", {"token": "personal"})
    assert not re.search(r"999.?000.?0018", page.text + json.dumps(house.events()))


def test_an_event_is_shown_whole_with_its_proof(house: Any) -> None:
    page = auditor(house).get("/auditor/events/0").text
    assert "system.start" in page
    assert len(re.findall(r"\b[0-9a-f]{64}\b", page)) > 1


@pytest.mark.parametrize("index", ["999999", "9" * 19, "9" * 40])
def test_an_event_that_is_not_there_is_not_found(house: Any, index: str) -> None:
    assert auditor(house).get(f"/auditor/events/{index}").status_code == 404


def test_an_export_holds_the_log_and_what_verifies_it(house: Any) -> None:
    browser = auditor(house)
    answer = browser.get(exported(browser))
    names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert any(name.endswith("verify.py") for name in names)
    answer.close()
    assert house.events()[-1]["type"] == "export.fetched"


def test_the_exports_made_are_listed(house: Any) -> None:
    browser = auditor(house)
    made = browser.post("/auditor/exports", since="0").headers["Gateway-Event"]
    assert f">{made}</td>" in browser.get("/auditor/exports").text


def test_an_export_is_handed_over_once_and_to_whoever_made_it(house: Any) -> None:
    browser, other = auditor(house), auditor(house, "nia")
    link = exported(browser)
    assert other.get(link).status_code == 404
    with browser.get(link) as taken:
        assert taken.status_code == 200
    assert browser.get(link).status_code == 404


def test_an_export_that_nobody_fetched_is_gone_with_the_next(house: Any) -> None:
    browser = auditor(house)
    link = exported(browser)
    folder = Path(tempfile.gettempdir()) / f"gateway-exports-{house.desk.settings.socket.stem}"
    for path in folder.iterdir():
        os.utime(path, (0, 0))
    exported(browser)
    assert browser.get(link).status_code == 404
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("link", ["none", "a.b.c", "%2e%2e%2fkeys"])
def test_a_link_that_we_did_not_make_leads_nowhere(house: Any, link: str) -> None:
    assert auditor(house).get(f"/auditor/exports/{link}").status_code == 404


@pytest.mark.parametrize("since", ["-1", "x", "٣", "1.5"])
def test_a_cursor_that_is_no_number_makes_no_export(house: Any, since: str) -> None:
    browser, before = auditor(house), len(house.events())
    assert browser.post("/auditor/exports", since=since).status_code == 400
    assert "audit.exported" not in house.types_since(before)


def test_a_cursor_beyond_the_log_makes_no_export(house: Any) -> None:
    assert auditor(house).post("/auditor/exports", since="999999").status_code == 400


@pytest.mark.parametrize("path", ["/audit/key", "/audit/checkpoint"])
def test_key_and_checkpoint_are_for_everybody_and_are_no_access(house: Any, path: str) -> None:
    before = len(house.events())
    answer = house.browser().get(path)
    assert answer.content_type.startswith("text/plain")
    assert "commissioning-gateway/audit" in answer.text
    assert len(house.events()) == before


def test_every_key_that_the_log_has_had_is_for_everybody_and_is_no_access(house: Any) -> None:
    before = len(house.events())
    told = house.browser().get("/audit/keys").json
    assert told["key"] == house.desk.log.key()
    assert told["checkpoint"] == house.desk.log.checkpoint()
    assert isinstance(told["rotations"], list)
    assert len(house.events()) == before
