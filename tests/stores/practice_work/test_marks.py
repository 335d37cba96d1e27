"""What a practice writes is added and never altered; the last of each kind holds, and only reviews follow a patient."""

from __future__ import annotations

import pytest
from sqlcipher3 import dbapi2

from gateway.errors import Conflict
from gateway.stores import practice_work
from gateway.stores.practice_work import marks, moving, saved_views
from gateway.stores.vault import Connection, writing
from tests.builders.everything import OURS, THEIRS, Everything

KINDS = ("review", "assignment", "correction")
AT = "2026-11-24T09:00:00.000+00:00"
NOW = "SELECT kind, code FROM patient_history WHERE practice_code = ? AND handle = ? AND latest ORDER BY kind"
ALL = "SELECT code FROM patient_history WHERE handle = ? ORDER BY rowid"


@pytest.fixture
def work(everything: Everything) -> Connection:
    """A store of its own, so that what is never removed stays nowhere else."""
    home = everything.home / "marks"
    home.mkdir(exist_ok=True)
    (home / practice_work.FILE).unlink(missing_ok=True)
    practice_work.create(everything.desk.vault, home)
    return everything.desk.vault.connect(practice_work.NAME, home / practice_work.FILE)


def add(work: Connection, kind: str, code: str, *handles: str, practice: str = OURS) -> None:
    with writing(work):
        marks.add(work, kind, practice, handles, (code, "gp", AT))


@pytest.mark.parametrize("kind", KINDS)
def test_the_last_mark_of_a_kind_holds_and_the_history_stays(work: Connection, kind: str) -> None:
    for code in ("one", "two", ""):
        add(work, kind, code, "A", "B")
    assert work.execute(NOW, (OURS, "A")).fetchall() == [(kind, "")]
    assert [code for (code,) in work.execute(ALL, ("A",))] == ["one", "two", ""]


def test_a_mark_is_of_one_practice_alone(work: Connection) -> None:
    add(work, "review", "ours", "A")
    add(work, "review", "theirs", "A", practice=THEIRS)
    assert work.execute(NOW, (OURS, "A")).fetchall() == [("review", "ours")]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET code = ''", "UPDATE {} SET by = 'x'", "UPDATE {} SET at = ''", "DELETE FROM {}"]
)
def test_no_mark_is_altered_or_removed(work: Connection, kind: str, statement: str) -> None:
    add(work, kind, "one", "A")
    with pytest.raises(dbapi2.IntegrityError, match="never altered and never removed"):
        work.execute(statement.format(kind))


def test_a_review_follows_a_patient_who_moves_and_a_correction_and_an_assignment_stay(work: Connection) -> None:
    for kind in KINDS:
        add(work, kind, "one", "A")
    with writing(work):
        assert moving.follow(work, [(OURS, "A", THEIRS, "B")]) == 1
    assert work.execute(NOW, (THEIRS, "B")).fetchall() == [("review", "one")]
    assert work.execute(NOW, (OURS, "A")).fetchall() == [("assignment", "one"), ("correction", "one")]


def test_a_view_has_a_name_of_its_own_and_is_altered_by_its_owner_alone(work: Connection) -> None:
    mine, other = (OURS, "gp"), (THEIRS, "gp")
    with writing(work):
        number = saved_views.add(work, mine, "one", "band=High", shared=False)
        assert saved_views.add(work, other, "one", "", shared=True) != number
        with pytest.raises(Conflict, match="of that name"):
            saved_views.add(work, mine, "one", "", shared=False)
        second = saved_views.add(work, mine, "two", "", shared=False)
        with pytest.raises(Conflict, match="of that name"):
            saved_views.rename(work, second, mine, "one")
        assert [saved_views.rename(work, number, who, "three") for who in (other, mine)] == [False, True]
        assert [saved_views.remove(work, number, who) for who in (other, mine, mine)] == [False, True, False]


def test_there_is_a_most_number_of_views(work: Connection) -> None:
    with writing(work):
        for number in range(saved_views.MOST):
            saved_views.add(work, (OURS, "gp"), f"{number}", "", shared=False)
        with pytest.raises(Conflict, match="Remove one first"):
            saved_views.add(work, (OURS, "gp"), "more", "", shared=False)
