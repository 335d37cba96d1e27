"""The leaf: one event has one form, whoever builds it, and what has none is refused without being repeated."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.audit.event import Event, EventType
from gateway.audit.leaf import COLUMNS, LONGEST, STAMPED, Stamp, canonical, check, columns, leaf, moment, subjects_hash
from gateway.errors import AuditUnavailable

ID = "01890a5d-ac96-774b-bcce-b302099a8057"
STAMP = Stamp(7, "2026-11-24T09:00:00.000Z", "5a" * 16)
LARGEST = 2**53 - 1
words = st.text(st.characters(codec="utf-8"), max_size=12)
values = st.recursive(
    st.integers(-LARGEST, LARGEST) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=12,
)
objects = st.dictionaries(words, values, max_size=5)


def event(kind: EventType = EventType.ACCESS_PERMITTED, **fields: Any) -> Event:
    return Event(ID, kind, fields)


def turned(value: Any) -> Any:
    """The same value built in another order and of other containers."""
    if isinstance(value, dict):
        return MappingProxyType({name: turned(value[name]) for name in reversed(list(value))})
    return tuple(map(turned, value)) if isinstance(value, list) else value


@given(value=objects)
def test_one_value_has_one_form_whatever_order_it_was_built_in(value: dict[str, Any]) -> None:
    assert canonical(turned(value)) == canonical(value)


@given(value=objects)
def test_a_form_reads_back_as_its_value_and_forms_itself_again(value: dict[str, Any]) -> None:
    form = canonical(value)
    assert json.loads(form) == value
    assert canonical(json.loads(form)) == form


@given(one=objects, other=objects)
def test_two_values_never_share_a_form(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert (canonical(one) == canonical(other)) == (one == other)


def test_the_form_has_sorted_names_no_spaces_and_utf_8_as_it_is() -> None:
    form = canonical({"b": [1, -2, "x y"], "a": {"d": "é", "c": '"\n'}})
    assert form == '{"a":{"c":"\\"\\n","d":"é"},"b":[1,-2,"x y"]}'.encode()


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"a": 1.5}, "event.a"),
        ({"a": {"b": None}}, "event.a.b"),
        ({"a": [True]}, "event.a[]"),
        ({"a": b"x"}, "event.a"),
        ({"a": LARGEST + 1}, "event.a"),
        ({"a": {1: "x"}}, "event.a"),
        ({"a": float("nan")}, "event.a"),
    ],
)
def test_what_is_no_integer_and_no_string_is_refused_by_its_place(value: Mapping[str, Any], place: str) -> None:
    with pytest.raises(AuditUnavailable, match=re.escape(place)):
        canonical(value)


def test_a_refusal_never_repeats_the_value() -> None:
    with pytest.raises(AuditUnavailable) as refused:
        canonical({"number": 9990000018.5})
    assert "999" not in str(refused.value)


def test_half_a_surrogate_is_refused() -> None:
    with pytest.raises(AuditUnavailable, match="not Unicode"):
        canonical({"a": "\ud800"})


def test_what_is_nested_beyond_reading_is_refused() -> None:
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]
    with pytest.raises(AuditUnavailable, match="nested too deep"):
        canonical({"a": nested})


@given(over=st.integers(-3, 3))
@settings(max_examples=7)
def test_a_leaf_is_taken_up_to_its_greatest_length_and_not_a_byte_more(over: int) -> None:
    empty = len(leaf(event(text=""), STAMP, [], "s"))
    long = event(text="x" * (LONGEST - empty + over))
    if over <= 0:
        assert len(leaf(long, STAMP, [], "s")) == LONGEST + over
        return
    with pytest.raises(AuditUnavailable, match=str(LONGEST)):
        leaf(long, STAMP, [], "s")


def test_a_leaf_holds_the_event_its_stamp_and_its_subjects_hash() -> None:
    told = json.loads(leaf(event(rows=3), STAMP, ["a", "b"], "hmac/x"))
    digest = hashlib.sha256(b"a\nb\n").hexdigest()
    assert told == {
        "v": 1,
        "id": ID,
        "at": STAMP.at,
        "type": "access.permitted",
        "index": 7,
        "salt": STAMP.salt,
        "subjects": {"scheme": "hmac/x", "n": 2, "hash": digest},
        "rows": 3,
    }
    assert subjects_hash(["a", "b"]) == digest


@given(fields=objects, index=st.integers(0, LARGEST), people=st.integers(0, 3))
def test_what_was_found_good_beforehand_is_taken_at_any_place(fields: dict[str, Any], index: int, people: int) -> None:
    try:
        check(event(**fields))
    except AuditUnavailable:
        return
    assert leaf(event(**fields), Stamp(index, STAMP.at, STAMP.salt), ["a"] * people, "hmac-sha-256/population_work")


@pytest.mark.parametrize("fields", [{"details": {"share": 0.5}}, {"rows": "3"}, {"index": 1}, {"text": "x" * LONGEST}])
def test_what_the_log_would_refuse_is_refused_beforehand(fields: dict[str, Any]) -> None:
    with pytest.raises(AuditUnavailable):
        check(event(**fields))


@pytest.mark.parametrize("name", sorted(STAMPED))
def test_an_event_may_not_set_what_the_log_stamps(name: str) -> None:
    with pytest.raises(AuditUnavailable, match=f"may not set {name}"):
        leaf(event(**{name: "x"}), STAMP, [], "s")


@pytest.mark.parametrize(
    "fields",
    [
        {"actor": "max"},
        {"details": ["x"]},
        {"actor": {"user": 5}},
        {"purpose": ["audit"]},
        {"channel": 1},
        {"rows": "3"},
    ],
)
def test_an_event_that_could_not_be_searched_by_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(AuditUnavailable, match="event is"):
        leaf(event(**fields), STAMP, [], "s")


def test_what_is_searched_by_comes_from_the_leaf_and_is_empty_where_it_says_nothing() -> None:
    actor = {"user": "max", "role": "gp", "organisation": "Z99001", "session": "x"}
    told = columns(leaf(event(actor=actor, purpose="direct_care", rows=3, channel="web"), STAMP, [], "s"))
    found = dict(zip(COLUMNS, told, strict=True))
    assert {name: value for name, value in found.items() if value} == {
        "day": "2026-11-24",
        "at": STAMP.at,
        "type": "access.permitted",
        "user": "max",
        "role": "gp",
        "organisation": "Z99001",
        "purpose": "direct_care",
        "rows": 3,
        "channel": "web",
    }
    assert dict(zip(COLUMNS, columns(leaf(event(), STAMP, [], "s")), strict=True))["rows"] == 0


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-06-30T22:59:59.999Z", "2026-06-30"),
        ("2026-06-30T23:00:00.000Z", "2026-07-01"),
        ("2026-12-31T23:59:59.999Z", "2026-12-31"),
    ],
)
def test_the_day_of_an_event_is_the_day_in_the_united_kingdom(at: str, day: str) -> None:
    assert columns(leaf(event(), Stamp(0, at, ""), [], "s"))[0] == day


@given(now=st.integers(0, 4_102_444_800_000))
def test_a_moment_is_utc_to_the_millisecond(now: int) -> None:
    told = moment(now)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told)
    read = datetime.fromisoformat(told)
    assert round((read - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000) == now
