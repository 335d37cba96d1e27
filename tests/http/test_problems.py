"""What is told of an error: a page for people, a problem document for programs, the event's reference, no value."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from gateway.access.decision import ReasonCode
from gateway.errors import AccessDenied, NotFound
from gateway.http.factory import MOST_BYTES, MOST_PARTS
from gateway.recorder.client import LogClient
from gateway.stores import accounts
from gateway.web import application

ADMINISTRATOR = ("access_administrator", "06Q")
SECRET = "999 000 0018"
ERRORS = [
    ("GET", "/nowhere", 404),
    ("POST", "/administration/policy", 405),
    ("GET", "/administration/users?nothing=x", 400),
    ("GET", "/auditor/search", 403),
]


def asked(browser: Any, method: str, path: str) -> Any:
    if method == "GET":
        return browser.get(path)
    return browser.post(path)


@pytest.mark.parametrize(("method", "path", "status"), ERRORS)
def test_a_person_is_told_what_happened_and_where_to_go(house: Any, method: str, path: str, status: int) -> None:
    answer = asked(house.signed_in("max", ADMINISTRATOR), method, path)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert '<a href="/">Go to your desk</a>' in answer.text
    if "Gateway-Event" in answer.headers:
        assert f"This is event {answer.headers['Gateway-Event']} on the audit log" in answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/nowhere", 404),
        ("/api/v1/administration/users?nothing=x", 400),
        ("/api/v1/administration/users?page=x", 400),
        ("/api/v1/auditor/search", 403),
    ],
)
def test_a_program_is_told_by_a_problem_document(house: Any, path: str, status: int) -> None:
    answer = house.signed_in("max", ADMINISTRATOR).get(path)
    problem = answer.get_json()
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert (problem["type"], problem["status"]) == ("about:blank", status)
    assert re.fullmatch(r"urn:request:[a-p]{16}", problem["instance"])
    assert str(problem.get("event", "")) == answer.headers.get("Gateway-Event", "")


def test_a_kind_of_request_that_an_address_does_not_take_is_told_with_those_it_takes(house: Any) -> None:
    for path in ("/administration/policy", "/api/v1/administration/users"):
        answer = house.signed_in(f"max{len(path)}", ADMINISTRATOR).post(path)
        assert answer.status_code == 405
        assert "GET" in answer.headers["Allow"]


def test_a_program_that_nobody_signed_in_is_told_so_and_is_not_led_away(house: Any) -> None:
    answer = house.browser().get("/api/v1/administration/users")
    assert (answer.status_code, answer.get_json()["detail"]) == (401, "Sign in first.")


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ({"user": "x" * (MOST_BYTES + 1)}, "application/x-www-form-urlencoded"),
        ({f"f{number}": "x" for number in range(MOST_PARTS + 1)}, "multipart/form-data"),
    ],
)
def test_a_request_that_is_too_large_is_refused_whole(house: Any, form: dict[str, str], kind: str) -> None:
    before = len(house.events())
    answer = house.browser().client.post("/sign-in", base_url="https://localhost", data=form, content_type=kind)
    assert answer.status_code == 413
    assert "Nothing of it was kept" in answer.text
    assert len(house.events()) == before


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1:80@evil.example"])
def test_a_host_that_is_not_ours_is_refused(house: Any, host: str) -> None:
    answer = house.browser().client.get("/sign-in", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text


@pytest.fixture
def faulty(house: Any) -> Flask:
    """The application, with addresses where something goes wrong."""
    app = application(house.desk)

    def fault() -> str:
        raise ValueError(f"no such patient: {SECRET}")

    def out_of_scope() -> str:
        raise AccessDenied(ReasonCode.OBJECT_OUT_OF_SCOPE)

    def not_found() -> str:
        raise NotFound

    for view in (fault, out_of_scope, not_found):
        app.add_url_rule(f"/{view.__name__}", view_func=view)
        app.add_url_rule(f"/api/{view.__name__}", f"api_{view.__name__}", view)
    return app


@pytest.mark.parametrize("path", ["/fault", "/api/fault"])
def test_an_error_that_nobody_foresaw_tells_nothing_of_its_text(
    house: Any, faulty: Flask, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    answer = house.browser(faulty).get(path)
    logged = capsys.readouterr()
    assert answer.status_code == 500
    assert SECRET not in answer.text + logged.out + logged.err
    assert "ValueError" in logged.out + logged.err


@pytest.mark.parametrize("below", ["", "/api"])
def test_what_is_out_of_scope_reads_like_what_does_not_exist(house: Any, faulty: Flask, below: str) -> None:
    browser = house.browser(faulty)
    pages = [browser.get(f"{below}/{name}") for name in ("out_of_scope", "not_found")]
    one, other = (re.sub(r"request:[a-p]{16}", "", page.text) for page in pages)
    assert [page.status_code for page in pages] == [404, 404]
    assert one == other


@pytest.mark.parametrize("path", ["/administration/users", "/api/v1/administration/users", "/account"])
def test_nothing_is_shown_while_the_log_is_away(house: Any, tmp_path: Path, path: str) -> None:
    signed_in = house.signed_in("max", ADMINISTRATOR)
    away = house.browser(application(replace(house.desk, log=LogClient(tmp_path / "none.sock"))))
    away.client.set_cookie("__Host-session", signed_in.cookie(), domain="localhost")
    answer = away.get(path)
    assert answer.status_code == 503
    assert "nothing was shown" in answer.text
    assert "06Q" not in answer.text


def test_a_store_that_is_away_gives_a_page_whose_head_asks_no_store(house: Any, tmp_path: Path) -> None:
    lost = accounts.Store(house.desk.vault, tmp_path)
    browser = house.browser(application(replace(house.desk, stores={**house.desk.stores, accounts.NAME: lost})))
    browser.client.set_cookie("__Host-session", "any", domain="localhost")
    answer = browser.get("/account")
    assert answer.status_code == 503
    assert "Try again in a minute" in answer.text
    assert "Acting as" not in answer.text
    without_token = browser.bare_post("/sign-in", user="max")
    assert (without_token.status_code, "Acting as" in without_token.text) == (400, False)


def test_a_path_without_its_last_stroke_leads_to_the_one_with_it(house: Any) -> None:
    answer = house.signed_in("eve", ("commissioner_lead", "06Q")).get("/population")
    assert (answer.status_code, answer.headers["Location"].endswith("/population/")) == (308, True)
