"""The served demonstration as a program meets it: its people, their requests over a socket, its log and its stores."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPMessage
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask

from gateway.enforcement.desk import serving_desk
from gateway.settings import Settings
from gateway.stores.generations import current_run, path_of
from gateway.stores.vault import Vault
from gateway.web import application

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Answer:
    """One response, whole. `events` are the indexes that its Gateway-Event header names."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def kind(self) -> str:
        return self.headers.get_content_type()

    @property
    def events(self) -> list[int]:
        return [int(index) for index in self.headers.get("Gateway-Event", "").split(",") if index]


@dataclass
class Person:
    """Somebody with a program of their own that keeps cookies; no redirect is followed."""

    port: int
    user: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def get(self, path: str) -> Answer:
        return self.request("GET", path)

    def post(self, path: str, **form: str) -> Answer:
        return self.request("POST", path, urlencode({"csrf_token": self.token, **form}))

    def request(self, method: str, path: str, body: str | None = None, **headers: str) -> Answer:
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **headers}
        if body is not None:
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer

    def take_token(self, path: str) -> None:
        """Forms are sent from now on with the token of the page at `path`."""
        found = TOKEN.search(self.get(path).text)
        assert found, f"no form at {path}"
        self.token = found.group(1)


@dataclass(frozen=True)
class Served:
    """A running gateway on a copy of the demonstration. passwords: as they are now, by user."""

    folder: Path
    port: int
    passwords: dict[str, str]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def people(self) -> dict[str, dict[str, Any]]:
        """sign-ins.json by user."""
        return {one["user"]: one for one in json.loads((self.folder / "sign-ins.json").read_text("utf-8"))}

    @property
    def truth(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "truth.json").read_text("utf-8"))
        return found

    def person(self, user: str = "", organisation: str = "") -> Person:
        """Somebody signed in and acting, at `organisation` where they have several; nobody for ''."""
        person = Person(self.port, user)
        person.take_token("/sign-in")
        if user:
            signed_in = person.post("/sign-in", user=user, password=self.passwords[user])
            assert signed_in.status == 303, signed_in.text
            person.take_token("/acting-role")
        if organisation:
            self.choose(person, organisation)
        return person

    def choose(self, person: Person, organisation: str) -> None:
        """Act at one of several organisations."""
        page = person.get("/acting-role").text
        found = re.search(rf'for="membership-(\d+)">[^<]* at {organisation}<', page)
        assert found, f"no role at {organisation}"
        assert person.post("/acting-role", membership=found.group(1)).status == 303
        person.take_token("/acting-role")

    def events(self, since: int = 0) -> list[dict[str, Any]]:
        """The log's events from index `since` on, as their leaves tell them."""
        leaves = self.read("audit_log", "audit_log.db", "SELECT leaf FROM event WHERE idx >= ? ORDER BY idx", since)
        return [json.loads(leaf) for (leaf,) in leaves]

    def log_size(self) -> int:
        return int(self.read("audit_log", "audit_log.db", "SELECT count(*) FROM event")[0][0])

    def read_run(self, statement: str, *values: object) -> list[Row]:
        """Rows of the identifiable run that is served."""
        home = self.settings.home
        path = path_of(home, "risk_identifiable", current_run(home)).relative_to(home)
        return self.read("risk_identifiable", str(path), statement, *values)

    def read(self, store: str, file: str, statement: str, *values: object) -> list[Row]:
        """Rows of a store, by its key."""
        settings = self.settings
        connection = Vault(settings.keys).connect(store, settings.home / file, read_only=True)
        try:
            return [tuple(row) for row in connection.execute(statement, values)]
        finally:
            connection.close()

    def application(self) -> Flask:
        """The same application, for its map of addresses; it answers nothing here."""
        return application(serving_desk(self.settings))

    @property
    def settings(self) -> Settings:
        return Settings.from_folder(self.folder, {})


def command(folder: Path, *arguments: str) -> list[str]:
    """`gateway --dir folder …`, by the script that is installed beside this interpreter."""
    return [str(Path(sys.executable).with_name("gateway")), "--dir", str(folder), *arguments]
