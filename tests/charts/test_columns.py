"""Columns as SVG that can be read without colour and hold no markup but their own."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from gateway.charts import columns as made
from gateway.charts.columns import ABOVE, BELOW, HEIGHT, LEGEND, Step, columns

SVG = "{http://www.w3.org/2000/svg}"
NASTY = '<script>alert("1")</script>&\'"'
KINDS = ("Stays", "Attendances", "Appointments")


def parsed(chart: Markup) -> ET.Element:
    return ET.fromstring(str(chart).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))  # noqa: S314 our own


def heights(chart: Markup) -> list[float]:
    drawn = [one for one in parsed(chart).iter(f"{SVG}rect") if one.get("y") != "4"]
    return [float(one.get("height", "")) for one in drawn]


def test_the_highest_column_fills_the_height_and_the_others_are_in_proportion() -> None:
    chart = columns("Use", "As in the table.", ("Stays",), [Step("2025", (4,)), Step("2026", (1,)), Step("2027", (0,))])
    full = HEIGHT - LEGEND - ABOVE - BELOW
    assert heights(chart) == [full, full / 4, 0]


def test_every_kind_stands_in_the_legend_with_a_fill_of_its_own() -> None:
    chart = columns("Use", "As in the table.", KINDS, [Step("2026", (1, 2, 3))])
    texts = [one.text for one in parsed(chart).iter(f"{SVG}text")]
    fills = {one.get("class") for one in parsed(chart).iter(f"{SVG}rect")}
    assert texts[:3] == list(KINDS)
    assert len(fills) == 3


def test_many_steps_have_fewer_labels() -> None:
    chart = columns("Use", "As in the table.", ("Stays",), [Step(f"run {at}", (0,)) for at in range(30)])
    assert len(list(parsed(chart).iter(f"{SVG}text"))) == 6


def test_nothing_is_drawn_of_nothing() -> None:
    assert columns("Use", "As in the table.", KINDS, []) == ""
    assert made is columns


@pytest.mark.parametrize(("kinds", "values"), [(("a", "b", "c", "d"), (1, 1, 1, 1)), (("a", "b"), (1,))])
def test_what_cannot_be_told_apart_is_refused(kinds: tuple[str, ...], values: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="one to three kinds"):
        columns("Use", "As in the table.", kinds, [Step("2026", values)])


@settings(max_examples=50)
@given(st.lists(st.floats(0, 10**6), min_size=1, max_size=40))
def test_no_column_is_higher_than_there_is_room(values: list[float]) -> None:
    steps = [Step(NASTY, (value,)) for value in values]
    chart = columns(NASTY, NASTY, ("Stays",), steps)
    assert len(heights(chart)) == len(values)
    assert all(0 <= height <= HEIGHT - LEGEND - ABOVE - BELOW for height in heights(chart))
    assert "<script" not in chart
