"""Signing in: what is counted, what locks, what is told, and that time tells nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.errors import AccessDenied, BadRequest, SettingsInvalid, TooManyAttempts
from gateway.http import passwords, sign_in
from gateway.stores.accounts import pipeline, sessions

RIGHT, WRONG = "correct horse battery staple", "wrong horse battery staple"
QUICK = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def attempt(house: Any, password: str, user: str = "max", address: str = "10.0.0.1") -> bool:
    try:
        sign_in.check_password(house.desk, user, password, address)
    except AccessDenied:
        return False
    return True


def test_the_right_password_gives_the_account_and_notes_the_time(house: Any) -> None:
    house.add("max")
    assert sign_in.check_password(house.desk, "max", RIGHT).user == "max"
    noted = house.accounts.execute("SELECT last_signed_in FROM account").fetchone()[0]
    assert noted == "2026-11-24T09:00:00+00:00"


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(house: Any) -> None:
    house.add("max")
    assert [attempt(house, WRONG) for _ in range(5)] == [False] * 5
    assert not attempt(house, RIGHT)
    house.wait(days=1)
    assert not attempt(house, RIGHT)


@QUICK
@given(tries=st.lists(st.booleans(), max_size=9))
def test_an_account_locks_exactly_when_five_wrong_ones_follow_one_another(house: Any, tries: list[bool]) -> None:
    house.accounts.execute("DELETE FROM failure")
    house.accounts.execute("DELETE FROM account")
    house.add("max")
    wrong_in_a_row, locked = 0, False
    for right in tries:
        assert attempt(house, RIGHT if right else WRONG) == (right and not locked)
        wrong_in_a_row = 0 if right and not locked else wrong_in_a_row + 1
        locked = locked or wrong_in_a_row >= 5
    assert bool(house.accounts.execute("SELECT locked FROM account").fetchone()[0]) == locked


def test_failures_are_forgotten_after_a_quarter_of_an_hour(house: Any) -> None:
    house.add("max")
    for _ in range(4):
        attempt(house, WRONG)
    house.wait(minutes=16)
    assert not attempt(house, WRONG)
    assert attempt(house, RIGHT)


def test_attempts_under_way_side_by_side_count_as_failed_until_they_are_judged(house: Any) -> None:
    house.add("max")
    for _ in range(5):
        sessions.note_failure(house.accounts, "max", "10.0.0.1", int(house.now().timestamp()))
    assert not attempt(house, RIGHT)
    assert house.accounts.execute("SELECT locked FROM account").fetchone()[0] == 1


def test_a_surgery_that_shares_one_address_is_stopped_after_a_hundred_failures(house: Any) -> None:
    house.add("max")
    for _ in range(100):
        sessions.note_failure(house.accounts, "", "10.0.0.1", int(house.now().timestamp()))
    with pytest.raises(TooManyAttempts):
        attempt(house, RIGHT)
    assert house.events()[-1]["fault"] == "too_many_from_address"
    assert attempt(house, RIGHT, address="10.0.0.2")
    house.wait(minutes=16)
    assert attempt(house, RIGHT)


def test_sign_ins_that_succeed_count_towards_no_limit(house: Any) -> None:
    house.add("max")
    for _ in range(7):
        assert attempt(house, RIGHT)
    assert house.accounts.execute("SELECT count(*) FROM failure").fetchone() == (0,)


def test_unknown_locked_and_mistyped_all_do_one_argon2_verification_and_read_alike(
    house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.add("max")
    house.add("locked", locked=True)
    house.add("fresh", password_hash="")
    done: list[str] = []
    real = passwords._HASHER.verify

    class Counting:
        def verify(self, password_hash: str, password: str) -> bool:
            done.append(password_hash.rsplit("$", 2)[0])
            return real(password_hash, password)

    monkeypatch.setattr(passwords, "_HASHER", Counting())
    told = set()
    for user in ("nobody", "max", "locked", "fresh"):
        with pytest.raises(AccessDenied) as refusal:
            sign_in.check_password(house.desk, user, WRONG)
        told.add(str(refusal.value))
    assert len(done) == 4
    assert set(done) == {"$argon2id$v=19$m=65536,t=3,p=4"}
    assert len(told) == 1


def test_a_name_that_nobody_has_is_kept_nowhere(house: Any) -> None:
    attempt(house, WRONG, user="my-secret-password")
    assert house.accounts.execute("SELECT user FROM failure").fetchall() == [("",)]
    assert "my-secret-password" not in str(house.events()[-1])
    assert house.events()[-1]["type"] == "session.fail"


@pytest.mark.parametrize(
    "password",
    ["short", "x" * 300, "password1234", "Welcome2026!!", "aaaaaaaaaaaaaaaa", "somebody-max-here", "qwertyuiop123"],
)
def test_a_password_too_short_too_long_or_easy_to_guess_is_refused(password: str) -> None:
    with pytest.raises(BadRequest):
        passwords.check(password, "max")


def test_a_password_of_four_words_is_taken() -> None:
    passwords.check(RIGHT, "max")


def test_hashes_are_argon2id_at_the_second_setting_of_rfc_9106(password_hash: str) -> None:
    assert password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.matches(password_hash, RIGHT)
    assert not passwords.matches(password_hash, WRONG)
    assert not passwords.matches("no hash at all", RIGHT)


def test_a_one_time_link_works_once_and_ends_sessions(house: Any) -> None:
    house.add("max")
    now = int(house.now().timestamp())
    sessions.open_session(house.accounts, "hash", "max", None, now)
    sessions.add_link(house.accounts, sign_in.link_hash("secret"), "max", now + 60)
    assert sign_in.use_link(house.desk, "secret", "another horse battery staple")
    assert not sign_in.use_link(house.desk, "secret", "a third horse battery staple")
    assert sessions.session_of(house.accounts, "hash") is None
    assert attempt(house, "another horse battery staple")


def test_a_one_time_link_runs_out_and_an_easy_password_does_not_use_it_up(house: Any) -> None:
    house.add("max")
    now = int(house.now().timestamp())
    sessions.add_link(house.accounts, sign_in.link_hash("secret"), "max", now + 60)
    with pytest.raises(BadRequest):
        sign_in.use_link(house.desk, "secret", "short")
    assert sessions.link_user(house.accounts, sign_in.link_hash("secret"), now) == "max"
    house.wait(minutes=2)
    assert not sign_in.use_link(house.desk, "secret", "another horse battery staple")


def test_the_command_line_acts_in_the_first_role_in_force(house: Any) -> None:
    house.add("max", ("access_administrator", "06Q"), ("privacy_officer", "06Q"))
    subject = sign_in.signed_in_subject(house.desk, "max", RIGHT)
    assert (subject.role, subject.session, subject.signed_in_by) == ("access_administrator", "", "password")


def test_a_service_account_that_is_locked_or_missing_is_named_as_a_wrong_setting(house: Any) -> None:
    house.add("robot", ("nhs_digital_auditor", "X26"))
    assert sign_in.service_subject(house.desk, "robot").role == "nhs_digital_auditor"
    sessions.set_locked(house.accounts, "robot", locked=True)
    for user in ("robot", "nobody"):
        with pytest.raises(SettingsInvalid):
            sign_in.service_subject(house.desk, user)


def test_roles_of_another_day_cannot_be_acted_in(house: Any) -> None:
    house.add("max")
    for first, last in ((date(2026, 11, 25), None), (date(2020, 1, 1), date(2026, 11, 23))):
        membership = pipeline.Membership("privacy_officer", "06Q", first, last, "asked", "approved")
        pipeline.add_membership(house.accounts, "max", membership)
    assert sign_in.memberships_today(house.desk, "max") == []
