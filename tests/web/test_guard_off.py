"""The first two walls alone: with the egress guard off, no answer to whoever may see no NHS number holds one.

GATEWAY_PROOF=full looks through 5,000 answers.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from flask import Flask

from gateway.http.egress import NHS_NUMBER, holds_nhs_number, may_show
from gateway.stores.generations import current_run, path_of
from gateway.web import application

ANSWERS = 5_000 if os.environ.get("GATEWAY_PROOF") == "full" else 120
ANALYST = ("commissioner_analyst", "06Q")
ROWS = "/population/patients"
OTHERS = {
    "commissioner_lead": ("06Q", ["/population/", "/api/v1/population/", "/api/v1/population.csv"]),
    "ccg_finance": ("06Q", ["/finance/notices", "/api/v1/finance/notices", "/api/v1/finance/notices.csv"]),
    "nhs_digital_auditor": ("X26", ["/auditor/search", "/api/v1/auditor/search", "/auditor/users/amara"]),
    "access_administrator": ("06Q", ["/administration/users", "/api/v1/administration/grants"]),
    "ceff_validator": ("06Q", ["/ceff/deliveries", "/ceff/invoices", "/api/v1/ceff/invoices"]),
}


@pytest.fixture
def unguarded(stocked: Any) -> Flask:
    """The application, told before each request that its answer may show NHS numbers."""
    app = application(stocked.desk)
    app.before_request(lambda: may_show([NHS_NUMBER]))
    return app


@pytest.fixture
def held(stocked: Any) -> set[str]:
    """Every number of the run that is served."""
    home = stocked.desk.settings.home
    path = path_of(home, "risk_identifiable", current_run(home))
    connection = stocked.desk.vault.connect("risk_identifiable", path, read_only=True)
    rows = connection.execute("SELECT nhs_number FROM worklist").fetchall()
    connection.close()
    return {number for (number,) in rows}


def signed_in(house: Any, app: Flask, user: str, role: tuple[str, str], **facts: Any) -> Any:
    house.add(user, role, **facts)
    browser = house.browser(app)
    assert browser.sign_in(user).status_code == 303
    return browser


def answers(browser: Any) -> Iterator[Any]:
    """Pages of rows, the same as JSON, and each one's history."""
    page = 1
    while True:
        rows = browser.get(f"{ROWS}?page={page}")
        yield from (rows, browser.get(f"/api/v1{ROWS}?page={page}"))
        for pseudonym in re.findall(rf"{ROWS}/([A-Z]{{24}})", rows.text):
            yield browser.get(f"{ROWS}/{pseudonym}")
        page += 1


def test_no_answer_to_an_analyst_holds_a_number(stocked: Any, unguarded: Flask, held: set[str]) -> None:
    browser = signed_in(stocked, unguarded, "eve", ANALYST)
    bodies = [answer.data for answer in islice(answers(browser), ANSWERS) if answer.status_code == 200]
    assert len(bodies) == ANSWERS
    assert not any(holds_nhs_number(body) for body in bodies)
    assert not any(number.encode() in body for body in bodies for number in islice(held, 50))


@pytest.mark.parametrize("role", OTHERS)
def test_no_answer_to_anybody_else_holds_a_number(stocked: Any, unguarded: Flask, role: str) -> None:
    where, paths = OTHERS[role]
    later = stocked.now().date().replace(year=2031)
    browser = signed_in(stocked, unguarded, "someone", (role, where), training_until=later, authorised_until=later)
    found = [browser.get(path) for path in paths]
    assert [answer.status_code for answer in found] == [200] * len(paths)
    assert not any(holds_nhs_number(answer.data) for answer in found)


def test_the_same_look_finds_the_numbers_on_a_practices_list(stocked: Any, unguarded: Flask, held: set[str]) -> None:
    browser = signed_in(stocked, unguarded, "amara", ("gp", "Z99002"), professional_number="G9990001")
    page = browser.get("/practice/worklist")
    assert holds_nhs_number(page.data)
    assert any(number in page.text for number in held)
