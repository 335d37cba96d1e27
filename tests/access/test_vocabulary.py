"""Every cell that can be asked, once and in order; roles by class; agreements' rows by day."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.access.agreements import OrganisationRow
from gateway.access.release import PolicyRelease

DAYS = st.dates(date(2019, 1, 1), date(2023, 1, 1))
A_DAY = timedelta(days=1)


def test_every_cell_is_asked_once(release: PolicyRelease) -> None:
    words = release.vocabulary
    cells = list(words.cells())
    acts = sum(len(resource.actions) for resource in words.resources.values())
    assert len(cells) == len(set(cells)) == len(words.roles) * len(words.purposes) * acts


def test_a_class_of_roles_is_all_of_them_and_an_unknown_one_nobody(release: PolicyRelease) -> None:
    assert set(release.vocabulary.roles_of("practice")) == {"gp", "practice_staff"}
    assert release.vocabulary.roles_of("kings") == ()


@settings(deadline=None, max_examples=80)
@given(DAYS, st.none() | DAYS, DAYS)
def test_a_row_covers_its_first_and_last_day_and_all_between(first: date, last: date | None, day: date) -> None:
    row = OrganisationRow(first=first, last=last, source="s", organisation="Z99001")
    expected = day >= first and day < (last + A_DAY if last else date.max)
    assert row.covers(day) == expected
