"""The other people at the screen: administrators, privacy officer, operator, the CEfF, finance, and who is barred."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.screens import Screens

pytestmark = [pytest.mark.journey, pytest.mark.browser]
WORDS = "another horse battery staple"
NO_ACCESS = "You do not have access"


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def add_gp(page: Page, user: str) -> str:
    """An account for a new GP; the path of its one-time link."""
    page.goto("/administration/users")
    for label, text in (("User name", user), ("Name", "Dr New Example"), ("Employer", "Z99002")):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("Professional number").fill("G9990009")
    page.get_by_role("button", name="Add the user").click()
    return "/" + page.locator("#link").inner_text().split("/", 3)[3]


def choose_password(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("New password", exact=True).fill(WORDS)
    page.get_by_label("New password again").fill(WORDS)
    page.get_by_role("button", name="Set the password").click()


def propose(page: Page, user: str, organisation: str) -> str:
    """Propose that a user acts as GP; the grant's number."""
    page.goto("/administration/grants")
    page.get_by_label("User name").fill(user)
    page.locator("#role").select_option("gp")
    page.get_by_label("Organisation").fill(organisation)
    page.get_by_role("button", name="Propose the grant").click()
    return page.locator("tbody tr", has_text=user).locator("th").first.inner_text()


def test_a_grant_needs_two_administrators_and_ends_at_the_holders_next_request(screens: Screens) -> None:
    first, second, holder = (
        screens.signed_in("administrator"),
        screens.signed_in("second-administrator"),
        screens.open(),
    )
    choose_password(holder, add_gp(first, "new.gp"))
    screens.served.passwords["new.gp"] = WORDS
    screens.sign_in(holder, "new.gp")
    assert heading(holder) == "You hold no role today"
    number = propose(first, "new.gp", "Z99002")
    first.get_by_role("button", name=f"Approve grant {number}", exact=True).click()
    assert heading(first) == NO_ACCESS
    second.goto("/administration/grants?state=proposed")
    second.get_by_role("button", name=f"Approve grant {number}", exact=True).click()
    holder.goto("/acting-role")
    holder.get_by_label("GP at Z99002").check()
    holder.get_by_role("button", name="Continue").click()
    assert heading(holder) == "Patients at risk"
    second.goto("/administration/grants?user=new.gp")
    second.get_by_role("button", name=f"End grant {number}", exact=True).click()
    holder.reload()
    assert heading(holder) == NO_ACCESS


def test_the_privacy_officer_is_told_why_a_lead_sees_no_rows_and_an_analyst_does(screens: Screens) -> None:
    page = screens.signed_in("privacy")
    page.goto("/privacy/explain")
    told = []
    for role in ("commissioner_lead", "commissioner_analyst"):
        page.get_by_label("Role").select_option(role)
        page.get_by_label("Purpose").select_option("commissioning")
        page.get_by_label("Resource and action").select_option("population.patients:list")
        page.get_by_role("button", name="Explain").click()
        told.append(page.locator("#verdict").inner_text().split(" on ")[0])
        expect(page.locator("main")).to_contain_text("What would have to be true")
    assert told == ["Refused", "Permitted"]


def test_the_operator_is_told_that_the_command_line_is_the_desk(screens: Screens) -> None:
    page = screens.signed_in("operator")
    expect(page.locator("main")).to_contain_text("This role works by the command line")
    expect(page.get_by_role("navigation", name="Menu")).to_have_count(0)


def test_a_validator_goes_from_an_invoice_to_a_line_beside_its_sus_row(screens: Screens) -> None:
    page = screens.signed_in("validator")
    page.locator("main").get_by_role("link", name="Invoices").click()
    page.get_by_label("State").select_option("REGISTERED")
    page.get_by_role("button", name="Filter").click()
    page.locator("tbody th a").first.click()
    lines = page.get_by_role("region", name=re.compile("Lines")).locator("tbody tr")
    assert lines.count() > 1
    lines.filter(has_text="Found by").first.get_by_role("link").click()
    expect(page.locator("caption").first).to_have_text("What was billed beside what SUS+ says")
    expect(page.locator("tr", has_text="NHS number").first.locator("td").first).to_have_text(
        re.compile(r"^\d{3} \d{3} \d{4}$")
    )


def test_finance_has_notices_and_no_invoice(screens: Screens) -> None:
    page = screens.signed_in("finance")
    assert heading(page) == "Notices"
    page.goto("/ceff/invoices")
    assert heading(page) == NO_ACCESS


def test_whoever_is_barred_can_only_sign_out(screens: Screens) -> None:
    page = screens.signed_in("hosting")
    for path in ("/", "/account", "/practice/worklist", "/population/", "/privacy"):
        page.goto(path)
        assert heading(page) == NO_ACCESS
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in$"))
