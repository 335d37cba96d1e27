from __future__ import annotations

from gateway.charts.calibration import Point, calibration


def test_a_point_on_the_line_is_as_far_across_as_up() -> None:
    drawn = calibration("Title", "Description", [Point(10, 10), Point(40, 40)])
    assert 'cx="156.0" cy="312.0"' in drawn
    assert 'cx="456.0" cy="12.0"' in drawn


def test_both_axes_are_marked_from_nothing_to_the_same_percentage() -> None:
    drawn = calibration("Title", "Description", [Point(7, 3)])
    assert drawn.count(">0 %<") == drawn.count(">8 %<") == 2


def test_it_is_described_for_who_cannot_see_it_and_has_no_style() -> None:
    drawn = calibration("A <title>", "Description", [Point(1, 2)])
    assert 'role="img"' in drawn
    assert "<title>A &lt;title&gt;</title><desc>Description</desc>" in drawn
    assert "style" not in drawn


def test_everybody_and_nobody_can_be_drawn() -> None:
    assert 'cy="12.0"' in calibration("Title", "Description", [Point(50, 100)])
    assert calibration("Title", "Description", []) == ""
