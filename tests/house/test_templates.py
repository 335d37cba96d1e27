"""The Content-Security-Policy allows nothing inline, so no template and no chart may need it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

INLINE = {
    "script without a source": re.compile(r"<script\b(?![^>]*\ssrc=)", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "style attribute": re.compile(r"<[a-z][^<>]*\sstyle\s*=", re.IGNORECASE),
    "handler": re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=", re.IGNORECASE),
    "script address": re.compile(r"""=\s*["']?\s*javascript:""", re.IGNORECASE),
    "unescaped output": re.compile(r"""[^"'\s]\s*\|\s*safe\b|\{%-?\s*autoescape"""),
}


def inline(pages: Iterable[tuple[str, str]]) -> list[str]:
    """What the browser would refuse to run or to apply, and what would not be escaped."""
    return [f"{place}: {what}" for place, text in pages for what, wrong in INLINE.items() if wrong.search(text)]


def test_no_template_has_script_or_style_within(project: Any) -> None:
    paths = sorted((project.root / "templates").rglob("*.html"))
    pages = [(path.relative_to(project.root).as_posix(), path.read_text("utf-8")) for path in paths]
    assert len(pages) > 20
    assert not inline(pages)


def test_no_markup_made_in_code_has_script_or_style_within(project: Any) -> None:
    assert not inline((f"{one.path}:{line}", text) for one in project.modules for line, text in one.texts())


def test_each_kind_of_inline_code_would_be_found() -> None:
    pages = {
        "script without a source": "<script>run()</script>",
        "style element": "<style>p {}</style>",
        "style attribute": '<p class="a" style="color: red">',
        "handler": '<button type="button" onclick="run()">',
        "script address": '<a href="javascript:run()">',
        "unescaped output": "<p>{{ name | safe }}</p>",
    }
    assert inline(pages.items()) == [f"{what}: {what}" for what in pages] == [f"{what}: {what}" for what in INLINE]


def test_a_script_with_a_source_a_word_that_begins_with_on_and_our_own_mark_up_are_none() -> None:
    page = (
        '<script src="/a.js" defer></script><th scope="col" data-only="x">one = two, style = none</th>{{ "." | safe }}'
    )
    assert not inline([("page", page)])
