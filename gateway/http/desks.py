"""The desks: where each audience starts, from what the policy permits and from no role's name."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.access.snapshot import PolicySnapshot
from gateway.access.vocabulary import Cell


@dataclass(frozen=True, slots=True)
class Entry:
    """One place to go, shown to whoever the policy permits (purpose, resource, action).

    beside: another desk is where one begins, and this one is in the menu.
    """

    path: str
    title: str
    line: str
    purpose: str
    resource: str
    action: str
    beside: bool = False

    def cell(self, role: str) -> Cell:
        """What the policy is asked for a role."""
        return role, self.purpose, self.resource, self.action


ENTRIES = (
    Entry(
        "/practice/worklist", "Patients at risk", "Your practice's patients who are at risk, highest score first.",
        "direct_care", "practice.worklist", "list",
    ),
    Entry(
        "/practice/find", "Find a patient", "An own patient at risk, by NHS number.",
        "direct_care", "practice.worklist", "find", beside=True,
    ),
    Entry(
        "/practice/views", "Saved views", "Filters of the list that were kept by name.",
        "direct_care", "practice.views", "list", beside=True,
    ),
    Entry(
        "/practice/summary", "Practice summary", "How many of your patients are at risk, and of whom.",
        "direct_care", "practice.summary", "list", beside=True,
    ),
    Entry(
        "/practice/cohorts", "Groups of the commissioner", "Whom the commissioner targets, as your own patients.",
        "direct_care", "practice.cohorts", "list", beside=True,
    ),
    Entry(
        "/practice/model", "The local model", "What the model says, how well, and what it is not for.",
        "direct_care", "risk.model", "read", beside=True,
    ),
    Entry(
        "/population/", "Population at risk", "Number and percentage at risk, by practice, age, sex and deprivation.",
        "commissioning", "population.dashboard", "read",
    ),
    Entry(
        "/population/patients", "Pseudonymised rows", "One row for each person, without anything that names them.",
        "commissioning", "population.patients", "list",
    ),
    Entry(
        "/ceff/invoices", "Invoices", "Invoices with their lines, each beside its SUS+ spell.",
        "invoice_validation", "invoices.invoices", "list",
    ),
    Entry(
        "/ceff/deliveries", "Deliveries", "Files that the Controlled Environment for Finance took in.",
        "invoice_validation", "invoices.deliveries", "list",
    ),
    Entry(
        "/finance/notices", "Notices", "Which invoices are validated and can be paid. No patient data.",
        "invoice_validation", "invoices.notices", "list",
    ),
    Entry(
        "/auditor/search", "Audit log", "Who looked at what, when and why.",
        "audit", "audit.events", "list",
    ),
    Entry(
        "/auditor/exports", "Exports", "The log as files that you can verify without us.",
        "audit", "audit.exports", "list",
    ),
    Entry(
        "/auditor/assurance", "Assurance", "Agreements, people, storage, reviews and destruction, as recorded.",
        "audit", "audit.assurance", "read",
    ),
    Entry(
        "/privacy/review", "Review queue", "What on the audit log calls for a look, and what came of it.",
        "audit", "privacy.review", "list",
    ),
    Entry(
        "/privacy/runs", "Runs", "Where the data of risk stratification come from: files, stages, instruction.",
        "audit", "intake.runs", "list",
    ),
    Entry(
        "/privacy/explain", "Explain a decision", "Why somebody may or may not do something, and by which rule.",
        "audit", "privacy.explain", "read",
    ),
    Entry(
        "/administration/users", "Users", "Accounts and the dates that they depend on.",
        "administration", "administration.users", "list",
    ),
    Entry(
        "/administration/grants", "Grants", "Who holds which role where, and until when.",
        "administration", "administration.grants", "list",
    ),
    Entry(
        "/administration/agreements", "Agreements", "Terms, parties and approvals.",
        "administration", "administration.agreements", "list",
    ),
    Entry(
        "/administration/policy", "Policy", "The policy release in force.",
        "administration", "administration.policy", "read",
    ),
)  # fmt: skip


def of_role(policy: PolicySnapshot, role: str) -> tuple[Entry, ...]:
    """The desks that some rule of the policy opens to the role, whatever the day."""
    return tuple(entry for entry in ENTRIES if entry.cell(role) in policy.permissions)
