"""Lines for whoever runs the service: references of events and classes of faults, never a value (docs/security.md).

The last step drops whatever looks like an NHS number all the same, and says that it did.
"""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any

import structlog

from gateway.http.egress import holds_nhs_number

DROPPED = "[dropped: looks like an NHS number]"
Line = MutableMapping[str, Any]


def configure(level: str) -> None:
    """Log from `level` on (a name of Python's logging), one JSON object a line, times in UTC."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            without_nhs_numbers,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
    )


def without_nhs_numbers(_logger: object, _method: str, line: Line) -> Line:
    """The line, with each text that holds such a number taken out, names and nested values too."""
    return {DROPPED if _held(name) else name: _clean(value) for name, value in line.items()}


def _clean(value: object) -> object:
    if isinstance(value, dict):
        return without_nhs_numbers(None, "", value)
    if isinstance(value, list | tuple):
        return [_clean(one) for one in value]
    return DROPPED if _held(value) else value


def _held(value: object) -> bool:
    return not isinstance(value, bool) and holds_nhs_number(str(value).encode("utf-8", "replace"))
