"""The log tile by tile over the web: hashes for everybody, entries for the auditor alone, 404 for what is not there."""

from __future__ import annotations

import os
from typing import Any

import pytest

from gateway.audit.event import Event, EventType, new_id
from gateway.audit.tiles import bundle

AUDITOR = ("nhs_digital_auditor", "X26")


@pytest.fixture
def grown(house: Any) -> Any:
    """A log with a full tile."""
    for number in range(257 - len(house.events())):
        event = Event(new_id(number, os.urandom(10)), EventType.SESSION_START, {"n": number})
        house.desk.log.append(event)
    return house


def stored(house: Any, column: str) -> list[Any]:
    connection = house.desk.vault.connect("audit_log", house.desk.settings.home / "audit_log.db", read_only=True)
    try:
        return [row[0] for row in connection.execute(f"SELECT {column} FROM event ORDER BY idx")]  # noqa: S608 ours
    finally:
        connection.close()


def test_a_full_tile_is_everybodys_and_may_be_kept_for_ever(grown: Any) -> None:
    before = len(grown.events())
    answer = grown.browser().get("/audit/tile/0/000")
    assert answer.data == b"".join(stored(grown, "hash")[:256])
    assert (answer.content_type, answer.headers["Cache-Control"]) == (
        "application/octet-stream",
        "public, max-age=31536000, immutable",
    )
    assert len(grown.events()) == before


def test_a_partial_tile_is_given_as_wide_as_it_was_asked_for(grown: Any) -> None:
    answer = grown.browser().get("/audit/tile/0/000.p/7")
    assert answer.data == b"".join(stored(grown, "hash")[:7])
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert len(grown.browser().get("/audit/tile/1/000.p/1").data) == 32


@pytest.mark.parametrize("path", ["0/777", "1/000", "9/000", "0/000.p/0", "0/000.p/256", "64/000", "0/0", "x/000"])
def test_what_is_not_there_is_not_found(grown: Any, path: str) -> None:
    assert grown.browser().get(f"/audit/tile/{path}").status_code == 404


def test_a_tile_wider_than_the_log_is_not_found(grown: Any) -> None:
    whole, part = divmod(len(grown.events()), 256)
    assert grown.browser().get(f"/audit/tile/0/{whole:03d}.p/{part + 1}").status_code == 404


def test_entries_are_the_auditors_and_on_the_log(grown: Any) -> None:
    browser, before = grown.signed_in("ann", AUDITOR), len(grown.events())
    answer = browser.get("/audit/tile/entries/000.p/3")
    assert answer.data == bundle(leaf.encode() for leaf in stored(grown, "leaf")[:3])
    assert answer.headers["Cache-Control"] == "no-store"
    event = grown.events()[before]
    assert (event["type"], event["resource"], event["action"]) == ("audit.searched", "audit.exports", "create")
    assert answer.headers["Gateway-Event"] == str(before)
    assert browser.get("/audit/tile/entries/777").status_code == 404
    assert browser.get("/audit/tile/entries/x").status_code == 404


def test_a_token_of_the_auditor_opens_entries(grown: Any) -> None:
    browser = grown.signed_in("ann", AUDITOR)
    page = browser.post("/account/tokens", name="follower", days="30").text
    token = page.partition('<code class="gateway-hash">')[2].partition("<")[0]
    given = {"Authorization": f"Bearer {token}"}
    answer = grown.browser().client.get("/audit/tile/entries/000", base_url="https://localhost", headers=given)
    assert answer.status_code == 200
    assert grown.events()[-1]["actor"]["signed_in_by"] == "token"


def test_entries_are_refused_to_whoever_may_not_export_the_log(grown: Any) -> None:
    browser, before = grown.signed_in("nia", ("access_administrator", "06Q")), len(grown.events())
    assert browser.get("/audit/tile/entries/000").status_code == 403
    assert grown.types_since(before) == ["access.refused"]


def test_a_program_without_a_session_is_told_so_and_led_to_no_page(grown: Any) -> None:
    answer = grown.browser().get("/audit/tile/entries/000")
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
