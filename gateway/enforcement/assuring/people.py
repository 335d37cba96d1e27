"""Personnel: accounts, training and contracts, grants with who asked and who approved, and the CEfF's staff by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from gateway.access.snapshot import PolicySnapshot
from gateway.enforcement.assuring.pack import NO_END, Section, section, yes
from gateway.stores.result import Cell, Result

Record = Mapping[str, Cell]
CEFF = "ceff"  # the class of roles, in policies/vocabulary.toml
_HELD = "approved"


def sections(found: Result, policy: PolicySnapshot, on: date) -> Iterator[Section]:
    """found: the parts of view audit_personnel."""
    users, grants = found.parts["users"].records(), found.parts["grants"].records()
    yield section(
        "personnel",
        "Personnel",
        "Every account: employer, kind of contract and its dates, training, and the roles held today.",
        (
            "user", "name", "employer", "status", "contract_from", "contract_until", "contract_current",
            "professional_number", "training_until", "last_signed_in", "roles_today",
        ),
        (_person(user, grants, on) for user in users),
    )  # fmt: skip
    yield section(
        "grants",
        "Grants of roles",
        "Who asked for each grant and who approved it, its dates, and whether its review is overdue.",
        (
            "id", "user", "role", "organisation", "valid_from", "valid_until", "granted_by", "approved_by", "state",
            "review_due", "review_overdue",
        ),
        (_grant(one, on) for one in grants),
    )  # fmt: skip
    yield section(
        "ceff",
        "Controlled Environment for Finance",
        "Its staff today: trained and authorised until when.",
        ("name", "user", "role", "organisation", "training_until", "authorised_until", "current"),
        _ceff(users, grants, policy, on),
    )


def _person(user: Record, grants: list[dict[str, Cell]], on: date) -> tuple[Cell, ...]:
    roles = [
        f"{one['role']} at {one['organisation']}" for one in grants if one["user"] == user["user"] and _held(one, on)
    ]
    within = str(user["contract_from"]) <= on.isoformat() <= str(user["contract_until"] or NO_END)
    return (
        *(user[name] for name in ("user", "name", "employer", "status", "contract_from")),
        user["contract_until"] or NO_END,
        yes(within),
        user["professional_number"],
        user["training_until"],
        user["last_signed_in"],
        ", ".join(roles) or "none",
    )


def _grant(one: Record, on: date) -> tuple[Cell, ...]:
    due = one["review_due"]
    overdue = _held(one, on) and due is not None and str(due) < on.isoformat()
    head = (one["id"], one["user"], one["role"], one["organisation"], one["valid_from"], one["valid_until"] or NO_END)
    return *head, one["granted_by"], one["approved_by"], one["state"], due, yes(overdue)


def _ceff(
    users: list[dict[str, Cell]], grants: list[dict[str, Cell]], policy: PolicySnapshot, on: date
) -> Iterator[tuple[Cell, ...]]:
    inside = {name for name, role in policy.vocabulary.roles.items() if role.role_class == CEFF}
    people = {user["user"]: user for user in users}
    for one in grants:
        if one["role"] in inside and _held(one, on):
            user = people[one["user"]]
            dates = (user["training_until"], user["authorised_until"])
            current = all(last is not None and str(last) >= on.isoformat() for last in dates)
            yield user["name"], user["user"], one["role"], one["organisation"], *dates, yes(current)


def _held(one: Record, on: date) -> bool:
    within = str(one["valid_from"]) <= on.isoformat() <= str(one["valid_until"] or NO_END)
    return one["state"] == _HELD and within
