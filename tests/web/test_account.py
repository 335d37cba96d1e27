"""One's own account: own facts alone, and a new password given the old one."""

from __future__ import annotations

from typing import Any

import pytest

ADMINISTRATOR = ("access_administrator", "06Q")
OLD, NEW = "correct horse battery staple", "another horse battery staple"


def test_the_page_shows_ones_own_facts_and_nobody_elses(house: Any) -> None:
    house.add("nia", ("privacy_officer", "06Q"))
    answer = house.signed_in("max", ADMINISTRATOR).get("/account")
    assert "Access administrator" in answer.text
    assert "nia" not in answer.text
    assert "Privacy officer" not in answer.text
    assert house.events()[int(answer.headers["Gateway-Event"])]["resource"] == "account.own"


def test_a_changed_password_ends_every_other_session(house: Any) -> None:
    browser = house.signed_in("max", ADMINISTRATOR)
    other = house.browser()
    other.sign_in("max")
    answer = browser.post("/account", old=OLD, password=NEW, again=NEW)
    assert "Your password has been changed" in answer.text
    assert other.get("/account").status_code == 303
    assert browser.get("/account").status_code == 200
    assert house.browser().sign_in("max", OLD).status_code == 403
    assert house.browser().sign_in("max", NEW).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "told"),
    [
        ("wrong horse battery staple", NEW, NEW, "is not right"),
        (OLD, NEW, OLD, "differ"),
        (OLD, "short", "short", "12 to 256"),
        (OLD, "password123456", "password123456", "easy to guess"),
    ],
)
def test_a_password_is_not_changed_without_the_old_one_or_to_an_easy_one(
    house: Any, old: str, new: str, again: str, told: str
) -> None:
    browser = house.signed_in("max", ADMINISTRATOR)
    answer = browser.post("/account", old=old, password=new, again=again)
    assert answer.status_code == 400
    assert told in answer.text
    assert house.browser().sign_in("max", OLD).status_code == 303


def test_guessing_the_old_password_locks_the_account(house: Any) -> None:
    browser = house.signed_in("max", ADMINISTRATOR)
    for _ in range(5):
        browser.post("/account", old="wrong horse battery staple", password=NEW, again=NEW)
    assert browser.get("/account").status_code == 303
