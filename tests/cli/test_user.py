"""`gateway user` and `gateway agreement` over a real folder: two people for a grant, an event for everything."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.cli import gateway
from gateway.errors import AccessDenied, BadRequest, SettingsInvalid

ADMINISTRATOR = ("access_administrator", "06Q")
PASSWORD = "correct horse battery staple"
Run = Callable[..., Result]


@pytest.fixture
def run(house: Any) -> Run:
    """Run a command as max; `also` are passwords of those who sign in after him."""
    house.add("max", ADMINISTRATOR)
    house.add("nia", ADMINISTRATOR)
    folder = str(house.desk.settings.home.parent)

    def command(*words: str, also: tuple[str, ...] = (), by: str = "max") -> Result:
        typed = "".join(f"{line}\n" for line in (PASSWORD, *also))
        return CliRunner().invoke(gateway, ["--dir", folder, *words, "--as", by], input=typed)

    return command


def facts(result: Result) -> dict[str, Any]:
    assert result.exception is None, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_an_account_is_added_with_a_link_for_its_first_password(house: Any, run: Run) -> None:
    words = ("add", "new.one", "--full-name", "New One", "--employer", "06Q", "--contract-from", "2026-01-01")
    told = facts(run("user", *words, "--json"))
    assert told["link"].startswith("/first-password/")
    event = house.events()[told["event"]]
    assert (event["channel"], event["actor"]["user"], event["details"]["account"]) == ("cli", "max", "new.one")
    assert house.browser().get(told["link"]).status_code == 200


def test_accounts_and_grants_are_listed(run: Run) -> None:
    listed = facts(run("user", "list", "--json"))
    assert [row["user"] for row in listed["rows"]] == ["max", "nia"]
    assert listed["total"] == 2
    assert {row["role"] for row in facts(run("user", "list", "--grants", "--json"))["rows"]} == {ADMINISTRATOR[0]}
    assert "nia\tNia\t06Q" in run("user", "list").stdout


def test_a_grant_takes_two_people_who_both_sign_in(house: Any, run: Run) -> None:
    house.add("new.one")
    words = ("user", "grant", "new.one", "commissioner_lead", "06Q", "--from", "2026-01-01", "--json")
    told = facts(run(*words, "--approved-by", "nia", also=(PASSWORD,)))
    row = house.accounts.execute("SELECT state, granted_by, approved_by FROM membership WHERE user = 'new.one'")
    assert row.fetchall() == [("approved", "max", "nia")]
    assert house.events()[told["event"]]["type"] == "membership.granted"
    revoked = facts(run("user", "revoke", str(told["grant"]), "--json"))
    assert house.events()[revoked["event"]]["type"] == "membership.revoked"


def test_nobody_is_their_own_second_person(house: Any, run: Run) -> None:
    house.add("new.one")
    words = ("user", "grant", "new.one", "commissioner_lead", "06Q", "--from", "2026-01-01")
    result = run(*words, "--approved-by", "max", also=(PASSWORD,))
    assert isinstance(result.exception, AccessDenied)
    assert house.accounts.execute("SELECT state FROM membership WHERE user = 'new.one'").fetchall() == [("proposed",)]


def test_a_second_person_who_does_not_sign_in_leaves_nothing_proposed(house: Any, run: Run) -> None:
    house.add("new.one")
    words = ("user", "grant", "new.one", "commissioner_lead", "06Q", "--from", "2026-01-01")
    result = run(*words, "--approved-by", "nia", also=("wrong",))
    assert isinstance(result.exception, AccessDenied)
    assert house.accounts.execute("SELECT count(*) FROM membership WHERE user = 'new.one'").fetchone() == (0,)


def test_a_grant_wants_its_first_day(run: Run) -> None:
    words = ("user", "grant", "nia", "commissioner_lead", "06Q", "--from", "", "--approved-by", "nia")
    assert isinstance(run(*words).exception, BadRequest)


def test_a_reset_unlocks_and_gives_a_link(house: Any, run: Run) -> None:
    house.add("locked", locked=True)
    assert facts(run("user", "reset", "locked", "--json"))["link"].startswith("/first-password/")
    assert house.accounts.execute("SELECT locked, password_hash FROM account WHERE user = 'locked'").fetchone() == (
        0,
        "",
    )


def test_another_role_is_refused(house: Any, run: Run) -> None:
    house.add("lena", ("privacy_officer", "06Q"))
    assert isinstance(run("user", "list", by="lena").exception, AccessDenied)
    assert house.events()[-1]["type"] == "access.refused"


def test_without_as_and_without_a_service_account_nobody_stands_behind_it(house: Any) -> None:
    folder = str(house.desk.settings.home.parent)
    result = CliRunner().invoke(gateway, ["--dir", folder, "user", "list"])
    assert isinstance(result.exception, SettingsInvalid)


def test_agreements_are_told_as_they_stand(run: Run) -> None:
    told = facts(run("agreement", "list", "--json"))
    assert {one["agreement"]: one["served"] for one in told["agreements"]} == {"RS": True, "IV": False}
    assert not any(one["in_force"] for one in told["agreements"])
    assert "not in force: the term ended on 2022-" in run("agreement", "list").stdout
