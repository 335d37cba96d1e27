"""Asking as the signed-in subject: what stands around a request on the log, and the events that the answer names."""

from __future__ import annotations

from typing import Any

import pytest

ADMINISTRATOR = ("access_administrator", "06Q")


@pytest.mark.parametrize(
    ("path", "channel", "route"),
    [
        ("/administration/users/max", "web", "/administration/users/<user>"),
        ("/api/v1/administration/users?user=max", "api", "/api/v1/administration/users"),
    ],
)
def test_the_log_has_channel_and_route_and_never_a_path_with_a_value(
    house: Any, path: str, channel: str, route: str
) -> None:
    answer = house.signed_in("max", ADMINISTRATOR).get(path)
    event = house.events()[int(answer.headers["Gateway-Event"])]
    assert (event["channel"], event["interaction"]) == (channel, {"method": "GET", "route": route})
    assert event["request"] == answer.headers["X-Request-ID"]


def test_an_answer_names_each_event_that_it_left(house: Any) -> None:
    browser = house.signed_in("max", ADMINISTRATOR)
    answer = browser.post("/account/tokens", name="one", days="1")
    first, second = (int(index) for index in answer.headers["Gateway-Event"].split(", "))
    assert [house.events()[index]["action"] for index in (first, second)] == ["update", "read"]


def test_an_answer_that_left_none_names_none(house: Any) -> None:
    assert "Gateway-Event" not in house.browser().get("/sign-in").headers


def test_a_change_is_on_the_log_with_what_was_changed(house: Any) -> None:
    browser = house.signed_in("max", ADMINISTRATOR)
    browser.post("/account/tokens", name="one", days="1")
    told = [event["details"]["changed"] for event in house.events() if "changed" in event.get("details", {})]
    assert told[-1] == ["token made"]
