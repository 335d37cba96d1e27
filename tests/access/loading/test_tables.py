"""decisions.csv and sensitive_codes.csv: exact header, exact cells, each row once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from gateway.access.loader import load
from gateway.access.release import ICD_10, REGISTER

Told = Callable[..., tuple[str, ...]]
Small = Callable[..., dict[str, bytes]]
GOLDEN = "chief,work,papers,list,near,papers,AA"
CODE = "icd_10,B20,HIV,2019-04-01,,a test"


@pytest.mark.parametrize(
    ("new", "fault"),
    [
        ("cheif,work,papers,list,near,papers,AA", "decisions.csv:2: 'cheif' is no known role: write 'chief'"),
        ("chief,wrok,papers,list,near,papers,AA", "decisions.csv:2: 'wrok' is no known purpose: write 'work'"),
        ("chief,work,paper,list,near,papers,AA", "decisions.csv:2: 'paper' is no known resource: write 'papers'"),
        ("chief,work,papers,lost,near,papers,AA", "decisions.csv:2: 'lost' is no known action of papers: write 'list'"),
        ("chief,work,papers,list,near,papers,", "decisions.csv:2: '' is no known agreement: use one of: AA, none"),
        ("chief,work,papers,list,far,papers,AA", "decisions.csv:2: 'far' is no known scope: use one of: all, near"),
        ("chief,work,papers,list,near,pages,AA", "decisions.csv:2: 'pages' is no known view: write 'papers'"),
        ("chief,work,papers,list,near,papers", "decisions.csv:2: the row has 6 cells, not 7: write role,purpose,"),
        (f"{GOLDEN},x", "decisions.csv:2: the row has 8 cells, not 7: write role,purpose,"),
        (f"{GOLDEN} ", "decisions.csv:2: a cell has spaces around it: remove them"),
        (f"{GOLDEN}\n{GOLDEN}", "decisions.csv:3: the row stands twice or out of order: sort the rows and keep each"),
        ("chief,work,papers,read,near,papers,AA", "decisions.csv:3: the row stands twice or out of order: sort"),
        (f"{GOLDEN}\n", "decisions.csv:3: the row has 1 cells, not 7: write role,purpose,"),
    ],
)
def test_a_damaged_row_of_the_golden_table_is_refused_on_its_line(faults: Told, new: str, fault: str) -> None:
    assert any(told.startswith(fault) for told in faults(("decisions.csv", GOLDEN, new)))


@pytest.mark.parametrize(
    ("file", "header"),
    [
        ("decisions.csv", "role,purpose,resource,action,scope,view,agreement"),
        ("sensitive_codes.csv", "system,code,topic,from,to,source"),
    ],
)
def test_another_header_is_refused(faults: Told, file: str, header: str) -> None:
    assert f"{file}:1: the header is another one: write {header}" in faults((file, header, header.upper()))


@pytest.mark.parametrize(
    ("new", "fault"),
    [
        ("icd_9,B20,HIV,2019-04-01,,a test", "'icd_9' is no known code system: write 'icd_10'"),
        ("icd_10,B20.1,HIV,2019-04-01,,a test", "this is no code of icd_10: write it without a dot"),
        ("icd_10,b20,HIV,2019-04-01,,a test", "this is no code of icd_10: write it without a dot"),
        ("register,dm,HIV,2019-04-01,,a test", "this is no code of register: write it without a dot"),
        ("icd_10,B20,HVI,2019-04-01,,a test", "'HVI' is no known topic: write 'HIV'"),
        ("icd_10,B20,HIV,2019-4-1,,a test", "this is no date: write YYYY-MM-DD"),
        ("icd_10,B20,HIV,20190401,,a test", "this is no date: write YYYY-MM-DD"),
        ("icd_10,B20,HIV,2019-02-30,,a test", "this is no date: write YYYY-MM-DD"),
        ("icd_10,B20,HIV,2019-04-01,soon,a test", "this is no date: write YYYY-MM-DD"),
        ("icd_10,B20,HIV,,,a test", "the row has no first day, or ends before it begins: write from"),
        ("icd_10,B20,HIV,2019-04-01,2019-03-31,a test", "the row has no first day, or ends before it begins: write"),
        ("icd_10,B20,HIV,2019-04-01,,", "the row has no source: say from where the code is known"),
        ("icd_10,B20,HIV,2019-04-01,a test", "the row has 5 cells, not 6"),
    ],
)
def test_a_damaged_sensitive_code_is_refused_on_its_line(faults: Told, new: str, fault: str) -> None:
    refused = faults(("sensitive_codes.csv", CODE, new))
    assert any(told.startswith(f"sensitive_codes.csv:2: {fault}") for told in refused)
    assert all(told.startswith("sensitive_codes.csv:2: ") for told in refused)


def test_the_same_code_from_the_same_day_twice_is_refused(faults: Told) -> None:
    refused = faults(("sensitive_codes.csv", CODE, f"{CODE}\n{CODE}"))
    assert refused == ("sensitive_codes.csv:3: the code stands twice: keep one row for each code and first day",)


def test_a_header_alone_is_refused(faults: Told) -> None:
    refused = faults(("sensitive_codes.csv", f"{CODE}\n", ""))
    assert refused == ("sensitive_codes.csv:1: there is no row under the header: put the shipped ones back",)


def test_a_code_may_end_and_be_of_any_system(small: Small) -> None:
    rows = "opcs_4,Q111,termination,2019-04-01,2020-03-31,a test\nregister,HIV,HIV,2019-04-01,,a test"
    codes = load(small(("sensitive_codes.csv", CODE, f"{CODE}\n{rows}"))).sensitive_codes
    assert [code.code for code in codes] == ["B20", "Q111", "HIV"]
    assert (codes[1].first, codes[1].last) == (date(2019, 4, 1), date(2020, 3, 31))


@pytest.mark.parametrize(
    ("system", "day", "codes"),
    [
        (ICD_10, date(2019, 3, 31), set()), (ICD_10, date(2019, 4, 1), {"B20"}), (ICD_10, date(2030, 1, 1), {"B20"}),
        ("opcs_4", date(2020, 3, 31), {"Q111"}), ("opcs_4", date(2020, 4, 1), set()),
        (REGISTER, date(2020, 1, 1), {"HIV"}),
    ],
)  # fmt: skip
def test_a_code_is_sensitive_from_its_first_day_to_its_last(
    small: Small, system: str, day: date, codes: set[str]
) -> None:
    rows = "opcs_4,Q111,termination,2019-04-01,2020-03-31,a test\nregister,HIV,HIV,2019-04-01,,a test"
    assert load(small(("sensitive_codes.csv", CODE, f"{CODE}\n{rows}"))).sensitive(system, day) == codes
