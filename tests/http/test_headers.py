"""Headers of every answer, and that no page needs what they forbid."""

from __future__ import annotations

import re
from typing import Any

from gateway.http.assets import folder
from gateway.http.headers import ALWAYS

ADMINISTRATOR = ("access_administrator", "06Q")
ANSWERS = [
    "/sign-in", "/account", "/administration/users", "/nowhere", "/auditor/search", "/", "/healthz", "/audit/key",
    "/api/v1/administration/users", "/api/v1/nowhere", "/api/v1/openapi.json",
]  # fmt: skip
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
MARK = re.compile(r"<[^>]*>")


def test_every_answer_has_every_header_once_and_is_kept_by_no_cache(house: Any) -> None:
    browser = house.signed_in("max", ADMINISTRATOR)
    wanted = [(name, [value]) for name, value in ALWAYS]
    for path in ANSWERS:
        headers = browser.get(path).headers
        assert [(name, headers.getlist(name)) for name, _ in ALWAYS] == wanted, path
        assert headers["Cache-Control"] == "no-store", path


def test_the_content_policy_lets_nothing_be_inline_framed_or_sent_elsewhere(house: Any) -> None:
    policy = house.browser().get("/sign-in").headers["Content-Security-Policy"]
    for told in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"):
        assert told in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_each_request_has_a_reference_of_its_own_and_of_letters(house: Any) -> None:
    browser = house.browser()
    references = {browser.get("/sign-in").headers["X-Request-ID"] for _ in range(3)}
    assert len(references) == 3
    assert all(re.fullmatch("[a-p]{16}", reference) for reference in references)


def test_no_page_has_anything_inline(house: Any) -> None:
    browser = house.signed_in("max", ADMINISTRATOR)
    found = [(path, mark) for path in ANSWERS for mark in MARK.findall(browser.get(path).text) if INLINE.search(mark)]
    assert found == []


def test_no_template_has_anything_inline_or_from_elsewhere() -> None:
    templates = sorted(folder("templates").rglob("*.html"))
    found = [(path.name, mark) for path in templates for mark in MARK.findall(path.read_text("utf-8"))]
    assert len(templates) > 20
    assert [one for one in found if INLINE.search(one[1]) or re.search(r'src="(https?:)?//', one[1])] == []
