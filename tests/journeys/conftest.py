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
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Playwright, sync_playwright

from tests.journeys.screens import Screens
from tests.journeys.second_run import SecondRun, deliver
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
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `gateway demo` made, once for all workers; nobody serves or alters it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / "made"
    with (shared / "made.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            run = [*command(folder)[:1], "demo", "--dir", str(folder), "--patients", PATIENTS, "--no-serve"]
            subprocess.run(run, check=True, stdout=subprocess.DEVNULL)
    return folder


@pytest.fixture(scope="session")
def demonstration(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This worker's own copy of it."""
    return Path(shutil.copytree(made, tmp_path_factory.mktemp("demonstration") / "served"))


@pytest.fixture(scope="session")
def served(demonstration: Path) -> Iterator[Served]:
    """The running gateway. After the worker's last journey the whole log still verifies."""
    with serving(of_folder(demonstration)) as running:
        yield running
        verified = subprocess.run(command(demonstration, "audit", "verify"), check=False, stdout=subprocess.DEVNULL)
        assert verified.returncode == 0, "the log does not verify after the journeys"


@pytest.fixture(scope="module")
def second_run(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecondRun]:
    """Another copy, running, into which a further delivery was taken."""
    folder = tmp_path_factory.mktemp("second")
    told = deliver(of_folder(Path(shutil.copytree(made, folder / "served"))), PATIENTS, folder / "files")
    with serving(told.served):
        yield told


def of_folder(folder: Path) -> Served:
    """What is to be served on a port that nobody uses."""
    people = json.loads((folder / "sign-ins.json").read_text("utf-8"))
    return Served(folder, free_port(), {one["user"]: one["password"] for one in people})


@contextmanager
def serving(served: Served) -> Iterator[Served]:
    """The gateway on its port, for the time of the context."""
    run = command(served.folder, "serve", "--port", str(served.port))
    process = subprocess.Popen(run, stdout=subprocess.DEVNULL)
    try:
        wait_for(process, served.port)
        yield served
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
    yield from without_complaint(Screens(browser, served))


@pytest.fixture
def screens_of_second_run(browser: Browser, second_run: SecondRun) -> Iterator[Screens]:
    """The same before the gateway that had a further delivery."""
    yield from without_complaint(Screens(browser, second_run.served))


def without_complaint(opened: Screens) -> Iterator[Screens]:
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
