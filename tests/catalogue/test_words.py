"""Columns and values as people read them, and nothing changed that is not understood."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.catalogue import words
from gateway.catalogue.labels import CODES, LABELS
from gateway.catalogue.words import Cell
from gateway.settings import read_policies, shipped_policies

VIEWS = tomllib.loads(read_policies(shipped_policies())["views.toml"].decode())["view"]
COLUMNS = [column for view in VIEWS.values() for part in view.get("part", []) for column in part["columns"]]
NAMES = {column["name"] for column in COLUMNS}
PLAIN = settings(deadline=None)
DASH = "\N{EN DASH}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2026-03-31", "31 March 2026"),
        ("2026-12-01", "1 December 2026"),
        ("2026-03", "March 2026"),
        ("2024-02-29", "29 February 2024"),
        ("2026-02-29", "2026-02-29"),
        ("2026-13-01", "2026-13-01"),
        ("2026-00", "2026-00"),
        ("2026-3-1", "2026-3-1"),
        ("1-2", "1-2"),
        ("20260331", "20260331"),
        ("2026-03-31T10:00:00", "2026-03-31T10:00:00"),
        ("2026-²1", "2026-²1"),
        ("before 2026-03-31", "before 2026-03-31"),
        ("", DASH),
        (None, DASH),
    ],
)
def test_a_date_is_worded_and_what_is_none_stays(text: str | None, told: str) -> None:
    assert words.day(text) == told


@PLAIN
@given(st.dates(min_value=date(1900, 1, 1)))
def test_a_worded_date_is_the_same_day(on: date) -> None:
    assert datetime.strptime(words.day(on.isoformat()), "%d %B %Y").replace(tzinfo=UTC).date() == on


@PLAIN
@given(st.text())
def test_no_text_makes_a_date_fail(text: str) -> None:
    assert words.day(text) or not text
    assert words.local(text)
    assert words.moment(text)


def test_several_dates_are_worded_each() -> None:
    assert words.days("2026-03-31, 2026-04-02, later") == "31 March 2026, 2 April 2026, later"


def test_an_instant_is_told_in_utc_or_as_clocks_in_england_show_it() -> None:
    assert words.moment("2026-07-24T10:15:03.123Z") == "24 July 2026 at 10:15:03 (UTC)"
    assert words.local("2026-07-24T10:15:03.123Z") == "24 Jul 2026, 11:15:03"
    assert words.local("2026-11-24T23:59:59+00:00") == "24 Nov 2026, 23:59:59"


@pytest.mark.parametrize(
    ("text", "told"), [("2026-11-24", "24 November 2026"), ("soon", "soon"), (None, DASH), ("", DASH)]
)
def test_what_names_no_instant_is_told_as_it_is(text: str | None, told: str) -> None:
    assert words.local(text) == told


def test_no_instant_is_a_dash() -> None:
    assert words.moment(None) == DASH
    assert words.moment("soon") == "soon"


@pytest.mark.parametrize(
    ("pence", "told"),
    [
        (0, "£0.00"),
        (5, "£0.05"),
        (123456, "£1,234.56"),
        (-123456, "-£1,234.56"),
        (-5, "-£0.05"),
        (None, DASH),
        ("*", "*"),
    ],
)
def test_pence_are_told_as_pounds(pence: Cell, told: str) -> None:
    assert words.pounds(pence) == told


@pytest.mark.parametrize(
    ("number", "told"), [(0, "0"), (1234567, "1,234,567"), ("1250", "1,250"), ("*", "*"), (None, DASH), ("²", "²")]
)
def test_a_count_has_commas_and_what_is_hidden_stays_hidden(number: Cell, told: str) -> None:
    assert words.count(number) == told


@pytest.mark.parametrize(("millionths", "told"), [(1_023_400, "1.023400"), (999_999, "0.999999"), ("none", "none")])
def test_millionths_are_told_as_a_factor(millionths: Cell, told: str) -> None:
    assert words.factor(millionths) == told


@pytest.mark.parametrize(("digits", "told"), [("9990000018", "999 000 0018"), ("999", "999"), ("", "")])
def test_an_nhs_number_is_told_in_three_groups(digits: str, told: str) -> None:
    assert words.nhs_number(digits) == told


@pytest.mark.parametrize(
    ("value", "column", "told"),
    [
        (None, "score", DASH),
        ("", "score", DASH),
        (0, "score", "0"),
        (12345, "net_pence", "£123.45"),
        (1_000_000, "market_forces_millionths", "1.000000"),
        ("1", "sex", "Male"),
        ("7", "sex", "7"),
        ("21", "admission_method", "Emergency: through emergency department"),
        ("2026-03-31", "admission_date", "31 March 2026"),
        ("2026-03", "month", "March 2026"),
        ("2026-03-31", "note", "2026-03-31"),
        ("2026-07-24T10:15:03Z", "received", "24 Jul 2026, 11:15:03"),
        ("9990000018", "nhs_number", "999 000 0018"),
        (20260331, "extract_date", "20260331"),
    ],
)
def test_a_cell_is_worded_by_its_column(value: Cell, column: str, told: str) -> None:
    assert words.shown(value, column) == told


def test_a_cell_of_no_column_is_its_text() -> None:
    assert words.shown("21") == "21"


def test_a_column_without_words_reads_as_its_name() -> None:
    assert words.label("own_invention") == "Own invention"
    assert words.label("nhs_number") == "NHS number"


def test_numbers_are_set_to_the_right() -> None:
    assert words.is_numeric("score")
    assert words.is_numeric("net_pence")
    assert not words.is_numeric("band")


@pytest.mark.parametrize(
    ("band", "colour"),
    [("Very high", "red"), ("High", "orange"), ("At risk", "yellow"), ("", "grey"), (None, "grey"), ("New", "blue")],
)
def test_a_band_has_its_colour(band: Cell, colour: str) -> None:
    assert words.band_colour(band) == colour


def test_counts_of_people_and_nothing_else_stand_under_a_header_that_says_so() -> None:
    """A number that names something, an NHS number or an invoice's, is no count."""
    people = {column["name"] for column in COLUMNS if column["class"] in {"people", "own_people"}}
    said = {name for name in NAMES if {"patients", "people", "number"} & {*words.label(name).lower().split()}}
    assert people <= said
    assert all("_number" in name for name in said - people)


def test_percentages_carry_their_sign_and_money_its_pound() -> None:
    assert all("%" in words.label(column["name"]) for column in COLUMNS if column["class"] == "percentage")
    worded = [column["name"] for column in COLUMNS if column["class"] == "money" and column["name"] in LABELS]
    assert worded
    assert all("£" in words.label(name) for name in worded if name.endswith("_pence"))


def test_every_word_of_the_data_is_of_a_column_that_some_view_has() -> None:
    assert {*CODES} <= NAMES
