"""How likely an emergency admission in the next 12 months is: the gateway's own logistic model of its population.

Fitted on the store's own past (gateway.intake.learning), validated on a later year; every step that is arithmetic is
here, pure, on arrays. docs/model.md says what it is for, and what not.
"""

from __future__ import annotations

METHOD = "admission_model"
TITLE = "Emergency admission in the next 12 months"
VERSION = "logistic, ridge"
