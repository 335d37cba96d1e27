"""The log's own keys, made once when an installation is: of its signature and of its tokens."""

from __future__ import annotations

from pathlib import Path

from gateway.stores import audit_log


def create(keys: Path) -> None:
    """Make both in the folder of keys. Raises FileExistsError where one is there."""
    audit_log.create_keys(keys)
