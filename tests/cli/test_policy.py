"""`gateway policy`: check a folder, explain one cell, list every cell; no setting and no store is needed."""

from __future__ import annotations

import csv
import dataclasses
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.access.compiler import compile_release
from gateway.access.decision import Decision
from gateway.access.loader import load, version_of
from gateway.access.snapshot import PolicySnapshot
from gateway.cli import gateway
from gateway.errors import SettingsInvalid
from gateway.settings import read_policies, shipped_policies
from tests.builders.small_policy import small_policy

Run = Callable[..., Result]
RECORD = ("gp", "direct_care", "practice.record", "read")
LIST = ("chief", "work", "papers", "list")
HEADER = "role,purpose,resource,action,permitted,scope,view,agreement,duties,rule_id"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `gateway policy` with these words, in an environment that sets nothing."""
    for name in ("GATEWAY_POLICIES", "GATEWAY_DIR"):
        monkeypatch.delenv(name, raising=False)

    def command(*words: str, before: tuple[str, ...] = ()) -> Result:
        return CliRunner().invoke(gateway, [*before, "policy", *words])

    return command


@pytest.fixture(scope="module")
def policy() -> PolicySnapshot:
    release = load(read_policies(shipped_policies()))
    return compile_release(release, served=frozenset(release.agreements))


def folder(at: Path, *changes: tuple[str, str, str]) -> Path:
    """The small policy, with changes, as files of a folder."""
    at.mkdir()
    for name, content in small_policy(*changes).items():
        (at / name).write_bytes(content)
    return at


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return folder(tmp_path / "sound")


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """Two faults in two files."""
    changes = (("policy.csv", "allow\np,chief", "Allow\np,chief"), ("sensitive_codes.csv", "icd_10", "icd_9"))
    return folder(tmp_path / "damaged", *changes)


def facts(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_shipped_policies_are_checked_by_default_and_their_version_is_told(run: Run) -> None:
    version = version_of(read_policies(shipped_policies()))
    result = run("check")
    assert (result.exit_code, result.stdout) == (0, f"ok: release {version}\n")


def test_check_as_json_tells_version_and_count_of_permitted_cells(run: Run, sound: Path) -> None:
    told = facts(run("check", str(sound), "--json"))
    assert told == {"ok": True, "version": version_of(small_policy()), "permitted": 4, "faults": []}


def test_a_damaged_folder_is_refused_with_one_line_for_each_fault(run: Run, damaged: Path) -> None:
    result = run("check", str(damaged))
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.splitlines() == [
        "policy.csv:1: 'Allow' is no known effect: write 'allow'",
        "sensitive_codes.csv:2: 'icd_9' is no known code system: write 'icd_10'",
    ]


def test_the_faults_come_as_json_too(run: Run, damaged: Path) -> None:
    result = run("check", str(damaged), "--json")
    assert result.exit_code == 1
    assert facts(result)["faults"] == run("check", str(damaged)).stdout.splitlines()


def test_a_folder_that_is_not_there_is_named_and_nothing_is_checked(run: Run, tmp_path: Path) -> None:
    result = run("check", str(tmp_path / "nowhere"))
    assert isinstance(result.exception, SettingsInvalid)
    assert "the policies cannot be read at" in str(result.exception)


def test_the_folder_of_the_environment_is_checked_where_none_is_given(
    run: Run, sound: Path, damaged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_POLICIES", str(damaged))
    assert run("check").exit_code == 1
    assert run("check", str(sound)).exit_code == 0


def test_the_policies_of_an_installation_are_checked_where_its_folder_is_given(
    run: Run, damaged: Path, tmp_path: Path
) -> None:
    (tmp_path / "gateway.env").write_text(f"GATEWAY_POLICIES={damaged.name}\n", "utf-8")
    assert run("check", before=("--dir", str(tmp_path))).exit_code == 1
    (tmp_path / "gateway.env").write_text("GATEWAY_LOG_LEVEL=INFO\n", "utf-8")
    assert run("check", before=("--dir", str(tmp_path))).exit_code == 0


def test_a_decision_is_explained_as_json_on_the_day_asked_about(run: Run, policy: PolicySnapshot) -> None:
    told = facts(run("explain", *RECORD, "--at", "2021-06-01", "--json"))
    decision = policy.decide_cell(RECORD, date(2021, 6, 1))
    assert {field.name for field in dataclasses.fields(Decision)} <= told.keys()
    assert told["permitted"] is True
    assert (told["rule_id"], told["scope"], told["view"]) == (decision.rule_id, decision.scope, decision.view)
    assert told["duties"] == ["professional", "reason", "attestation"]
    assert (told["agreement"], told["policy_version"]) == ("DARS-NIC-226296-S7T2Y", policy.version)
    assert told["at"] == "2021-06-01"
    assert "The account carries the number of a professional register (ALL-4)." in told["conditions"]


def test_after_the_term_the_explanation_says_what_ended(run: Run) -> None:
    told = facts(run("explain", *RECORD, "--at", "2022-10-01", "--json"))
    assert (told["permitted"], told["reason_code"]) == (False, "agreement_not_in_force")
    assert told["lapsed"] == "the term ended on 2022-09-30"
    assert told["sentence"].startswith("The data sharing agreement is not in force today")


def test_the_day_asked_about_is_today_by_default(run: Run, sound: Path) -> None:
    told = facts(run("explain", *LIST, "--policies", str(sound), "--json"))
    assert date.fromisoformat(told["at"]) > date(2022, 9, 30)
    assert told["reason_code"] == "agreement_not_in_force"


def test_a_decision_is_explained_in_words(run: Run, sound: Path) -> None:
    asked = ("--at", "2020-06-01", "--policies", str(sound))
    permitted = run("explain", *LIST, *asked).stdout.splitlines()
    assert permitted[:4] == [
        "permitted on 2020-06-01",
        "You have access to this.",
        "rules that match: clerk:papers:list",
        "what would have to be true:",
    ]
    assert all(line.startswith("  - ") for line in permitted[4:])
    refused = run("explain", "clerk", "work", "papers", "read", *asked).stdout
    assert refused.startswith("refused: no_rule on 2020-06-01\nYour role does not have access to this.\n")
    assert "rules that match: none\n" in refused
    assert "It is permitted to: chief." in refused


def test_words_that_nobody_knows_are_explained_and_not_an_error(run: Run, sound: Path) -> None:
    result = run("explain", "king", *LIST[1:], "--policies", str(sound))
    assert result.exit_code == 0
    assert "'king' would have to be a word of vocabulary.toml." in result.stdout


@pytest.mark.parametrize("at", ["yesterday", "2021-02-30", "01/06/2021"])
def test_a_day_that_is_none_is_wrong_use(run: Run, at: str) -> None:
    assert run("explain", *RECORD, "--at", at).exit_code == 2


def test_the_matrix_is_every_cell_under_its_header_whatever_the_day(run: Run, policy: PolicySnapshot) -> None:
    result = run("matrix", "--csv")
    header, *rows = csv.reader(result.stdout.splitlines())
    assert ",".join(header) == HEADER
    assert [tuple(row[:4]) for row in rows] == list(policy.vocabulary.cells())
    permitted = {tuple(row[:4]): row for row in rows if row[4] == "true"}
    assert permitted.keys() == policy.permissions.keys()
    assert {row[4] for row in rows} == {"true", "false"}
    assert permitted[RECORD][5:] == [
        "own_practice_at_risk",
        "practice_record",
        "RS",
        "professional;reason;attestation",
        "gp:practice.record:read",
    ]


def test_the_matrix_as_json_has_the_same_rows(run: Run, sound: Path) -> None:
    told = facts(run("matrix", "--json", "--policies", str(sound)))
    rows = list(csv.DictReader(run("matrix", "--policies", str(sound)).stdout.splitlines()))
    assert ",".join(told["columns"]) == HEADER
    assert told["rows"] == rows


def test_the_matrix_comes_in_one_form_at_a_time(run: Run) -> None:
    result = run("matrix", "--json", "--csv")
    assert result.exit_code == 2
    assert "choose --csv or --json" in result.stderr


def test_explain_and_matrix_refuse_damaged_policies(run: Run, damaged: Path) -> None:
    for words in (("explain", *RECORD), ("matrix",)):
        assert "'Allow' is no known effect" in str(run(*words, "--policies", str(damaged)).exception)
