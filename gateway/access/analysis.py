"""What a policy means, for people: every cell as a row, and one decision explained with what would have to be true.

Pure: whoever asks brings the day. For `gateway policy matrix` and `explain`, and the privacy officer's page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gateway.access.agreements import PARTICIPATING
from gateway.access.decision import Decision, ReasonCode
from gateway.access.snapshot import Permission, PolicySnapshot
from gateway.access.vocabulary import NO_AGREEMENT, Cell

MATRIX_COLUMNS = (
    "role",
    "purpose",
    "resource",
    "action",
    "permitted",
    "scope",
    "view",
    "agreement",
    "duties",
    "rule_id",
)
_PARTIES = {
    "controller": "a data controller",
    "processor": "a data processor",
    PARTICIPATING: "a participating practice",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision about a cell on a day, leaving the person aside, and what would have to be true of person and request.

    conditions are sentences; each has to hold for a request to be permitted on that day.
    """

    decision: Decision
    sentence: str
    conditions: tuple[str, ...]


def matrix(policy: PolicySnapshot) -> Iterator[tuple[str, ...]]:
    """A row of MATRIX_COLUMNS for every cell, whatever the day; agreement is the key, or none."""
    for cell in policy.vocabulary.cells():
        permission = policy.permissions.get(cell)
        if permission is None:
            yield (*cell, "false", "", "", "", "", ";".join(policy.ambiguous.get(cell, ())))
        else:
            decision = permission.decision
            agreement = policy.agreement_of(permission.view.store) or NO_AGREEMENT
            words = (decision.scope, decision.view, agreement, ";".join(decision.duties), decision.rule_id)
            yield (*cell, "true", *words)


def explain(policy: PolicySnapshot, cell: Cell, day: date) -> Explanation:
    """Why `cell` is permitted or refused on `day`, and what would have to be true. Unknown words are refused."""
    decision = policy.decide_cell(cell, day)
    permission = policy.permissions.get(cell)
    conditions = _without_rule(policy, cell) if permission is None else _conditions(permission, cell, decision)
    return Explanation(decision, policy.sentence(decision.reason_code), tuple(conditions))


def _without_rule(policy: PolicySnapshot, cell: Cell) -> Iterator[str]:
    unknown = [word for word, known in zip(cell, _known(policy, cell), strict=True) if not known]
    for word in unknown:
        yield f"'{word}' would have to be a word of vocabulary.toml."
    rules = policy.ambiguous.get(cell)
    if rules:
        yield f"One rule alone would have to permit it; {', '.join(rules)} all do."
        return
    yield f"A rule of policy.csv would have to permit {cell[3]} of {cell[2]} to {cell[0]} for {cell[1]}."
    others = sorted({other[0] for other in policy.permissions if other[1:] == cell[1:]})
    if others:
        yield f"It is permitted to: {', '.join(others)}."


def _known(policy: PolicySnapshot, cell: Cell) -> tuple[bool, ...]:
    words = policy.vocabulary
    resource = words.resources.get(cell[2])
    in_resource = resource is not None and cell[3] in resource.actions
    return cell[0] in words.roles, cell[1] in words.purposes, resource is not None, in_resource


def _conditions(permission: Permission, cell: Cell, decision: Decision) -> Iterator[str]:
    role = cell[0]
    yield from _of_agreement(permission, cell, decision)
    yield f"The person's own role would have to be {role}, within the dates of the grant."
    yield "The person's organisation and employer would have to be barred by no agreement."
    yield "The person's contract would have to cover the day."
    for duty in permission.duties:
        yield duty.line
    yield f"Rows: {permission.scope.line}"
    yield f"Columns: those of view {permission.view.name}, in store {permission.view.store}."


def _of_agreement(permission: Permission, cell: Cell, decision: Decision) -> Iterator[str]:
    if permission.timeline is None:
        yield "No agreement gates it."
        return
    reference = decision.agreement
    if decision.reason_code == ReasonCode.AGREEMENT_NOT_SERVED:
        yield f"Agreement {reference} would have to be served by this installation."
    if decision.lapsed:
        yield f"Agreement {reference}: {decision.lapsed}; a row that covers the day would have to be added."
    elif decision.reason_code == ReasonCode.PURPOSE_NOT_IN_AGREEMENT:
        yield f"The term of agreement {reference} would have to allow {cell[1]}."
    yield f"The person's organisation would have to be {_PARTIES[permission.party]} of agreement {reference} that day."
