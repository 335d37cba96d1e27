"""policies/model.conf: Casbin's model. Only the one that these policies were proved with is taken.

A matcher or an effect with one word changed permits in silence, so nothing but comments and spacing may differ.
"""

from __future__ import annotations

from gateway.access.loading.faults import Faults

FILE = "model.conf"
MODEL = (
    "[request_definition]",
    "r = role, purpose, resource, action",
    "[policy_definition]",
    "p = id, role, purpose, resource, action, scope, view, agreement, duties, eft",
    "[role_definition]",
    "g = _, _",
    "[policy_effect]",
    "e = some(where (p.eft == allow)) && !some(where (p.eft == deny))",
    "[matchers]",
    (
        "m = r.resource == p.resource && r.action == p.action && r.purpose == p.purpose"
        " && g(r.role, p.role) && matched(p.id)"
    ),
)


def parse(text: str, faults: Faults) -> str:
    """The model's lines without comments; faults are noted."""
    numbered = enumerate(text.split("\n"), start=1)
    lines = [(number, line) for number, line in numbered if line and not line.startswith("#")]
    for (number, line), expected in zip(lines, MODEL, strict=False):
        if line != expected:
            faults.add(FILE, number, "the model differs from the one that was proved", f"write: {expected}")
            break
    else:
        if len(lines) != len(MODEL):
            at = lines[len(MODEL)][0] if len(lines) > len(MODEL) else text.count("\n")
            faults.add(FILE, at, "the model has lines too many or too few", "put the shipped model.conf back")
    return "\n".join(line for _, line in lines) + "\n"
