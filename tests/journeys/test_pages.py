"""Every page at a desktop's and a phone's width: axe finds nothing, nothing spills sideways, nothing is refused a load.

With GATEWAY_SCREENSHOTS=FOLDER each is also kept there as a picture.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.journeys.screens import Screens, faults
from tests.journeys.served import Served

pytestmark = [pytest.mark.journey, pytest.mark.browser]
# By whom each page is looked at; a path may link onward: 'path > pattern of a link on it'.
LOOKED_AT = {
    "": ("/sign-in", "/privacy", "/cookies", "/accessibility", "/first-password/none", "/api/v1/docs"),
    "gp": (
        "/practice/worklist", "/practice/worklist?band=High&age_band=0 to 4", "/account", "/nowhere", "/population/",
        "/practice/worklist > /practice/patients/", "/practice/worklist > /practice/patients/ + /record",
        "/practice/summary", "/practice/worklist?condition=COPD&assigned=me", "/practice/worklist?sort=-change",
        "/practice/worklist/print", "/practice/find", "/practice/views", "/practice/model",
        "/practice/worklist > /practice/patients/ + /marks", "/practice/cohorts",
        "/practice/cohorts > /practice/cohorts/",
    ),
    "gp-of-two": ("/acting-role",),
    "practice-staff": ("/practice/worklist > /practice/patients/",),
    "analyst": (
        "/", "/population/", "/population/patients", "/population/patients?age_band=none",
        "/population/patients > /population/patients/",
    ),
    "validator": (
        "/", "/ceff/deliveries", "/ceff/invoices", "/ceff/invoices?state=QUARANTINED",
        "/ceff/invoices > /ceff/invoices/", "/ceff/invoices > /ceff/invoices/ > /ceff/lines/",
    ),
    "finance": ("/finance/notices",),
    "operator": ("/",),
    "auditor": (
        "/auditor/search", "/auditor/search?user=nobody", "/auditor/patient", "/auditor/users/gp",
        "/auditor/events/0", "/auditor/exports", "/auditor/assurance", "/auditor/questions/refused",
        "/auditor/questions/many-records", "/auditor/questions/break-glass",
    ),
    "privacy": (
        "/privacy/review", "/privacy/review > /privacy/review/", "/privacy/explain",
        "/privacy/runs", "/privacy/runs > /privacy/runs/",
        "/privacy/explain?role=gp&purpose=direct_care&what=practice.record:read",
    ),
    "administrator": (
        "/administration/users", "/administration/users/validator", "/administration/grants",
        "/administration/agreements", "/administration/policy",
    ),
    "hosting": ("/",),
}  # fmt: skip
NO_PAGES = {
    "/healthz", "/readyz", "/audit/checkpoint", "/audit/checkpoint/cosigned", "/audit/key", "/audit/keys",
    "/account/alive", "/auditor/exports/<link>",
    "/audit/tile/<int:level>/<path:place>", "/audit/tile/entries/<path:place>",
}  # fmt: skip


def go(page: Page, steps: str) -> None:
    """To the path, and on by the first link that each further step names; '+ /rest' adds to where that led."""
    steps, _, rest = steps.partition(" + ")
    path, *links = steps.split(" > ")
    page.goto(path)
    for link in links:
        page.locator(f'main a[href^="{link}"]').first.click()
        page.wait_for_url(f"**{link}*")
    if rest:
        page.goto(page.url + rest)


def name_of(user: str, steps: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", f"{user or 'nobody'} {steps}".lower()).strip("-")


@pytest.mark.usefixtures("hasty", "targeted")
@pytest.mark.parametrize("user", LOOKED_AT)
def test_every_page_of_an_audience_is_accessible_and_fits_a_desktop_and_a_phone(screens: Screens, user: str) -> None:
    page = screens.signed_in(user) if user else screens.open()
    found = []
    for steps in LOOKED_AT[user]:
        go(page, steps)
        found += faults(page, name_of(user, steps))
    assert found == []


def test_no_page_of_the_application_is_left_out(served: Served) -> None:
    rules = served.application().url_map.iter_rules()
    ours = {str(rule) for rule in rules if "GET" in rule.methods and not str(rule).startswith("/api/")}
    looked_at = {pattern(steps) for many in LOOKED_AT.values() for steps in many}
    missing = {rule for rule in ours - NO_PAGES if not any(re.fullmatch(as_regex(rule), one) for one in looked_at)}
    assert missing == set()


def pattern(steps: str) -> str:
    """Where the steps end, with a word for what a link fills in."""
    steps, _, rest = steps.partition(" + ")
    last = steps.split(" > ")[-1].partition("?")[0]
    return f"{last}word{rest}" if " > " in steps else last


def as_regex(rule: str) -> str:
    return re.sub(r"<[^>]+>", "[^/]+", re.sub(r"([.?+])", r"\\\1", rule))
