"""Which medicine classes a BNF code belongs to, for the methods that read prescribing.

The table beside this module says which sections of the BNF make a class; a code may be in several, most are in none.
"""

from __future__ import annotations

from enum import StrEnum

from gateway.risk.codes import table

MONTHS = 12


class MedicineClass(StrEnum):
    """What a method asks of prescribing: how many prescriptions of a class were issued in the last twelve months."""

    ASTHMA = "asthma"
    EPILEPSY = "epilepsy"
    ANALGESIC = "analgesic"
    NEUROPATHIC_PAIN = "neuropathic_pain"
    LAXATIVE = "laxative"
    ANXIETY_DEPRESSION = "anxiety_depression"
    ANTISPASMODIC = "antispasmodic"
    LITHIUM = "lithium"


_ROWS = table("medicine_classes.csv")
COUNTED = {
    name: tuple(row["bnf_prefix"] for row in _ROWS if row["medicine_class"] == name and row["counts"] == "yes")
    for name in MedicineClass
}
TAKEN_OUT = {
    name: tuple(row["bnf_prefix"] for row in _ROWS if row["medicine_class"] == name and row["counts"] == "no")
    for name in MedicineClass
}


def medicine_classes(bnf_code: str) -> tuple[MedicineClass, ...]:
    """The classes of one BNF code, in the order of MedicineClass."""
    return tuple(
        name
        for name in MedicineClass
        if bnf_code.startswith(COUNTED[name]) and not bnf_code.startswith(TAKEN_OUT[name])
    )
