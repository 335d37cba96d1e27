"""What is held from run to run: later extracts replace, new lists withdraw, the same files say the same again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.builders.deliveries import (
    ANNA,
    BEN,
    CARA,
    DEV,
    HERE,
    THERE,
    Row,
    Rows,
    appointment,
    attendance,
    condition,
    patient,
    prescription,
    spell,
)
from tests.builders.processor import Processor


@pytest.fixture
def first(processor: Processor, tmp_path: Path) -> Processor:
    """A processor that has taken the ordinary delivery in."""
    facts = processor.taken(Rows().written(tmp_path / "first"))
    assert facts["withdrawn"] == {}
    return processor


def later(folder: Path, apc: list[Row], **more: list[Row]) -> Any:
    """A later extract of some spells, with a GP extract of the day after; no file is the same as before."""
    people = [patient(who, Extract_Date="2026-10-31") for who in (ANNA, BEN)]
    new: dict[str, Any] = {
        "gp_patient": [*people, patient(CARA, THERE, Extract_Date="2026-10-31")],
        "gp_condition": [condition(ANNA, First_Recorded="2019-02-04")],
        "gp_medication": [prescription(ANNA, Issue_Date="2026-09-02")],
        "ec": [attendance(900, ANNA)],
        "op": [appointment(900, CARA)],
    }
    return Rows(apc=apc, **new | more).written(folder)


def test_what_was_taken_in_before_is_still_there_after_the_next_extract(first: Processor, tmp_path: Path) -> None:
    facts = first.taken(later(tmp_path / "later", [spell(40, BEN, Admission_Date="2026-10-01", Discharge_Date="")]))
    assert facts["withdrawn"] == {}
    assert first.at_risk() == {HERE: {ANNA, BEN}}
    assert len(first.rows("spell")) == 4
    assert len(first.rows("attendance")) == 2


def test_a_record_that_comes_again_takes_the_held_one_s_place(first: Processor, tmp_path: Path) -> None:
    again = spell(20, ANNA, Admission_Method="11")
    facts = first.taken(later(tmp_path / "later", [again]))
    assert facts["withdrawn"] == {}
    assert first.at_risk() == {}
    assert len(first.rows("spell")) == 3


def test_a_spell_sent_again_with_a_higher_number_takes_the_held_one_s_place(first: Processor, tmp_path: Path) -> None:
    again = spell(25, ANNA, Hospital_Spell_No="SP20", Admission_Method="11")
    facts = first.taken(later(tmp_path / "later", [again]))
    assert facts["withdrawn"] == {"superseded": 1}
    assert facts["set_aside"]["superseded"] == 0
    assert first.at_risk() == {}


def test_an_older_state_of_a_held_spell_changes_nothing(first: Processor, tmp_path: Path) -> None:
    older = spell(19, ANNA, Hospital_Spell_No="SP20", Admission_Method="11")
    facts = first.taken(later(tmp_path / "later", [older]))
    assert facts["withdrawn"] == {}
    assert first.at_risk() == {HERE: {ANNA}}


def test_a_spell_that_has_become_restricted_is_withdrawn(first: Processor, tmp_path: Path) -> None:
    hidden = spell(26, "", Hospital_Spell_No="SP20", Withheld_Identity_Reason="97")
    facts = first.taken(later(tmp_path / "later", [hidden]))
    assert facts["withdrawn"] == {"restricted": 1}
    assert facts["set_aside"]["restricted"] == 1
    assert first.at_risk() == {}


def test_a_new_list_of_objections_withdraws_what_is_held(first: Processor, tmp_path: Path) -> None:
    files = later(tmp_path / "later", [spell(40, BEN)]).listing("--objections", ANNA)
    facts = first.taken(files)
    assert facts["withdrawn"] == {"objection": 3}  # two spells and an attendance
    assert first.at_risk() == {HERE: {BEN}}
    assert first.person(ANNA) == []


def test_nothing_of_an_objector_is_left_in_any_file(first: Processor, tmp_path: Path) -> None:
    first.taken(later(tmp_path / "later", [spell(40, BEN)]).listing("--objections", ANNA))
    assert {path.name for path in first.home.glob("risk_*/run-*.db")} == {"run-000002.db"}
    assert all(row["nhs_number"] != ANNA for row in first.rows("worklist"))
    first.taken(later(tmp_path / "after", [spell(50, BEN, Admission_Date="2026-10-02")]), "--again")
    assert len(first.person(ANNA, "spell")) == 0


def test_a_list_of_those_cleared_withdraws_everybody_else(first: Processor, tmp_path: Path) -> None:
    facts = first.taken(later(tmp_path / "later", [spell(40, BEN)]).listing("--cleared", BEN))
    assert facts["withdrawn"] == {"objection": 4}
    assert {row["nhs_number"] for row in first.rows("worklist")} == {BEN}


def test_whoever_has_left_the_area_is_withdrawn_with_all_rows(first: Processor, tmp_path: Path) -> None:
    gone = [patient(ANNA, "Z98001", LSOA_Code="E01999901"), patient(BEN), patient(CARA, THERE)]
    moved = spell(60, ANNA, GP_Practice_Code="Z98001", Der_Postcode_CCG_Code="99E", Admission_Date="2026-10-20",
                  Discharge_Date="2026-10-21", Der_Postcode_LSOA_2011_Code="E01999901")  # fmt: skip
    facts = first.taken(later(tmp_path / "later", [moved], ec=[], gp_patient=gone))
    assert facts["withdrawn"] == {"out_of_area": 3}


def test_what_lies_after_the_day_of_a_run_for_an_earlier_day_is_withdrawn(processor: Processor, tmp_path: Path) -> None:
    late = spell(40, BEN, Admission_Date="2026-10-30", Discharge_Date="")
    processor.taken(later(tmp_path / "first", [spell(10, ANNA), late]))
    files = Rows(apc=[spell(50, ANNA)], gp_patient=[patient(ANNA, Extract_Date="2026-09-01")]).written(
        tmp_path / "earlier"
    )
    facts = processor.taken(files, as_of="2026-09-30")
    assert facts["withdrawn"] == {"invalid_value": 1}


def test_reasons_for_setting_aside_count_this_run_s_files_alone(first: Processor, tmp_path: Path) -> None:
    rows = Rows(apc=[spell(10, ANNA), spell(10, ANNA), spell(30, DEV, GP_Practice_Code="Z98001")])
    before = first.taken(rows.written(tmp_path / "second"), "--again")["set_aside"]
    first.emptied()
    alone = first.taken(rows.written(tmp_path / "third"))["set_aside"]
    assert before == alone


def test_the_same_files_give_the_same_result_again(first: Processor, tmp_path: Path) -> None:
    before = first.everything()
    facts = first.taken(Rows().written(tmp_path / "first"), "--again")
    assert facts["run"] == 2
    assert facts["withdrawn"] == {}
    assert first.everything() == before


def test_a_run_made_again_still_tells_what_changed_since_the_run_before_it(first: Processor, tmp_path: Path) -> None:
    files = later(tmp_path / "later", [spell(40, ANNA, Admission_Date="2026-11-03", Discharge_Date="")])
    first.taken(files, as_of="2026-11-20")
    told = first.everything()
    assert first.person(ANNA)[0]["change"] == 1
    assert [row["score"] for row in first.person(ANNA, "trend")] == [2, 3]
    first.taken(files, "--again", as_of="2026-11-20")
    assert first.everything() == told


def test_people_known_to_hospitals_alone_are_listed_once_they_register(processor: Processor, tmp_path: Path) -> None:
    rows = Rows(apc=[spell(10, DEV), spell(20, DEV, Admission_Date="2026-06-04", Discharge_Date="2026-06-05")])
    processor.taken(rows.written(tmp_path / "first"))
    assert processor.at_risk() == {}
    people = [patient(who) for who in (ANNA, BEN, DEV)]
    processor.taken(later(tmp_path / "later", [spell(70, ANNA)], gp_patient=people))
    assert processor.at_risk() == {HERE: {DEV}}
