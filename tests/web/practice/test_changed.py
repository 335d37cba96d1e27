"""What changed, worded for the page."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.web.practice.changed import changed
from gateway.web.practice.patient import told, trend_chart


def last(state: str, before: int | None = 2, score: int = 3) -> dict[str, Any]:
    shown = None if before is None else str(before)
    return {"state": state, "before_as_of": "2026-09-30" if shown else None, "before_score": before,
            "before_shown": shown, "before_band": "At risk" if shown else None, "score": score, "shown": str(score),
            "band": "High" if score > 2 else "At risk"}  # fmt: skip


def change(what: str, source: str = "score", direction: str = "came", points: str = "+1") -> dict[str, str]:
    return {"source": source, "direction": direction, "what": what, "points": points}


def test_old_and_new_score_and_what_moved_it_are_told() -> None:
    rows = [change("An admission"), change("Diabetes", "list", points=""), change("Asthma", "list", "went", "")]
    found = changed({"last_run": [last("changed")], "changes": rows})
    assert found["sentence"] == "The score was 2 (At risk) on 30 September 2026, and is 3 (High)."
    assert (found["weighed"], found["came"], found["went"]) == (["An admission (+1)"], ["Diabetes"], ["Asthma"])
    assert found["state"] == ""


def test_a_score_that_stayed_is_said_to_have_stayed() -> None:
    found = changed({"last_run": [last("same", 2, 2)], "changes": []})
    assert found["sentence"] == "The score is 2 (At risk), as on 30 September 2026."


@pytest.mark.parametrize(("state", "says"), [("first_run", "first run"), ("new", "New on"), ("moved", "New at your")])
def test_who_has_no_run_before_is_told_so(state: str, says: str) -> None:
    found = changed({"last_run": [last(state, None)], "changes": []})
    assert says in found["state"]
    assert found["sentence"] == ""
    assert found["first"] is (state == "first_run")


@pytest.mark.parametrize(
    ("score", "says"),
    [
        ({"status": "complete", "value": "10.3", "band": "Intermediate"}, "10.3 (Intermediate)"),
        ({"status": "complete", "value": "0", "band": "0"}, "0"),
        ({"status": "complete", "value": "-0.20", "band": ""}, "-0.20"),
        ({"status": "complete", "value": "", "band": "Mild"}, "Mild"),
        ({"status": "not_applicable", "value": "0", "band": ""}, "Not applicable"),
        ({"status": "incomplete", "value": "1.2", "band": ""}, "Incomplete"),
    ],
)
def test_a_number_is_told_only_where_it_may_be_read(score: dict[str, str], says: str) -> None:
    assert told(score) == says


def test_the_trend_of_either_unit_is_drawn() -> None:
    trend = [{"as_of": "2026-09-30", "score": 234, "shown": "23.4 %"}, {"as_of": "2026-10-31", "score": 2, "shown": ""}]
    chart = trend_chart(trend)
    assert ">23.4<" in chart
    assert ">Oct 2026<" in chart
