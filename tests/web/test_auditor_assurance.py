"""The auditor's assurance page, on an installation into which the real doors took their files."""

from __future__ import annotations

from typing import Any

from gateway.enforcement.inventory import inventoried
from tests.builders.everything import asks, subject

PAGE = "/auditor/assurance"
AUDITOR = ("nhs_digital_auditor", "X26")
TITLES = ("Agreements", "Personnel", "What was received", "Access reviews", "The audit log")


def test_the_page_has_each_section_with_its_link(stocked: Any) -> None:
    text = stocked.signed_in("asa", AUDITOR).get(PAGE).text
    assert not [title for title in TITLES if f">{title}</h2>" not in text]
    assert '<a href="#received">What was received</a>' in text
    assert "apc.csv" in text
    assert "a1_invoice_header.csv" in text


def test_looking_leaves_two_events_and_the_header_names_them(stocked: Any) -> None:
    browser = stocked.signed_in("ben", AUDITOR)
    before = len(stocked.events())
    answer = browser.get(PAGE)
    told = stocked.events()[before:]
    assert [(one["type"], one["resource"]) for one in told] == [
        ("audit.searched", "audit.personnel"), ("audit.searched", "audit.assurance"),
    ]  # fmt: skip
    assert answer.headers["Gateway-Event"] == f"{before}, {before + 1}"


def test_an_administrator_is_refused(stocked: Any) -> None:
    browser = stocked.signed_in("cid", ("access_administrator", "06Q"))
    assert browser.get(PAGE).status_code == 403


def test_every_file_that_the_real_doors_took_is_in_the_inventory_once_with_its_event(stocked: Any) -> None:
    asked = asks(subject("nhs_digital_auditor", "X26", "dee"), "audit", "audit.inventory", "list")
    found = inventoried(asked, desk=stocked.desk).value
    work = stocked.desk.stores["practice_work"].connection().execute("SELECT sha256, rows FROM received_file")
    ceff = stocked.desk.stores["invoices"].connection().execute("SELECT sha256, rows FROM delivery")
    assert sorted((one.sha256, one.rows) for one in found) == sorted([*work, *ceff])
    assert all(one.event is not None and one.kind != "not recorded" and one.state == "held" for one in found)
