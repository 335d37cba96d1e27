"""The imported frailty index: its band as told, else that of the index, and nobody under 65."""

from __future__ import annotations

import pytest

from gateway.risk.efi import frailty_index
from gateway.risk.score import Status


@pytest.mark.parametrize(
    ("index", "band"),
    [
        (0.0, "Fit"), (0.12, "Fit"), (0.121, "Mild"), (0.13, "Mild"), (0.24, "Mild"), (0.25, "Moderate"),
        (0.36, "Moderate"), (0.37, "Severe"), (1.0, "Severe"),
    ],
)  # fmt: skip
def test_an_index_without_a_band_is_banded_at_the_paper_s_edges(index: float, band: str) -> None:
    assert frailty_index("", index, 80).band == band


def test_the_band_that_the_gp_system_told_stands() -> None:
    assert frailty_index("Severe", 0.01, 80).band == "Severe"


def test_its_points_are_never_told() -> None:
    score = frailty_index("Moderate", 0.3, 80)
    assert (score.points, score.terms) == (0, ())


@pytest.mark.parametrize(
    ("band", "index", "age", "status"),
    [
        ("", None, 80, Status.INCOMPLETE), ("Other", None, 80, Status.INCOMPLETE),
        ("Fit", 0.0, None, Status.INCOMPLETE), ("Fit", 0.0, 64, Status.NOT_APPLICABLE),
        ("Fit", 0.0, 65, Status.COMPLETE),
    ],
)  # fmt: skip
def test_blank_is_incomplete_and_the_young_are_not_scored(
    band: str, index: float | None, age: int | None, status: Status
) -> None:
    assert frailty_index(band, index, age).status is status
