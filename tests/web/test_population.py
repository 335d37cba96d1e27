"""The commissioner's pages: protected numbers as charts beside tables, rows by pages and filters, one history."""

from __future__ import annotations

import re
from typing import Any

import pytest

ANALYST, LEAD = ("commissioner_analyst", "06Q"), ("commissioner_lead", "06Q")
ROWS = "/population/patients"
PSEUDONYM = re.compile(r"/population/patients/([A-Z]{24})\"")


def analyst(house: Any) -> Any:
    return house.signed_in("eve", ANALYST)


def cells(page: str, table: str) -> list[list[str]]:
    """The rows of the table with this caption."""
    body = re.search(rf"--s\">{re.escape(table)}</caption>.*?<tbody[^>]*>(.*?)</tbody>", page, re.DOTALL)
    assert body
    return [re.findall(r"<t[hd][^>]*>([^<]*)</t", row) for row in body.group(1).split("<tr")[1:]]


@pytest.mark.parametrize("role", [ANALYST, LEAD])
def test_every_count_is_protected_and_every_percentage_is_of_protected_counts(stocked: Any, role: Any) -> None:
    page = stocked.signed_in("eve", role).get("/population/").text
    for table in ("By practice", "By age", "By sex"):
        for _, people, at_risk, percentage in cells(page, table):
            shown = [int(text.replace(",", "")) for text in (people, at_risk) if text != "*"]
            assert all(count % 5 == 0 for count in shown)
            whole = percentage == "*" or float(percentage) == pytest.approx(100 * shown[1] / shown[0], abs=0.05)
            assert whole


def test_bands_stand_in_the_order_of_their_numbers(stocked: Any) -> None:
    ages = [row[0] for row in cells(analyst(stocked).get("/population/").text, "By age")]
    assert ages[:3] == ["0 to 4", "5 to 9", "10 to 14"]
    assert ages[-1] == "90 and over"


def test_a_hidden_percentage_has_no_bar_and_says_that_it_is_not_shown(stocked: Any) -> None:
    page = analyst(stocked).get("/population/").text
    hidden = sum(row[3] == "*" for table in ("By practice", "By age", "By sex") for row in cells(page, table))
    deprived = cells(page, "By deprivation (1 is most deprived)")
    assert page.count(">not shown</text>") == hidden + sum(row[3] == "*" for row in deprived)


def test_the_file_has_every_cell_and_is_logged_as_an_export(stocked: Any) -> None:
    browser = stocked.signed_in("farid", LEAD)
    answer = browser.post("/population/.csv")
    event = stocked.events()[int(answer.headers["Gateway-Event"])]
    assert (event["type"], event["rows"]) == ("export.created", len(answer.text.splitlines()) - 1)


def test_after_the_agreements_term_nothing_is_shown_and_the_page_says_why(house: Any) -> None:
    page = house.signed_in("eve", ANALYST).get("/population/")
    assert page.status_code == 403
    assert "agreement" in page.text
    assert house.events()[int(page.headers["Gateway-Event"])]["reason_code"] == "agreement_not_in_force"


def test_rows_have_no_total_and_lead_from_page_to_page(stocked: Any) -> None:
    browser = analyst(stocked)
    first, second = (browser.get(f"{ROWS}?page={page}").text for page in (1, 2))
    assert not set(PSEUDONYM.findall(first)) & set(PSEUDONYM.findall(second))
    assert 'rel="next"' in first
    assert 'rel="prev"' in second
    assert not re.search(r"\d+ (people|rows|patients)", first)


def test_a_filter_shows_what_fits_and_stays_chosen(stocked: Any) -> None:
    page = analyst(stocked).get(f"{ROWS}?sex=2&practice_code=Z99001").text
    assert '<option value="Z99001" selected>' in page
    assert "Z99002" not in re.sub(r"<select.*?</select>", "", page, flags=re.DOTALL)
    assert '<td class="nhsuk-table__cell">Male</td>' not in page


def test_a_filter_that_fits_nobody_leads_back_to_all(stocked: Any) -> None:
    page = analyst(stocked).get(f"{ROWS}?age_band=none").text
    assert 'No row fits. <a href="/population/patients">' in page
    assert '<option value="none" selected>' not in page


@pytest.mark.parametrize("asked", ["pseudonym=A", "sort=-age_band", "page=0", "cost_band=0"])
def test_what_the_rows_cannot_be_asked_for_is_not_understood(stocked: Any, asked: str) -> None:
    assert analyst(stocked).get(f"{ROWS}?{asked}").status_code == 400


def test_one_history_is_in_months_and_bands(stocked: Any) -> None:
    browser = analyst(stocked)
    found = PSEUDONYM.findall(browser.get(f"{ROWS}?risk_band=Very+high").text)
    page = browser.get(f"{ROWS}/{found[0]}")
    assert page.status_code == 200
    assert not re.search(r"\d{1,2} (January|February|March|April|May|June|July|August)", page.text.split("Person")[1])
    assert stocked.events()[int(page.headers["Gateway-Event"])]["query"] == {"pseudonym": "personal"}


def test_a_pseudonym_that_nobody_has_is_not_found(stocked: Any) -> None:
    assert analyst(stocked).get(f"{ROWS}/{'A' * 24}").status_code == 404


@pytest.mark.parametrize("path", [ROWS, f"{ROWS}/{'A' * 24}"])
def test_a_lead_is_refused_every_row(stocked: Any, path: str) -> None:
    assert stocked.signed_in("farid", LEAD).get(path).status_code == 403
