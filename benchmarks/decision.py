"""A decision, duties included, against Casbin's own answer from the same policy: time, and every difference.

    python benchmarks/decision.py [--rounds N]

Both are asked every cell of roles, purposes, resources and actions, in turn, round by round. Each cell is asked by
somebody who meets every duty, so that Casbin and the gateway have to agree on all of them. Casbin runs with the
gateway's model, which also collects the rules that matched.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from measuring.figures import ratio, show, spread, verdict

from gateway.access.compiler import Ask, casbin_of, compile_release
from gateway.access.decision import AccessRequest, Context, Membership, Subject
from gateway.access.loader import load
from gateway.access.snapshot import LONDON, PolicySnapshot
from gateway.access.vocabulary import Cell
from gateway.settings import read_policies, shipped_policies
from gateway.synthetic.demonstration_agreements import demonstration_agreements
from gateway.synthetic.practices import participating_practices

AIM_RATIO, AIM_MICROSECONDS = 50.0, 5.0
REPEATED = 20  # a decision is too short to be timed alone
AGREEMENTS = "agreements.toml"
FIRST, LAST = date(2000, 1, 1), date(2100, 1, 1)


def main() -> int:
    """Compare, time, print; 1 where an answer differs."""
    options = argparse.ArgumentParser(description="Decisions against Casbin's enforce_ex.")
    options.add_argument("--rounds", type=int, default=5)
    rounds, now = options.parse_args().rounds, datetime.now(UTC)
    policy = policy_in_force(now.astimezone(LONDON).date())
    ask, cells = casbin_of(policy.release), list(policy.vocabulary.cells())
    differing = differences(policy, ask, cells, now)
    permitted = [cell for cell in cells if cell in policy.permissions]
    rows, figures = [], {}
    for name, asked in (("every cell", cells), ("permitted cells", permitted)):
        ours, theirs = timed(policy, ask, asked, now, rounds)
        figures[name] = spread(ours).p50, ratio(theirs, ours)
        rows.append(
            (name, len(asked), f"{figures[name][0]:.2f}", f"{spread(theirs).p50:.1f}", f"{figures[name][1]:.0f}")
        )
    show("One decision", ("", "cells", "gateway us", "Casbin us", "times faster"), rows)
    slowest = max(figure for figure, _ in figures.values())
    print(f"microseconds  {slowest:.2f}   {verdict(slowest, AIM_MICROSECONDS)}")
    times = min(faster for _, faster in figures.values())
    print(f"times faster  {times:.0f}   {verdict(times, AIM_RATIO, least=True)}")
    print(f"differences   {len(differing)}   of {len(cells)} cells {differing[:3] or ''}")
    return 1 if differing else 0


def policy_in_force(day: date) -> PolicySnapshot:
    """The shipped policies with the demonstration's agreements, which have not ended."""
    files = read_policies(shipped_policies())
    practices = participating_practices(12)
    files[AGREEMENTS] = demonstration_agreements(files[AGREEMENTS], today=day, practices=practices)
    release = load(files)
    return compile_release(release, served=frozenset(release.agreements))


def request_for(policy: PolicySnapshot, cell: Cell, now: datetime) -> AccessRequest:
    """By somebody whose organisation is a party, and who meets every duty there is."""
    role, purpose, resource, action = cell
    subject = Subject(
        user="somebody",
        membership=Membership(role, _party(policy, cell, now), FIRST, LAST, "one", "another"),
        session="a" * 64,
        signed_in_by="password",
        professional_number="G9990001",
        employer="06Q",
        contract_from=FIRST,
        training_until=LAST,
        authorised_until=LAST,
    )
    reason = next(iter(policy.vocabulary.reasons))
    context = Context("abcdefgh", reason=reason, attested=True, approved_by="another")
    return AccessRequest(subject, purpose, resource, action, context)


def _party(policy: PolicySnapshot, cell: Cell, now: datetime) -> str:
    permission = policy.permissions.get(cell)
    if permission is None or permission.timeline is None:
        return "06Q"
    return min(permission.timeline.on(now.astimezone(LONDON).date()).listed[permission.party])


def differences(policy: PolicySnapshot, ask: Ask, cells: Sequence[Cell], now: datetime) -> list[Cell]:
    """Cells where verdict or rules are not Casbin's. Two rules that permit are refused as ambiguous, by design."""
    found = []
    for cell in cells:
        permitted, matched = ask(cell)
        decision = policy.decide(request_for(policy, cell, now), now)
        if (decision.permitted, decision.matched_rules) != (permitted and len(matched) == 1, matched):
            found.append(cell)
    return found


def timed(
    policy: PolicySnapshot, ask: Ask, cells: Sequence[Cell], now: datetime, rounds: int
) -> tuple[list[float], list[float]]:
    """Microseconds a call, of each round: the gateway's and Casbin's."""
    requests = [request_for(policy, cell, now) for cell in cells] * REPEATED
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(_each(lambda request: policy.decide(request, now), requests))
        theirs.append(_each(ask, cells))
    return ours, theirs


def _each(call: Callable[..., object], arguments: Sequence[object]) -> float:
    begun = time.perf_counter()
    for argument in arguments:
        call(argument)
    return 1_000_000 * (time.perf_counter() - begun) / len(arguments)


if __name__ == "__main__":
    sys.exit(main())
