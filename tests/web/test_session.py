"""The pages of sign-in: what they say, where they lead, and that each form wants its token."""

from __future__ import annotations

import re
from typing import Any

import pytest

ADMINISTRATOR = ("access_administrator", "06Q")
WRONG = "wrong horse battery staple"


def test_a_failed_sign_in_reads_the_same_whether_the_user_exists_is_locked_or_mistyped(house: Any) -> None:
    house.add("max", ADMINISTRATOR)
    house.add("locked", ADMINISTRATOR, locked=True)
    pages = set()
    for user in ("nobody", "max", "locked"):
        answer = house.browser().sign_in(user, WRONG)
        pages.add((answer.status_code, re.sub(r'(csrf_token" value=")[^"]+', r"\1", answer.text)))
    assert len(pages) == 1
    assert next(iter(pages))[0] == 403


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/%2f/evil.example",
        "/sign-in\r\nLocation: https://evil.example",
        "javascript:alert(1)",
        "/administration//evil.example",
        "/nowhere-at-all",
        "/sign-out",
    ],
)
def test_sign_in_leads_to_none_but_our_own_pages(house: Any, wanted: str) -> None:
    house.add("max", ADMINISTRATOR)
    assert house.browser().sign_in("max", next=wanted).headers["Location"] == "/"


def test_sign_in_leads_back_to_the_page_that_was_wanted(house: Any) -> None:
    house.add("max", ADMINISTRATOR)
    browser = house.browser()
    asked = browser.get("/administration/users")
    assert asked.headers["Location"] == "/sign-in?next=/administration/users"
    assert browser.sign_in("max", next="/administration/users").headers["Location"] == "/administration/users"


@pytest.mark.parametrize(
    "path",
    [
        "/sign-in",
        "/sign-out",
        "/acting-role",
        "/account",
        "/first-password/secret",
        "/administration/users",
        "/administration/users/max",
        "/administration/users/max/unlock",
        "/administration/users/max/reset",
        "/administration/grants",
        "/administration/grants/1/approve",
        "/administration/grants/1/revoke",
    ],
)
def test_every_form_is_refused_without_its_token(house: Any, path: str) -> None:
    browser = house.signed_in("max", ADMINISTRATOR)
    answer = browser.bare_post(path, user="max", password=WRONG)
    assert answer.status_code == 400
    assert "too old" in answer.text
    assert browser.get("/account").status_code == 200


def test_a_token_of_before_sign_in_does_not_work_after_it(house: Any) -> None:
    house.add("max", ADMINISTRATOR)
    browser = house.browser()
    found = re.search(r'csrf_token" value="([^"]+)"', browser.get("/sign-in").text)
    assert found
    browser.sign_in("max")
    browser.get("/account")
    assert browser.bare_post("/sign-out", csrf_token=found.group(1)).status_code == 400


def test_a_form_left_open_over_a_time_out_is_still_good_after_signing_in_again(house: Any) -> None:
    browser = house.signed_in("max", ADMINISTRATOR)
    found = re.search(r'csrf_token" value="([^"]+)"', browser.get("/account").text)
    assert found
    house.wait(minutes=20)
    assert browser.bare_post("/administration/users/max/unlock", csrf_token=found.group(1)).status_code == 303
    browser.sign_in("max")
    again = browser.bare_post("/administration/users/max/unlock", csrf_token=found.group(1))
    assert again.headers["Location"] == "/administration/users/max"


def test_a_form_left_open_is_of_no_use_to_the_next_user_of_the_browser(house: Any) -> None:
    house.add("nia", ADMINISTRATOR)
    browser = house.signed_in("max", ADMINISTRATOR)
    found = re.search(r'csrf_token" value="([^"]+)"', browser.get("/account").text)
    assert found
    house.wait(minutes=20)
    browser.sign_in("nia")
    browser.get("/account")
    assert browser.bare_post("/administration/users/max/unlock", csrf_token=found.group(1)).status_code == 400


def test_a_user_without_a_role_is_told_so(house: Any) -> None:
    browser = house.signed_in("max")
    page = browser.get("/acting-role")
    assert "You hold no role today" in page.text
    assert browser.get("/administration/users").status_code == 403


def test_nobody_acts_in_a_role_that_is_somebody_elses(house: Any) -> None:
    (other,) = house.add("nia", ("privacy_officer", "06Q"))
    browser = house.signed_in("max", ADMINISTRATOR)
    for wanted in (str(other), "", "x", "-1", "9" * 30):
        assert browser.post("/acting-role", "/acting-role", membership=wanted).status_code == 400
    assert browser.get("/privacy/explain").status_code == 403


def test_whoever_is_signed_in_is_not_asked_again(house: Any) -> None:
    assert house.signed_in("max", ADMINISTRATOR).get("/sign-in").headers["Location"] == "/"


def test_too_many_failures_from_an_address_say_wait(house: Any) -> None:
    house.add("max", ADMINISTRATOR)
    now = int(house.now().timestamp())
    house.accounts.executemany("INSERT INTO failure VALUES (?, '', '127.0.0.1')", [(now,)] * 100)
    answer = house.browser().sign_in("max")
    assert answer.status_code == 429
    assert "Wait a few minutes" in answer.text


def test_a_one_time_link_sets_the_first_password(house: Any) -> None:
    administrator = house.signed_in("max", ADMINISTRATOR)
    form = {"user": "nia", "name": "Nia", "employer": "06Q", "status": "agent", "contract_from": "2026-01-01"}
    page = administrator.post("/administration/users", **form).text
    found = re.search(r"/first-password/[\w-]+", page)
    assert found
    browser, words = house.browser(), "another horse battery staple"
    assert browser.get(found.group()).status_code == 200
    for first, second, told in (("a", "b", "differ"), ("short", "short", "12 to 256")):
        answer = browser.post(found.group(), found.group(), password=first, again=second)
        assert (answer.status_code, told in answer.text) == (400, True)
    assert browser.post(found.group(), found.group(), password=words, again=words).status_code == 303
    again = browser.post(found.group(), found.group(), password=words, again=words)
    assert "has been used or is too old" in again.text
    assert browser.sign_in("nia", words).status_code == 303
