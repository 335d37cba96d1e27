"""Who may do what stands in policies/ alone; SQL stands in stores/ alone; a purpose is named where one asks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

ASKS = ("gateway/http/", "gateway/web/", "gateway/api/", "gateway/cli/")  # where an AccessRequest is made
SQL = re.compile(
    r"\s*(SELECT\s.+|INSERT\s+(OR\s+\w+\s+)?INTO\b.*|UPDATE\s+\w+\s+SET\b.*|DELETE\s+FROM\b.*|PRAGMA\s.*"
    r"|(CREATE|DROP|ALTER)\s+(UNIQUE\s+|TEMP\s+)*(TABLE|INDEX|VIEW|TRIGGER)\b.*|WITH\s+(RECURSIVE\s+)?\w+.*\sAS\s.+"
    r"|ATTACH\s.*|BEGIN(\s+\w+)?|VACUUM.*|SAVEPOINT\s.*|ROLLBACK.*)",
    re.DOTALL,
)


def spelled_out(modules: Iterable[Any], words: frozenset[str]) -> list[str]:
    """Whole string literals that are one of the words."""
    return [f"{one.path}:{line}: {text}" for one in modules for line, text in one.strings() if text in words]


def statements(modules: Iterable[Any]) -> list[str]:
    """Strings that are SQL."""
    return [f"{one.path}:{line}" for one in modules for line, text in one.texts() if SQL.fullmatch(text)]


def outside(modules: Iterable[Any], *folders: str) -> list[Any]:
    return [one for one in modules if not one.path.startswith(folders)]


def test_no_role_and_no_agreement_is_spelled_out_in_code(project: Any, words: Any) -> None:
    modules = outside(project.modules, "gateway/synthetic/")
    assert not spelled_out(modules, words.roles | words.references)


def test_a_role_in_code_would_be_found(project: Any, words: Any) -> None:
    bad = project.parse("gateway/web/planted.py", 'def may(role):\n    return role == "ceff_approver"\n')
    assert spelled_out([bad], words.roles) == ["gateway/web/planted.py:2: ceff_approver"]


def test_an_agreement_in_code_would_be_found(project: Any, words: Any) -> None:
    bad = project.parse("gateway/web/planted.py", 'REFERENCE = "DARS-NIC-226296-S7T2Y"\n')
    assert spelled_out([bad], words.references) == ["gateway/web/planted.py:1: DARS-NIC-226296-S7T2Y"]


def test_a_word_within_a_sentence_or_a_docstring_is_no_role(project: Any, words: Any) -> None:
    good = project.parse("gateway/web/planted.py", '"""gp"""\nLINE = f"gp{1}"\nTOLD = "ask your gp"\n')
    assert not spelled_out([good], words.roles)


def test_a_purpose_is_named_only_where_an_access_is_asked_for(project: Any, words: Any) -> None:
    modules = outside(project.modules, *ASKS, "gateway/synthetic/")
    assert not spelled_out(modules, words.purposes)


def test_a_purpose_elsewhere_would_be_found(project: Any, words: Any) -> None:
    bad = project.parse("gateway/stores/planted.py", 'WHY = "direct_care"\n')
    assert spelled_out([bad], words.purposes) == ["gateway/stores/planted.py:1: direct_care"]


def test_no_sql_stands_outside_the_stores(project: Any) -> None:
    assert not statements(outside(project.modules, "gateway/stores/"))


def test_the_statements_of_the_stores_are_seen_to_be_sql(project: Any) -> None:
    assert len(statements(project.below("stores"))) > 100


def test_sql_elsewhere_would_be_found(project: Any) -> None:
    lines = [
        'A = "SELECT nhs_number FROM worklist"',
        'B = """\n    WITH few AS (SELECT 1) SELECT * FROM few\n"""',
        'C = f"DELETE FROM {1}"',
        'D = "PRAGMA user_version"',
        'E = "INSERT OR IGNORE INTO t VALUES (?)"',
        'F = "Select a role, then sign in"',
    ]
    bad = project.parse("gateway/web/planted.py", "\n".join(lines))
    found = {place.split(":")[1] for place in statements([bad])}
    assert found == {"1", "2", "5", "6", "7"}
