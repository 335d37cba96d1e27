"""Sessions, failed attempts and one-time links, each known by a hash and gone when it should be."""

from __future__ import annotations

import pytest

from gateway.stores.accounts import administration, attestations, sessions, tokens
from gateway.stores.vault import Connection

NOW = 1_000_000


@pytest.fixture
def session(accounts_of: Connection, gp: int) -> str:
    """The hash of max's session as a GP."""
    sessions.open_session(accounts_of, "hash", "max", gp, NOW)
    return "hash"


def test_a_session_brings_its_account_and_the_membership_acted_in(
    accounts_of: Connection, session: str, gp: int
) -> None:
    found = sessions.session_of(accounts_of, session)
    assert found is not None
    assert found.held is not None
    assert (found.started, found.seen, found.account.user, found.held.id) == (NOW, NOW, "max", gp)
    assert found.account.password_hash == ""


def test_no_session_is_found_by_another_hash(accounts_of: Connection, session: str) -> None:
    assert sessions.session_of(accounts_of, session.upper()) is None


def test_a_session_without_a_role_acts_in_none(accounts_of: Connection) -> None:
    sessions.open_session(accounts_of, "hash", "max", None, NOW)
    found = sessions.session_of(accounts_of, "hash")
    assert found is not None
    assert found.held is None


def test_a_revoked_membership_is_gone_from_the_session_at_once(accounts_of: Connection, session: str, gp: int) -> None:
    administration.revoke(accounts_of, gp)
    found = sessions.session_of(accounts_of, session)
    assert found is not None
    assert found.held is None


def test_a_session_in_use_is_noted(accounts_of: Connection, session: str) -> None:
    sessions.touch(accounts_of, session, NOW + 20)
    found = sessions.session_of(accounts_of, session)
    assert found is not None
    assert (found.started, found.seen) == (NOW, NOW + 20)


def test_a_session_ends_and_with_it_what_was_attested_in_it(accounts_of: Connection, session: str) -> None:
    attestations.attest(accounts_of, session, "object", "planned_review", NOW + 60)
    sessions.end(accounts_of, session)
    assert sessions.session_of(accounts_of, session) is None
    assert attestations.attested(accounts_of, session, "object", NOW) is None


def test_all_other_sessions_of_a_user_end(accounts_of: Connection, session: str) -> None:
    sessions.open_session(accounts_of, "second", "max", None, NOW)
    sessions.end_others(accounts_of, "max", but=session)
    assert [sessions.session_of(accounts_of, one) is None for one in (session, "second")] == [False, True]


@pytest.mark.parametrize(("started", "seen", "left"), [(NOW, NOW, True), (NOW + 1, NOW, False), (NOW, NOW + 1, False)])
def test_sessions_that_have_run_out_are_swept(
    accounts_of: Connection, session: str, started: int, seen: int, *, left: bool
) -> None:
    sessions.sweep(accounts_of, started, seen)
    assert (sessions.session_of(accounts_of, session) is not None) == left


def test_failures_are_counted_by_account_and_by_address_since_a_time(accounts_of: Connection) -> None:
    for user, address, at in (("max", "a", NOW), ("max", "b", NOW + 1), ("", "a", NOW + 1), ("max", "a", NOW - 60)):
        sessions.note_failure(accounts_of, user, address, at)
    assert sessions.failures_since(accounts_of, "max", "a", NOW - 1) == (2, 2)
    assert sessions.failures_since(accounts_of, "nia", "c", 0) == (0, 0)


def test_failures_are_taken_back_forgiven_and_forgotten(accounts_of: Connection) -> None:
    sessions.take_back(accounts_of, sessions.note_failure(accounts_of, "max", "a", NOW))
    assert sessions.failures_since(accounts_of, "max", "a", 0) == (0, 0)
    sessions.note_failure(accounts_of, "max", "a", NOW)
    sessions.forgive(accounts_of, "max")
    assert sessions.failures_since(accounts_of, "max", "a", 0) == (0, 0)
    for at in (NOW - 1, NOW):
        sessions.note_failure(accounts_of, "max", "a", at)
    sessions.forget_failures(accounts_of, NOW)
    assert sessions.failures_since(accounts_of, "max", "a", 0) == (1, 1)


def test_a_lock_is_put_on_and_lifted(accounts_of: Connection) -> None:
    for locked in (True, False):
        sessions.set_locked(accounts_of, "max", locked=locked)
        found = administration.account_of(accounts_of, "max")
        assert found is not None
        assert found.locked is locked


def test_a_link_works_once_and_until_its_time(accounts_of: Connection) -> None:
    sessions.add_link(accounts_of, "link", "max", NOW + 60)
    assert sessions.link_user(accounts_of, "link", NOW) == "max"
    assert sessions.link_user(accounts_of, "link", NOW + 60) is None
    assert sessions.use_link(accounts_of, "link", NOW + 60) is None
    assert sessions.use_link(accounts_of, "link", NOW) == "max"
    assert sessions.use_link(accounts_of, "link", NOW) is None
    assert sessions.link_user(accounts_of, "link", NOW) is None


def test_an_attestation_holds_for_its_object_in_its_session_until_its_time(
    accounts_of: Connection, session: str
) -> None:
    attestations.attest(accounts_of, session, "object", "planned_review", NOW + 60)
    assert attestations.attested(accounts_of, session, "object", NOW) == "planned_review"
    assert attestations.attested(accounts_of, session, "object", NOW + 60) is None
    assert attestations.attested(accounts_of, session, "another", NOW) is None
    assert attestations.attested(accounts_of, "another", "object", NOW) is None


def test_attested_again_it_holds_for_the_newer_reason(accounts_of: Connection, session: str) -> None:
    for reason, until in (("planned_review", NOW + 60), ("medication_review", NOW + 120)):
        attestations.attest(accounts_of, session, "object", reason, until)
    assert attestations.attested(accounts_of, session, "object", NOW + 90) == "medication_review"


def test_a_token_brings_whose_it_is_and_what_it_acts_in(accounts_of: Connection, gp: int) -> None:
    assert tokens.add(accounts_of, "token", "a script", "max", gp, NOW, NOW + 60) == 1
    found = tokens.token_of(accounts_of, "token", NOW)
    assert found is not None
    assert (found[0].user, found[0].password_hash, found[1].id) == ("max", "", gp)
    assert tokens.token_of(accounts_of, "another", NOW) is None
    assert tokens.token_of(accounts_of, "token", NOW + 60) is None


def test_a_token_ends_with_its_membership_and_rests_while_the_account_is_locked(
    accounts_of: Connection, gp: int
) -> None:
    tokens.add(accounts_of, "token", "a script", "max", gp, NOW, NOW + 60)
    sessions.set_locked(accounts_of, "max", locked=True)
    assert tokens.token_of(accounts_of, "token", NOW) is None
    sessions.set_locked(accounts_of, "max", locked=False)
    assert tokens.token_of(accounts_of, "token", NOW) is not None
    administration.revoke(accounts_of, gp)
    assert tokens.token_of(accounts_of, "token", NOW) is None


def test_ones_own_token_is_revoked_and_nobody_elses(accounts_of: Connection, gp: int) -> None:
    number = tokens.add(accounts_of, "token", "a script", "max", gp, NOW, NOW + 60)
    assert not tokens.revoke(accounts_of, number, "nia")
    assert tokens.revoke(accounts_of, number, "max")
    assert not tokens.revoke(accounts_of, number, "max")


def test_tokens_that_have_run_out_go_when_a_new_one_is_made(accounts_of: Connection, gp: int) -> None:
    for at in (NOW, NOW + 60):
        tokens.add(accounts_of, f"token {at}", "a script", "max", gp, at, at + 60)
    assert accounts_of.execute("SELECT count(*) FROM token").fetchone() == (1,)
