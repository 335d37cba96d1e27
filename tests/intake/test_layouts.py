"""The layouts of the files that arrive, as data and as JSON table schemas."""

from __future__ import annotations

import pytest

from gateway.intake.layouts import Field, json_schema, layout, names

RISK = ("apc", "ec", "op", "gp_patient", "gp_condition", "gp_medication", "practice", "lsoa", "objections")
FORBIDDEN = ("Postcode", "Date_of_Birth", "Surname", "Forename", "Address", "Name")


def test_every_layout_has_its_columns_once_each() -> None:
    assert set(RISK) <= set(names())
    for name in names():
        header = layout(name).header
        assert header
        assert len(set(header)) == len(header)


@pytest.mark.parametrize("name", RISK[:6])
def test_no_layout_of_patients_has_a_name_an_address_a_birth_date_or_a_postcode(name: str) -> None:
    assert not set(layout(name).header) & set(FORBIDDEN)


def test_a_layout_that_is_not_there_is_told() -> None:
    with pytest.raises(KeyError, match="nowhere"):
        layout("nowhere")


@pytest.mark.parametrize(
    ("kind", "longest"), [("an10", 10), ("an1", 1), ("text", None), ("date", None), ("sctid", None), ("an", None)]
)
def test_a_type_says_how_long_a_value_may_be(kind: str, longest: int | None) -> None:
    assert Field("a", kind, required=False, rule="").longest == longest


def test_a_schema_has_types_rules_and_what_is_required() -> None:
    fields = {field["name"]: field for field in json_schema(layout("apc"))["fields"]}
    assert list(fields) == list(layout("apc").header)
    assert fields["APCS_Ident"]["type"] == "integer"
    assert fields["Admission_Date"] == {
        "name": "Admission_Date", "type": "date", "description": "not after discharge, not in the future",
        "constraints": {"required": True},
    }  # fmt: skip
    assert fields["NHS_Number"]["constraints"] == {"required": False, "maxLength": 10}
