"""What a store gives back: rows as records, who they are about, and how many there are."""

from __future__ import annotations

from gateway.access.grant import Column
from gateway.stores.result import Result, Rows

NUMBER, SCORE, OTHER = Column("nhs_number", "nhs_number"), Column("score", "score"), Column("second", "nhs_number")
ROWS = Rows((NUMBER, SCORE, OTHER), (("9990000018", 3, None), ("9990000026", 1, "9990000034"), ("9990000018", 2, None)))


def test_a_row_is_a_record_by_its_columns_names() -> None:
    assert ROWS.records()[0] == {"nhs_number": "9990000018", "score": 3, "second": None}


def test_values_of_a_class_stand_once_each_and_empty_ones_not_at_all() -> None:
    assert ROWS.of_class("nhs_number") == ("9990000018", "9990000026", "9990000034")
    assert ROWS.of_class("score") == ("3", "1", "2")
    assert ROWS.of_class("term") == ()


def test_a_result_counts_the_rows_of_all_its_parts() -> None:
    assert Result("one", {"patients": ROWS, "others": ROWS}).count == 6
    assert Result("one", {}).count == 0
