"""A list as a file or as JSON: headers that say what stands under them, how old the data is, and no handle."""

from __future__ import annotations

import csv
import io

from gateway.access.grant import Column
from gateway.sheets.lists import as_csv, as_records, key, total_of
from gateway.stores.result import Result, Rows

NAMES = ("nhs_number", "handle", "gp_reasons", "net_pence", "at_risk", "percentage", "line_pence")
ROWS = Rows(
    tuple(Column(name, "class") for name in NAMES),
    (("9990000018", "opaque", "=cmd()", 123456, "*", "*", -5), ("9990000026", "other", None, None, "10", "12.5", 100)),
    total=2,
    page=3,
)
RESULT = Result("one", {"patients": ROWS}, as_of={"SUS+ to": "2026-09-30", "GP data of": "=1"})


def lines() -> list[list[str]]:
    return list(csv.reader(io.StringIO(as_csv(RESULT, "patients").decode())))


def test_headers_say_what_stands_under_them_and_how_old_it_is() -> None:
    assert lines()[0] == [
        "NHS number", "Recorded by the practice", "Net (£)", "Number of people at risk", "% at risk", "Amount (£)",
        "SUS+ to", "GP data of",
    ]  # fmt: skip


def test_money_is_in_pounds_and_nothing_runs() -> None:
    assert lines()[1] == ["9990000018", "'=cmd()", "1234.56", "*", "*", "-0.05", "2026-09-30", "'=1"]
    assert lines()[2] == ["9990000026", "", "", "10", "12.5", "1.00", "2026-09-30", "'=1"]


def test_a_handle_never_leaves_in_a_file() -> None:
    assert b"opaque" not in as_csv(RESULT, "patients")


def test_records_are_keyed_by_what_their_values_are() -> None:
    columns, records = as_records(ROWS)
    assert columns == ["nhs_number", "handle", "gp_reasons", "net_£", "people_at_risk", "percentage_%", "line_£"]
    assert records[0] == {
        "nhs_number": "9990000018", "handle": "opaque", "gp_reasons": "=cmd()", "net_£": "1234.56",
        "people_at_risk": "*", "percentage_%": "*", "line_£": "-0.05",
    }  # fmt: skip
    assert records[1]["net_£"] is None


def test_a_key_is_the_columns_own_name_where_it_says_enough() -> None:
    assert key("band") == "band"


def test_a_column_of_money_without_words_still_says_pounds() -> None:
    rows = Rows((Column("own_pence", "money"),), ((1,),))
    assert as_csv(Result("one", {"a": rows}), "a") == "Own pence (£)\r\n0.01\r\n".encode()


def test_a_total_that_may_not_be_told_is_none() -> None:
    assert total_of(ROWS) == {"total": 2, "page": 3}
    assert total_of(Rows((), (), None)) == {"total": None, "page": 1}
