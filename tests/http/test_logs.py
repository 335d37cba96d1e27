"""Log lines: one JSON object each, from the chosen level on, and never a run of digits that is an NHS number."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from gateway.http.logs import DROPPED, configure, without_nhs_numbers

NUMBER = "9990000018"


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.mark.parametrize(
    "planted",
    [
        {"event": f"no row for {NUMBER}"},
        {"event": "fault", "told": "999 000 0018"},
        {"event": "fault", "number": int(NUMBER)},
        {"event": "fault", "rows": [["a", NUMBER]]},
        {"event": "fault", "about": {"deep": {"er": "999-000-0018"}}},
        {"event": "fault", f"row of {NUMBER}": "x"},
    ],
)
def test_a_planted_number_never_reaches_a_line(planted: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO")
    structlog.get_logger().error(**planted)
    told = capsys.readouterr().out
    assert DROPPED in told
    assert not any(form in told for form in (NUMBER, "999 000 0018", "999-000-0018"))


def test_what_holds_no_number_stays_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO")
    structlog.get_logger().error("request failed", index=7, at=["ask:12"], whole=True)
    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["index"], line["at"], line["whole"], line["level"]) == (
        "request failed", 7, ["ask:12"], True, "error",
    )  # fmt: skip
    assert line["timestamp"].endswith("Z")


def test_lines_below_the_level_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure("ERROR")
    structlog.get_logger().warning("nothing to see")
    assert capsys.readouterr().out == ""


def test_a_line_is_never_changed_in_place() -> None:
    line = {"event": NUMBER}
    without_nhs_numbers(None, "", line)
    assert line == {"event": NUMBER}
