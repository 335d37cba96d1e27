"""agreements.toml: dated rows that are whole, in order, apart from one another and about known parties."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

Told = Callable[..., tuple[str, ...]]
FILE = "agreements.toml"
TERM = "[[agreement.AA.term]]\nfrom = 2020-01-01\nto = 2020-12-31\n"
END = 'name = "Shut out"\nfrom = 2020-01-01\nsource = "a test"\n'
DAYS = st.dates(date(2019, 1, 1), date(2021, 12, 31))


def row(of: str, first: object, last: object = None, **words: str) -> str:
    dates = f"from = {first}\n" + (f"to = {last}\n" if last else "")
    return f'[[agreement.AA.{of}]]\nsource = "a test"\n{dates}' + "".join(
        f'{key} = "{word}"\n' for key, word in words.items()
    )


def added(text: str) -> tuple[str, str, str]:
    return (FILE, END, END + text)


@pytest.mark.parametrize(
    ("old", "new", "line", "rule"),
    [
        ("[agreement.AA]\n", "[agreement.aa]\n", 1, "'aa' is no agreement's key: use two to eight capital letters"),
        ("DARS-NIC-111111-AAAAA", "DARS-NIC-1-A", 2, "'reference' is not a valid agreement reference"),
        ('data_sets = ["papers"]', "data_sets = 1", 5, "'data_sets' has the wrong kind of value"),
        (TERM, TERM.replace("2020-12-31", "2019-12-31"), 8, "the row ends before it begins"),
        (TERM, TERM.replace("2020-12-31", '"2020-12-31"'), 8, "'to' has the wrong kind of value"),
        (TERM, TERM.replace("from", "form"), 7, "'form' is no known key: write 'from'"),
        ('purposes = ["work"]', 'purposes = ["wrok"]', 9, "'wrok' is no known purpose: write 'work'"),
        ('kind = "controller"', 'kind = "owner"', 17, "'owner' is no known kind: use one of: controller, processor"),
        ('"standards met"', '"met"', 22, "'met' is no known status"),
        ('"06Q"\nstatus', '"06R"\nstatus', 21, "'06R' is no known party of the agreement: write '06Q'"),
        ('"06Q"\nname', '"06q"\nname', 15, "'organisation' is not a valid organisation code"),
        ('"ZZH"', '"06Q"', 26, "a party of the agreement is barred: remove the one row or the other"),
        (END, f"{END}to = 2020-12-31\n", 30, "a bar has no end: remove 'to'"),
    ],
)
def test_a_damaged_row_is_refused_on_its_line(faults: Told, old: str, new: str, line: int, rule: str) -> None:
    refused = [told for told in faults((FILE, old, new)) if told.startswith(f"{FILE}:{line}: ")]
    assert any(told.startswith(f"{FILE}:{line}: {rule}") for told in refused)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (
            row("participating_practice", "2020-01-01", organisation="06Q"),
            "'organisation' is not a valid practice code",
        ),
        (row("opt_out", "2020-01-01", regime="none"), "'none' is no known regime: use one of: national_data_opt_out"),
        (row("instruction", "2020-01-01", reference="1"), "'given_by' is missing"),
        (row("storage_address", "2020-01-01"), "'address' is missing"),
        ("[agreement.AA.extra]\n", "'extra' is no known key"),
        ("[agreement.BB]\n", "'term' is missing"),
    ],
)
def test_a_damaged_further_row_is_refused(faults: Told, text: str, rule: str) -> None:
    assert any(rule in told for told in faults(added(text)) if told.startswith(f"{FILE}:"))


def test_a_practice_an_address_and_an_instruction_are_taken(faults: Told) -> None:
    text = (
        row("participating_practice", "2020-01-01", "2020-01-31", organisation="Z99001")
        + row("participating_practice", "2020-02-01", organisation="Z99001")
        + row("participating_practice", "2020-01-01", organisation="Z99002")
        + row("storage_address", "2020-01-01", address="here")
        + row("opt_out", "2020-01-01", regime="type_2_applied")
        + row("instruction", "2020-01-01", reference="1", given_by="06Q")
    )
    assert faults(added(text)) == ()


@settings(deadline=None, max_examples=60)
@given(*(st.tuples(DAYS, DAYS).map(sorted) for _ in range(2)))
def test_two_rows_about_the_same_thing_share_no_day(faults: Told, one: list[date], other: list[date]) -> None:
    rows = [row("section_251", first, last) for first, last in (one, other)]
    took = (FILE, '[[agreement.AA.section_251]]\nfrom = 2020-01-01\nsource = "a test"\n', "".join(rows))
    days = [{first + timedelta(days=n) for n in range((last - first).days + 1)} for first, last in (one, other)]
    overlaps = [told for told in faults(took) if "the row overlaps the one at line" in told]
    assert bool(overlaps) == bool(days[0] & days[1])


def test_a_row_without_an_end_overlaps_whatever_follows(faults: Told) -> None:
    refused = faults(added(row("section_251", "2030-01-01")))
    assert [told.split(": ")[1] for told in refused] == ["the row overlaps the one at line 11"]


def test_rows_about_different_organisations_may_overlap(faults: Told) -> None:
    assert faults(added(row("party", "2020-01-01", organisation="ZZP", name="P", kind="processor"))) == ()


def test_two_agreements_with_one_reference_are_refused(faults: Told) -> None:
    copy = (
        '[agreement.BB]\nreference = "DARS-NIC-111111-AAAAA"\ntitle = "t"\nlegal_basis = "l"\ndata_sets = []\n'
        '[[agreement.BB.term]]\nfrom = 2020-01-01\npurposes = ["work"]\nsource = "s"\n'
    )
    assert faults(added(copy)) == (
        f"{FILE}:31: 'DARS-NIC-111111-AAAAA' is the reference of AA already: write each agreement's own",
    )


@pytest.mark.parametrize("text", ["# nothing\n", "agreement = 1\n", "[agreement]\n"])
def test_no_agreement_at_all_is_refused(small: Callable[..., dict[str, bytes]], faults: Told, text: str) -> None:
    whole = small()[FILE].decode()
    assert any(told.startswith(f"{FILE}:1: there is no [agreement.…]") for told in faults((FILE, whole, text)))


def test_an_agreement_that_is_no_table_is_refused(faults: Told) -> None:
    refused = faults((FILE, "[agreement.AA]\n", "[agreement]\nBB = 1\n[agreement.AA]\n"))
    assert refused == (f"{FILE}:2: this is not a table: write it as [agreement.BB]",)
