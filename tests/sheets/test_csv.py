"""Files for spreadsheets in which no cell runs, and from which every value comes back."""

from __future__ import annotations

import csv as reader
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.sheets import csv
from gateway.sheets.csv import Cell

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
HARMLESS = ["-1.5", "-12", "12", "a=b", "£-5", "'quoted", "", "2026-03-31", "*", "Z99001", "18+"]
RUNS = [
    "=1+1", "=cmd|' /C calc'!A0", "+44 20", "-2+3", "-a", "@SUM(A1)", "\tx", "\r=1", "\n=1", "  =1", " +1", "-", "=",
    "--1", "-1-1", "-1.2.3", "-1e5", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20SUM(A1)", "\u00a0=1",
    "\u200b=1", "\ufeff=1",
]  # fmt: skip


def read(text: str) -> list[list[str]]:
    return list(reader.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("text", RUNS)
def test_text_that_a_spreadsheet_would_run_is_quoted(text: str) -> None:
    assert csv.quoted(text) == f"'{text}"
    assert read(csv.write([text], [[text]])) == [[f"'{text}"], [f"'{text}"]]


@pytest.mark.parametrize("text", HARMLESS)
def test_text_that_runs_nothing_stays_as_it_is(text: str) -> None:
    assert csv.quoted(text) == text


@pytest.mark.parametrize(("cell", "written"), [(-5, "-5"), (0, "0"), (1.5, "1.5"), (-0.5, "-0.5"), (None, "")])
def test_numbers_stay_numbers_and_nothing_is_empty(cell: Cell, written: str) -> None:
    assert read(csv.write(["score", "note"], [[cell, "x"]]))[1] == [written, "x"]


def test_a_file_is_as_the_standard_has_it() -> None:
    text = csv.write(["name", "note"], [["a,b", 'say "x"'], ["two\nlines", "plain"]])
    assert text == 'name,note\r\n"a,b","say ""x"""\r\n"two\nlines",plain\r\n'


def test_a_list_without_rows_is_its_header() -> None:
    assert csv.write(["name"], []) == "name\r\n"


@settings(deadline=None)
@given(rows=st.lists(st.tuples(TEXTS, TEXTS), max_size=4))
def test_every_text_comes_back_and_none_begins_like_a_formula(rows: list[tuple[str, str]]) -> None:
    found = read(csv.write(["a", "b"], rows))[1:]
    for row, back in zip(rows, found, strict=True):
        for cell, text in zip(row, back, strict=True):
            assert text in {cell, f"'{cell}"}
            assert not text.lstrip(" ").startswith(FORMULAS) or text.removeprefix("-").replace(".", "", 1).isdigit()
