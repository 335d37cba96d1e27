"""`gateway migrate`: 0 with the copy and the versions, 1 while the gateway runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli import gateway
from gateway.enforcement.desk import open_desk
from gateway.enforcement.installation import Plan, make
from gateway.errors import Conflict
from gateway.settings import Settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation that nobody runs."""
    return make(Plan(tmp_path_factory.mktemp("migrate") / "installation", ("IV",)))


def words(settings: Settings, *more: str) -> list[str]:
    return ["--dir", str(settings.home.parent), "migrate", *more]


def test_the_copy_and_the_versions_are_printed(settings: Settings) -> None:
    done = CliRunner().invoke(gateway, words(settings, "--json"))
    assert done.exit_code == 0, done.output
    facts = json.loads(done.stdout)
    assert Path(facts["copy"]).parent == settings.home / "before-migration"
    assert list(facts["schema versions"]) == ["accounts", "audit_log", "invoices"]
    assert all(version >= 1 for version in facts["schema versions"].values())


def test_a_running_gateway_is_left_alone(settings: Settings) -> None:
    with open_desk(settings):
        done = CliRunner().invoke(gateway, words(settings))
    assert isinstance(done.exception, Conflict)
    assert done.exception.exit_code == 1
    assert str(done.exception) == "the gateway is running: stop it, then migrate"
