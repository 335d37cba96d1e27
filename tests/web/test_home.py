"""The first page after signing in: as many desks as the role has, and straight on where there is one."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("role", "organisation", "leads_to"),
    [
        ("gp", "Z99001", "/practice/worklist"),
        ("commissioner_lead", "06Q", "/population/"),
    ],
)
def test_whoever_has_one_desk_goes_straight_to_it(house: Any, role: str, organisation: str, leads_to: str) -> None:
    assert house.signed_in("max", (role, organisation)).get("/").headers["Location"] == leads_to


def test_whoever_has_several_chooses(house: Any) -> None:
    page = house.signed_in("eve", ("commissioner_analyst", "06Q")).get("/").text
    for path in ("/population/", "/population/patients"):
        assert f'<a class="nhsuk-card__link" href="{path}">' in page


def test_whoever_has_none_is_told_where_to_work(house: Any) -> None:
    page = house.signed_in("jo", ("data_processor_operator", "ZZP")).get("/").text
    assert "works by the command line" in page


def test_whoever_acts_in_no_role_chooses_one(house: Any) -> None:
    browser = house.signed_in("max")
    assert browser.get("/").headers["Location"] == "/acting-role"


def test_nobody_is_led_to_sign_in_and_to_no_page_after_it(house: Any) -> None:
    assert house.browser().get("/").headers["Location"] == "/sign-in"


@pytest.mark.parametrize("path", ["/acting-role", "/account/alive", "/account"])
def test_nobody_has_a_role_a_session_or_an_account(house: Any, path: str) -> None:
    assert house.browser().get(path).headers["Location"] == f"/sign-in?next={path}"


def test_signing_out_twice_is_no_error(house: Any) -> None:
    assert house.browser().post("/sign-out", "/sign-in").headers["Location"] == "/sign-in"


def test_the_head_of_each_page_says_who_acts_as_what_and_where(house: Any) -> None:
    page = house.signed_in("eve", ("commissioner_analyst", "06Q")).get("/").text
    assert "Acting as <strong>Commissioning analyst</strong> at <strong>06Q</strong>" in page
