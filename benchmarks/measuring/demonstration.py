"""A demonstration to measure on, made by the real commands, with the people who sign in to it."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import sqlite3
from datetime import date
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

from gateway.settings import Settings
from gateway.stores.generations import ABOUT, current_run, path_of
from gateway.stores.risk_identifiable import schema
from gateway.stores.vault import Vault
from measuring.processes import GATEWAY, HERE, cost

INSTRUCTION = "DEMONSTRATION-1"
WORK_LIST = "/practice/worklist"
READERS = ("gp", "gp-elsewhere", "practice-staff")
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_TABLE = next(statement for statement in schema.TABLES if "TABLE worklist" in statement)


def make(folder: Path, patients: int, day: date | None = None) -> None:
    """`gateway demo` without serving, for the given day or today."""
    today = ["--today", day.isoformat()] if day else []
    cost([GATEWAY, "demo", "--dir", folder, "--patients", patients, "--no-serve", *today])


def intake_command(folder: Path, files: Path, day: date) -> list[object]:
    """The whole risk intake of what `gateway synthesise` wrote."""
    risk = files / "risk"
    return [
        *(GATEWAY, "--dir", folder, "intake", "risk", "--json", "--again", "--instruction", INSTRUCTION),
        *("--apc", risk / "apc.csv", "--ec", risk / "ec.csv", "--op", risk / "op.csv", "--gp", risk / "gp"),
        *("--reference", risk / "reference", "--objections", risk / "objections.csv", "--as-of", day.isoformat()),
    ]


def lengthen_lists(folder: Path, scratch: Path, patients: int) -> None:
    """One emergency admission instead of two puts a patient on the list: then every practice fills a page of 50."""
    agreements, day = folder / "policies" / "agreements.toml", date.today()  # noqa: DTZ011 as `gateway demo` has it
    told = agreements.read_text("utf-8")
    agreements.write_text(told.replace("threshold = 2", "threshold = 1"), "utf-8")
    cost([GATEWAY, "synthesise", "--out", scratch, "--patients", patients, "--as-of", day.isoformat()])
    cost(intake_command(folder, scratch, day))
    shutil.rmtree(scratch)


def copy_rows(folder: Path, to: Path) -> None:
    """The work list's rows in plain SQLite, with the same index."""
    settings = Settings.from_folder(folder, {})
    path = path_of(settings.home, schema.NAME, current_run(settings.home))
    source = Vault(settings.keys).connect(schema.NAME, path, read_only=True)
    plain = sqlite3.connect(to)
    with plain:
        for statement in (ABOUT, _TABLE, *(one for one in schema.INDEXES if "ON worklist" in one)):
            plain.execute(statement)
        plain.executemany(schema.INSERTS["worklist"], source.execute("SELECT * FROM worklist ORDER BY rowid"))
        plain.executemany("INSERT INTO about VALUES (?, ?)", source.execute("SELECT key, value FROM about"))
    plain.close()
    source.close()


def sign_ins(folder: Path) -> list[dict[str, str]]:
    """Those of sign-ins.json who read a work list in one role."""
    every = json.loads((folder / "sign-ins.json").read_text("utf-8"))
    return [one for one in every if one["user"] in READERS]


def cookies_of(port: int, who: dict[str, str]) -> str:
    """Sign in and open the list once; the Cookie header that a browser has then.

    By hand, because a Secure cookie is sent over plain http by no library.
    """
    connection = http.client.HTTPConnection(HERE, port, timeout=30)
    page, first = _ask(connection, "GET", "/sign-in", {})
    found = _TOKEN.search(page)
    token = found.group(1) if found else ""
    form = urlencode({"csrf_token": token, "user": who["user"], "password": who["password"]})
    headers = {"Cookie": _header(first), "Content-Type": "application/x-www-form-urlencoded"}
    _, second = _ask(connection, "POST", "/sign-in", headers, form, HTTPStatus.SEE_OTHER)
    _, third = _ask(connection, "GET", WORK_LIST, {"Cookie": _header(first | second)})
    connection.close()
    return _header(first | second | third)


def _header(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def _ask(  # noqa: PLR0913, PLR0917 a request's parts
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    headers: dict[str, str],
    body: str = "",
    wanted: HTTPStatus = HTTPStatus.OK,
) -> tuple[str, dict[str, str]]:
    """The page, and the cookies that came with it."""
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    page = answer.read().decode()
    if answer.status != wanted:
        raise RuntimeError(f"{method} {path} answered {answer.status}")
    cookies = (cookie.split(";", 1)[0].partition("=") for cookie in answer.headers.get_all("Set-Cookie") or [])
    return page, {name: value for name, _, value in cookies}
