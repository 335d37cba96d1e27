"""Two oracles for the snapshot: Casbin asked live for every cell, and a plain reading of policy.csv without Casbin."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

import casbin

from gateway.access.snapshot import PolicySnapshot
from tests.oracles.plain_policy import Cell, PlainPolicy, cells_of


def test_casbin_asked_live_over_the_shipped_files_says_the_same_of_every_cell(
    policy: PolicySnapshot, folder: Path, texts: Mapping[str, str]
) -> None:
    logging.getLogger("casbin").setLevel(logging.ERROR)  # it warns of each refusal
    enforcer = casbin.Enforcer(str(folder / "model.conf"), str(folder / "policy.csv"))
    matched: list[str] = []
    enforcer.add_function("matched", lambda rule: matched.append(rule) or True)
    different: list[Cell] = []
    cells = list(cells_of(texts["vocabulary.toml"]))
    for cell in cells:
        matched.clear()
        permitted, _ = enforcer.enforce_ex(*cell)
        ours = policy.permissions.get(cell)
        same = permitted == (ours is not None) and matched == ([ours.decision.rule_id] if ours else [])
        different += [] if same else [cell]
    assert len(cells) > 2_000
    assert different == []


def test_a_plain_reading_of_the_table_says_the_same_of_every_cell(
    policy: PolicySnapshot, texts: Mapping[str, str]
) -> None:
    plain = PlainPolicy(texts["policy.csv"])
    cells = list(cells_of(texts["vocabulary.toml"]))
    assert cells == list(policy.vocabulary.cells())
    different: list[Cell] = []
    for cell in cells:
        line, ours = plain.permits(cell), policy.permissions.get(cell)
        words = (ours.decision.rule_id, ours.scope.name, ours.view.name) if ours else None
        duties = ";".join(ours.decision.duties) or "none" if ours else None
        expected = (line["id"], line["scope"], line["view"]) if line else None
        different += [] if (words, duties) == (expected, line["duties"] if line else None) else [cell]
    assert different == []


def test_the_plain_reading_would_notice_a_second_line_and_one_that_denies() -> None:
    one = "p,a,gp,care,list,read,s,v,none,none,allow\n"
    again = one.replace("p,a,gp", "p,b,staff")
    cell = ("gp", "care", "list", "read")
    assert PlainPolicy(one).permits(cell)
    assert PlainPolicy(f"{again}g,gp,staff\n").permits(cell)
    assert not PlainPolicy(f"{one}{again}g,gp,staff\n").permits(cell)
    assert not PlainPolicy(one.replace("allow", "deny")).permits(cell)
    assert not PlainPolicy(again).permits(cell)
