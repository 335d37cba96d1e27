"""Every damaged policy file is refused whole, and told where it was damaged: `file:line: rule: mend`.

The damages are made from the shipped files, so that a file that grows has more of them; a full proof makes five times
as many.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.access.loader import FILES, load
from gateway.cli import gateway
from gateway.errors import PolicyRefused
from tests.policies.damage import FULL, Damage, Damages, Files, some
from tests.policies.damage_of_bytes import of_bytes
from tests.policies.damage_of_meaning import (
    of_agreements,
    of_reviews,
    of_rules_that_do_not_fit,
    of_scopes,
    of_separation_and_invariants,
    of_views,
    of_words,
)
from tests.policies.damage_of_tables import (
    of_decisions,
    of_golden_rows,
    of_inheritance,
    of_model,
    of_rules,
    of_sensitive_codes,
)
from tests.policies.damage_of_toml import of_headers, of_items, of_keys, of_left_out_keys

FAULT = re.compile(r"(?P<file>[a-z_]+\.(csv|toml|conf)):(?P<line>\d+): (?P<rule>\S.*): (?P<mend>\S.*)")
KINDS: Mapping[str, Damages] = {
    kind.__name__: kind
    for kind in (
        *(of_bytes, of_rules, of_inheritance, of_decisions, of_sensitive_codes, of_model),
        *(of_keys, of_left_out_keys, of_items, of_headers),
        *(of_agreements, of_scopes, of_views, of_words, of_separation_and_invariants, of_rules_that_do_not_fit),
        of_reviews,
    )
}
FEW = 3


def refusal(files: Files) -> tuple[str, ...]:
    """Every fault that the loader tells; nothing where it takes the files."""
    try:
        load(files)
    except PolicyRefused as refused:
        return refused.faults
    return ()


def places(faults: tuple[str, ...]) -> set[tuple[str, int]]:
    """File and line of every fault, each of which has to have a rule and a mend as well."""
    found = [FAULT.fullmatch(fault) for fault in faults]
    assert all(found), faults
    return {(told["file"], int(told["line"])) for told in found if told}


def written(files: Files, folder: Path) -> Path:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    for name in set(FILES) - set(files):
        (folder / name).unlink(missing_ok=True)
    return folder


def checked(folder: Path) -> tuple[str, ...]:
    """The lines of `gateway policy check`, which has to refuse."""
    result = CliRunner().invoke(gateway, ["policy", "check", str(folder)])
    assert result.exit_code == 1, result.output
    return tuple(result.stdout.splitlines())


@pytest.fixture(scope="module")
def damages(shipped: Files) -> Mapping[str, list[Damage]]:
    """Every damage, by its kind."""
    return {name: list(kind(shipped)) for name, kind in KINDS.items()}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_damage_is_refused_and_told_where_it_was_done(
    shipped: Files, damages: Mapping[str, list[Damage]], kind: str
) -> None:
    wrong: list[tuple[str, set[tuple[str, int]]]] = []
    for damage in damages[kind]:
        told = places(refusal(damage.done_to(shipped)))
        there = (damage.file, damage.line) in told
        alone = {file for file, _ in told} == {damage.file} or kind == "of_headers"  # others miss what it headed
        wrong += [] if there and alone else [(damage.what, told)]
    assert wrong == []


def test_what_only_the_comparison_with_casbin_can_tell_is_told_on_its_row(shipped: Files, tmp_path: Path) -> None:
    for damage in of_golden_rows(shipped):
        files = damage.done_to(shipped)
        assert refusal(files) == ()
        assert (damage.file, damage.line) in places(checked(written(files, tmp_path))), damage.what


def test_there_are_hundreds_of_damages_some_of_every_file(shipped: Files, damages: Mapping[str, list[Damage]]) -> None:
    every = [damage for kind in damages.values() for damage in kind]
    assert len({(damage.file, damage.content) for damage in every}) >= 200
    assert min(sum(damage.file == name for damage in every) for name in FILES) >= 15
    assert not [damage.what for damage in every if damage.content == shipped[damage.file]]


def test_the_files_are_taken_as_they_are_shipped(shipped: Files) -> None:
    assert tuple(sorted(shipped)) == FILES
    assert refusal(shipped) == ()


def test_the_command_refuses_a_batch_of_damages_with_a_line_for_each_fault(
    shipped: Files, damages: Mapping[str, list[Damage]], tmp_path: Path
) -> None:
    batch = [*damages["of_inheritance"], *(damage for kind in damages.values() for damage in some(kind, FEW))]
    assert len(batch) > 50
    for damage in batch:
        files = damage.done_to(shipped)
        assert checked(written(files, tmp_path)) == refusal(files), damage.what


def test_the_command_as_it_is_installed_tells_three_faults_of_three_files_in_three_lines(
    shipped: Files, damages: Mapping[str, list[Damage]], tmp_path: Path
) -> None:
    three = [damages[kind][-1] for kind in ("of_agreements", "of_sensitive_codes", "of_model")]
    files = dict(shipped)
    for damage in three:
        files = damage.done_to(files)
    command = Path(sys.executable).with_name("gateway")
    told = subprocess.run(
        [command, "policy", "check", written(files, tmp_path)], capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stderr) == (1, "")
    assert places(tuple(told.stdout.splitlines())) == {(damage.file, damage.line) for damage in three}
    assert len(told.stdout.splitlines()) == len(three)


@settings(deadline=None, max_examples=1_000 if FULL else 60)
@given(name=st.sampled_from(FILES), data=st.data())
def test_whatever_is_done_to_a_files_bytes_it_is_taken_or_refused_and_nothing_else_happens(
    shipped: Files, name: str, data: st.DataObject
) -> None:
    content = shipped[name]
    first = data.draw(st.integers(0, len(content)))
    last = data.draw(st.integers(first, min(len(content), first + 40)))
    new = data.draw(st.binary(max_size=4) | st.sampled_from([b"", b'"', b"[", b"]", b"\n", b",", b"=", b"#", b"'''"]))
    faults = refusal({**shipped, name: content[:first] + new + content[last:]})
    assert all(line >= 1 for _, line in places(faults))
