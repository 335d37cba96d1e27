"""One demonstration for all workers of a test run, made by the real command; each worker serves a copy of its own.

The browser is the one that is there: Debian's chromium, else Playwright's own.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Playwright, sync_playwright

from tests.journeys.screens import Screens
from tests.journeys.served import Person, Served, command

PATIENTS = "2000"
START_SECONDS = 60
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This worker's own copy of what `gateway demo` made, once for them all."""
    own = tmp_path_factory.mktemp("demonstration") / "served"
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    made = shared / "made"
    with (shared / "made.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            run = [*command(made)[:1], "demo", "--dir", str(made), "--patients", PATIENTS, "--no-serve"]
            subprocess.run(run, check=True, stdout=subprocess.DEVNULL)
        shutil.copytree(made, own)
    return own


@pytest.fixture(scope="session")
def served(demonstration: Path) -> Iterator[Served]:
    """The running gateway. After the worker's last journey the whole log still verifies."""
    port = free_port()
    process = subprocess.Popen(command(demonstration, "serve", "--port", str(port)), stdout=subprocess.DEVNULL)
    try:
        wait_for(process, port)
        people = json.loads((demonstration / "sign-ins.json").read_text("utf-8"))
        yield Served(demonstration, port, {one["user"]: one["password"] for one in people})
        verified = subprocess.run(command(demonstration, "audit", "verify"), check=False, stdout=subprocess.DEVNULL)
        assert verified.returncode == 0, "the log does not verify after the journeys"
    finally:
        process.terminate()
        process.wait(START_SECONDS)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Headless Chromium; the one skip that is allowed, which `.ci/run` counts as a failure."""
    there = next(filter(None, map(shutil.which, BROWSERS)), None)
    try:
        launched = playwright.chromium.launch(executable_path=there, args=SWITCHES)
    except Error:
        if there:
            raise
        pytest.skip("no browser can be had here")
    yield launched
    launched.close()


@pytest.fixture
def screens(browser: Browser, served: Served) -> Iterator[Screens]:
    """Screens of a test's people; at its end no page may have had an error or broken its content policy."""
    opened = Screens(browser, served)
    yield opened
    opened.close()
    assert opened.complaints == []


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    """Until the server is ready, or has ended."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if Person(port).get("/readyz").status == 200:
                return
        except (OSError, HTTPException):
            time.sleep(0.1)
    raise RuntimeError("the gateway did not start")


@pytest.fixture(scope="session")
def hasty(served: Served) -> None:
    """A GP has opened patients so quickly that the privacy officer is to look at it."""
    gp = served.person("gp-elsewhere")
    found = re.search(r"/practice/patients/\w+", gp.get("/practice/worklist").text)
    assert found
    assert {gp.get(found.group()).status for _ in range(8)} == {200}


@pytest.fixture(scope="session")
def targeted(served: Served) -> str:
    """The commissioner's analyst has saved a cohort; its number."""
    words = ("cohort", "save", "Admitted twice", "--criteria", "admissions=2", "--as", "analyst", "--json")
    typed = f"{served.people['analyst']['password']}\n"
    run = subprocess.run(command(served.folder, *words), check=True, input=typed, stdout=subprocess.PIPE, text=True)
    return str(json.loads(run.stdout)["cohort"])
