"""How a line finds its SUS+ row: the surest tier first, and the same as a matcher in plain Python finds (IV-4)."""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from gateway.intake.layouts import layout
from gateway.synthetic.invoices import write as synthesise
from tests.builders.ceff import (
    APC,
    BACKING,
    EC,
    HEADER,
    LINE,
    NUMBER,
    NUMBERS,
    OP,
    PROVIDER,
    Ceff,
    Row,
    attendance,
    facts,
    line,
    spell,
    write,
)
from tests.oracles.plain_matcher import matches as plain_matches
from tests.oracles.plain_matcher import read

AS_OF = date(2026, 10, 31)
SEEDS = range(50) if os.environ.get("GATEWAY_PROOF") == "full" else range(3)
BLANK = {"cds_unique_identifier": "", "hospital_provider_spell_number": ""}
OTHER = {"cds_unique_identifier": "BOTHER", "hospital_provider_spell_number": "SYNOTHER"}
DATES = ("activity_start_date", "activity_end_date")


def tier(ceff: Ceff, billed: Row, *rows: Row, kind: str = APC) -> list[tuple[int, str]]:
    """(SUS+ record, tier) that the line has found."""
    ceff.taken({BACKING: [billed], kind: rows})
    return [(record, tier) for _, _, record, tier in ceff.matches()]


def test_the_cds_identifier_is_surest(ceff: Ceff) -> None:
    by_spell_and_person = spell(1, cds_unique_identifier="BOTHER")
    by_cds = spell(2, cds_unique_identifier="BZZ1SYNB")
    assert tier(ceff, line(1), by_spell_and_person, by_cds) == [(2, "cds_unique_identifier")]


def test_then_the_providers_own_identifier(ceff: Ceff) -> None:
    found = tier(ceff, line(1, cds_unique_identifier=""), spell(1, nhs_number=""))
    assert found == [(1, "provider_identifier")]


def test_then_the_person_and_the_dates(ceff: Ceff) -> None:
    assert tier(ceff, line(1, **BLANK), spell(1)) == [(1, "person_and_dates")]


@pytest.mark.parametrize("start", ["2026-05-03", "2026-05-05"])
def test_then_the_person_within_a_day(ceff: Ceff, start: str) -> None:
    near = {"activity_start_date": start, "activity_end_date": "2026-05-06"}
    assert tier(ceff, line(1, **OTHER, **near), spell(1)) == [(1, "person_and_near_dates")]


@pytest.mark.parametrize(
    "other",
    [
        {"activity_start_date": "2026-05-02"},
        {"activity_start_date": "2026-05-06"},
        {"activity_end_date": "2026-05-09"},
        {"nhs_number": ""},
        {"nhs_number": NUMBERS[3]},
        {"withheld_identity_reason": "03"},
        {"nhs_number": "9990000019"},
    ],
)
def test_beyond_a_day_or_without_the_person_nothing_is_found(ceff: Ceff, other: Row) -> None:
    assert tier(ceff, line(1, **OTHER | other), spell(1)) == []


def test_an_end_that_one_of_them_does_not_tell_is_no_difference(ceff: Ceff) -> None:
    assert tier(ceff, line(1, **BLANK, activity_end_date=""), spell(1)) == [(1, "person_and_dates")]


def test_another_provider_is_another_spell(ceff: Ceff) -> None:
    assert tier(ceff, line(1), spell(1, **{PROVIDER: "ZZ2"})) == []


@pytest.mark.parametrize(("pod", "found"), [("OPFASPCL", 1), ("UNBOTHER", 1), ("NEL", 0), ("AE", 0), ("DRUG", 0)])
def test_only_the_data_set_that_carries_the_point_of_delivery_is_looked_at(ceff: Ceff, pod: str, found: int) -> None:
    assert len(tier(ceff, line(1, point_of_delivery_code=pod), attendance(1), kind=OP)) == found


def test_of_rows_that_fit_alike_the_first_is_taken(ceff: Ceff) -> None:
    assert tier(ceff, line(1, **BLANK), spell(8, nhs_number=NUMBERS[1]), spell(1)) == [(8, "person_and_dates")]


def test_a_new_extract_matches_every_line_anew(ceff: Ceff) -> None:
    assert tier(ceff, line(1, **BLANK), spell(1)) == [(1, "person_and_dates")]
    ceff.taken({APC: [spell(1, extract_date="2026-07-20", start_date_hospital_provider_spell="2026-05-03")]})
    assert [(record, tier) for _, _, record, tier in ceff.matches()] == [(1, "person_and_near_dates")]


def take_folder(ceff: Ceff, folder: Path) -> list[tuple[str, int, int, str]]:
    sus = [part for name in (APC, OP, EC) for part in ("--sus", folder / f"{name}.csv")]
    told = facts(ceff.run("--invoices", folder / f"{HEADER}.csv", "--backing", folder / f"{BACKING}.csv", *sus))
    found = ceff.matches()
    assert told["matched"] == {**dict.fromkeys(told["matched"], 0), **Counter(tier for *_, tier in found)}
    return found


def plainly(folder: Path) -> list[tuple[str, int, int, str]]:
    return [(invoice, int(number), record, tier) for invoice, number, record, tier in plain_matches(folder)]


def test_the_synthetic_set_is_matched_as_plain_python_matches_it(ceff: Ceff) -> None:
    planted = synthesise(ceff.folder, 12, AS_OF, 1)
    found = take_folder(ceff, ceff.folder)
    assert found == plainly(ceff.folder)
    lines = {(row[NUMBER], int(row[LINE])): row for row in read(ceff.folder / f"{BACKING}.csv")}
    alone = lines.keys() - {(invoice, number) for invoice, number, _, _ in found}
    missing = {key for key in alone if lines[key]["point_of_delivery_code"] != "DRUG"}
    assert {f"{invoice}/{number}" for invoice, number in missing} == {
        key for key, checks in planted.items() if "IV-06" in checks
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_a_set_that_is_told_badly_is_matched_as_plain_python_matches_it(ceff: Ceff, seed: int) -> None:
    synthesise(ceff.folder, 12, AS_OF, seed + 1)
    told_badly(ceff.folder / f"{BACKING}.csv", random.Random(seed))  # noqa: S311 no secret
    found = take_folder(ceff, ceff.folder)
    assert found == plainly(ceff.folder)
    assert len({tier for *_, tier in found}) == 4
    assert len(found) < len(ceff.rows("line"))


def told_badly(path: Path, chance: random.Random) -> None:
    """Every line loses or changes something of what it could be found by."""
    rows = read(path)
    for row in rows:
        row.update(dict.fromkeys(chance.sample([*sorted(BLANK), "attendance_identifier"], chance.randint(0, 3)), ""))
        moved = chance.choice((0, 0, 0, 1, -1, 2))
        for name in DATES if chance.random() < 0.5 else DATES[:1]:
            row[name] = (date.fromisoformat(row[name]) + timedelta(days=moved)).isoformat()
        row["activity_end_date"] = "" if chance.random() < 0.1 else max(row["activity_end_date"], row[DATES[0]])
        row["withheld_identity_reason"] = "03" if chance.random() < 0.1 else ""
        row["nhs_number"] = chance.choice([row["nhs_number"]] * 4 + [chance.choice(rows)["nhs_number"]])
        row["point_of_delivery_code"] = chance.choice([row["point_of_delivery_code"]] * 6 + ["UNBOTHER", "DRUG", "EL"])
    write(path, BACKING, rows, layout(BACKING).header)
