"""A list of those cleared holds for 21 days from when it was given back, and says until when (RS-10)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders.deliveries import ANNA, Rows
from tests.builders.processor import Processor


@pytest.mark.parametrize(
    ("given_back", "said"),
    [
        ("2026-11-02", "was given back on 2026-11-02 and has expired: get it again"),
        ("2026-11-25", "is of a day to come"),
    ],
)
def test_a_list_of_those_cleared_that_has_expired_or_is_to_come_is_refused(
    processor: Processor, tmp_path: Path, given_back: str, said: str
) -> None:
    files = Rows().written(tmp_path).listing("--cleared", ANNA)
    assert said in processor.refused(replace(files, more=("--cleared-on", given_back)))


@pytest.mark.parametrize(("given_back", "until"), [("2026-11-03", "2026-11-24"), (None, "2026-12-15")])
def test_a_list_of_those_cleared_holds_for_21_days_and_every_page_says_until_when(
    processor: Processor, tmp_path: Path, given_back: str | None, until: str
) -> None:
    files = Rows().written(tmp_path).listing("--cleared", ANNA)
    processor.taken(replace(files, more=("--cleared-on", given_back)) if given_back else files)
    about = {row["key"]: row["value"] for row in processor.rows("about")}
    assert about["Cleared of objections until"] == until
