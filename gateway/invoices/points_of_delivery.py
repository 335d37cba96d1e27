"""Which SUS+ data set has the activity of a point of delivery, and what the code means (check IV-06)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

APC, OP, EC = "apc", "op", "ec"
NONE = "none"  # SUS+ does not carry it: drugs, devices, block payments, community services
ANY = "any"  # a code that does not say: an unbundled part of care, a local code


@dataclass(frozen=True, slots=True)
class PointOfDelivery:
    """A code, its SUS+ data set (apc, op, ec, none, any) and its words."""

    code: str
    sus_kind: str
    title: str


@lru_cache(maxsize=1)
def points_of_delivery() -> dict[str, PointOfDelivery]:
    """Every code that we know, by code."""
    text = resources.files("gateway.invoices").joinpath("data", "points_of_delivery.csv").read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return {row["code"]: PointOfDelivery(row["code"], row["sus_kind"], row["title"]) for row in csv.DictReader(lines)}


def sus_kind(code: str) -> str:
    """The SUS+ data set of a point of delivery; 'any' for a code that we do not know."""
    known = points_of_delivery().get(code)
    return known.sus_kind if known else ANY


def title(code: str) -> str:
    """The code in words, or the code itself."""
    known = points_of_delivery().get(code)
    return known.title if known else code
