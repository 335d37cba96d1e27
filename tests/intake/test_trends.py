"""The packed trend says exactly what the rule says of each person, however runs follow one another."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.intake import trends
from gateway.intake.earlier import Earlier, followed
from gateway.intake.pseudonymise import handles

FULL = os.environ.get("GATEWAY_PROOF") == "full"
KEY = b"k" * 32
PRACTICES, NUMBERS = ("Z99001", "Z99002", "Z99003"), ("9990000018", "9990000026", "9990000034")
BANDS = ("Not at risk", "At risk", "Very high")
Entry = tuple[str, int, str, str]
Plain = dict[tuple[str, str], list[Entry]]  # by practice and number
Listed = dict[str, tuple[str, int, str]]  # by number: practice, score, band


@dataclass
class Run:
    """As much of a run as a trend is made of."""

    as_of: date
    listed: Listed

    @property
    def people(self) -> pl.DataFrame:
        rows = [
            (number, practice, band != BANDS[0], score, band, shown(score))
            for number, (practice, score, band) in self.listed.items()
        ]
        schema = {"NHS_Number": pl.String, "practice": pl.String, "at_risk": pl.Boolean, "score": pl.Int64,
                  "band": pl.String, "score_shown": pl.String}  # fmt: skip
        frame = pl.DataFrame(rows, schema=schema, orient="row")
        named = handles(frame["practice"].to_list(), frame["NHS_Number"].to_list(), KEY)
        return frame.with_columns(pl.Series("handle", named, dtype=pl.String))


def shown(score: int) -> str:
    return f"{score // 10}.{score % 10} %"


def day(of: int) -> date:
    return date(2024, 1, 31) + timedelta(days=of)


def by_the_rule(plain: Plain, practices: set[str], run: Run) -> Plain:
    """The next run's trend: entries before the day, which follow whoever moved, and this run's; the last ones alone."""
    today = run.as_of.isoformat()
    known = {key: earlier for key, trend in plain.items() if (earlier := [one for one in trend if one[0] < today])}
    following: Plain = {}
    for number, (practice, score, band) in run.listed.items():
        keys = [(practice, number), *((one, number) for one in practices)]
        mine = next((known[key] for key in keys if key in known), [])
        following[practice, number] = [*mine, (today, score, band, shown(score))][-24:]
    return following


def packed(plain: Plain) -> list[tuple[str, str]]:
    """As the store keeps it."""
    names = handles([practice for practice, _ in plain], [number for _, number in plain], KEY)
    return [(name, told(trend)) for name, trend in zip(names, plain.values(), strict=True)]


def told(entries: list[Entry]) -> str:
    return json.dumps(entries, separators=(",", ":"))


LISTED = st.dictionaries(
    st.sampled_from(NUMBERS),
    st.tuples(st.sampled_from(PRACTICES), st.integers(0, 1000), st.sampled_from(BANDS)),
)
RUNS = st.lists(st.builds(Run, st.integers(20, 34).map(day), LISTED), min_size=1, max_size=8)
LENGTHS = st.dictionaries(st.sampled_from(NUMBERS), st.tuples(st.sampled_from(PRACTICES), st.integers(1, 30)))


@settings(max_examples=2000 if FULL else 80, deadline=None)
@given(LENGTHS, RUNS)
def test_over_any_runs_the_packed_trend_is_the_rule_s(lengths: dict[str, tuple[str, int]], runs: list[Run]) -> None:
    plain: Plain = {
        (practice, number): [(day(at).isoformat(), at, BANDS[at % 3], shown(at)) for at in range(many)]
        for number, (practice, many) in lengths.items()
    }
    held, practices = packed(plain), {practice for practice, _ in plain}
    for run in runs:
        plain = by_the_rule(plain, practices, run)
        earlier = Earlier(trends.read([held]), practices=tuple(sorted(practices)))
        earlier = followed(earlier, run.people, KEY, run.as_of.isoformat())
        rows: list[Any] = list(trends.rows(run, earlier.trend))  # type: ignore[arg-type]
        held, practices = [(row[2], row[3]) for row in rows], {practice for practice, _ in plain}
        assert sorted(held) == sorted(packed(plain))
        assert Counter(row[:2] for row in rows) == Counter(
            (practice, int(band != BANDS[0])) for practice, _, band in run.listed.values()
        )


@settings(max_examples=60, deadline=None)
@given(LENGTHS, st.integers(0, 32))
def test_what_was_so_before_a_day_is_what_its_entries_say(lengths: dict[str, tuple[str, int]], on: int) -> None:
    plain: Plain = {
        (practice, number): [(day(at).isoformat(), at, BANDS[at % 3], shown(at)) for at in range(many)]
        for number, (practice, many) in lengths.items()
    }
    found = trends.before(trends.read([packed(plain)]), day(on).isoformat())
    kept = {key: trend[:on] for key, trend in plain.items() if trend[:on]}
    assert sorted(found.last.rows()) == sorted((name, *json.loads(entries)[-1][:3]) for name, entries in packed(kept))


@pytest.mark.parametrize("part", [1, 2, 50_000])
def test_parts_make_no_difference(part: int) -> None:
    run = Run(day(1), dict.fromkeys(NUMBERS, (PRACTICES[0], 2, BANDS[1])))
    held = packed({(PRACTICES[0], number): [(day(0).isoformat(), 1, BANDS[1], "0.1 %")] for number in NUMBERS})
    parts, whole = trends.read([held[at : at + part] for at in range(0, 3, part)]), trends.read([held])
    assert parts.last.rows() == whole.last.rows()
    told = [list(trends.rows(run, one)) for one in (parts, whole)]  # type: ignore[arg-type]
    assert sorted(told[0]) == sorted(told[1])


def test_the_trend_before_the_first_run_is_empty() -> None:
    assert trends.read([]).last.rows() == trends.Trend().last.rows() == []


def test_a_trend_keeps_two_years_of_monthly_runs_and_no_more() -> None:
    earlier, months = trends.Trend(), trends.KEPT + 6
    for month in range(months):
        run = Run(day(30 * month), {NUMBERS[0]: (PRACTICES[0], month, BANDS[1])})
        ((*_, handle, entries),) = trends.rows(run, earlier)  # type: ignore[arg-type]
        earlier = trends.read([[(str(handle), str(entries))]])
    assert [entry[1] for entry in json.loads(str(entries))] == list(range(6, months))
    assert earlier.last.row(0)[1:] == (day(30 * (months - 1)).isoformat(), months - 1, BANDS[1])
