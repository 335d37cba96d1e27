"""Lists as JSON: their shape, filters, sorts and pages, and that the API alters nothing."""

from __future__ import annotations

from typing import Any

import pytest

ADMINISTRATOR, AUDITOR = ("access_administrator", "06Q"), ("nhs_digital_auditor", "X26")
USERS = "/api/v1/administration/users"


@pytest.fixture
def browser(house: Any) -> Any:
    """An administrator, among three further accounts."""
    for user in ("ann", "ben", "cat"):
        house.add(user, status="agent" if user == "ben" else "employee")
    return house.signed_in("max", ADMINISTRATOR)


def users(answer: Any) -> list[str]:
    return [row["user"] for row in answer.get_json()["rows"]]


def test_a_list_has_columns_rows_total_page_and_the_index_of_its_event(house: Any, browser: Any) -> None:
    answer = browser.get(USERS)
    told = answer.get_json()
    assert {"columns", "rows", "total", "page", "event"} <= told.keys()
    assert (told["total"], told["page"]) == (4, 1)
    assert all(list(row) == told["columns"] for row in told["rows"])
    assert str(told["event"]) == answer.headers["Gateway-Event"]
    assert house.events()[told["event"]]["resource"] == "administration.users"


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("status=agent", ["ben"]),
        ("user=ann&user=cat", ["ann", "cat"]),
        ("sort=-user", ["max", "cat", "ben", "ann"]),
        ("sort=user&status=", ["ann", "ben", "cat", "max"]),
        ("user=nobody", []),
        ("page=2", []),
    ],
)
def test_a_list_is_filtered_sorted_and_paged_like_its_page(browser: Any, asked: str, shown: list[str]) -> None:
    assert users(browser.get(f"{USERS}?{asked}")) == shown


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("password_hash=x", "cannot be filtered by password_hash"),
        ("name=x", "cannot be filtered by name"),
        ("sort=name", "cannot be sorted"),
        ("sort=user;DROP", "cannot be sorted"),
        ("page=0", "whole number"),
        ("page=x", "whole number"),
        ("user=" + "x" * 300, "too long"),
    ],
)
def test_what_a_list_does_not_have_is_not_understood_and_the_problem_says_what_to_mend(
    browser: Any, asked: str, told: str
) -> None:
    answer = browser.get(f"{USERS}?{asked}")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert told in answer.get_json()["detail"]


def test_pages_follow_one_another_without_a_gap(house: Any) -> None:
    browser = house.signed_in("kit", AUDITOR)
    for _ in range(60):
        browser.get("/auditor/exports")
    first, second = (browser.get(f"/api/v1/auditor/search?page={page}").get_json() for page in (1, 2))
    indexes = [row["idx"] for told in (first, second) for row in told["rows"]]
    newest = first["event"] - 1
    # The second page was asked for one event later, so that it begins with the last of the first page.
    assert indexes == [*range(newest, newest - 50, -1), *range(newest - 49, newest - 49 - len(second["rows"]), -1)]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_api_alters_nothing(browser: Any, method: str) -> None:
    answer = getattr(browser.client, method)(USERS, base_url="https://localhost")
    assert answer.status_code == 405


def test_the_same_decision_stands_before_page_and_list(house: Any, browser: Any) -> None:
    for path in ("/auditor/search", "/api/v1/auditor/search", "/api/v1/auditor/users/max"):
        answer = browser.get(path)
        assert answer.status_code == 403
        assert house.events()[int(answer.headers["Gateway-Event"])]["type"] == "access.refused"


def test_agreements_are_listed_as_they_stand(browser: Any) -> None:
    told = browser.get("/api/v1/administration/agreements").get_json()
    assert told["total"] == len(told["rows"]) == 2
    assert {row["agreement"]: row["in_force"] for row in told["rows"]} == {"IV": False, "RS": False}
