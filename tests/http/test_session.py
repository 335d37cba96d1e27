"""Sessions: ids, ends, time-outs, and revocation at the very next request."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.enforcement.change import deliver
from gateway.http import session
from gateway.recorder.client import LogClient
from gateway.stores.accounts import sessions
from gateway.stores.accounts.pipeline import Account
from gateway.stores.accounts.sessions import Session
from gateway.web import application

ADMINISTRATOR = ("access_administrator", "06Q")


def test_the_cookie_holds_a_random_id_and_the_table_its_hash(house: Any) -> None:
    browser = house.signed_in("max", ADMINISTRATOR)
    held = house.accounts.execute("SELECT hash FROM session").fetchall()
    assert held == [(hashlib.sha256(browser.cookie().encode()).hexdigest(),)]
    assert len(browser.cookie()) >= 43


def test_the_cookie_is_bound_to_the_host_and_hidden_from_scripts(house: Any) -> None:
    house.add("max", ADMINISTRATOR)
    answer = house.browser().sign_in("max")
    line = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("__Host-session="))
    for word in ("Secure", "HttpOnly", "Path=/", "SameSite=Strict"):
        assert word in line
    assert "Domain" not in line
    assert "Expires" not in line


def test_an_id_planted_before_sign_in_is_worth_nothing_after_it(house: Any) -> None:
    house.add("max", ADMINISTRATOR)
    browser = house.browser()
    browser.client.set_cookie("__Host-session", "planted", domain="localhost")
    browser.sign_in("max")
    assert browser.cookie() != "planted"
    thief = house.browser()
    thief.client.set_cookie("__Host-session", "planted", domain="localhost")
    assert thief.get("/account").status_code == 303


def test_a_change_of_role_gives_a_new_id_and_ends_the_old_one(house: Any) -> None:
    numbers = house.add("max", ADMINISTRATOR, ("privacy_officer", "06Q"))
    browser = house.browser()
    assert browser.sign_in("max").headers["Location"] == "/acting-role"
    before = browser.cookie()
    assert browser.get("/account").status_code == 403
    assert browser.post("/acting-role", "/acting-role", membership=str(numbers[1])).status_code == 303
    assert browser.get("/privacy/explain").status_code == 200
    assert browser.cookie() != before
    old = house.browser()
    old.client.set_cookie("__Host-session", before, domain="localhost")
    assert old.get("/account").status_code == 303


def test_a_session_ends_after_fifteen_minutes_without_use(house: Any) -> None:
    browser = house.signed_in("max", ADMINISTRATOR)
    house.wait(minutes=14)
    assert browser.get("/account").status_code == 200
    house.wait(minutes=14)
    assert browser.get("/account/alive").text == "900"
    house.wait(minutes=15)
    assert browser.get("/account").status_code == 303


def test_a_session_in_use_ends_after_eight_hours(house: Any) -> None:
    browser = house.signed_in("max", ADMINISTRATOR)
    for _ in range(47):
        house.wait(minutes=10)
        assert browser.get("/account/alive").status_code == 200
    house.wait(minutes=10)
    assert browser.get("/account").status_code == 303


@given(
    started=st.integers(0, 10**6), seen_after=st.integers(0, 40_000), after=st.integers(0, 2_000), locked=st.booleans()
)
def test_a_session_holds_exactly_within_both_times_and_unlocked(
    started: int,
    seen_after: int,
    after: int,
    locked: bool,  # noqa: FBT001 drawn
) -> None:
    seen, now = started + seen_after, started + seen_after + after
    held = Session(started, seen, Account("max", "Max", "06Q", date(2020, 1, 1), locked=locked), None)
    assert session.running(held, now) == (after < 900 and now - started < 28_800 and not locked)


@pytest.mark.parametrize(
    ("revoke", "status"),
    [
        ("UPDATE membership SET state = 'revoked'", 403),
        ("UPDATE membership SET valid_until = '2026-11-23'", 403),
        ("UPDATE account SET contract_until = '2026-11-23'", 403),
        ("UPDATE account SET locked = 1", 303),
        ("DELETE FROM session", 303),
    ],
)
def test_what_is_revoked_holds_at_the_very_next_request(house: Any, revoke: str, status: int) -> None:
    browser = house.signed_in("max", ADMINISTRATOR)
    assert browser.get("/administration/users").status_code == 200
    house.accounts.execute(revoke)
    assert browser.get("/administration/users").status_code == status


def test_signing_out_ends_the_session_for_every_copy_of_the_cookie(house: Any) -> None:
    browser = house.signed_in("max", ADMINISTRATOR)
    copy = house.browser()
    copy.client.set_cookie("__Host-session", browser.cookie(), domain="localhost")
    assert copy.get("/account").status_code == 200
    before = len(house.events())
    assert browser.post("/sign-out").status_code == 303
    assert "session.end" in house.types_since(before)
    assert copy.get("/account").status_code == 303
    assert house.desk.stores["accounts"].outbox() == []


def test_without_the_log_nobody_is_signed_in(house: Any, tmp_path: Path) -> None:
    house.add("max", ADMINISTRATOR)
    alone = replace(house.desk, log=LogClient(tmp_path / "nobody-listens.sock"))
    browser = house.browser(application(alone))
    answer = browser.sign_in("max")
    assert (answer.status_code, browser.cookie()) == (503, "")
    assert house.accounts.execute("SELECT count(*) FROM session").fetchone() == (0,)


def test_without_the_log_a_session_still_ends_and_its_event_waits(house: Any, tmp_path: Path) -> None:
    browser = house.signed_in("max", ADMINISTRATOR)
    alone = replace(house.desk, log=LogClient(tmp_path / "nobody-listens.sock"))
    other = house.browser(application(alone))
    other.client.set_cookie("__Host-session", browser.cookie(), domain="localhost")
    assert other.post("/sign-out", "/acting-role").status_code == 503
    assert browser.get("/account").status_code == 303
    (waiting,) = house.desk.stores["accounts"].outbox()
    assert waiting[0].type == "session.end"
    assert deliver(house.desk.stores["accounts"], desk=house.desk) == 1
    assert house.events()[-1]["type"] == "session.end"


def test_one_that_a_bar_names_signs_in_to_a_session_that_can_only_sign_out(house: Any) -> None:
    before = len(house.events())
    browser = house.signed_in("oz", ("hosting_operator", "ZZH"), employer="ZZH")
    assert house.types_since(before) == ["session.start", "breach.suspected"]
    for path in ("/", "/account", "/account/alive", "/acting-role", "/sign-in", "/administration/users", "/nowhere"):
        before = len(house.events())
        answer = browser.get(path)
        assert (path, answer.status_code) == (path, 403)
        assert house.types_since(before) == ["breach.suspected"]
        assert answer.headers["Gateway-Event"] == str(before)
    token = browser.get("/account")
    assert browser.post("/sign-out").status_code == 303
    assert token.status_code == 403
    assert browser.get("/account").status_code == 303


def test_a_request_reads_session_account_and_membership_in_one_statement_by_its_key(house: Any) -> None:
    plan = house.accounts.execute(f"EXPLAIN QUERY PLAN {sessions.LOOK}", ("hash",)).fetchall()
    assert all("SCAN" not in row[3] for row in plan)
