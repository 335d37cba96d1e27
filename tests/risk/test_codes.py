"""ICD-10 codes out of SUS+ fields as they really come."""

from __future__ import annotations

import pytest

from gateway.risk.codes import categories, diagnoses, table


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("||E119 ,J849 ||I801 ,N179", ("E119", "J849", "I801", "N179")),
        ("||I50X", ("I50",)),
        ("||F00D ,G30A", ("F00", "G30")),
        ("||e11.9,j44.0", ("E119", "J440")),
        ("||I10 ||I10 ,I10X", ("I10",)),
        ("|| , ,||", ()),
        ("", ()),
        ("||M0690 ,T84031", ("M0690", "T8403")),
        ("||123 ,9A1 ,E1", ()),
        ("E119\tJ849", ("E119", "J849")),
    ],
)
def test_a_field_is_read_into_its_distinct_codes_in_order(text: str, codes: tuple[str, ...]) -> None:
    assert diagnoses(text) == codes


def test_categories_are_the_first_three_characters() -> None:
    assert categories(["E119", "E112", "I50"]) == {"E11", "I50"}


@pytest.mark.parametrize(
    "name", ["hfrs.csv", "charlson.csv", "charlson_shmi.csv", "lace.csv", "lace_comorbidity.csv", "parr30.csv"]
)
def test_a_table_leaves_its_source_line_out(name: str) -> None:
    assert all(value and not value.startswith("#") for row in table(name) for value in row.values())
