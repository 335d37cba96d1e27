"""A whole installation for tests of sign-in and its neighbours: real stores, a real log, the real application.

Its clock is moved by hand; its people are invented. argon2id is as in production, each password hashed once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.access.decision import Membership
from gateway.enforcement.desk import Desk, open_desk
from gateway.enforcement.installation import Plan, make
from gateway.http import passwords
from gateway.stores.accounts import pipeline
from gateway.stores.accounts.pipeline import Account
from gateway.stores.vault import Connection, writing
from gateway.web import application

PASSWORD = "correct horse battery staple"
BARRED = "ZZH"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
_EMPTIED = ("session", "failure", "one_time_link", "membership", "outbox", "account")


@pytest.fixture(scope="session")
def password_hash() -> str:
    return passwords.hashed(PASSWORD)


@dataclass
class House:
    """One installation. `now` is its clock; `add` brings a person in; `browser` is somebody at a screen."""

    desk: Desk
    app: Flask
    password_hash: str
    clock: list[datetime] = field(default_factory=lambda: [_START])

    def now(self) -> datetime:
        return self.clock[0]

    def wait(self, **time: float) -> None:
        self.clock[0] += timedelta(**time)

    @property
    def accounts(self) -> Connection:
        return self.desk.stores["accounts"].connection()  # type: ignore[attr-defined]

    def add(self, user: str, *roles: tuple[str, str], **facts: Any) -> list[int]:
        """An account and its approved memberships, (role, organisation) each; their numbers."""
        told = {"password_hash": self.password_hash, "employer": "06Q", **facts}
        pipeline.add_account(self.accounts, Account(user, user.title(), contract_from=date(2020, 1, 1), **told))
        first = date(2020, 1, 1)
        return [
            pipeline.add_membership(self.accounts, user, Membership(role, where, first, None, "asked", "approved"))
            for role, where in roles
        ]

    def browser(self, app: Flask | None = None) -> Browser:
        return Browser((app or self.app).test_client())

    def signed_in(self, user: str, *roles: tuple[str, str], **facts: Any) -> Browser:
        """A browser in which a new user has signed in."""
        self.add(user, *roles, **facts)
        browser = self.browser()
        assert browser.sign_in(user).status_code == 303
        return browser

    def events(self) -> list[dict[str, Any]]:
        """Every event of the log, oldest first, as its leaf tells it."""
        connection = self.desk.vault.connect("audit_log", self.desk.settings.home / "audit_log.db", read_only=True)
        try:
            return [json.loads(row[0]) for row in connection.execute("SELECT leaf FROM event ORDER BY idx")]
        finally:
            connection.close()

    def types_since(self, before: int) -> list[str]:
        return [event["type"] for event in self.events()[before:]]


@dataclass
class Browser:
    """Somebody at a screen: keeps cookies, takes each form's token from the page that shows it."""

    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, base_url="https://localhost")

    def post(self, path: str, form_on: str = "/account", **form: str) -> TestResponse:
        found = _TOKEN.search(self.get(form_on).text)
        token = found.group(1) if found else ""
        return self.bare_post(path, csrf_token=token, **form)

    def bare_post(self, path: str, **form: str) -> TestResponse:
        referrer = {"Referer": "https://localhost/"}
        return self.client.post(path, base_url="https://localhost", data=form, headers=referrer)

    def sign_in(self, user: str, password: str = PASSWORD, **form: str) -> TestResponse:
        return self.post("/sign-in", "/sign-in", user=user, password=password, **form)

    def cookie(self) -> str:
        found = self.client.get_cookie("__Host-session", domain="localhost")
        return found.value if found else ""


@pytest.fixture(scope="session")
def _open(tmp_path_factory: pytest.TempPathFactory, password_hash: str) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("house")
    settings = make(Plan(folder, ("RS",)))
    clock = [_START]
    with open_desk(settings) as desk:
        ours = Desk(desk.settings, desk.policy, desk.log, desk.vault, desk.stores, clock=lambda: clock[0])
        yield House(ours, application(ours), password_hash, clock)


@pytest.fixture
def house(_open: House) -> House:
    """The installation, with nobody in it and its clock at the start."""
    with writing(_open.accounts) as connection:
        for table in _EMPTIED:
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 our own table names
    _open.clock[0] = _START
    return _open
