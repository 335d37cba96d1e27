"""`gateway doctor`: each line is ok or says what to mend; 0 where all is well, 1 where not, 2 without settings."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.audit.sealing import new_key_pair
from gateway.cli import gateway
from gateway.cli.doctor import examine
from gateway.errors import SettingsInvalid
from gateway.settings import AUDITOR_KEY, Settings
from gateway.stores.practice_work.schema import STEPS
from gateway.stores.vault import Vault
from tests.builders.everything import made

NOW = datetime(2026, 11, 24, tzinfo=UTC)
STORES = (
    "accounts",
    "audit_log",
    "invoices",
    "population_work",
    "practice_work",
    "risk_identifiable",
    "risk_pseudonymised",
)
WELL = [
    "settings", "keys", "web secret", "auditor's sealing key", "clock", "policy release", "storage address of IV",
    "storage address of RS", *(f"store {name}" for name in STORES), "log head",
]  # fmt: skip


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("doctor") / "installation"
    made(folder)
    (folder / "keys" / AUDITOR_KEY).write_bytes(new_key_pair()[1])
    return folder


@pytest.fixture
def folder(made_once: Path, tmp_path: Path) -> Path:
    """A copy, to be damaged."""
    return Path(shutil.copytree(made_once, tmp_path / "installation"))


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(gateway, ["--dir", str(folder), "doctor", *words])


def told(folder: Path, code: int) -> dict[str, Any]:
    """What the doctor says, each line by what it is about; the release is told without its version."""
    done = run(folder, "--json")
    assert done.exit_code == code, done.output
    return {
        about.removesuffix(about.partition("release ")[2]).rstrip(): mend
        for about, mend in json.loads(done.stdout).items()
    }


def not_well(facts: dict[str, Any]) -> dict[str, Any]:
    return {about: mend for about, mend in facts.items() if mend != "ok"}


def test_a_sound_installation_is_ok_in_every_line(made_once: Path) -> None:
    assert told(made_once, 0) == dict.fromkeys(WELL, "ok")


def test_it_is_a_line_each_for_people(made_once: Path) -> None:
    lines = run(made_once).stdout.splitlines()
    assert len(lines) == len(WELL)
    assert all(line.endswith(": ok") for line in lines)


def test_whatever_is_not_well_is_told_in_its_line_with_its_mend(folder: Path) -> None:
    home, keys = folder / "home", folder / "keys"
    keys.chmod(0o755)
    (keys / "web-secret.key").write_bytes(b"short")
    (keys / "invoices.key").write_bytes(bytes(32))
    (keys / "population_work.key").unlink()
    (home / "accounts.db").unlink()
    (home / "risk-run").write_text("?")
    connection = Vault(keys).connect("practice_work", home / "practice_work.db")
    connection.execute("PRAGMA user_version = 0")
    connection.close()
    facts = told(folder, 1)
    assert list(facts) == WELL
    mends = {
        "keys": "others on this machine can read",
        "web secret": "has no secret of 32 bytes: write one to it",
        "store accounts": "store accounts is not at",
        "store invoices": "the key of store invoices does not open",
        "store population_work": "the key of store population_work cannot be read",
        "store practice_work": f"has schema 0, this program needs {len(STEPS)}: run 'gateway migrate'",
        "store risk_identifiable": "risk-run names no run: restore it",
        "store risk_pseudonymised": "risk-run names no run: restore it",
    }
    found = not_well(facts)
    assert sorted(found) == sorted(mends)
    assert not [about for about, mend in mends.items() if mend not in found[about]]


def test_a_log_that_cannot_be_opened_is_told_and_the_stores_are_looked_at(folder: Path) -> None:
    (folder / "keys" / "log-signing.key").unlink()
    facts = told(folder, 1)
    assert list(not_well(facts)) == ["log head"]
    assert facts["store accounts"] == "ok"


def test_an_agreement_that_lists_no_storage_address_has_intake_refused(folder: Path) -> None:
    path = folder / "policies" / "agreements.toml"
    parts = path.read_text("utf-8").split("\n[[")
    path.write_text("\n[[".join(part for part in parts if not part.startswith("agreement.RS.storage_address")), "utf-8")
    env = folder / "gateway.env"
    env.write_text(
        "".join(line for line in env.read_text("utf-8").splitlines(keepends=True) if "ADDRESS_RS" not in line), "utf-8"
    )
    assert "intake is refused until one is listed" in not_well(told(folder, 1))["storage address of RS"]


@pytest.mark.parametrize(
    ("name", "content", "mend"),
    [
        ("policies/policy.csv", "P,x\n", "policy.csv:1"),
        ("gateway.env", "", "GATEWAY_STORAGE_ADDRESS_IV is not an address"),
    ],
    ids=["policy", "address"],
)
def test_what_keeps_it_from_starting_ends_the_list(folder: Path, name: str, content: str, mend: str) -> None:
    path = folder / name
    path.write_text(content or path.read_text("utf-8").replace("ADDRESS_IV=", "ADDRESS_IV=not "), "utf-8")
    facts = told(folder, 1)
    assert list(facts)[-1] == "start"
    assert mend in facts["start"]


def test_without_settings_there_is_one_sentence(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert isinstance(done.exception, SettingsInvalid)
    assert done.exception.exit_code == 2
    assert "make it with 'gateway init'" in str(done.exception)


def test_a_clock_that_is_years_behind_is_told(made_once: Path) -> None:
    looked = examine(Settings.from_folder(made_once, {}), datetime(1970, 1, 1, tzinfo=UTC))
    found = {finding.about: finding.mend for _, finding in zip(range(5), looked, strict=False)}
    assert found["clock"].startswith("the clock is years behind")


def test_without_the_auditors_key_it_says_what_to_do_and_finds_no_fault(folder: Path) -> None:
    (folder / "keys" / AUDITOR_KEY).unlink()
    said = told(folder, 0)["auditor's sealing key"]
    assert said.startswith("none: no NHS number is sealed to the auditor. The auditor makes the pair by")


def test_an_auditors_key_that_is_none_is_told_with_its_mend(folder: Path) -> None:
    (folder / "keys" / AUDITOR_KEY).write_bytes(b"no key")
    said = told(folder, 1)["auditor's sealing key"]
    assert "take the .pub file that 'gateway audit seal-key' made" in said
