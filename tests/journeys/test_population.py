"""The commissioner's people at the screen: aggregates for both, rows and one history for the analyst alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.screens import Screens

pytestmark = [pytest.mark.journey, pytest.mark.browser]


def test_every_chart_of_the_dashboard_has_its_numbers_in_a_table_and_all_are_protected(screens: Screens) -> None:
    page = screens.signed_in("analyst")
    page.locator("main").get_by_role("link", name="Population at risk").click()
    expect(page.locator("main")).to_contain_text("Aggregate.")
    charts, tables = page.locator("svg.gateway-chart"), page.locator("table")
    assert charts.count() == tables.count() == 4
    for at in range(4):
        lines = charts.nth(at).locator("rect").count()
        assert lines == tables.nth(at).locator("tbody tr").count() > 1
    counts = [
        text.replace(",", "")
        for column in (2, 3)
        for text in page.locator(f"tbody td:nth-child({column})").all_inner_texts()
    ]
    assert [text for text in counts if text != "*" and int(text) % 5] == []
    with page.expect_download() as download:
        page.get_by_role("button", name="Download every cell").click()
    assert Path(download.value.path()).read_text("utf-8-sig").count("\n") > 100


def test_an_analyst_reads_pseudonymised_rows_without_a_total_and_one_history(screens: Screens) -> None:
    page = screens.signed_in("analyst")
    page.locator("main").get_by_role("link", name="Pseudonymised rows").click()
    expect(page.locator("main")).to_contain_text("Record level. Not for onward release.")
    expect(page.locator("caption")).to_have_text("Page 1")
    first = page.locator("tbody th").all_inner_texts()
    page.get_by_role("link", name="Next").click()
    expect(page.locator("caption")).to_have_text("Page 2")
    assert not set(first) & set(page.locator("tbody th").all_inner_texts())
    page.get_by_label("Risk band").select_option("Very high")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("tbody tr").first).to_contain_text("Very high")
    page.locator("tbody th a").first.click()
    expect(page).to_have_url(re.compile(r"/population/patients/[A-Z]{24}$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("One pseudonymised history")
    dates = page.get_by_role("region", name="Hospital use by month").locator("tbody td:first-child")
    assert all(re.fullmatch(r"[A-Z][a-z]+ \d{4}", text) for text in dates.all_inner_texts())
    assert dates.count() > 0


def test_a_lead_has_the_aggregates_and_is_refused_rows(screens: Screens) -> None:
    page = screens.signed_in("lead")
    expect(page).to_have_url(re.compile("/population/$"))
    expect(page.get_by_role("link", name="Pseudonymised rows")).to_have_count(0)
    page.goto("/population/patients")
    expect(page.get_by_role("heading", level=1)).to_have_text("You do not have access")
    expect(page.locator("main")).to_contain_text(re.compile(r"This is event \d+ on the audit log"))
