"""The GP's desk: the practice's own patients at risk, one patient, and the record after reason and attestation."""

from __future__ import annotations

from gateway.web.practice import patient, record, worklist
from gateway.web.practice.blueprint import blueprint

__all__ = ["blueprint", "patient", "record", "worklist"]
