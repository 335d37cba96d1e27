"""SUS+ month by month: a later extract replaces the earlier, and what comes late undoes nothing (IV-4)."""

from __future__ import annotations

from tests.builders.ceff import APC, BACKING, EC, OP, Ceff, attendance, line, spell

JUNE = {"start_date_hospital_provider_spell": "2026-06-01", "discharge_date_hospital_provider_spell": "2026-06-02"}


def test_a_months_later_extract_replaces_the_earlier(ceff: Ceff) -> None:
    ceff.taken({BACKING: [line(1), line(2)], APC: [spell(1), spell(2)], OP: [attendance(9)]})
    told = ceff.taken({APC: [spell(3, extract_date="2026-07-20")]})
    assert told["withdrawn"] == {"superseded": 2}
    assert [row["record_identifier"] for row in ceff.rows("sus_row")] == [9, 3]
    assert ceff.matches() == []


def test_another_months_extract_leaves_the_earlier_month_alone(ceff: Ceff) -> None:
    ceff.taken({APC: [spell(1)]})
    assert ceff.taken({APC: [spell(2, extract_date="2026-07-20", **JUNE)]})["withdrawn"] == {"superseded": 0}
    assert len(ceff.rows("sus_row")) == 2


def test_an_earlier_extract_of_a_month_comes_too_late(ceff: Ceff) -> None:
    ceff.taken({APC: [spell(1, extract_date="2026-07-20")]})
    assert ceff.taken({APC: [spell(2)]})["set_aside"]["superseded"] == 1
    both = {APC: [spell(3, extract_date="2026-08-20"), spell(4, extract_date="2026-08-21")]}
    assert ceff.taken(both)["set_aside"]["superseded"] == 1
    assert [row["record_identifier"] for row in ceff.rows("sus_row")] == [4]


def test_a_spell_that_goes_on_does_not_wipe_the_month_in_which_it_began(ceff: Ceff) -> None:
    ceff.taken({APC: [spell(1), spell(2)]})
    going_on = spell(3, discharge_date_hospital_provider_spell="", extract_date="2026-07-20")
    told = ceff.taken({APC: [spell(4, extract_date="2026-07-20", **JUNE), going_on]})
    assert told["withdrawn"] == {"superseded": 0}
    assert [(row["record_identifier"], row["month"]) for row in ceff.rows("sus_row")] == [
        (1, "2026-05"), (2, "2026-05"), (4, "2026-06"), (3, "2026-06"),
    ]  # fmt: skip


def test_a_spell_that_has_ended_since_stands_once(ceff: Ceff) -> None:
    going_on = spell(1, discharge_date_hospital_provider_spell="")
    ended = spell(1, discharge_date_hospital_provider_spell="2026-06-02", extract_date="2026-07-20")
    ceff.taken({APC: [going_on]})
    assert ceff.taken({APC: [ended]})["withdrawn"] == {"superseded": 1}
    assert [row["end_date"] for row in ceff.rows("sus_row")] == ["2026-06-02"]


def test_what_a_later_extract_said_of_a_spell_is_not_undone_by_an_earlier_one(ceff: Ceff) -> None:
    ended = spell(1, discharge_date_hospital_provider_spell="2026-06-02", extract_date="2026-07-20")
    ceff.taken({APC: [ended]})
    going_on = spell(1, discharge_date_hospital_provider_spell="")
    told = ceff.taken({APC: [going_on, spell(2)]})
    assert (told["set_aside"]["superseded"], told["stored"]["sus_row"]) == (1, 1)
    assert [row["end_date"] for row in ceff.rows("sus_row")] == ["2026-06-02", "2026-05-07"]


def test_of_a_spells_states_in_one_extract_the_highest_record_stands(ceff: Ceff) -> None:
    again = spell(1) | {"generated_record_identifier": "7"}
    told = ceff.taken({APC: [again, spell(1)], OP: [attendance(2)], EC: [attendance(3, column="arrival_date")]})
    assert told["set_aside"]["superseded"] == 1
    assert [row["record_identifier"] for row in ceff.rows("sus_row")] == [7, 2, 3]
