"""The work list and what was written about it: one answer of two stores, within the scope, on the log as one event."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.access.grant import Grant
from gateway.audit.event import EventType
from gateway.catalogue import worklist as words
from gateway.enforcement.work_list import work_list
from gateway.errors import AccessDenied, BadRequest, StoreUnavailable
from tests.builders.everything import OURS, THEIRS, Everything, asks, opened, subject
from tests.builders.listed import GP, ask, listed, mark, people, walked

EXAMPLES = 300 if os.environ.get("GATEWAY_PROOF") == "full" else 40
MINE = [one for one in people() if one["practice_code"] == OURS and one["at_risk"]]
H = [str(one["handle"]) for one in MINE]
CORRECTED, REVIEWED, DECLINED, TAKEN, GIVEN = H[:3], H[2:40], H[40:50], H[30:60], H[60:70]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everything]:
    """Reviews, assignments and corrections at our practice, and some of the other practice's."""
    with opened(listed(tmp_path_factory.mktemp("listed") / "installation")) as place:
        desk = place.desk
        mark(desk, words.REVIEW, REVIEWED, "care_plan")
        mark(desk, words.REVIEW, DECLINED, "declined", by="nurse")
        mark(desk, words.ASSIGNMENT, TAKEN, "max")
        mark(desk, words.ASSIGNMENT, GIVEN, "nurse")
        mark(desk, words.CORRECTION, CORRECTED, "moved_away")
        theirs = [str(one["handle"]) for one in people() if one["practice_code"] == THEIRS]
        for kind, code in ((words.REVIEW, "care_plan"), (words.ASSIGNMENT, "max"), (words.CORRECTION, "died")):
            mark(desk, kind, theirs, code, practice=THEIRS)
        yield place


def handles(place: Everything, **question: Any) -> set[str]:
    return {row["handle"] for row in walked(place.desk, **question)}


def test_whoever_is_not_ours_is_left_out_until_asked_for(place: Everything) -> None:
    assert handles(place) == set(H) - set(CORRECTED)
    assert handles(place, correction="yes") == handles(place, correction="moved_away") == set(CORRECTED)
    assert handles(place, correction="died") == set()


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ({"reviewed": "yes"}, {*REVIEWED, *DECLINED}),
        ({"reviewed": "no"}, set(H) - {*REVIEWED, *DECLINED}),
        ({"reviewed": "declined"}, set(DECLINED)),
        ({"reviewed": ("declined", "care_plan")}, {*REVIEWED, *DECLINED}),
        ({"assigned": "me"}, set(TAKEN)),
        ({"assigned": "nurse"}, set(GIVEN)),
        ({"assigned": ("me", "nurse")}, {*TAKEN, *GIVEN}),
        ({"assigned": "nobody"}, set(H) - {*TAKEN, *GIVEN}),
        ({"reviewed": "yes", "assigned": "me"}, {*REVIEWED, *DECLINED} & set(TAKEN)),
        ({"reviewed": "no", "assigned": "nobody"}, set(H) - {*REVIEWED, *DECLINED, *TAKEN, *GIVEN}),
    ],
)
def test_what_was_written_filters_the_list(place: Everything, question: dict[str, Any], wanted: set[str]) -> None:
    assert handles(place, **question) == wanted - set(CORRECTED)


def test_each_row_says_what_was_done_by_whom_and_whose_it_is(place: Everything) -> None:
    rows = {row["handle"]: row for row in walked(place.desk)}
    told = {name: rows[H[40]][name] for name in ("review", "reviewed_on", "reviewed_by", "assigned_to", "correction")}
    assert told == {
        "review": "Patient declined", "reviewed_on": "2026-11-24", "reviewed_by": "nurse", "assigned_to": "max",
        "correction": "",
    }  # fmt: skip
    assert {rows[H[-1]][name] for name in told} == {""}
    assert ask(place.desk).whose == ("max", "nurse")


def test_the_event_names_both_views_and_rules_the_filters_as_asked_and_no_handle(place: Everything) -> None:
    answered = ask(place.desk, assigned="me", condition="COPD")
    event = place.events()[answered.receipt.index]
    assert (event["view"], event["query"]) == (
        "practice_worklist+practice_marks", {"assigned": "me", "condition": "COPD"}
    )  # fmt: skip
    assert [rule.rpartition(":")[0] for rule in event["rules"]] == [
        "practice_staff:practice.worklist", "practice_staff:practice.marks"
    ]  # fmt: skip
    assert {"patients.nhs_number", "patients.review"} <= set(event["columns"])
    assert event["subjects"]["n"] == event["rows"] == len(answered.result.parts["patients"].rows)
    assert "HANDLE" not in str(event)


def test_a_file_has_every_row_and_what_was_written(place: Everything) -> None:
    export = asks(GP, "direct_care", "practice.worklist", "export", {"reviewed": "yes"})
    beside = asks(GP, "direct_care", "practice.marks", "list")

    def render(result: Any) -> bytes:
        return str(result.count).encode()

    made = work_list(export, beside, desk=place.desk, kind=EventType.EXPORT_CREATED, render=render)
    assert made.body == str(len({*REVIEWED, *DECLINED} - set(CORRECTED))).encode()
    assert place.events()[made.receipt.index]["type"] == "export.created"


@pytest.mark.parametrize("question", [{"reviewed": "soon"}, {"correction": "no"}, {"hospital": "x"}, {"page": 0}])
def test_a_filter_that_there_is_not_is_on_the_log_as_failed(place: Everything, question: dict[str, Any]) -> None:
    with pytest.raises(BadRequest) as told:
        ask(place.desk, **question)
    assert place.events()[told.value.event or 0]["type"] == "access.failed"


def test_where_either_is_refused_nothing_is_shown(place: Everything) -> None:
    analyst = subject("commissioner_analyst", "06Q")
    mine, theirs = (asks(who, "direct_care", "practice.marks", "list") for who in (GP, analyst))
    for request, beside in (
        (asks(GP, "direct_care", "practice.worklist", "list"), theirs),
        (asks(analyst, "direct_care", "practice.worklist", "list"), mine),
    ):
        with pytest.raises(AccessDenied) as told:
            work_list(request, beside, desk=place.desk)
        assert place.events()[told.value.event or 0]["decision"] == "deny"


def test_while_what_was_written_cannot_be_read_the_list_is_not_shown(place: Everything) -> None:
    path = place.home / "practice_work.db"
    path.rename(path.with_suffix(".away"))
    try:
        with pytest.raises(StoreUnavailable):
            ask(place.desk)
    finally:
        path.with_suffix(".away").rename(path)


def test_narrowing_adds_nobody_from_outside_the_scope(place: Everything) -> None:
    everybody = [str(one["handle"]) for one in people()]
    mark(place.desk, words.ASSIGNMENT, everybody, "sweep")
    try:
        assert handles(place, assigned="sweep") == set(H) - set(CORRECTED)
    finally:
        mark(place.desk, words.ASSIGNMENT, everybody, "")
        mark(place.desk, words.ASSIGNMENT, TAKEN, "max")
        mark(place.desk, words.ASSIGNMENT, GIVEN, "nurse")


def test_a_grant_can_be_narrowed_and_its_scope_stays(place: Everything) -> None:
    request = asks(GP, "direct_care", "practice.worklist", "list")
    grant = place.desk.policy.grant(request, place.desk.policy.decide(request, place.desk.now()))
    assert isinstance(grant, Grant)
    assert replace(grant, narrowed=None) == grant


FILTERS = {
    "band": st.sampled_from(["Very high", "High", "At risk", ("High", "At risk")]),
    "age_band": st.sampled_from(["85 to 89", "5 to 9", "Not known"]),
    "sex": st.sampled_from(["Male", "Female"]),
    "condition": st.sampled_from(["COPD", "Asthma", "Heart failure", "Heart", ("COPD", "Asthma")]),
    "use": st.sampled_from(words.USES),
    "since": st.sampled_from(words.CHANGES),
    "admissions": st.integers(0, 6).map(str),
    "reviewed": st.sampled_from(["yes", "no", "care_plan", "declined"]),
    "assigned": st.sampled_from(["me", "nurse", "nobody", "stranger"]),
    "correction": st.sampled_from(["yes", "moved_away", "died"]),
    "sort": st.sampled_from(["score", "-score", "age_band", "-age_band", "sex", "change", "-emergency_admissions"]),
}
QUESTIONS = st.fixed_dictionaries({}, optional=FILTERS)  # type: ignore[arg-type]


def either(asked: Any) -> tuple[str, ...]:
    return asked if isinstance(asked, tuple) else (asked,)


def fits(one: Any, asked: dict[str, Any]) -> bool:
    """What each filter means, worked out from the person alone."""
    handle = one["handle"]
    review = "care_plan" if handle in REVIEWED else "declined" if handle in DECLINED else ""
    holder = "max" if handle in TAKEN else "nurse" if handle in GIVEN else ""
    wrong = "moved_away" if handle in CORRECTED else ""
    plain = all(one[name] in either(asked[name]) for name in ("band", "age_band", "sex") if name in asked)
    several = all(
        set(one[column].split("; ")) & set(either(asked[name]))
        for name, column in (("condition", "gp_reasons"), ("use", "hospital_use"))
        if name in asked
    )
    return bool(
        plain
        and several
        and one["change_kind"] == asked.get("since", one["change_kind"])
        and one["emergency_admissions"] >= int(asked.get("admissions", 0))
        and {"": True, "yes": bool(review), "no": not review}.get(
            asked.get("reviewed", ""), review == asked.get("reviewed")
        )
        and {"": True, "me": holder == "max", "nobody": not holder}.get(
            asked.get("assigned", ""), holder == asked.get("assigned")
        )
        and {"": not wrong, "yes": bool(wrong)}.get(asked.get("correction", ""), wrong == asked.get("correction"))
    )


@settings(max_examples=EXAMPLES, deadline=None)
@given(QUESTIONS)
def test_the_pages_of_any_filtered_list_hold_exactly_whom_it_means_of_the_own_practice_once(
    place: Everything, asked: dict[str, Any]
) -> None:
    found = [row["handle"] for row in walked(place.desk, **asked)]
    assert len(found) == len(set(found))
    assert set(found) == {one["handle"] for one in MINE if fits(one, asked)}


def test_ages_are_sorted_by_number_and_not_by_letter(place: Everything) -> None:
    bands = list(dict.fromkeys(row["age_band"] for row in walked(place.desk, sort="age_band")))
    assert bands == ["Not known", "5 to 9", "10 to 14", "40 to 44", "85 to 89"]
