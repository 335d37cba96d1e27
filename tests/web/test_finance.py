"""The finance team's page: notices, none of them yet, and their file; no patient and no invoice line."""

from __future__ import annotations

from typing import Any

FINANCE = ("ccg_finance", "06Q")


def test_before_the_first_notice_the_page_says_when_one_comes(stocked: Any) -> None:
    page = stocked.signed_in("ines", FINANCE).get("/finance/notices")
    assert page.status_code == 200
    assert "No notice has been issued yet" in page.text


def test_the_file_has_a_head_and_is_logged_as_an_export(stocked: Any) -> None:
    answer = stocked.signed_in("ines", FINANCE).post("/finance/notices.csv", "/finance/notices")
    assert answer.mimetype == "text/csv"
    assert "notices.csv" in answer.headers["Content-Disposition"]
    assert len(answer.text.splitlines()) == 1
    assert stocked.events()[int(answer.headers["Gateway-Event"])]["type"] == "export.created"


def test_no_page_of_the_controlled_environment_is_open_to_finance(stocked: Any) -> None:
    browser = stocked.signed_in("ines", FINANCE)
    for path in ("/ceff/deliveries", "/ceff/invoices", "/ceff/invoices/one", "/ceff/lines/one"):
        assert browser.get(path).status_code == 403
