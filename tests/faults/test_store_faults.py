"""What fails under a store: nothing of it is shown, the log says that it failed, and it is well again after repair."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.journey
PAGE = 4096


def failures(place: Any) -> list[str]:
    return [leaf["fault"] for leaf in place.leaves() if leaf["type"] == "access.failed"]


def test_a_store_that_was_moved_is_not_answered_from(place: Any) -> None:
    aside = Path(place.run.rename(place.run.with_name("aside")))
    assert place.fails()
    assert set(failures(place)) == {"StoreUnavailable"}
    aside.rename(place.run)
    assert place.is_well_again()
    assert place.everything_shown_is_on_the_log()


def test_a_page_that_was_damaged_is_not_answered_from(place: Any) -> None:
    whole = place.run.read_bytes()
    damaged = bytearray(whole)
    for page in range(1, len(whole) // PAGE):
        damaged[page * PAGE + 100] ^= 1
    replaced(place.run, bytes(damaged))
    assert place.fails()
    assert failures(place)
    replaced(place.run, whole)
    assert place.is_well_again()
    assert place.everything_shown_is_on_the_log()


def test_a_store_whose_key_was_replaced_is_not_answered_from(place: Any) -> None:
    key = place.settings.keys / "risk_identifiable.key"
    right = key.read_bytes()
    key.write_bytes(secrets.token_bytes(len(right)))
    replaced(place.run, place.run.read_bytes())
    assert place.fails()
    assert set(failures(place)) == {"SettingsInvalid"}
    key.write_bytes(right)
    assert place.is_well_again()
    assert place.everything_shown_is_on_the_log()


def test_a_key_that_is_missing_is_no_reason_to_show_anything(place: Any) -> None:
    key = place.settings.keys / "risk_identifiable.key"
    aside = key.rename(key.with_name("aside"))
    replaced(place.run, place.run.read_bytes())
    assert place.fails()
    aside.rename(key)
    assert place.is_well_again()


def test_a_pointer_that_names_no_run_is_no_reason_to_show_anything(place: Any) -> None:
    pointer = place.settings.home / "risk-run"
    right = pointer.read_bytes()
    pointer.write_text("nonsense")
    assert place.fails()
    pointer.write_bytes(right)
    assert place.is_well_again()


def replaced(path: Path, content: bytes) -> None:
    """Another file in its place, as a restore leaves it."""
    beside = path.with_name("beside")
    beside.write_bytes(content)
    beside.replace(path)
