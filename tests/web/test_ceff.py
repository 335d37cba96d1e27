"""The pages of the Controlled Environment for Finance: deliveries, invoices, one invoice, one line beside SUS+."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

LATER, PAST = date(2031, 1, 1), date(2026, 11, 23)
LIST = "/ceff/invoices"
NUMBER = re.compile(r"\b999 ?\d{3} ?\d{4}\b")


def validator(house: Any, role: str = "ceff_validator", **dates: date) -> Any:
    told = {"training_until": LATER, "authorised_until": LATER, **dates}
    return house.signed_in("grace", (role, "06Q"), **told)


def links(text: str, path: str) -> list[str]:
    return re.findall(rf'href="({path}/[\w-]+)"', text)


def line_with(browser: Any, told: str) -> str:
    """The page of the first line of which the invoice's page tells this."""
    for invoice in links(browser.get(LIST).text, LIST):
        for row in browser.get(invoice).text.split("<tr"):
            if told in row and (found := links(row, "/ceff/lines")):
                return str(browser.get(found[0]).text)
    raise AssertionError(told)


@pytest.mark.parametrize("role", ["ceff_validator", "ceff_approver"])
def test_both_roles_read_deliveries_and_invoices_without_a_number(stocked: Any, role: str) -> None:
    browser = validator(stocked, role)
    for path in ("/ceff/deliveries", LIST):
        page = browser.get(path)
        assert page.status_code == 200
        assert not NUMBER.search(page.text)
    assert "a2_backing_data.csv" in browser.get("/ceff/deliveries").text


def test_a_filter_shows_the_invoices_that_fit(stocked: Any) -> None:
    page = validator(stocked).get(f"{LIST}?financial_month=12").text
    assert {row[3] for row in rows(page)} == {"12"}


def rows(page: str) -> list[list[str]]:
    """Kind, date, year and month of each invoice."""
    body = page.split("<tbody")[1]
    return [re.findall(r"<td[^>]*>([^<]*)<", row)[1:5] for row in body.split("<tr")[1:]]


def test_a_filter_that_fits_none_says_so(stocked: Any) -> None:
    page = validator(stocked).get(f"{LIST}?state=QUARANTINED").text
    assert not links(page, LIST)
    assert "No invoice" in page


def test_an_invoice_shows_its_lines_with_their_numbers(stocked: Any) -> None:
    browser = validator(stocked)
    page = browser.get(links(browser.get(LIST).text, LIST)[0])
    assert len(links(page.text, "/ceff/lines")) > 1
    assert NUMBER.search(page.text)
    event = stocked.events()[int(page.headers["Gateway-Event"])]
    assert (event["resource"], event["agreement"].startswith("DARS-NIC-198111")) == ("invoices.invoice", True)


def test_a_line_stands_beside_its_sus_row_and_what_differs_is_marked(stocked: Any) -> None:
    page = line_with(validator(stocked), "Found by")
    assert "What was billed beside what SUS+ says" in page
    marked = page.count(">Differs</strong>")
    assert f"<strong>{marked}</strong> of" in page if marked else "Nothing differs" in page


def test_a_line_that_sus_does_not_carry_says_so_and_shows_what_was_billed(stocked: Any) -> None:
    page = line_with(validator(stocked), "Not in SUS+")
    assert "SUS+ does not carry this point of delivery" in page
    assert "What was billed</h2>" in page


@pytest.mark.parametrize("path", ["/ceff/invoices/none", "/ceff/lines/none"])
def test_a_reference_that_nothing_has_is_not_found(stocked: Any, path: str) -> None:
    assert validator(stocked).get(path).status_code == 404


@pytest.mark.parametrize("lapsed", ["training_until", "authorised_until"])
def test_whoever_is_out_of_training_or_authorisation_is_refused(stocked: Any, lapsed: str) -> None:
    page = validator(stocked, **{lapsed: PAST}).get(LIST)
    assert page.status_code == 403
    assert lapsed[:5] in page.text.lower()
