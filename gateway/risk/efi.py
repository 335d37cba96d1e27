"""Electronic frailty index, as the GP system worked it out: its band alone (Clegg and others 2016, Age Ageing 45:353).

Nothing is computed here but the band of an index that came without one. Made for people of 65 and over.
"""

from __future__ import annotations

from gateway.risk.codes import table
from gateway.risk.methods import EFI
from gateway.risk.score import INCOMPLETE, NOT_APPLICABLE, Score, thousandths

METHOD = EFI.key
YOUNGEST = 65
ABOVE = {row["band"]: thousandths(row["above"]) if row["above"] else None for row in table("efi.csv")}


def frailty_index(band: str, index: float | None, age: int | None) -> Score:
    """The band that the GP system told; else that of its index; neither is incomplete."""
    if age is None:
        return INCOMPLETE
    if age < YOUNGEST:
        return NOT_APPLICABLE
    told = band if band in ABOVE else band_of(index)
    return Score(0, (), told) if told else INCOMPLETE


def band_of(index: float | None) -> str:
    """Fit up to 0.12, mild up to 0.24, moderate up to 0.36, severe above; nothing without an index."""
    if index is None:
        return ""
    points = round(index * 1000)
    return next(name for name, above in ABOVE.items() if above is None or points > above)
