"""What an insider leaves out of the FHIR rendering, or adds to it, verify.py names though all is signed again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Handed = Any  # these classes are in conftest, where no test imports from
Check = Callable[..., tuple[int, list[str]]]
FHIR = "fhir/balp.ndjson"


def untold(lines: list[bytes]) -> list[bytes]:
    return lines[:1] + lines[2:]


def swapped(lines: list[bytes]) -> list[bytes]:
    return [lines[1], lines[0], *lines[2:]]


def told_of_fewer(lines: list[bytes]) -> list[bytes]:
    event = json.loads(lines[0])
    event["entity"] = event["entity"][1:]
    return [json.dumps(event).encode() + b"\n", *lines[1:]]


def cut_short(lines: list[bytes]) -> list[bytes]:
    return lines[:-1]


def made_up(lines: list[bytes]) -> list[bytes]:
    return [*lines, lines[-1]]


def of_another_form(lines: list[bytes]) -> list[bytes]:
    return [b"[]\n", *lines[1:]]


CHANGED = "changed: fhir/balp.ndjson does not tell of event "


@pytest.mark.parametrize(
    ("alter", "word"),
    [
        (untold, f"{CHANGED}7 "),
        (swapped, f"{CHANGED}6 "),
        (told_of_fewer, f"{CHANGED}6 "),
        (cut_short, f"{CHANGED}9 "),
        (of_another_form, f"{CHANGED}6 "),
        (made_up, "added: fhir/balp.ndjson tells of more than the events"),
    ],
)
def test_a_rendering_that_does_not_tell_of_every_access_is_named(
    handed: Handed, checked: Check, tmp_path: Path, alter: Callable[[list[bytes]], list[bytes]], word: str
) -> None:
    export = handed.first.copy(tmp_path / "copy")
    export.put(alter(export.lines(FHIR)), FHIR)
    export.seal(handed.insider)
    code, lines = checked(export, "--key", handed.key)
    assert code == 1
    assert [line for line in lines if line.startswith(word)] == lines[:1]


def test_an_export_without_table_and_rendering_is_checked_without_them(
    handed: Handed, alone: Check, exporting: Callable[..., Any], tmp_path: Path
) -> None:
    with handed.place.ledger() as ledger:
        export = exporting(handed.place, ledger, 0, tmp_path / "bare", formats=frozenset())
    assert not {"events.csv", "events.parquet", FHIR} & export.manifest["files"].keys()
    code, lines = alone(export, "--key", handed.key, "--previous", handed.seen)
    assert (code, lines) == (0, ["OK: events 0 up to 19 are as signed"])
