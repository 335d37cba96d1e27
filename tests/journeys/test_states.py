"""Pages as they are only after something was done: accessible and fitting like the others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.screens import Screens, faults

pytestmark = [pytest.mark.journey, pytest.mark.browser]
OPEN = "Open the hospital record"


def nobody_knows_the_password(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("User name").fill("nobody")
    page.get_by_label("Password").fill("wrong horse battery staple")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()


def a_record_without_a_reason(page: Page) -> None:
    page.goto("/practice/worklist")
    page.locator("tbody th a").first.click()
    page.get_by_role("button", name=OPEN).click()
    expect(page.get_by_role("alert")).to_be_visible()


def a_record(page: Page) -> None:
    page.goto("/practice/worklist")
    page.locator("tbody th a").first.click()
    page.get_by_label("Why do you need it?").select_option("planned_review")
    page.get_by_label("I have a legitimate relationship").check()
    page.get_by_role("button", name=OPEN).click()
    expect(page.get_by_role("heading", name="SUS+ rows")).to_be_visible()


def a_token(page: Page) -> None:
    page.goto("/account")
    page.get_by_label("What the token is for").fill("A program")
    page.get_by_role("button", name="Make a token").click()
    expect(page.get_by_role("status")).to_contain_text("Your new token")


def a_patient_whom_nobody_looked_at(page: Page) -> None:
    page.goto("/auditor/patient")
    page.get_by_label("NHS number").fill("999 000 0018")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("main")).to_contain_text("No event fits")


def no_patient_at_all(page: Page) -> None:
    page.goto("/auditor/patient")
    page.get_by_label("NHS number").fill("999 000 0000")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("alert")).to_contain_text("not a valid NHS number")


def an_export(page: Page) -> None:
    page.goto("/auditor/exports")
    page.get_by_role("button", name="Make an export").click()
    expect(page.get_by_role("link", name="download it")).to_be_visible()


def a_one_time_link(page: Page) -> None:
    page.goto("/administration/users")
    for label, text in (("User name", "one.more"), ("Name", "One More Example"), ("Employer", "06Q")):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Add the user").click()
    expect(page.locator("#link")).to_be_visible()


def a_proposed_grant(page: Page) -> None:
    page.goto("/administration/grants")
    page.get_by_label("User name").fill("finance")
    page.locator("#role").select_option("commissioner_lead")
    page.get_by_label("Organisation").fill("06Q")
    page.get_by_role("button", name="Propose the grant").click()
    expect(page.get_by_role("button", name="Approve grant").first).to_be_visible()


def more_filters(page: Page) -> None:
    page.goto("/practice/worklist?since=New+on+the+list")
    page.get_by_text("More filters").click()
    expect(page.get_by_label("Since the last run")).to_have_value("New on the list")


def nobody_is_ticked(page: Page) -> None:
    page.goto("/practice/worklist")
    page.get_by_role("button", name="Assign").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nobody is ticked")


def a_choice_of_colleagues(page: Page) -> None:
    page.goto("/practice/worklist")
    page.locator("tbody input").first.check()
    page.get_by_label("Assign to", exact=True).select_option("colleague")
    page.get_by_role("button", name="Assign").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Assign to a colleague")


def nobody_else_at_the_practice(page: Page) -> None:
    a_choice_of_colleagues(page)
    expect(page.locator("main")).to_contain_text("Nobody else works with this list")


def a_patient_reviewed(page: Page) -> None:
    page.goto("/practice/worklist")
    page.locator("tbody th a").first.click()
    page.get_by_role("link", name="Review, assignment and corrections").click()
    page.get_by_label("Outcome of the review").select_option("declined")
    page.get_by_role("button", name="Mark as reviewed").click()
    expect(page.get_by_role("region", name="History")).to_contain_text("Patient declined")


def a_saved_view(page: Page) -> None:
    page.goto("/practice/worklist?band=High")
    page.get_by_text("Save this view").click()
    page.get_by_label("Name of the view").fill("High alone")
    page.get_by_role("button", name="Save the view").click()
    expect(page.get_by_role("link", name="High alone")).to_be_visible()


def nobody_is_found(page: Page) -> None:
    page.goto("/practice/find")
    page.get_by_label("NHS number").fill("999 000 0000")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter an NHS number of 10 digits")


@pytest.mark.parametrize(
    ("user", "state"),
    [
        ("", nobody_knows_the_password),
        ("gp", a_record_without_a_reason),
        ("gp", a_record),
        ("gp", more_filters),
        ("gp", nobody_is_ticked),
        ("practice-staff", a_choice_of_colleagues),
        ("gp-elsewhere", nobody_else_at_the_practice),
        ("gp-elsewhere", a_patient_reviewed),
        ("gp-elsewhere", a_saved_view),
        ("gp", nobody_is_found),
        ("lead", a_token),
        ("auditor", a_patient_whom_nobody_looked_at),
        ("auditor", no_patient_at_all),
        ("auditor", an_export),
        ("administrator", a_one_time_link),
        ("administrator", a_proposed_grant),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_the_page_after_it_is_accessible_and_fits(screens: Screens, user: str, state: Callable[[Page], None]) -> None:
    page = screens.signed_in(user) if user else screens.open()
    state(page)
    assert faults(page, state.__name__.replace("_", "-")) == []
