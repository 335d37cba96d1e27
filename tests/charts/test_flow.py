"""Stages as a chart: each with what goes on and what stays behind, an arrow between two, and nothing for nothing."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree as ET

from gateway.charts.flow import Stage, flow

SVG = "{http://www.w3.org/2000/svg}"
STAGES = (Stage("Receive", "100 go on", ("duplicate: *", "untraced: 10")), Stage("Link", "90 go on"))


def drawn(*stages: Stage) -> ET.Element:
    text = str(flow("Stages", "What goes on.", stages)).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return ET.fromstring(text)  # noqa: S314 our own


def texts(chart: ET.Element) -> list[str]:
    return [one.text or "" for one in chart.iter(f"{SVG}text")]


def test_every_stage_tells_its_name_what_goes_on_and_what_stays_behind() -> None:
    assert texts(drawn(*STAGES)) == [
        "Receive", "100 go on", "duplicate: *", "untraced: 10", "Link", "90 go on",
    ]  # fmt: skip


def test_an_arrow_stands_between_two_stages_and_behind_the_last_none() -> None:
    assert len(list(drawn(*STAGES).iter(f"{SVG}polygon"))) == 1
    assert len(list(drawn(STAGES[0]).iter(f"{SVG}polygon"))) == 0


def test_no_box_lies_over_another_and_all_lie_within_the_picture() -> None:
    many = Stage("Receive", "0 go on", tuple(f"reason {number}: 10" for number in range(9)))
    chart = drawn(many, *STAGES)
    boxes = [(float(box.get("y", 0)), float(box.get("height", 0))) for box in chart.iter(f"{SVG}rect")]
    assert all(top + height < below for (top, height), (below, _) in pairwise(boxes))
    assert boxes[-1][0] + boxes[-1][1] < float(chart.get("viewBox", "").split()[3])


def test_the_picture_has_a_title_a_description_and_no_style_of_its_own() -> None:
    chart = str(flow("Stages", "What goes on.", STAGES))
    assert "<title>Stages</title><desc>What goes on.</desc>" in chart
    assert "style=" not in chart


def test_words_are_words_and_no_markup() -> None:
    assert "<b>" not in str(flow("Stages", "", [Stage("<b>", "<b>", ("<b>",))]))


def test_nothing_is_drawn_for_nothing() -> None:
    assert flow("Stages", "", []) == ""
