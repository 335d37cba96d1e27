"""Bytes become text, or it is told on which line what an editor slipped in."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.access.loading.faults import Faults
from gateway.access.loading.text import text, texts

ODD = ("Cc", "Cf", "Zl", "Zp", "Co", "Cn", "Cs")
WORDS = st.text(st.characters(exclude_categories=(*ODD, "Zs"), exclude_characters="\n"), min_size=1)
LINES = st.lists(WORDS, min_size=1, max_size=5)


def told(content: bytes) -> tuple[str, ...]:
    faults = Faults()
    assert (text("a.csv", content, faults) is None) == bool(faults.lines)
    return faults.lines


@settings(deadline=None, max_examples=50)
@given(LINES)
def test_plain_text_comes_back_as_it_was(lines: list[str]) -> None:
    whole = "\n".join(lines) + "\n"
    assert text("a.csv", whole.encode(), Faults()) == whole


@settings(deadline=None, max_examples=100)
@given(LINES, st.characters(categories=("Cc", "Cf", "Zl", "Zp", "Co", "Zs"), exclude_characters=" \n\r"), st.data())
def test_an_invisible_character_is_refused_on_its_own_line(lines: list[str], odd: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at] += odd
    code = f"U+{ord(odd):04X}"
    fault = f"a.csv:{at + 1}: the line has an invisible or odd character, {code}: type a plain space, or remove it"
    content = "\n".join([*lines[:at], "x" + lines[at], *lines[at + 1 :]]) + "\n"
    assert unicodedata.category(odd) != "Ll"
    assert told(content.encode()) == (fault,)


@pytest.mark.parametrize(
    ("content", "line", "rule"),
    [
        (b"\xef\xbb\xbfp,a\n", 1, "the file begins with a byte-order mark"),
        ("p,a\n".encode("utf-16"), 1, "the file begins with a byte-order mark"),
        ("a\nb\xe9\nc\n".encode("latin-1"), 2, "the line is not UTF-8"),
        (b"a\nb\r\nc\r\n", 2, "the line has a carriage return"),
        (b"a\rb\n", 1, "the line has a carriage return"),
        (b"a\nb", 2, "the last line has no end"),
        (b"", 1, "the last line has no end"),
        (b"a\nb\x00\n", 2, "the line has an invisible or odd character, U+0000"),
        (b"a\n\tb\n", 2, "the line has an invisible or odd character, U+0009"),
    ],
)
def test_what_an_editor_or_a_transfer_did_is_named(content: bytes, line: int, rule: str) -> None:
    (fault,) = told(content)
    assert fault.startswith(f"a.csv:{line}: {rule}: ")


def test_a_missing_and_an_unexpected_file_are_both_told() -> None:
    faults = Faults()
    assert texts({"a.csv": b"x\n", "c.csv": b"x\n"}, ("a.csv", "b.csv"), faults) == {"a.csv": "x\n"}
    assert faults.lines == (
        "b.csv:1: the file is missing: put it back: a release is complete or refused",
        "c.csv:1: this file is no part of a policy release: remove it; a release is a.csv, b.csv",
    )


def test_a_file_that_cannot_be_read_is_left_out_and_told() -> None:
    faults = Faults()
    assert texts({"a.csv": b"x", "b.csv": b"y\n"}, ("a.csv", "b.csv"), faults) == {"b.csv": "y\n"}
    assert len(faults.lines) == 1
