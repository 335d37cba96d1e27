"""The log pulled by a machine: byte for byte, from a cursor on, its event first; the same again is 304, and on it."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

AUDITOR = ("nhs_digital_auditor", "X26")
ENTRIES = "/api/v1/audit/entries"
_SHOWN = re.compile(r'<code class="gateway-hash">([^<]+)</code>')


@pytest.fixture
def browser(house: Any) -> Any:
    return house.signed_in("kit", AUDITOR)


def leaves(house: Any) -> list[bytes]:
    """Every leaf as it is stored."""
    path = house.desk.settings.home / "audit_log.db"
    connection = house.desk.vault.connect("audit_log", path, read_only=True)
    try:
        return [row[0].encode() for row in connection.execute("SELECT leaf FROM event ORDER BY idx")]
    finally:
        connection.close()


def pull(browser: Any, asked: str = "", etag: str = "") -> TestResponse:
    headers = {"If-None-Match": etag} if etag else {}
    answer: TestResponse = browser.client.get(f"{ENTRIES}{asked}", base_url="https://localhost", headers=headers)
    return answer


def test_the_leaves_are_byte_for_byte_those_of_the_log(house: Any, browser: Any) -> None:
    before = leaves(house)
    answer = pull(browser)
    assert answer.data == b"".join(leaf + b"\n" for leaf in before)
    assert answer.content_type == "application/x-ndjson"
    assert answer.headers["Gateway-Cursor"] == answer.headers["Gateway-Head"] == str(len(before))
    assert (answer.headers["Accept-Ranges"], answer.headers["Cache-Control"]) == ("none", "no-store")
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_its_event_names_the_exact_range_and_the_hash_of_the_bytes(house: Any, browser: Any) -> None:
    answer = pull(browser, "?from=1&to=3")
    event = house.events()[int(answer.headers["Gateway-Event"])]
    assert (event["type"], event["resource"], event["channel"]) == ("audit.exported", "audit.entries", "api")
    told = event["details"]
    assert (told["first"], told["size"], told["bytes"]) == (1, 3, len(answer.data))
    assert told["sha256"] == hashlib.sha256(answer.data).hexdigest()
    assert [json.loads(line)["index"] for line in answer.data.splitlines()] == [1, 2]


def test_the_event_is_on_the_log_before_the_first_byte(house: Any, browser: Any) -> None:
    before = len(house.events())
    answer = browser.client.get(ENTRIES, base_url="https://localhost", buffered=False)
    assert house.types_since(before) == ["audit.exported"]
    answer.close()


def test_the_next_pull_goes_on_from_the_cursor_and_nothing_is_left_out_or_told_twice(house: Any, browser: Any) -> None:
    first = pull(browser)
    browser.get("/auditor/search")
    second = pull(browser, f"?from={first.headers['Gateway-Cursor']}")
    whole = leaves(house)[: int(second.headers["Gateway-Cursor"])]
    assert first.data + second.data == b"".join(leaf + b"\n" for leaf in whole)
    assert second.data


def test_nothing_new_is_an_empty_answer(house: Any, browser: Any) -> None:
    head = len(house.events())
    answer = pull(browser, f"?from={head}")
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Gateway-Cursor"] == str(head)


def test_the_same_range_again_is_304_and_an_access_with_its_event(house: Any, browser: Any) -> None:
    first = pull(browser, "?from=0&to=2")
    again = pull(browser, "?from=0&to=2", first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    event = house.events()[int(again.headers["Gateway-Event"])]
    assert (event["type"], event["details"]["first"], event["details"]["size"]) == ("audit.searched", 0, 2)


def test_an_etag_is_of_one_range_and_one_asker(house: Any, browser: Any) -> None:
    etag = pull(browser, "?from=0&to=2").headers["ETag"]
    assert pull(browser, "?from=0&to=3", etag).status_code == 200
    other = house.signed_in("nia", AUDITOR)
    assert pull(other, "?from=0&to=2", etag).status_code == 200
    assert hashlib.sha256(pull(browser, "?from=0&to=2").data).hexdigest() not in etag


@pytest.mark.parametrize(
    "asked", ["?from=x", "?from=-1", "?from=99999", "?from=3&to=2", "?to=99999", "?from=" + "1" * 16, "?page=1"]
)
def test_what_is_no_range_of_the_log_is_not_understood(browser: Any, asked: str) -> None:
    assert pull(browser, asked).status_code == 400


def test_a_token_pulls_as_a_session_does(house: Any, browser: Any) -> None:
    found = _SHOWN.search(browser.post("/account/tokens", name="pull", days="30").text)
    assert found
    headers = {"Authorization": f"Bearer {found.group(1)}"}
    answer = house.browser().client.get(ENTRIES, base_url="https://localhost", headers=headers)
    assert answer.status_code == 200
    assert house.events()[int(answer.headers["Gateway-Event"])]["actor"]["signed_in_by"] == "token"


def test_nobody_and_another_role_get_nothing(house: Any) -> None:
    assert pull(house.browser()).status_code == 401
    other = house.signed_in("max", ("access_administrator", "06Q"))
    assert pull(other).status_code == 403
    assert house.events()[-1]["type"] == "access.refused"
