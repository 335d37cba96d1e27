"""The work list at the screen: filters on and off, marks on several at once, a view kept, the sheet, by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.screens import Screens
from tests.journeys.served import Served

pytestmark = [pytest.mark.journey, pytest.mark.browser]
FOCUS = "document.activeElement.getAttribute('href') || document.activeElement.name || document.activeElement.tagName"
TARGET = "document.querySelector(':target')?.id"


def at_list(screens: Screens, user: str = "gp-elsewhere", **options: bool) -> Page:
    """A GP, or somebody else of a practice, before the list."""
    page = screens.signed_in(user, **options)
    page.set_default_timeout(10_000)
    page.goto("/practice/worklist")
    return page


def ticked(page: Page, many: int) -> list[str]:
    """Tick so many from the top; their handles."""
    boxes = page.locator("tbody input[type=checkbox]")
    for place in range(many):
        boxes.nth(place).check()
    return [str(boxes.nth(place).get_attribute("value")) for place in range(many)]


def row(page: Page, handle: str) -> str:
    return page.locator("tr", has=page.locator(f"[id='{handle}']")).inner_text()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_gp_filters_marks_several_at_once_and_comes_back_to_the_row(
    screens: Screens, served: Served, *, scripts: bool
) -> None:
    page = at_list(screens, java_script_enabled=scripts)
    page.get_by_label("Reviewed").select_option("no")
    page.get_by_text("More filters").click()
    page.get_by_label("Emergency admissions").select_option("2")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_role("list", name="Filters that are on").get_by_role("listitem")).to_have_count(3)
    page.get_by_role("link", name="Remove the filter Reviewed: Not reviewed").click()
    expect(page).to_have_url(re.compile(r"\?admissions=2$"))
    chosen, size = ticked(page, 2), served.log_size()
    page.get_by_label("Outcome of the review").select_option("medication_review")
    page.get_by_role("button", name="Mark as reviewed").click()
    expect(page).to_have_url(re.compile(rf"admissions=2#{chosen[0]}$"))
    assert all("Medication review done" in row(page, handle) for handle in chosen)
    events = [one for one in served.events(size) if one["action"] == "review"]
    assert [(one["details"]["patients"], one["subjects"]["n"]) for one in events] == [(2, 2)]


def test_after_a_mark_the_next_tab_goes_on_from_the_row(screens: Screens) -> None:
    page = at_list(screens)
    chosen = ticked(page, 1)
    page.get_by_role("button", name="Assign").click()
    expect(page).to_have_url(re.compile(f"#{chosen[0]}$"))
    assert page.evaluate(TARGET) == chosen[0]
    page.keyboard.press("Tab")
    reached = page.evaluate("document.activeElement.closest('tr')?.querySelector('th a').id")
    assert reached == chosen[0]


def test_a_patient_is_ticked_and_assigned_without_a_mouse(screens: Screens) -> None:
    page = at_list(screens, "practice-staff")
    for wanted, keys in (("#list", "Enter"), ("handle", "Space"), ("taker", "End ArrowUp"), ("do", "Enter")):
        tab_to(page, wanted)
        for key in keys.split():
            page.keyboard.press(key)
    expect(page.get_by_role("heading", level=1)).to_have_text("Assign to a colleague")
    tab_to(page, "colleague")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/practice/worklist#"))


def tab_to(page: Page, wanted: str) -> None:
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUS) == wanted:
            return
    pytest.fail(f"{wanted} is not reached with the tab key")


def test_a_view_is_saved_from_the_list_and_opens_it_again(screens: Screens) -> None:
    page = at_list(screens)
    page.get_by_label("Condition").select_option("COPD")
    page.get_by_role("button", name="Filter").click()
    page.get_by_text("Save this view").click()
    page.get_by_label("Name of the view").fill("COPD alone")
    page.get_by_role("button", name="Save the view").click()
    page.get_by_role("link", name="COPD alone").click()
    expect(page).to_have_url(re.compile(r"/practice/worklist\?condition=COPD$"))


def test_a_patient_is_found_by_number_and_the_number_is_in_no_address(screens: Screens) -> None:
    page = at_list(screens)
    number = page.locator("tbody th a").first.inner_text()
    page.get_by_role("link", name="Find a patient").click()
    page.get_by_label("NHS number").fill(number)
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    assert not re.search(r"\d{3} ?\d{3} ?\d{4}", page.url)


def test_the_sheet_prints_the_list_and_no_control(screens: Screens) -> None:
    page = at_list(screens)
    page.get_by_role("button", name="Sheet to print").click()
    expect(page.locator("main")).to_contain_text("Printed by gp-elsewhere")
    page.emulate_media(media="print")
    for hidden in (".nhsuk-header__navigation", ".nhsuk-breadcrumb", ".gateway-unprinted", ".nhsuk-footer"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator("tbody tr").first).to_be_visible()


def test_whoever_is_not_ours_is_put_back_by_the_same_page(screens: Screens) -> None:
    page = at_list(screens)
    many = page.locator("tbody tr").count()
    page.locator("tbody th a").last.click()
    page.get_by_role("link", name="Review, assignment and corrections").click()
    page.get_by_label("Why not").select_option("registered_elsewhere")
    page.get_by_role("button", name="Take off the list").click()
    expect(page.locator("#now")).to_contain_text("Registered with another practice")
    path = page.url
    page.goto("/practice/worklist")
    expect(page.locator("tbody tr")).to_have_count(many - 1)
    page.goto(path)
    page.get_by_role("button", name="Put the patient back on the list").click()
    page.goto("/practice/worklist")
    expect(page.locator("tbody tr")).to_have_count(many)
