"""Patient data in the finance route is quarantined unseen; an NHS number is held only where it may be (IV-2, IV-3)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import Result

from gateway.intake.layouts import layout
from gateway.invoices.personal_data import holds_nhs_number
from tests.builders.ceff import (
    APC,
    BACKING,
    COMMISSIONER,
    EC,
    HEADER,
    LINE,
    NUMBER,
    NUMBERS,
    OP,
    PROVIDER,
    Ceff,
    attendance,
    facts,
    header,
    line,
    spell,
    write,
)

PERSON = NUMBERS[0]
SPELT = [
    PERSON, "999 000 0018", "999-000-0018", "9 990000 018", "999 000  0018", "999\u00a0000\u00a00018",
    "999\u20130000018", "999.000.0018", "999_000_0018", "PO 12 999 000 0018", "INV9990000018X",
]  # fmt: skip
ORDER = "purchase_order_or_xx_reference"
CREATED = "date_and_time_data_set_created"


def assert_unseen(ceff: Ceff, result: Result, text: str) -> None:
    """Neither the store, nor the log, nor what is said has the text or its digits."""
    assert result.exception is None, result.output
    held = repr(ceff.everything()) + json.dumps(ceff.events()) + result.output
    assert text not in held
    assert PERSON not in held


@pytest.mark.parametrize("text", SPELT)
def test_an_nhs_number_in_an_order_reference_quarantines_the_header_unseen(ceff: Ceff, text: str) -> None:
    result = ceff.take({HEADER: [header("ZZ1M01"), header("ZZ1M02", **{ORDER: text})]})
    assert_unseen(ceff, result, text)
    told = facts(result)
    assert (told["quarantined"], told["stored"]) == ({"invoice": 1, "line": 0}, {"invoice": 1})
    unseen = [row for row in ceff.rows("invoice") if row["state"] == "QUARANTINED"]
    filled = {name: value for name, value in unseen[0].items() if value not in {None, "", 0}}
    assert filled.keys() == {"invoice", "run", "received", "provider_code", "state"}


@pytest.mark.parametrize(
    "column",
    [NUMBER, "invoice_type", PROVIDER, COMMISSIONER, "financial_year", "contract_basis", ORDER,
     "original_invoice_number", CREATED],
)  # fmt: skip
def test_an_nhs_number_in_any_text_of_a_header_quarantines_it(ceff: Ceff, column: str) -> None:
    result = ceff.take({HEADER: [header(**{column: "999 000 0018"})]})
    assert_unseen(ceff, result, "999 000 0018")
    assert facts(result)["quarantined"] == {"invoice": 1, "line": 0}


@pytest.mark.parametrize(
    "column",
    [NUMBER, "service_code", "prior_approval_reference", "tariff_code", "bpt_flag", "point_of_delivery_code"],
)
def test_an_nhs_number_in_free_text_of_a_line_quarantines_it(ceff: Ceff, column: str) -> None:
    result = ceff.take({BACKING: [line(1, nhs_number=""), line(2, nhs_number="", **{column: "999-000-0018"})]})
    assert_unseen(ceff, result, "999-000-0018")
    assert facts(result)["quarantined"] == {"invoice": 0, "line": 1}
    assert [row["line_number"] for row in ceff.rows("line")] == [1]


@pytest.mark.parametrize(
    "text",
    ["9990000019", "99900000181", "1111111111", "PO 999 000 001", "2026-11-24T09:30:00", "9990 00 00018 1"],
)
def test_what_is_no_nhs_number_is_not_quarantined(ceff: Ceff, text: str) -> None:
    told = ceff.taken({HEADER: [header(**{ORDER: text})]})
    assert told["quarantined"] == {"invoice": 0, "line": 0}
    assert [row["purchase_order"] for row in ceff.rows("invoice")] == [text]


def test_when_a_file_was_made_is_no_patient_although_its_digits_could_be_one(ceff: Ceff) -> None:
    made = ["2026-01-01 02:30", "2026-01-01 10:30:00Z", "01/01/2026 01:30:00", "2026-01-02 18:30:00.000+00:00"]
    assert all(holds_nhs_number(text) for text in made)
    rows = [header(f"ZZ1M{letter}", **{CREATED: text}) for letter, text in zip("ABCD", made, strict=True)]
    assert ceff.taken({HEADER: rows})["stored"] == {"invoice": 4}


def test_local_numbers_of_ten_digits_are_not_taken_for_a_patients(ceff: Ceff) -> None:
    local = {"hospital_provider_spell_number": PERSON, "cds_unique_identifier": NUMBERS[1]}
    assert ceff.taken({BACKING: [line(1, **local)]})["stored"] == {"line": 1}


def test_the_sender_is_told_the_file_and_the_line_and_nothing_else(ceff: Ceff) -> None:
    file = ceff.file(HEADER, header(), header("ZZ1M02", **{ORDER: PERSON}), to="from-provider.csv")
    said = ceff.run("--invoices", file).stderr
    assert said == (
        "from-provider.csv: line 3: holds what looks like an NHS number where none may be: quarantined; "
        "ask the sender for it again without\n"
    )


def test_a_quarantined_header_that_is_wrong_as_well_is_quarantined(ceff: Ceff) -> None:
    told = ceff.taken({HEADER: [header(**{ORDER: PERSON, "invoice_net_amount": "much"})]})
    assert (told["quarantined"]["invoice"], told["set_aside"]["invalid_value"]) == (1, 0)


def test_lines_of_a_quarantined_invoice_wait(ceff: Ceff) -> None:
    told = ceff.taken({HEADER: [header(**{ORDER: PERSON})], BACKING: [line()]})
    assert told["lines_without_invoice"] == 1
    assert ceff.taken({HEADER: [header()]})["lines_without_invoice"] == 0


def test_a_file_whose_name_holds_an_nhs_number_is_refused_without_repeating_it(ceff: Ceff) -> None:
    said = ceff.refused("--invoices", ceff.file(HEADER, header(), to=f"letter {PERSON}.csv"))
    assert "a file's name holds what looks like an NHS number" in said
    assert PERSON not in said
    assert PERSON not in json.dumps(ceff.events())


@pytest.mark.parametrize(
    ("kind", "name"),
    [(BACKING, "date_of_birth"), (BACKING, "postcode"), (APC, "Person Birth Date"), (APC, "post-code"),
     (OP, "POSTCODE_OF_USUAL_ADDRESS"), (EC, "D.O.B.")],
)  # fmt: skip
def test_a_birth_date_or_postcode_column_is_lost_at_the_door(ceff: Ceff, kind: str, name: str) -> None:
    kinds: dict[str, dict[str, str]] = {
        BACKING: line(), APC: spell(), OP: attendance(), EC: attendance(column="arrival_date"),
    }  # fmt: skip
    row = kinds[kind]
    path = write(ceff.folder / "more.csv", kind, [row | {name: "1950-06-07"}], [name, *layout(kind).header])
    result = ceff.run("--backing" if kind == BACKING else "--sus", path)
    told = facts(result)
    assert (told["left_out"]["personal_columns"], sum(told["stored"].values())) == (1, 1)
    assert "1950-06-07" not in repr(ceff.everything()) + json.dumps(ceff.events()) + result.output
    assert [row["lost_columns"] for row in ceff.rows("delivery")] == [1]


def test_no_table_of_the_store_has_a_birth_date_or_a_postcode(ceff: Ceff) -> None:
    tables = [row[0] for row in ceff.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = {row[1] for table in tables for row in ceff.connection.execute(f"PRAGMA table_info({table})")}
    assert {"nhs_number", "start_date"} <= columns
    assert not [name for name in columns if "birth" in name or "post" in name]


@pytest.mark.parametrize(
    ("given", "state", "kept"),
    [
        ({"nhs_number": PERSON}, "held", PERSON),
        ({"nhs_number": "999 000 0018"}, "held", PERSON),
        ({"nhs_number": "999-000-0018"}, "held", PERSON),
        ({"nhs_number": ""}, "absent", None),
        ({"nhs_number": "9990000019"}, "invalid", None),
        ({"nhs_number": "1111111111"}, "invalid", None),
        ({"nhs_number": "99900000181"}, "invalid", None),
        ({"nhs_number": "UNKNOWN"}, "invalid", None),
        ({"nhs_number": PERSON, "withheld_identity_reason": "03"}, "withheld", None),
        ({"nhs_number": "", "withheld_identity_reason": "03"}, "withheld", None),
    ],
)
def test_a_lines_nhs_number_is_held_only_where_it_may_be(
    ceff: Ceff, given: dict[str, str], state: str, kept: str | None
) -> None:
    left_out = ceff.taken({BACKING: [line(**given)]})["left_out"]
    assert [(row["nhs_number_state"], row["nhs_number"]) for row in ceff.rows("line")] == [(state, kept)]
    assert (left_out["invalid_number"], left_out["withheld_number"]) == (state == "invalid", state == "withheld")


@pytest.mark.parametrize(
    ("kind", "row"),
    [(APC, spell), (OP, attendance), (EC, lambda **other: attendance(column="arrival_date", **other))],
)
def test_a_sus_row_with_a_number_that_is_none_stays_outside(ceff: Ceff, kind: str, row: Any) -> None:
    told = ceff.taken({kind: [row(nhs_number="9990000019"), row(nhs_number=PERSON, withheld_identity_reason="03")]})
    assert (told["set_aside"]["invalid_number"], told["left_out"]["withheld_number"]) == (1, 1)
    assert [(row["nhs_number_state"], row["nhs_number"]) for row in ceff.rows("sus_row")] == [("withheld", None)]


def test_our_own_codes_hold_no_run_of_digits(ceff: Ceff) -> None:
    ceff.taken({HEADER: [header(f"ZZ1M{n}") for n in range(30)], BACKING: [line(n, **{LINE: f"{n}"}) for n in (1, 2)]})
    codes = [row["invoice"] for row in ceff.rows("invoice")] + [row["reference"] for row in ceff.rows("line")]
    codes += [row["delivery"] for row in ceff.rows("delivery")]
    assert len(set(codes)) == 34
    assert all(len(code) == 12 and sum(sign.isdigit() for sign in code) == 4 for code in codes)
