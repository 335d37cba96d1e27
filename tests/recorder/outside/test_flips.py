"""One bit of one byte, anywhere in an export: it is not ok. And what is missing or torn is told, not thrown."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PLACES = 400 if os.environ.get("GATEWAY_PROOF") == "full" else 6
Export = Any  # these classes are in conftest, where no test imports from
Handed = Any
Check = Callable[..., tuple[int, list[str]]]
NAMES = [
    "README.txt",
    "checkpoint",
    "checkpoint.previous",
    "consistency.json",
    "entries.ndjson",
    "events.csv",
    "events.parquet",
    "fhir/balp.ndjson",
    "frontier.json",
    "manifest.json",
    "manifest.json.sig",
    "render_pars.py",
    "seals.ndjson",
    "subjects.ndjson",
    "verify.py",
]


def test_these_are_all_the_files_of_an_export(handed: Handed) -> None:
    there = (path for path in handed.second.folder.rglob("*") if path.is_file())
    assert sorted(path.relative_to(handed.second.folder).as_posix() for path in there) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_no_bit_of_any_file_can_be_changed(handed: Handed, checked: Check, tmp_path: Path, name: str) -> None:
    export = handed.second.copy(tmp_path / "copy")
    path = export.folder / name
    whole, chosen = path.read_bytes(), random.Random(name)  # noqa: S311 the same places each time
    ends = [0, len(whole) - 1]
    for at in [*ends, *(chosen.randrange(len(whole)) for _ in range(PLACES))]:
        bit = 1 << chosen.randrange(8)
        path.write_bytes(whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :])
        code, lines = checked(export)
        assert (code, lines[-1][:6]) == (1, "NOT OK"), (at, bit)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("left", [None, b"", b"\xff", b"[]", b"{}\n"])
def test_a_file_that_is_missing_or_torn_is_told(
    handed: Handed, checked: Check, tmp_path: Path, name: str, left: bytes | None
) -> None:
    export = handed.second.copy(tmp_path / "copy")
    path = export.folder / name
    path.unlink()
    if left is not None:
        path.write_bytes(left)
    code, lines = checked(export)
    assert (code, lines[-1][:6]) == (1, "NOT OK")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("events.csv", b"\r\n10,", b"\r\nten,"),
        ("events.csv", b"\r\n10,", b"\r\n9,"),
        ("events.csv", b"leaf_hash", b"leafhash"),
        ("subjects.ndjson", b'{"index":11', b'{"index":99'),
        ("subjects.ndjson", b'"tokens"', b'"Tokens"'),
        ("entries.ndjson", b'"index":12', b'"index":"x"'),
        ("entries.ndjson", b'"index":12', b'"index":1e999'),
        ("entries.ndjson", b'"index":12', b'"index":-4'),
        ("consistency.json", b'"proof":["', b'"proof":["zz'),
        ("frontier.json", b'"size":10', b'"size":"10"'),
        ("frontier.json", b'"hashes":["', b'"hashes":["00","'),
        ("checkpoint.previous", b"\n10\n", b"\nten\n"),
    ],
)
def test_what_cannot_be_read_is_told_beside_the_hash_that_is_not_so(  # noqa: PLR0913, PLR0917 what, where, how
    handed: Handed, checked: Check, tmp_path: Path, name: str, old: bytes, new: bytes
) -> None:
    export = handed.second.copy(tmp_path / "copy")
    path = export.folder / name
    before = path.read_bytes()
    assert old in before
    path.write_bytes(before.replace(old, new, 1))
    code, lines = checked(export, "--key", handed.key)
    assert (code, lines[-1][:6]) == (1, "NOT OK")
    assert len([line for line in lines if line.startswith(("changed: ", "added: "))]) >= 2


@pytest.mark.parametrize("key", ["", "nonsense", "a+b+c", "a+b+%%%", "commissioning-gateway/audit+00000000+AQ=="])
def test_a_key_that_cannot_be_read_is_no_key(handed: Handed, checked: Check, key: str) -> None:
    code, lines = checked(handed.first, f"--key={key}" if key else "--key= ")
    assert code == 1
    assert "cannot be read" in lines[0]


def test_a_checkpoint_from_outside_that_is_none_is_told(handed: Handed, checked: Check, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("nonsense")
    for kept in (tmp_path / "kept", tmp_path / "nowhere"):
        code, lines = checked(handed.first, "--key", handed.key, "--previous", kept)
        assert code == 1
        assert lines[0].startswith(f"changed: {kept.name}: ")


def test_only_the_first_hundred_faults_are_listed(handed: Handed, checked: Check, tmp_path: Path) -> None:
    export = handed.second.copy(tmp_path / "copy")
    export.put(export.lines() * 40)
    code, lines = checked(export, "--key", handed.key, "--previous", handed.seen)
    assert code == 1
    assert len(lines) == 101
    assert lines[-1].startswith("NOT OK: 35")
