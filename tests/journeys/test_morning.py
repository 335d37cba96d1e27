"""A GP's ten minutes before surgery: who is new, who is seen to, one record, one number, and the list to take along.

Each page is looked at on the way: axe at a desktop's and a phone's width, no sideways scroll, one heading, a title that
says where. With GATEWAY_PICTURES=FOLDER each is kept there as a picture.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.screens import Screens, faults
from tests.journeys.second_run import SecondRun

pytestmark = [pytest.mark.journey, pytest.mark.browser]
NUMBER = re.compile(r"\d{3} \d{3} \d{4}")
END = " – Commissioning gateway – NHS"  # noqa: RUF001 as the title has it
OUTCOME = "Medication review done"
STAFF = "Dot Example (practice-staff)"


@dataclass
class Morning:
    """The GP's screen and what was found wrong with the pages so far."""

    page: Page
    run: SecondRun
    found: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def look(self, name: str, heading: str | re.Pattern[str] = "") -> None:
        """The page is the one that is meant, and nothing is wrong with it."""
        if heading:
            expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        if self.page.locator("h1").count() != 1:
            self.found.append(f"{name}: not one h1")
        if not self.page.title().removesuffix(END) or not self.page.title().endswith(END):
            self.found.append(f"{name}: the title is {self.page.title()}")
        self.seen.append(name)
        self.found += faults(self.page, f"{len(self.seen):02d}-{name}", "GATEWAY_PICTURES")

    def to_list(self) -> None:
        """Back to the whole list by the menu."""
        self.page.get_by_role("navigation", name="Menu").get_by_role("link", name="Patients at risk").click()
        expect(self.page).to_have_url(re.compile(r"/practice/worklist$"))

    def row(self, number: str) -> Locator:
        """The row of a patient."""
        return self.page.locator("tbody tr", has_text=f"{number[:3]} {number[3:6]} {number[6:]}")

    def numbers(self) -> list[str]:
        """Everybody on the page, in its order."""
        return [number.replace(" ", "") for number in NUMBER.findall(self.page.locator("tbody").inner_text())]


def test_a_gp_does_her_morning(screens_of_second_run: Screens, second_run: SecondRun) -> None:
    page = screens_of_second_run.open(permissions=["clipboard-read", "clipboard-write"])
    page.set_default_timeout(10_000)
    morning = Morning(page, second_run)
    sign_in_without_a_mouse(morning)
    read_who_is_new(morning)
    filter_and_sort(morning)
    review_two_and_assign_one(morning)
    copy_a_number(morning)
    read_what_changed(morning)
    open_the_record(morning)
    find_a_patient(morning)
    say_not_ours_and_take_it_back(morning)
    save_a_view(morning)
    read_summary_and_groups(morning)
    take_the_list_along(morning)
    sign_out(morning)
    assert morning.found == []


def sign_in_without_a_mouse(morning: Morning) -> None:
    page = morning.page
    page.goto("/sign-in")
    morning.look("sign-in", "Sign in")
    for wanted, typed in (("user", "gp"), ("password", morning.run.served.passwords["gp"])):
        for _ in range(10):
            if page.evaluate("document.activeElement.id") != wanted:
                page.keyboard.press("Tab")
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    morning.look("list", "Patients at risk")
    page.set_viewport_size({"width": 1280, "height": 900})
    first = page.locator("tbody tr").nth(2).bounding_box()
    assert first
    assert first["y"] + first["height"] < 900, "the first screen shows no three rows of the list"


def read_who_is_new(morning: Morning) -> None:
    page = morning.page
    page.get_by_role("link", name="New on the list").click()
    assert set(morning.numbers()) == set(morning.run.new)
    expect(morning.row(morning.run.new[0])).to_contain_text("New")
    morning.look("new", "Patients at risk")
    page.get_by_role("link", name="Remove the filter Since the last run").click()
    assert set(morning.run.worse) < set(morning.numbers())


def filter_and_sort(morning: Morning) -> None:
    page = morning.page
    page.get_by_label("Condition").select_option("High blood pressure")
    page.get_by_text("More filters").click()
    page.get_by_label("Emergency admissions").select_option("2")
    page.get_by_role("button", name="Filter").click()
    tags = page.get_by_role("list", name="Filters that are on").get_by_role("listitem")
    expect(tags.filter(has_text="Remove the filter")).to_have_count(2)
    for row in page.locator("tbody tr").all():
        expect(row).to_contain_text("High blood pressure")
    page.get_by_role("link", name="Change since last run").click()
    expect(page.locator("th", has_text="Change since last run")).to_have_attribute("aria-sort", "descending")
    morning.look("filtered-and-sorted", "Patients at risk")
    page.get_by_role("link", name="Remove all filters").click()


def review_two_and_assign_one(morning: Morning) -> None:
    page, (one, other) = morning.page, morning.run.worse
    for number in (one, other):
        morning.row(number).get_by_role("checkbox").check()
    page.get_by_label("Outcome of the review").select_option(label=OUTCOME)
    page.get_by_role("button", name="Mark as reviewed").click()
    expect(page.get_by_role("status")).to_contain_text(f"2 patients are marked as reviewed: {OUTCOME}")
    for number in (one, other):
        expect(morning.row(number)).to_contain_text(OUTCOME)
    morning.look("reviewed", "Patients at risk")
    morning.row(one).get_by_role("checkbox").check()
    page.get_by_label("Assign to", exact=True).select_option("colleague")
    page.get_by_role("button", name="Assign").click()
    morning.look("assign", "Assign to a colleague")
    page.get_by_label("Colleague at this practice").select_option(label=STAFF)
    page.get_by_role("button", name="Assign").click()
    expect(morning.row(one).locator("td").last).to_have_text("practice-staff")
    expect(page.get_by_role("status")).to_contain_text("1 patient is assigned to practice-staff")


def copy_a_number(morning: Morning) -> None:
    number = morning.run.worse[0]
    morning.row(number).get_by_role("button", name="Copy this NHS number").click()
    expect(morning.row(number).get_by_text("Copied")).to_be_visible()
    assert morning.page.evaluate("navigator.clipboard.readText()") == number


def read_what_changed(morning: Morning) -> None:
    page, run = morning.page, morning.run
    morning.row(run.worse[0]).get_by_role("link").click()
    morning.look("patient", re.compile("NHS number"))
    main = page.locator("main")
    expect(main).to_contain_text("A further emergency admission was recorded (+1)")
    for heading, told in (("Newly recorded", run.came), ("No longer recorded", run.went)):
        expect(page.locator("h3", has_text=heading).locator("+ ul")).to_have_text(told)


def open_the_record(morning: Morning) -> None:
    page = morning.page
    page.get_by_label("Why do you need it?").select_option(label="Planned review")
    page.get_by_label("I have a legitimate relationship").check()
    page.get_by_role("button", name="Open the hospital record").click()
    expect(page.get_by_role("heading", name="SUS+ rows")).to_be_visible()
    score = re.search(r": (\d+)", page.locator("h3", has_text="Emergency admissions in the last 12").inner_text())
    terms = page.get_by_role("region", name="Terms of Emergency admissions").locator("tbody td:last-child")
    points = [int(text) for text in terms.all_inner_texts()]
    assert score
    assert [sum(points[:-1]), points[-1]] == [int(score.group(1))] * 2
    morning.look("record", re.compile("NHS number"))
    page.get_by_role("link", name="Hospital stays").click()
    kinds = page.locator(".gateway-time-line__entry h4").all_inner_texts()
    assert all("Hospital stay" in kind for kind in kinds)
    assert len(kinds) > 2


def find_a_patient(morning: Morning) -> None:
    page, number = morning.page, morning.run.worse[1]
    morning.to_list()
    page.get_by_role("link", name="Find a patient").click()
    morning.look("find", "Find a patient")
    page.get_by_label("NHS number").fill(number)
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{number[:3]} {number[3:6]} {number[6:]}")


def say_not_ours_and_take_it_back(morning: Morning) -> None:
    page = morning.page
    page.get_by_role("link", name="Review, assignment and corrections").click()
    morning.look("marks", re.compile("NHS number"))
    page.get_by_label("Why not").select_option(label="Moved away")
    page.get_by_role("button", name="Take off the list").click()
    expect(page.locator("#now")).to_contain_text("Moved away")
    morning.look("not-ours", re.compile("NHS number"))
    page.get_by_role("button", name="Put the patient back on the list").click()
    expect(page.locator("#now")).not_to_contain_text("Moved away")
    morning.to_list()
    expect(morning.row(morning.run.worse[1])).to_be_visible()


def save_a_view(morning: Morning) -> None:
    page = morning.page
    page.get_by_role("link", name="Not reviewed").click()
    page.get_by_text("Save this view").click()
    page.get_by_label("Name of the view").fill("Still to review")
    page.get_by_role("button", name="Save the view").click()
    morning.look("views", "Saved views")
    page.get_by_role("link", name="Still to review").click()
    assert not set(morning.run.worse) & set(morning.numbers())


def read_summary_and_groups(morning: Morning) -> None:
    page = morning.page
    page.get_by_role("link", name="Practice summary").click()
    morning.look("summary", "Practice summary")
    page.get_by_role("navigation", name="Menu").get_by_role("link", name="Groups of the commissioner").click()
    morning.look("groups", "Groups of the commissioner")
    page.get_by_role("link", name="Often admitted").click()
    assert set(morning.run.worse) < set(morning.numbers())
    morning.look("group", "Often admitted")


def take_the_list_along(morning: Morning) -> None:
    page = morning.page
    morning.to_list()
    listed = morning.numbers()
    page.get_by_role("button", name="Sheet to print").click()
    morning.look("sheet", re.compile("Patients at risk"))
    assert morning.numbers() == listed
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Patients at risk").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the whole list").click()
    rows = list(csv.DictReader(Path(download.value.path()).read_text("utf-8-sig").splitlines()))
    assert [row["NHS number"].replace(" ", "") for row in rows] == listed


def sign_out(morning: Morning) -> None:
    page = morning.page
    page.get_by_role("button", name="Sign out").click()
    morning.look("signed-out", "Sign in")
    page.goto("/practice/worklist")
    expect(page).to_have_url(re.compile("/sign-in"))
