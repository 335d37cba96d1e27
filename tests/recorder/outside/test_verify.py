"""verify.py, alone with an export: good ones pass, it says what it could not check, and each tampering has its name."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.audit.checkpoint import ORIGIN, Checkpoint
from gateway.audit.merkle import leaf_hash, root_of
from gateway.audit.note import Signer
from gateway.recorder.outside import verify_source

Export = Any  # these classes are in conftest, where no test imports from
Handed = Any
Check = Callable[..., tuple[int, list[str]]]
Alter = Callable[[Export], None]
OUTSIDER = Signer.from_seed(ORIGIN, b"1" * 32)


def test_it_imports_nothing_but_the_standard_library() -> None:
    tree = ast.parse(verify_source())
    names = [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    names += [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def test_a_good_export_is_ok_with_nothing_but_python(handed: Handed, alone: Check) -> None:
    assert alone(handed.first, "--key", handed.key) == (
        0,
        [
            "not checked: that the log extends what you saw before: give --previous, your last checkpoint",
            "OK: events 0 up to 10 are as signed",
        ],
    )
    assert alone(handed.second, "--key", handed.key, "--previous", handed.seen) == (
        0,
        ["OK: events 10 up to 19 are as signed"],
    )


def test_without_key_and_checkpoint_it_says_what_it_could_not_check(handed: Handed, alone: Check) -> None:
    code, lines = alone(handed.second)
    assert code == 0
    assert [line.split(":")[0] for line in lines] == ["not checked", "not checked", "OK"]
    assert "--key" in lines[0]
    assert "--previous" in lines[1]


def test_a_file_that_is_no_part_of_the_export_is_told(handed: Handed, checked: Check, tmp_path: Path) -> None:
    export = handed.first.copy(tmp_path / "copy")
    (export.folder / "more.txt").write_text("more")
    code, lines = checked(export, "--key", handed.key)
    assert code == 0
    assert "not checked: more.txt, which is no part of the export" in lines


def test_an_earlier_checkpoint_than_the_export_begins_at_cannot_be_compared(
    handed: Handed, checked: Check, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.write_text(handed.insider.sign(f"{ORIGIN}\n5\n{'A' * 43}=\n", handed.insider.verifier()))
    code, lines = checked(handed.second, "--previous", kept)
    assert code == 1
    assert any("take an export that begins there, or before" in line for line in lines)


def changed(export: Export) -> None:
    lines = export.lines()
    export.put([lines[0], lines[1].replace(b'"v":1', b'"v":2'), *lines[2:]])


def dropped(export: Export) -> None:
    lines = export.lines()
    export.put(lines[:4] + lines[5:])


def reordered(export: Export) -> None:
    lines = export.lines()
    lines[3], lines[6] = lines[6], lines[3]
    export.put(lines)


def added(export: Export) -> None:
    lines = export.lines()
    more = json.loads(lines[-1])
    export.put([*lines, json.dumps({**more, "index": more["index"] + 1}).encode() + b"\n"])


def added_between(export: Export) -> None:
    lines = export.lines()
    export.put([*lines[:5], lines[4], *lines[5:]])


def truncated(export: Export) -> None:
    export.put(export.lines()[:-3])


PLACES = [
    (dropped, "dropped: event {4}"),
    (reordered, "reordered: event {6} stands where {3} belongs"),
    (added, "added: event "),
    (added_between, "added: event {4}"),
    (truncated, "truncated: the events from "),
]
KINDS = [(changed, "changed: event {1}"), *PLACES]
EXPORTS = ["first", "second"]


def named(export: Export, word: str) -> str:
    """The line that ought to be there: {4} is the fifth event of this export."""
    first = export.manifest["range"][0]
    return word.format(*range(first, first + 10))


def signed_root(by: Signer, size: int, lines: list[bytes]) -> str:
    root = root_of(leaf_hash(line.rstrip()) for line in lines)
    return by.sign(Checkpoint(size, root).text(), by.verifier())


def copied(handed: Handed, which: str, folder: Path) -> Export:
    return getattr(handed, which).copy(folder / "copy")


@pytest.mark.parametrize("which", EXPORTS)
@pytest.mark.parametrize(("alter", "word"), KINDS)
def test_what_was_done_to_the_events_is_named(  # noqa: PLR0913, PLR0917 what, where, how
    handed: Handed, checked: Check, tmp_path: Path, which: str, alter: Alter, word: str
) -> None:
    export = copied(handed, which, tmp_path)
    alter(export)
    code, lines = checked(export)
    assert code == 1
    assert any(line.startswith(named(export, word)) for line in lines)
    assert "changed: file entries.ndjson is not the one in the manifest" in lines
    assert lines[-1].startswith("NOT OK")


@pytest.mark.parametrize("which", EXPORTS)
@pytest.mark.parametrize(("alter", "word"), PLACES)
def test_what_an_insider_did_to_the_events_is_named_though_it_is_signed_again(  # noqa: PLR0913, PLR0917 as above
    handed: Handed, checked: Check, tmp_path: Path, which: str, alter: Alter, word: str
) -> None:
    export = copied(handed, which, tmp_path)
    alter(export)
    export.seal(handed.insider)
    code, lines = checked(export, "--key", handed.key)
    assert code == 1
    assert any(line.startswith(named(export, word)) for line in lines)


def test_a_fork_signed_with_the_logs_own_key_is_named_by_the_checkpoint_from_outside(
    handed: Handed, alone: Check, tmp_path: Path
) -> None:
    export = handed.first.copy(tmp_path / "copy")
    changed(export)
    export.seal(handed.insider)
    assert alone(export, "--key", handed.key)[0] == 0
    assert alone(export, "--key", handed.key, "--previous", handed.seen) == (
        1,
        ["forked: the first 10 events are not those of checkpoint", "NOT OK: 1 faults"],
    )


def test_a_log_cut_short_and_signed_again_is_named_by_the_checkpoint_from_outside(
    handed: Handed, checked: Check, tmp_path: Path
) -> None:
    export = handed.first.copy(tmp_path / "copy")
    truncated(export)
    for name in ("subjects.ndjson", "fhir/balp.ndjson"):
        export.put(export.lines(name)[:1], name)
    export.seal(handed.insider, range=[0, 7], cursor=7)
    assert checked(export, "--key", handed.key)[0] == 0
    code, lines = checked(export, "--key", handed.key, "--previous", handed.seen)
    assert (code, lines[0]) == (1, "truncated: checkpoint tells of 10 events")


@pytest.mark.parametrize("which", EXPORTS)
def test_an_export_signed_again_with_another_key_is_named_by_the_key_from_outside(
    handed: Handed, alone: Check, tmp_path: Path, which: str
) -> None:
    export = copied(handed, which, tmp_path)
    previous = export.folder / "checkpoint.previous"
    if previous.exists():
        previous.write_text(OUTSIDER.sign(previous.read_text().partition("\n\n")[0] + "\n", OUTSIDER.verifier()))
    export.seal(OUTSIDER, verifier_key=str(OUTSIDER.verifier()))
    assert alone(export)[0] == 0
    code, lines = alone(export, "--key", handed.key)
    assert code == 1
    assert lines[0].startswith(f"re-signed: signed by another key than {handed.key}")
    assert all(line.split(":")[0] in {"re-signed", "not checked", "NOT OK"} for line in lines)


def test_two_roots_for_one_size_are_a_fork(handed: Handed, checked: Check, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text(handed.insider.sign(f"{ORIGIN}\n10\n{'A' * 43}=\n", handed.insider.verifier()))
    code, lines = checked(handed.second, "--key", handed.key, "--previous", kept)
    assert code == 1
    assert lines[0] == "forked: kept is another log's: two roots were signed for 10 events"


def test_a_history_that_was_made_up_is_not_let_past_the_checkpoint_from_outside(
    handed: Handed, checked: Check, tmp_path: Path
) -> None:
    """An insider signs a frontier of another size, so that the tree never has the size that the checkpoint tells of."""
    export, key, seen = handed.first.copy(tmp_path / "copy"), handed.insider, tmp_path / "seen"
    seen.write_text(signed_root(key, 8, export.lines()[:8]))
    export.put([export.lines()[0].replace(b'"index":0', b'"index":%d' % index) for index in range(8, 16)])
    top, made_up = root_of(leaf_hash(line.rstrip()) for line in export.lines()), "ab" * 32
    proof = {"old": 8, "size": 16, "old_root": made_up, "proof": [top.hex()]}
    (export.folder / "consistency.json").write_text(json.dumps(proof))
    (export.folder / "frontier.json").write_text(json.dumps({"size": 16, "hashes": [made_up]}))
    export.put([], "subjects.ndjson")
    export.seal(key, range=[8, 16], files={**export.manifest["files"], "consistency.json": {}})
    code, lines = checked(export, "--key", handed.key, "--previous", seen)
    assert code == 1
    assert lines[0] == "changed: frontier.json is not that of the events before this export"
