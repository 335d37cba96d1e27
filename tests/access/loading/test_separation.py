"""sod.toml and invariants.toml: what may not be combined, and what no policy may break, said whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gateway.access.loader import load

Told = Callable[..., tuple[str, ...]]
Small = Callable[..., dict[str, bytes]]
STATIC = '[[static]]\nid = "watchers-apart"\none = ["watcher"]\nother_with_data = true\n'
DYNAMIC = '[[dynamic]]\nid = "listed-and-read"\n'
APART = "a role is kept apart from itself, or none is named"
EITHER = "either 'other' or 'other_with_data' has to say from whom"


@pytest.mark.parametrize(
    ("old", "new", "line", "rule"),
    [
        ('one = ["watcher"]', 'one = ["wacther"]', 3, "'wacther' is no known role: write 'watcher'"),
        ('one = ["watcher"]', "one = []", 3, APART),
        ('one = ["watcher"]', 'one = ["watcher", "clerk"]', 3, APART),
        ("other_with_data = true", 'other = ["king"]', 4, "'king' is no known role"),
        ("other_with_data = true", 'other = ["watcher"]', 3, APART),
        ("other_with_data = true", "other_with_data = false", 1, EITHER),
        ("other_with_data = true", 'other_with_data = true\nother = ["clerk"]', 5, EITHER),
        ("other_with_data = true\n", "", 1, EITHER),
        (DYNAMIC, DYNAMIC.replace("listed-and-read", "watchers-apart"), 7, "id 'watchers-apart' stands at line 2 alre"),
        ('action = "read" }', 'action = "list" }', 10, "an act is kept apart from itself: name the act that follows"),
        ('action = "read" }', 'action = "burn" }', 10, "'burn' is no known action of papers: use one of: list, read"),
        ('"papers", action = "read"', '"paper", action = "read"', 10, "'paper' is no known resource: write 'papers'"),
        ('then = { resource = "papers", ', "then = { ", 10, "'then' names no resource and action: write { resource"),
        ("[[static]]", "[[statik]]", 1, "'statik' is no known section: write 'static'"),
        ("[[static]]", "[[statik]]", 1, "there is no [[static]]: put the shipped ones back"),
        ("[[dynamic]]", "[dynamic]", 6, "this is not a list of tables: write each as [[dynamic]]"),
    ],
)
def test_a_damaged_separation_is_refused_on_its_line(faults: Told, old: str, new: str, line: int, rule: str) -> None:
    assert any(told.startswith(f"sod.toml:{line}: {rule}") for told in faults(("sod.toml", old, new)))


def test_roles_may_be_named_on_both_sides(small: Small) -> None:
    files = small(("sod.toml", "other_with_data = true", 'other = ["clerk"]'))
    (rule,) = load(files).separations
    assert (rule.one, rule.other) == (frozenset({"watcher"}), frozenset({"clerk"}))


@pytest.mark.parametrize(
    ("old", "new", "line", "rule"),
    [
        ('"classes_unreachable"', '"classes_unreached"', 3, "'classes_unreached' is no known kind of invariant"),
        ('["desk", "watch", "shut"]', '["desk", "watch", "shot"]', 5, "'shot' is no known class of role: write 'shut'"),
        ('["secret"]', '["secrets"]', 6, "'secrets' is no known field class: write 'secret'"),
        ('field_classes = ["secret"]\n', "", 1, "an invariant of kind classes_unreachable says which field classes"),
        ('["secret"]', '["secret"]\nstores = ["archive"]', 7, "an invariant of kind classes_unreachable has no stores"),
        ('["secret"]', '["secret"]\nduties = ["train"]', 7, "'train' is no known duty: write 'trained'"),
        ('["secret"]', '["secret"]\nscopes = ["here"]', 7, "'here' is no known scope"),
        ('["secret"]', '["secret"]\nroles = ["king"]', 7, "'king' is no known role"),
        ('sentence = "Nobody reaches a secret."', "sentence = 1", 4, "'sentence' has the wrong kind of value"),
        ("[[invariant]]", "[[invariants]]", 1, "there is no invariant: put the shipped ones back"),
    ],
)
def test_a_damaged_invariant_is_refused_on_its_line(faults: Told, old: str, new: str, line: int, rule: str) -> None:
    assert any(told.startswith(f"invariants.toml:{line}: {rule}") for told in faults(("invariants.toml", old, new)))


def test_two_invariants_of_one_id_are_refused(small: Small, faults: Told) -> None:
    whole = small()["invariants.toml"].decode()
    refused = faults(("invariants.toml", whole, whole + whole))
    assert refused == ("invariants.toml:8: id 'no-secrets' stands at line 2 already: give it another id",)
