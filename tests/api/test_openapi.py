"""The description of the API: open, sound, and of every address that there is and no other."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest

OPEN = {"/openapi.json", "/docs"}


@pytest.fixture
def document(house: Any) -> Any:
    return house.browser().get("/api/v1/openapi.json").get_json()


def test_it_describes_every_address_and_no_other(house: Any, document: Any) -> None:
    rules = {str(rule) for rule in house.app.url_map.iter_rules() if str(rule).startswith("/api/v1/")}
    found = {re.sub(r"<(\w+)>", r"{\1}", rule.removeprefix("/api/v1")) for rule in rules}
    assert set(document["paths"]) == found - OPEN


def test_every_operation_has_a_name_of_its_own_and_tells_its_refusals(document: Any) -> None:
    operations = [one for item in document["paths"].values() for one in item.values()]
    assert len({one["operationId"] for one in operations}) == len(operations)
    for one in operations:
        assert {"200", "400", "401", "403", "404", "503"} <= one["responses"].keys()


def test_every_part_of_an_address_is_described(document: Any) -> None:
    for path, item in document["paths"].items():
        for operation in item.values():
            named = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path))


def test_what_it_says_of_a_list_and_of_a_problem_is_so(house: Any, document: Any) -> None:
    schemas = document["components"]["schemas"]
    browser = house.signed_in("max", ("access_administrator", "06Q"))
    for path, schema in (
        ("administration/users", "List"),
        ("administration/grants", "List"),
        ("administration/agreements", "List"),
        ("auditor/search", "Problem"),
        ("administration/users?page=x", "Problem"),
    ):
        jsonschema.Draft202012Validator(schemas[schema]).validate(browser.get(f"/api/v1/{path}").get_json())


def test_every_schema_is_a_schema(document: Any) -> None:
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_it_is_there_for_people_too_with_what_each_address_answers(house: Any, document: Any) -> None:
    page = house.browser().get("/api/v1/docs").text
    for path in document["paths"]:
        assert f"<code>/api/v1{path}</code>" in page
    assert page.count('<td class="nhsuk-table__cell">application/json</td>') > 10
    assert "text/csv" in page
