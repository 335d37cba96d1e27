"""Bars as SVG that can be read without colour, says what is hidden, and holds no markup but its own."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from gateway.charts import bars
from gateway.charts.bars import LABEL, LINE, VALUE, WIDTH, Bar

SVG = "{http://www.w3.org/2000/svg}"
NASTY = '<script>alert("1")</script>&\'"'
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)
BARS = st.builds(Bar, TEXTS, st.none() | st.floats(0, 10**6), TEXTS)


def parsed(chart: Markup) -> ET.Element:
    """The chart as XML: it would not parse if a text broke out of its place."""
    return ET.fromstring(str(chart).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))  # noqa: S314 our own


def widths(chart: Markup) -> list[float]:
    return [float(bar.get("width", "")) for bar in parsed(chart).iter(f"{SVG}rect")]


def test_the_longest_bar_fills_the_room_and_the_others_are_in_proportion() -> None:
    chart = bars(
        "By age", "Percentages", [Bar("old", 50.0, "50 %"), Bar("young", 12.5, "12.5 %"), Bar("none", 0, "0 %")]
    )
    room = WIDTH - LABEL - VALUE
    assert widths(chart) == [room, room / 4, 0]


def test_what_is_hidden_has_no_bar_and_says_so() -> None:
    chart = bars("By age", "Percentages", [Bar("old", 50.0, "50 %"), Bar("few", None, "*")])
    assert widths(chart)[1] == 0
    assert [text.text for text in parsed(chart).iter(f"{SVG}text")] == ["old", "50 %", "few", "*"]


def test_where_everything_is_hidden_or_nothing_there_are_no_bars() -> None:
    assert widths(bars("By age", "Percentages", [Bar("few", None, "*"), Bar("none", 0, "0 %")])) == [0, 0]


def test_nothing_makes_no_chart() -> None:
    assert bars("By age", "Percentages", []) == ""


def test_a_chart_is_described_for_those_who_do_not_see_it() -> None:
    chart = parsed(bars("By age", "At risk of everybody", [Bar("old", 1, "1 %")]))
    assert (chart.get("role"), chart.get("aria-label")) == ("img", "By age")
    assert chart.findtext(f"{SVG}title") == "By age"
    assert chart.findtext(f"{SVG}desc") == "At risk of everybody"
    assert chart.get("viewBox") == f"0 0 {WIDTH} {LINE}"


def test_no_text_becomes_markup() -> None:
    chart = bars(NASTY, NASTY, [Bar(NASTY, 1, NASTY)])
    assert "<script" not in chart
    assert {element.tag for element in parsed(chart).iter()} <= {
        f"{SVG}{tag}" for tag in ("svg", "title", "desc", "text", "rect")
    }


def test_markup_that_was_made_elsewhere_stays_text_where_it_is_a_label_of_data() -> None:
    assert "<b>" not in bars("t", "d", [Bar("<b>", 1, "<b>")])


def test_nothing_is_styled_inline_so_that_the_security_policy_holds() -> None:
    chart = bars("t", "d", [Bar("old", 1, "1 %")])
    assert not re.search(r"\b(style|on[a-z]+|href|fill)=", chart)


@settings(deadline=None, max_examples=50)
@given(title=TEXTS, items=st.lists(BARS, min_size=1, max_size=5))
def test_any_text_and_number_make_a_chart_that_parses(title: str, items: list[Bar]) -> None:
    chart = bars(title, title, items)
    assert len(widths(chart)) == len(items)
    assert max(widths(chart)) <= WIDTH - LABEL - VALUE
    assert [text.text or "" for text in parsed(chart).iter(f"{SVG}text")] == [
        part for item in items for part in (item.label, item.shown)
    ]
