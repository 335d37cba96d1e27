"""Screens that people sit at: real Chromium contexts, what they complain of, and what axe finds on a page."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests.journeys.served import Served

WIDE, NARROW, HEIGHT = 1280, 375, 900
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
RUN_AXE = """async levels => (await axe.run({runOnly: levels, resultTypes: ['violations']})).violations
    .map(one => `${one.id}: ${one.nodes.map(node => node.html.slice(0, 120)).join(' | ')}`)"""
FOLDED = """() => [...document.querySelectorAll('.nhsuk-header__navigation-list > li')]
    .every(one => one.getBoundingClientRect().right <= innerWidth)"""  # the menu folds a moment later
SPILLS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Screens:
    """A test's screens. complaints: console errors and uncaught faults, a refused page's own status aside."""

    browser: Browser
    served: Served
    complaints: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)
    _documents: set[str] = field(default_factory=set)

    def open(self, width: int = WIDE, **options: Any) -> Page:
        """A new screen, with a browser of its own that holds no cookie."""
        context = self.browser.new_context(
            base_url=self.served.address, viewport={"width": width, "height": HEIGHT}, **options
        )
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda fault: self.complaints.append(str(fault.error)))
        self._contexts.append(context)
        return context.new_page()

    def signed_in(self, user: str, width: int = WIDE, **options: Any) -> Page:
        """A screen at which `user` has signed in."""
        page = self.open(width, **options)
        self.sign_in(page, user)
        return page

    def sign_in(self, page: Page, user: str) -> None:
        page.goto("/sign-in")
        page.get_by_label("User name").fill(user)
        page.get_by_label("Password").fill(self.served.passwords[user])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda address: not address.endswith("/sign-in"))

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _request(self, request: Request) -> None:
        if request.is_navigation_request():
            self._documents.add(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        its_status = message.text.startswith("Failed to load") and message.location["url"] in self._documents
        if message.type in {"error", "warning"} and not its_status:
            self.complaints.append(f"{message.location['url']}: {message.text}")


def faults(page: Page, name: str, pictures: str = "GATEWAY_SCREENSHOTS") -> list[str]:
    """What is wrong with the page at a desktop's and a phone's width: axe's violations, and text that spills.

    pictures: the environment variable that names the folder for screenshots, where one is wanted.
    """
    page.evaluate(axe())
    found = []
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.wait_for_function(FOLDED)
        if folder := os.environ.get(pictures):
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
        found += [f"{name} at {width}: {fault}" for fault in page.evaluate(RUN_AXE, LEVELS)]
        if (spilt := page.evaluate(SPILLS)) > 0:
            found.append(f"{name} at {width}: scrolls sideways by {spilt} px")
    page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    return found


@cache
def axe() -> str:
    return AXE.read_text("utf-8")
