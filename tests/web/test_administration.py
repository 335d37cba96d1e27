"""The access administrator's pages: accounts, grants by two people, agreements, policy; and no patient data."""

from __future__ import annotations

from typing import Any

import pytest

ADMINISTRATOR = ("access_administrator", "06Q")
FACTS = {"name": "New One", "employer": "06Q", "status": "employee", "contract_from": "2026-01-01"}
GRANT = {"user": "new.one", "role": "commissioner_lead", "organisation": "06Q", "valid_from": "2026-11-24"}


@pytest.fixture
def two(house: Any) -> tuple[Any, Any]:
    """Two administrators at their screens, and a user without a role."""
    house.add("new.one")
    return house.signed_in("max", ADMINISTRATOR), house.signed_in("nia", ADMINISTRATOR)


def grants(house: Any) -> list[tuple[str, str]]:
    rows = house.accounts.execute("SELECT state, approved_by FROM membership WHERE user = 'new.one' ORDER BY id")
    return [tuple(row) for row in rows]


def number(house: Any) -> int:
    return int(house.accounts.execute("SELECT max(id) FROM membership WHERE user = 'new.one'").fetchone()[0])


def test_accounts_are_listed_added_and_brought_up_to_date(house: Any) -> None:
    browser = house.signed_in("max", ADMINISTRATOR)
    before = len(house.events())
    assert browser.post("/administration/users", user="new.one", **FACTS).status_code == 200
    told = house.events()[before:][-1]
    assert (told["type"], told["details"]) == ("access.permitted", {"account": "new.one", "changed": ["added"]})
    facts = {**FACTS, "training_until": "2027-01-01", "status": "contractor"}
    assert browser.post("/administration/users/new.one", **facts).status_code == 303
    assert house.events()[-1]["details"]["changed"] == ["status", "training_until"]
    page = browser.get("/administration/users/new.one").text
    assert "2027-01-01" in page
    assert "new.one" in browser.get("/administration/users?status=contractor").text
    assert "new.one" not in browser.get("/administration/users?status=agent").text


def test_a_user_that_nobody_is_is_not_found(house: Any) -> None:
    browser = house.signed_in("max", ADMINISTRATOR)
    assert browser.get("/administration/users/nobody").status_code == 404
    for path in ("", "/unlock", "/reset"):
        assert browser.post(f"/administration/users/nobody{path}", **FACTS).status_code == 404


def test_a_second_account_of_one_name_is_refused(house: Any) -> None:
    browser = house.signed_in("max", ADMINISTRATOR)
    assert browser.post("/administration/users", **{**FACTS, "user": "max"}).status_code == 409


@pytest.mark.parametrize(
    "wrong",
    [
        {"user": "New One"},
        {"user": "a"},
        {"name": ""},
        {"name": "x" * 65},
        {"employer": "nowhere"},
        {"status": "friend"},
        {"contract_from": ""},
        {"contract_from": "1 May"},
        {"contract_until": "2025-01-01"},
        {"professional_number": "no number"},
    ],
)
def test_an_account_with_a_wrong_fact_is_refused_whole(house: Any, wrong: dict[str, str]) -> None:
    browser = house.signed_in("max", ADMINISTRATOR)
    assert browser.post("/administration/users", **{"user": "new.one", **FACTS, **wrong}).status_code == 400
    assert house.accounts.execute("SELECT count(*) FROM account").fetchone() == (1,)


def test_an_employer_that_an_agreement_bars_is_refused_as_a_suspected_breach(house: Any) -> None:
    browser = house.signed_in("max", ADMINISTRATOR)
    barred = min(house.desk.policy.barred)
    answer = browser.post("/administration/users", **{**FACTS, "user": "new.one", "employer": barred})
    assert answer.status_code == 403
    assert house.events()[-1]["type"] == "breach.suspected"


def test_an_administrator_lifts_a_lock(house: Any) -> None:
    browser = house.signed_in("max", ADMINISTRATOR)
    house.add("locked", ADMINISTRATOR, locked=True)
    assert "This account is locked" in browser.get("/administration/users/locked").text
    assert browser.post("/administration/users/locked/unlock").status_code == 303
    assert house.browser().sign_in("locked").status_code == 303


def test_a_reset_ends_password_and_sessions_at_once(house: Any, two: tuple[Any, Any]) -> None:
    max_, nia = two
    assert "first-password" in max_.post("/administration/users/nia/reset").text
    assert nia.get("/account").status_code == 303
    assert house.browser().sign_in("nia").status_code == 403


def test_a_grant_gives_nothing_until_a_second_person_approves_it(house: Any, two: tuple[Any, Any]) -> None:
    max_, nia = two
    holder = house.browser()
    assert max_.post("/administration/grants", **GRANT).status_code == 303
    holder.sign_in("new.one")
    assert "You hold no role today" in holder.get("/acting-role").text
    assert max_.post(f"/administration/grants/{number(house)}/approve").status_code == 403
    assert house.events()[-1]["reason_code"] == "separation_of_duty"
    assert nia.post(f"/administration/grants/{number(house)}/approve").status_code == 303
    assert grants(house) == [("approved", "nia")]
    assert house.events()[-1]["type"] == "membership.granted"
    assert "Commissioning lead" in holder.get("/acting-role").text


def test_nobody_approves_a_grant_to_themselves(house: Any, two: tuple[Any, Any]) -> None:
    max_, nia = two
    max_.post("/administration/grants", **{**GRANT, "user": "nia", "role": "privacy_officer"})
    found = house.accounts.execute("SELECT max(id) FROM membership").fetchone()[0]
    assert nia.post(f"/administration/grants/{found}/approve").status_code == 403


def test_a_revoked_grant_holds_at_its_holders_next_request(house: Any, two: tuple[Any, Any]) -> None:
    max_, nia = two
    found = house.accounts.execute("SELECT id FROM membership WHERE user = 'nia'").fetchone()[0]
    assert nia.get("/administration/users").status_code == 200
    assert max_.post(f"/administration/grants/{found}/revoke").status_code == 303
    assert house.events()[-1]["type"] == "membership.revoked"
    assert nia.get("/administration/users").status_code == 403
    assert max_.post(f"/administration/grants/{found}/revoke").status_code == 409
    assert max_.post(f"/administration/grants/{found}/approve").status_code in {403, 409}


def test_roles_that_one_person_may_never_hold_are_refused_over_all_time(house: Any, two: tuple[Any, Any]) -> None:
    max_, nia = two
    max_.post("/administration/grants", **GRANT)
    nia.post(f"/administration/grants/{number(house)}/approve")
    max_.post(f"/administration/grants/{number(house)}/revoke")
    answer = max_.post("/administration/grants", **{**GRANT, "role": "ceff_validator"})
    assert answer.status_code == 403
    assert (house.events()[-1]["type"], house.events()[-1]["reason_code"]) == ("access.refused", "separation_of_duty")


def test_what_was_withdrawn_before_its_approval_was_never_held(house: Any, two: tuple[Any, Any]) -> None:
    max_, _nia = two
    max_.post("/administration/grants", **GRANT)
    assert max_.post("/administration/grants", **{**GRANT, "role": "ceff_validator"}).status_code == 403
    max_.post(f"/administration/grants/{number(house)}/revoke")
    assert max_.post("/administration/grants", **{**GRANT, "role": "ceff_validator"}).status_code == 303


def test_a_grant_at_a_barred_organisation_or_in_a_barred_role_is_a_suspected_breach(
    house: Any, two: tuple[Any, Any]
) -> None:
    max_, _nia = two
    barred = min(house.desk.policy.barred)
    for wrong in ({"organisation": barred}, {"role": "hosting_operator"}):
        before = len(house.events())
        answer = max_.post("/administration/grants", **{**GRANT, **wrong})
        assert answer.status_code == 403
        assert house.types_since(before).count("breach.suspected") == 1
    assert grants(house) == []


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"role": "emperor"}, 400),
        ({"organisation": "here!"}, 400),
        ({"valid_from": ""}, 400),
        ({"valid_until": "2026-11-23"}, 400),
        ({"user": "nobody"}, 404),
    ],
)
def test_a_wrong_proposal_is_refused_whole(
    house: Any, two: tuple[Any, Any], wrong: dict[str, str], status: int
) -> None:
    assert two[0].post("/administration/grants", **{**GRANT, **wrong}).status_code == status
    assert grants(house) == []


@pytest.mark.parametrize(
    ("first", "last", "status"),
    [
        ("2026-11-24", "", 409),
        ("2026-12-31", "2027-12-31", 409),
        ("2027-01-01", "", 303),
        ("2026-01-01", "2026-11-23", 303),
    ],
)
def test_the_same_grant_is_not_given_twice_for_one_day(
    two: tuple[Any, Any], first: str, last: str, status: int
) -> None:
    two[0].post("/administration/grants", **GRANT, valid_until="2026-12-31")
    again = {**GRANT, "valid_from": first, "valid_until": last}
    assert two[0].post("/administration/grants", **again).status_code == status


def test_a_grant_of_no_number_is_not_found(two: tuple[Any, Any]) -> None:
    for action in ("approve", "revoke"):
        assert two[0].post(f"/administration/grants/999/{action}").status_code == 404


def test_agreements_and_policy_are_told_as_they_stand(house: Any) -> None:
    browser = house.signed_in("max", ADMINISTRATOR)
    agreements = browser.get("/administration/agreements").text
    assert "Not in force today" in agreements
    assert "The term ended on" in agreements
    assert "Not served here" in agreements
    assert house.desk.policy.version in browser.get("/administration/policy").text


@pytest.mark.parametrize("path", ["users", "users/max", "grants", "agreements", "policy"])
def test_no_other_role_opens_the_desk_and_each_refusal_is_on_the_log(house: Any, path: str) -> None:
    browser = house.signed_in("lena", ("privacy_officer", "06Q"))
    before = len(house.events())
    assert browser.get(f"/administration/{path}").status_code == 403
    assert house.types_since(before) == ["access.refused"]


@pytest.mark.parametrize("path", ["users", "users/max", "users/max/unlock", "users/max/reset", "grants"])
def test_no_other_role_changes_anything(house: Any, path: str) -> None:
    browser = house.signed_in("lena", ("privacy_officer", "06Q"))
    before = len(house.events())
    assert browser.post(f"/administration/{path}", **{**FACTS, **GRANT}).status_code == 403
    assert "access.refused" in house.types_since(before)
