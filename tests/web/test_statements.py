"""The public statements: anybody reads them, they stand in each page's foot, and reading them is no access."""

from __future__ import annotations

from typing import Any

import pytest

STATEMENTS = {"/privacy": "Privacy", "/cookies": "Cookies", "/accessibility": "Accessibility"}


@pytest.mark.parametrize(("path", "title"), STATEMENTS.items())
def test_a_statement_is_read_without_signing_in_and_leaves_no_event(house: Any, path: str, title: str) -> None:
    before = len(house.events())
    page = house.browser().get(path)
    assert page.status_code == 200
    assert f'<h1 class="nhsuk-heading-l">{title}' in page.text
    assert len(house.events()) == before


def test_every_page_leads_to_them(house: Any) -> None:
    foot = house.browser().get("/sign-in").text.split("<footer")[1]
    for path in (*STATEMENTS, "/audit/checkpoint"):
        assert f'href="{path}"' in foot


def test_the_cookies_that_are_set_are_those_that_the_statement_names(house: Any) -> None:
    house.add("max", ("access_administrator", "06Q"))
    browser = house.browser()
    browser.sign_in("max")
    browser.get("/account")
    told = browser.get("/cookies").text
    names = {cookie.key for cookie in browser.client._cookies.values()}
    assert names == {"__Host-session", "__Host-form"}
    assert all(name in told for name in names)
