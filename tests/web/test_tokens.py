"""Tokens for the API: made in one role, shown once, held as a hash, ended by date, by hand and with the password."""

from __future__ import annotations

import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

ADMINISTRATOR = ("access_administrator", "06Q")
USERS = "/api/v1/administration/users"
_SHOWN = re.compile(r'<code class="gateway-hash">([^<]+)</code>')


def made(browser: Any, name: str = "nightly pull", days: str = "30") -> str:
    page = browser.post("/account/tokens", name=name, days=days).text
    found = _SHOWN.search(page)
    return found.group(1) if found else ""


def ask(house: Any, token: str, path: str = USERS) -> TestResponse:
    """As a program does: no cookie, a token."""
    answer: TestResponse = house.browser().client.get(
        path, base_url="https://localhost", headers={"Authorization": f"Bearer {token}"}
    )
    return answer


def test_a_token_asks_in_the_role_that_it_was_made_in_and_the_log_says_so(house: Any) -> None:
    token = made(house.signed_in("max", ADMINISTRATOR))
    answer = ask(house, token)
    assert [row["user"] for row in answer.get_json()["rows"]] == ["max"]
    event = house.events()[int(answer.headers["Gateway-Event"])]
    assert (event["actor"]["user"], event["actor"]["signed_in_by"], event["channel"]) == ("max", "token", "api")


def test_a_token_is_shown_once_and_kept_as_a_hash(house: Any) -> None:
    browser = house.signed_in("max", ADMINISTRATOR)
    token = made(browser)
    page = browser.get("/account").text
    assert "nightly pull" in page
    assert token not in page
    held = house.accounts.execute("SELECT hash FROM token").fetchone()[0]
    assert len(held) == 64
    assert token not in held


def test_a_token_opens_no_page(house: Any) -> None:
    token = made(house.signed_in("max", ADMINISTRATOR))
    assert ask(house, token, "/administration/users").status_code == 303
    assert ask(house, token, "/account").status_code == 303


def test_no_token_and_a_wrong_one_are_401_on_the_api(house: Any) -> None:
    assert ask(house, "").status_code == 401
    assert ask(house, "no-such-token").status_code == 401


def test_a_token_ends_on_its_last_day(house: Any) -> None:
    token = made(house.signed_in("max", ADMINISTRATOR), days="1")
    house.wait(hours=23)
    assert ask(house, token).status_code == 200
    house.wait(hours=2)
    assert ask(house, token).status_code == 401


def test_a_token_that_is_ended_by_hand_ends_at_its_next_use(house: Any) -> None:
    browser = house.signed_in("max", ADMINISTRATOR)
    token = made(browser)
    number = house.accounts.execute("SELECT id FROM token").fetchone()[0]
    assert browser.post(f"/account/tokens/{number}/revoke").status_code == 303
    assert ask(house, token).status_code == 401
    assert "You have no token" in browser.get("/account").text


def test_nobody_ends_a_token_of_somebody_else(house: Any) -> None:
    token = made(house.signed_in("max", ADMINISTRATOR))
    number = house.accounts.execute("SELECT id FROM token").fetchone()[0]
    other = house.signed_in("nia", ADMINISTRATOR)
    assert other.post(f"/account/tokens/{number}/revoke").status_code == 404
    assert ask(house, token).status_code == 200


def test_a_new_password_ends_every_token(house: Any) -> None:
    browser = house.signed_in("max", ADMINISTRATOR)
    token = made(browser)
    new = "seven quiet lanterns drift"
    assert browser.post("/account", old="correct horse battery staple", password=new, again=new).status_code == 200
    assert ask(house, token).status_code == 401


def test_a_revoked_grant_ends_its_tokens_at_the_next_use(house: Any) -> None:
    token = made(house.signed_in("max", ADMINISTRATOR))
    house.accounts.execute("UPDATE membership SET state = 'revoked' WHERE user = 'max'")
    assert ask(house, token).status_code == 401


def test_a_locked_account_has_no_token(house: Any) -> None:
    token = made(house.signed_in("max", ADMINISTRATOR))
    house.accounts.execute("UPDATE account SET locked = 1 WHERE user = 'max'")
    assert ask(house, token).status_code == 401


@pytest.mark.parametrize(("name", "days"), [("", "30"), ("x" * 41, "30"), ("x", "0"), ("x", "91"), ("x", "soon")])
def test_a_token_without_a_name_or_with_too_many_days_is_not_made(house: Any, name: str, days: str) -> None:
    browser = house.signed_in("max", ADMINISTRATOR)
    assert browser.post("/account/tokens", name=name, days=days).status_code == 400
    assert house.accounts.execute("SELECT count(*) FROM token").fetchone()[0] == 0
