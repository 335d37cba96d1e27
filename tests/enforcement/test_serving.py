"""Whoever serves and whoever needs nobody to serve keep out of each other's way, whatever becomes of either."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.enforcement.migrating import COPIES, migrate
from gateway.enforcement.serving import alone, served, stopped
from gateway.errors import Conflict, SettingsInvalid
from gateway.settings import Settings
from tests.builders.everything import NOW, made

RUNNING = "the gateway is running: stop it, then close"
WEB = "from gateway.web import from_environment; from_environment(); print('ready', flush=True); input()"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation that nobody serves."""
    return made(tmp_path_factory.mktemp("serving") / "installation")


@pytest.fixture
def web(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    """A web server's own process; no log runs beside it."""
    around = {**os.environ, "GATEWAY_DIR": str(settings.home.parent)}
    with subprocess.Popen(
        [sys.executable, "-c", WEB], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=around
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def test_two_may_serve_and_nothing_else_may_be_done_meanwhile(settings: Settings) -> None:
    handles = [served(settings), served(settings)]
    for handle in handles:
        with pytest.raises(Conflict, match=RUNNING), alone(settings, "close"):
            raise AssertionError("it was not stopped")
        os.close(handle)
    with alone(settings, "close"):
        assert settings.home.is_dir()


def test_nobody_begins_to_serve_meanwhile(settings: Settings) -> None:
    with stopped(settings, "close"), pytest.raises(Conflict, match="start the gateway when that has ended"):
        served(settings)
    os.close(served(settings))


def test_a_web_server_whose_log_is_away_is_running_until_it_is_killed(
    settings: Settings, web: subprocess.Popen[str]
) -> None:
    with pytest.raises(Conflict, match="stop it, then migrate"):
        migrate(settings, NOW)
    assert not (settings.home / COPIES).exists()
    web.send_signal(signal.SIGKILL)
    web.wait(20)
    with stopped(settings, "close"):
        assert settings.home.is_dir()


def test_a_folder_of_stores_that_is_gone_is_told_with_the_mend(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="the folder of stores cannot be opened at"):
        served(replace(settings, home=tmp_path / "gone"))
