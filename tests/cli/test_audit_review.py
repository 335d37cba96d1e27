"""`gateway audit review`, as a timer runs it: as the privacy officer's service account, and the same twice is one."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from gateway.audit.event import Event, EventType, new_id
from gateway.settings import Settings
from tests.builders.auditing import AUDITOR, Open, invoked


def test_what_calls_for_a_look_is_opened_once(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    house.add("pat", ("privacy_officer", "06Q"))
    house.clock[0] = datetime.now(UTC)
    monkeypatch.setenv("GATEWAY_SERVICE_REVIEW", "pat")
    desk = replace(house.desk, settings=Settings.from_folder(house.desk.settings.home.parent, os.environ))
    run = partial(invoked, Open(held=desk))
    refused = {"actor": {"user": "zoe", "role": "gp"}, "decision": "deny", "reason_code": "role_expired"}
    house.desk.log.append(Event(new_id(0, os.urandom(10)), EventType.ACCESS_REFUSED, refused))
    told = run("review", "--json").facts
    assert [item["rule"] for item in told["items"] if item["user"] == "zoe"] == ["after_role_ended"]
    assert told["opened"] == len(told["items"])
    event = house.events()[told["event"]]
    assert (event["actor"]["user"], event["channel"], event["action"]) == ("pat", "cli", "find")
    assert run("review", "--json").facts["items"] == []
    assert run("review").out.startswith("0 opened; this search is event ")
    late = {**refused, "actor": {"user": "yan", "role": "gp"}}
    house.desk.log.append(Event(new_id(0, os.urandom(10)), EventType.ACCESS_REFUSED, late))
    assert run("review").out.startswith("after_role_ended: yan on ")


def test_the_auditor_opens_nothing(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    house.add("ada", AUDITOR)
    monkeypatch.setenv("GATEWAY_SERVICE_REVIEW", "ada")
    desk = replace(house.desk, settings=Settings.from_folder(house.desk.settings.home.parent, os.environ))
    assert invoked(Open(held=desk), "review").code == 1
    assert house.events()[-1]["type"] == "access.refused"
