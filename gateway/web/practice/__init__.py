"""The GP's desk: the practice's own patients at risk, one patient, and the record after reason and attestation."""

from __future__ import annotations

from gateway.web.practice import (
    cohorts,
    finding,
    marking,
    model,
    patient,
    patient_marks,
    record,
    summary,
    views,
    worklist,
)
from gateway.web.practice.blueprint import blueprint

__all__ = [
    "blueprint",
    "cohorts",
    "finding",
    "marking",
    "model",
    "patient",
    "patient_marks",
    "record",
    "summary",
    "views",
    "worklist",
]
