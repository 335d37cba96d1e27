"""Invented practices, small areas and providers: they follow from how many practices there are, never from the seed."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

Number = TypeVar("Number", int, NDArray[np.int64])

HERE, ELSEWHERE = "06Q", "99E"
NOT_PARTICIPATING = "Z99901"
OUT_OF_AREA = "Z98001"
MOVED_AWAY = "Z98002"
NO_PRACTICE = ("V81997", "V81998", "V81999")
PROVIDERS = ("ZZ1", "ZZ2", "ZZ9")
AREAS_PER_PRACTICE = 4
AREA_ELSEWHERE = "E01999901"


def participating_practices(count: int) -> list[str]:
    """ODS codes of the practices that take part: Z99001 and on."""
    return [f"Z99{number:03d}" for number in range(1, count + 1)]


def areas(count: int) -> list[str]:
    """LSOA codes in this commissioner's area, four for each practice."""
    return [f"E01998{number:03d}" for number in range(count * AREAS_PER_PRACTICE)]


def decile(area: Number) -> Number:
    """Deprivation decile of the n-th area, or of an array of areas; 1 most deprived."""
    return area * 7 % 10 + 1


def write_reference(folder: Path, count: int) -> None:
    """practice.csv (layout c5) and lsoa.csv."""
    here = [*participating_practices(count), NOT_PARTICIPATING]
    codes = [*here, OUT_OF_AREA]
    pl.DataFrame(
        {
            "organisation_code": codes,
            "name": [f"EXAMPLE SURGERY {number}" for number in range(1, len(codes) + 1)],
            "postcode": [""] * len(codes),
            "commissioner": [HERE] * len(here) + [ELSEWHERE],
            "join_provider_date": ["20130401"] * len(codes),
            "left_provider_date": [""] * len(codes),
            "open_date": ["20130401"] * len(codes),
            "close_date": [""] * len(codes),
            "status_code": ["A"] * len(codes),
            "prescribing_setting": ["4"] * len(codes),
        }
    ).write_csv(folder / "practice.csv")
    within = areas(count)
    pl.DataFrame(
        {
            "lsoa": [*within, AREA_ELSEWHERE],
            "commissioner": [HERE] * len(within) + [ELSEWHERE],
            "imd_decile": [*(decile(number) for number in range(len(within))), 5],
            "from": ["2013-04-01"] * (len(within) + 1),
            "to": [""] * (len(within) + 1),
        }
    ).write_csv(folder / "lsoa.csv")
