"""Whoever an agreement bars by name: nothing but the way out, and each request a suspected breach (RS-11)."""

from __future__ import annotations

from typing import Any

import pytest

HOSTING = ("hosting_operator", "ZZH")


def barred(house: Any) -> Any:
    return house.signed_in("oz", HOSTING, employer="ZZH")


@pytest.mark.parametrize("path", ["/", "/sign-in", "/privacy", "/healthz", "/nowhere", "/account", "/api/v1/docs"])
def test_every_page_is_refused_even_the_public_ones(house: Any, path: str) -> None:
    browser = barred(house)
    before = len(house.events())
    assert browser.get(path).status_code == 403
    assert house.types_since(before) == ["breach.suspected"]


def test_signing_in_is_a_suspected_breach_itself(house: Any) -> None:
    before = len(house.events())
    barred(house)
    assert house.types_since(before) == ["session.start", "breach.suspected"]


def test_the_way_out_is_open(house: Any) -> None:
    browser = barred(house)
    assert browser.post("/sign-out", "/").headers["Location"] == "/sign-in"
    assert browser.get("/privacy").status_code == 200


def test_another_role_does_not_help_whom_the_barred_employ(house: Any) -> None:
    browser = house.signed_in("oz", ("commissioner_lead", "06Q"), employer="ZZH")
    assert browser.get("/account").status_code == 403
    assert house.events()[-1]["type"] == "breach.suspected"
