"""More than twenty thousand whole decisions, each compared with a plain reading of the same files.

Three worlds: as shipped with one practice; one with renewals, gaps, lapses and four eyes; one that serves RS alone.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gateway.access.compiler import compile_release
from gateway.access.decision import Decision, ReasonCode
from gateway.access.loader import load
from gateway.access.snapshot import PolicySnapshot
from tests.oracles.plain_decision import Facts, PlainDecision, english_day
from tests.policies.people import People, as_request

EACH = 100_000 if os.environ.get("GATEWAY_PROOF") == "full" else 8_000
Texts = Mapping[str, str]
ROW = '[[agreement.RS.{}]]\nsource = "a test"\nfrom = {}\n{}\n'
BUSY = "".join(
    ROW.format(*row)
    for row in (
        ("term", "2022-11-01", 'to = 2023-10-31\npurposes = ["commissioning"]'),
        ("term", "2023-11-01", 'to = 2024-02-29\npurposes = ["direct_care", "commissioning"]'),
        ("section_251", "2022-11-01", "to = 2024-01-15"),
        ("toolkit", "2022-11-01", 'to = 2023-12-31\norganisation = "06Q"\nstatus = "standards exceeded"'),
        ("toolkit", "2024-01-01", 'organisation = "06Q"\nstatus = "approaching standards"'),
        ("toolkit", "2022-11-01", 'to = 2023-06-30\norganisation = "ZZP"\nstatus = "standards met"'),
        ("toolkit", "2023-07-01", 'to = 2023-08-31\norganisation = "ZZP"\nstatus = "standards not met"'),
        ("toolkit", "2023-09-01", 'organisation = "ZZP"\nstatus = "standards met"'),
        ("participating_practice", "2021-01-01", 'to = 2021-03-31\norganisation = "Z99002"'),
        ("participating_practice", "2022-11-01", 'organisation = "Z99002"'),
    )
)
LIST = "direct_care,practice.worklist,list,own_practice_at_risk,practice_worklist,RS"
APPROVE = "administration.grants,approve,all_accounts,administration_grants,none,{},allow"
# told by others than the decision; and what was closed is on record with the keys, in no file of the policy
NEVER = {"separation_of_duty", "session_too_weak", "object_out_of_scope", "agreement_closed"}
AS_SHIPPED = {"ambiguous", "purpose_not_in_agreement", "approval_lapsed"}
UNSEEN = {
    "shipped": {*AS_SHIPPED, "agreement_not_served"},
    "busy": {"agreement_not_served"},
    "rs_alone": {*AS_SHIPPED, "training_expired", "authorisation_expired"},  # IV asks for both, and is not served
}


def busy(texts: Texts) -> Texts:
    """Renewals, gaps and lapses; an approval by two; a work list that two rules permit a GP."""
    policy = texts["policy.csv"].replace(APPROVE.format("none"), APPROVE.format("four_eyes"))
    changed = {
        "agreements.toml": f"{texts['agreements.toml']}\n{BUSY}",
        "policy.csv": f"{policy}p,gp:practice.worklist:list,gp,{LIST},none,allow\n",
        "decisions.csv": texts["decisions.csv"].replace(f"gp,{LIST}\n", ""),
    }
    assert all(changed[name] != texts[name] for name in changed)
    return {**texts, **changed}


def judged(world: str, texts: Texts) -> tuple[PolicySnapshot, PlainDecision]:
    served = {"RS"} if world == "rs_alone" else {"RS", "IV"}
    read = busy(texts) if world == "busy" else texts
    release = load({name: text.encode() for name, text in read.items()})
    return compile_release(release, served=frozenset(served)), PlainDecision(read, served)


def told(decision: Decision) -> tuple[str, ...]:
    return (decision.rule_id, decision.scope, decision.view, ";".join(decision.duties) or "none", decision.agreement)


def expected(plain: PlainDecision, facts: Facts) -> tuple[str, ...]:
    line = plain.policy.permits(facts.cell) if facts.role else None
    if line is None:
        return ("", "", "", "none", "")
    agreement = plain.agreements.get(line["agreement"], {"reference": ""})
    return (line["id"], line["scope"], line["view"], line["duties"], agreement["reference"])


@pytest.mark.parametrize("world", sorted(UNSEEN))
def test_each_decision_is_the_one_that_the_files_plainly_say(texts: Texts, world: str) -> None:
    policy, plain = judged(world, texts)
    seen: Counter[str] = Counter()
    different: list[tuple[Facts, str]] = []
    for facts in People(plain, seed=len(world)).requests(EACH):
        decision, reason = policy.decide(as_request(facts), facts.at), plain.reason(facts)
        seen[reason] += 1
        same = (decision.reason_code, decision.permitted) == (reason, reason == "permitted")
        different += [] if same and told(decision) == expected(plain, facts) else [(facts, decision.reason_code)]
    assert different == []
    assert seen.keys() == set(ReasonCode) - NEVER - UNSEEN[world]


def test_the_plain_day_in_england_is_the_day_of_the_time_zone_database() -> None:
    start, london = datetime(2019, 1, 1, 0, 15, tzinfo=UTC), ZoneInfo("Europe/London")
    instants = [start + timedelta(minutes=30 * n) for n in range(0, 48 * 365 * 6, 7)]
    assert not [at for at in instants if english_day(at) != at.astimezone(london).date()]
