"""Every role at every address: permitted or refused as the compiled policy says, and on the log exactly once.

The table says what each address asks of the policy; `gateway policy matrix` of the running release says who may.
"""

from __future__ import annotations

import csv
import re
import subprocess
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest

from tests.journeys.served import Answer, Person, Served, command

pytestmark = pytest.mark.journey
HELD, EMPTY, FAILED, FILE = "access.permitted", "access.empty", "access.failed", "export.created"
CARE, POPULATION, INVOICES, AUDIT, ADMIN = (
    "direct_care", "commissioning", "invoice_validation", "audit", "administration",
)  # fmt: skip
FACTS = {"name": "Jo Example", "employer": "ZZP", "status": "employee", "contract_from": "2026-01-01"}
GRANTS, VIEWS, LIST = "administration.grants", "practice.views", "practice.worklist"
TAKEN, LET_GO = {"handle": "<handle>", "do": "assign", "taker": "me"}, {"handle": "<handle>", "colleague": ""}
REVIEW = {"kind": "review", "code": "no_action"}
NEW = {**FACTS, "user": "new.one"}
GRANT = {"user": "lead", "role": "commissioner_analyst", "organisation": "06Q", "valid_from": "2030-01-01"}
CHOSEN = "correct horse battery staple"
PASSWORDS = {"old": "<password>", "password": CHOSEN, "again": CHOSEN}
RECORD = {"reason": "planned_review", "attested": "yes"}


class Address(NamedTuple):
    """What an address asks of the policy, and what it answers and leaves on the log where that permits it."""

    method: str
    rule: str
    purpose: str
    resource: str
    action: str
    status: int = 200
    kind: str = HELD
    form: dict[str, str] | None = None
    events: int = 1


TABLE = (
    Address("GET", "/account", ADMIN, "account.own", "read"),
    Address("POST", "/account", ADMIN, "account.own", "update", form=PASSWORDS, events=2),
    Address("POST", "/account/tokens", ADMIN, "account.own", "update", form={"name": "one", "days": "1"}, events=2),
    Address("POST", "/account/tokens/<int:number>/revoke", ADMIN, "account.own", "update", 404, FAILED),
    Address("GET", "/practice/worklist", CARE, "practice.worklist", "list"),
    Address("POST", "/practice/worklist.csv", CARE, "practice.worklist", "export", kind=FILE),
    Address("GET", "/api/v1/practice/worklist", CARE, "practice.worklist", "list"),
    Address("GET", "/api/v1/practice/worklist.csv", CARE, "practice.worklist", "export", kind=FILE),
    Address("GET", "/practice/worklist/print", CARE, "practice.worklist", "print", kind=FILE),
    Address("GET", "/practice/find", CARE, "practice.worklist", "find", kind=EMPTY),
    Address("GET", "/practice/model", CARE, "risk.model", "read", kind=EMPTY),
    Address("POST", "/practice/find", CARE, "practice.worklist", "find", 303, form={"nhs_number": "<own>"}),
    Address("POST", "/practice/worklist/marks", CARE, "practice.worklist", "check", 303, form=TAKEN, events=2),
    Address("POST", "/practice/worklist/assign", CARE, "practice.worklist", "check", 303, form=LET_GO, events=2),
    Address("POST", "/practice/patients/<handle>/marks", CARE, LIST, "check", 303, form=REVIEW, events=2),
    Address("GET", "/practice/patients/<handle>/marks", CARE, "practice.worklist", "check", events=3),
    Address("POST", "/practice/views", CARE, "practice.views", "save", 303, form={"name": "one", "question": ""}),
    Address("GET", "/practice/views", CARE, "practice.views", "list"),
    Address("GET", "/api/v1/practice/views", CARE, "practice.views", "list"),
    Address("POST", "/practice/views/<int:number>/rename", CARE, VIEWS, "rename", 404, FAILED, form={"name": "two"}),
    Address("POST", "/practice/views/<int:number>/delete", CARE, VIEWS, "delete", 404, FAILED),
    Address("GET", "/practice/cohorts", CARE, "practice.cohorts", "list"),
    Address("GET", "/api/v1/practice/cohorts", CARE, "practice.cohorts", "list"),
    Address("GET", "/practice/cohorts/<cohort>", CARE, "practice.cohort", "list", kind="cohort.opened"),
    Address("GET", "/api/v1/practice/cohorts/<cohort>", CARE, "practice.cohort", "list", kind="cohort.opened"),
    Address("POST", "/practice/cohorts/<cohort>/patients.csv", CARE, "practice.cohort", "export", kind=FILE),
    Address("GET", "/api/v1/practice/cohorts/<cohort>.csv", CARE, "practice.cohort", "export", kind=FILE),
    Address("GET", "/practice/summary", CARE, "practice.summary", "list"),
    Address("POST", "/practice/summary.csv", CARE, "practice.summary", "export", kind=FILE),
    Address("GET", "/api/v1/practice/summary", CARE, "practice.summary", "list"),
    Address("GET", "/api/v1/practice/summary.csv", CARE, "practice.summary", "export", kind=FILE),
    Address("GET", "/practice/patients/<handle>", CARE, "practice.patient", "read"),
    Address("POST", "/practice/patients/<handle>/record", CARE, "practice.record", "read", 303, form=RECORD),
    Address("GET", "/practice/patients/<handle>/record", CARE, "practice.record", "read", kind="record.displayed"),
    Address("GET", "/population/", POPULATION, "population.dashboard", "read"),
    Address("POST", "/population/.csv", POPULATION, "population.dashboard", "export", kind=FILE),
    Address("GET", "/api/v1/population/", POPULATION, "population.dashboard", "read"),
    Address("GET", "/api/v1/population.csv", POPULATION, "population.dashboard", "export", kind=FILE),
    Address("GET", "/population/patients", POPULATION, "population.patients", "list"),
    Address("GET", "/api/v1/population/patients", POPULATION, "population.patients", "list"),
    Address("GET", "/population/patients/<pseudonym>", POPULATION, "population.patient", "read"),
    Address("GET", "/api/v1/population/patients/<pseudonym>", POPULATION, "population.patient", "read"),
    Address("GET", "/ceff/deliveries", INVOICES, "invoices.deliveries", "list"),
    Address("GET", "/api/v1/ceff/deliveries", INVOICES, "invoices.deliveries", "list"),
    Address("GET", "/ceff/invoices", INVOICES, "invoices.invoices", "list"),
    Address("GET", "/api/v1/ceff/invoices", INVOICES, "invoices.invoices", "list"),
    Address("GET", "/ceff/invoices/<invoice>", INVOICES, "invoices.invoice", "read"),
    Address("GET", "/api/v1/ceff/invoices/<invoice>", INVOICES, "invoices.invoice", "read"),
    Address("GET", "/ceff/lines/<reference>", INVOICES, "invoices.line", "read"),
    Address("GET", "/finance/notices", INVOICES, "invoices.notices", "list", kind=EMPTY),
    Address("POST", "/finance/notices.csv", INVOICES, "invoices.notices", "export", kind=FILE),
    Address("GET", "/api/v1/finance/notices", INVOICES, "invoices.notices", "list", kind=EMPTY),
    Address("GET", "/api/v1/finance/notices.csv", INVOICES, "invoices.notices", "export", kind=FILE),
    Address("GET", "/auditor/search", AUDIT, "audit.events", "list", kind="audit.searched"),
    Address("GET", "/api/v1/auditor/search", AUDIT, "audit.events", "list", kind="audit.searched"),
    Address("GET", "/auditor/questions/<name>", AUDIT, "audit.questions", "list", kind="audit.searched"),
    Address("GET", "/api/v1/audit/questions/<name>", AUDIT, "audit.questions", "list", kind="audit.searched"),
    Address("GET", "/api/v1/audit/entries", AUDIT, "audit.entries", "read", kind="audit.exported"),
    Address("GET", "/api/v1/audit/users/<user>", AUDIT, "audit.user", "list", kind="audit.searched"),
    Address("GET", "/auditor/users/<user>", AUDIT, "audit.user", "list", kind="audit.searched"),
    Address("GET", "/api/v1/auditor/users/<user>", AUDIT, "audit.user", "list", kind="audit.searched"),
    Address("GET", "/auditor/patient", AUDIT, "audit.patient", "list", kind=EMPTY),
    Address("POST", "/auditor/patient", AUDIT, "audit.patient", "list", 200, "audit.searched", {"nhs_number": "<ten>"}),
    Address("GET", "/auditor/events/<int:index>", AUDIT, "audit.event", "read", kind="audit.searched"),
    Address("GET", "/auditor/exports", AUDIT, "audit.exports", "list"),
    Address("GET", "/api/v1/auditor/exports", AUDIT, "audit.exports", "list"),
    Address("POST", "/auditor/exports", AUDIT, "audit.exports", "create", 303, "audit.exported", {"since": "0"}),
    Address("GET", "/auditor/exports/<link>", AUDIT, "audit.exports", "list", kind="export.fetched"),
    Address("GET", "/auditor/assurance", AUDIT, "audit.personnel", "list", kind="audit.searched", events=2),
    Address("GET", "/audit/tile/entries/<path:place>", AUDIT, "audit.exports", "create", kind="audit.searched"),
    Address("GET", "/privacy/review", AUDIT, "privacy.review", "find", kind="audit.searched", events=2),
    Address("GET", "/api/v1/privacy/review", AUDIT, "privacy.review", "list"),
    Address("GET", "/privacy/review/<int:number>", AUDIT, "privacy.review", "read", 404, FAILED),
    Address("POST", "/privacy/review/<int:number>", AUDIT, "privacy.review", "decide", 400, FAILED),
    Address("GET", "/privacy/runs", AUDIT, "intake.runs", "list"),
    Address("GET", "/api/v1/privacy/runs", AUDIT, "intake.runs", "list"),
    Address("GET", "/privacy/runs/<run>", AUDIT, "intake.runs", "read"),
    Address("GET", "/privacy/explain", AUDIT, "privacy.explain", "read", kind=EMPTY),
    Address("GET", "/administration/users", ADMIN, "administration.users", "list"),
    Address("GET", "/api/v1/administration/users", ADMIN, "administration.users", "list"),
    Address("GET", "/administration/users/<user>", ADMIN, "administration.users", "list"),
    Address("POST", "/administration/users", ADMIN, "administration.users", "create", form=NEW),
    Address("POST", "/administration/users/<user>", ADMIN, "administration.users", "update", 404, FAILED, FACTS),
    Address("POST", "/administration/users/<user>/unlock", ADMIN, "administration.users", "update", 404, FAILED),
    Address("POST", "/administration/users/<user>/reset", ADMIN, "administration.users", "update", 404, FAILED),
    Address("GET", "/administration/grants", ADMIN, "administration.grants", "list"),
    Address("GET", "/api/v1/administration/grants", ADMIN, "administration.grants", "list"),
    Address("POST", "/administration/grants", ADMIN, "administration.grants", "create", 303, form=GRANT),
    Address("POST", "/administration/grants/<int:number>/approve", ADMIN, GRANTS, "approve", 404, FAILED),
    Address("POST", "/administration/grants/<int:number>/revoke", ADMIN, GRANTS, "revoke", 404, FAILED),
    Address("GET", "/administration/agreements", ADMIN, "administration.agreements", "list", kind=EMPTY),
    Address("GET", "/api/v1/administration/agreements", ADMIN, "administration.agreements", "list", kind=EMPTY),
    Address("GET", "/administration/policy", ADMIN, "administration.policy", "read", kind=EMPTY),
)  # fmt: skip
# Open to whoever is signed in, and mostly to everybody; nothing of a store is shown.
OPEN = {
    "/", "/sign-in", "/acting-role", "/account/alive", "/first-password/<secret>", "/privacy", "/cookies",
    "/accessibility", "/healthz", "/readyz", "/audit/checkpoint", "/audit/checkpoint/cosigned", "/audit/key",
    "/audit/keys", "/api/v1/openapi.json", "/api/v1/docs",
    "/audit/tile/<int:level>/<path:place>",
}  # fmt: skip
WAY_OUT = "/sign-out"
BY_TOKEN = "/api/v1/audit/patient"  # no cookie opens it: tests/api/test_audit.py
BARRED = "hosting"
REFUSED = (403, "access.refused", "deny", 1)
ROLES = {
    "gp": "gp", "practice-staff": "practice_staff", "analyst": "commissioner_analyst", "lead": "commissioner_lead",
    "validator": "ceff_validator", "approver": "ceff_approver", "finance": "ccg_finance",
    "operator": "data_processor_operator", "auditor": "nhs_digital_auditor", "privacy": "privacy_officer",
    "administrator": "access_administrator", BARRED: "hosting_operator",
}  # fmt: skip


@dataclass(frozen=True)
class Visit:
    """One request of one person: the answer, and what it left on the log."""

    answer: Answer
    size: int
    events: list[dict[str, Any]]

    def left(self, user: str, role: str, kind: str, decision: str, events: int = 1) -> bool:
        """So many events and no more, named in the header, each of this kind, by this user in this role."""
        mine = [one for one in self.events if one["type"] != "review.opened"]  # what was found by looking
        told = [(one["type"], one["decision"], one["actor"]["user"], one["actor"]["role"]) for one in mine]
        indexes = [one["index"] for one in mine]
        return told == [(kind, decision, user, role)] * events and self.answer.events == indexes

    def asked(self, address: Address) -> bool:
        """Whether the first of them is about what the table says."""
        first = self.events[0] if self.events else {}
        return (first.get("purpose"), first.get("resource"), first.get("action")) == address[2:5]

    def __str__(self) -> str:
        told = [(one["type"], one.get("reason_code"), one.get("resource"), one.get("fault")) for one in self.events]
        return f"{self.answer.status}, header {self.answer.events}, log from {self.size}: {told}"


@pytest.fixture(scope="module")
def permitted(served: Served) -> set[tuple[str, str, str, str]]:
    """(role, purpose, resource, action) that the release permits."""
    run = command(served.folder, "policy", "matrix", "--csv")
    found = subprocess.run(run, check=True, capture_output=True, text=True).stdout
    rows = list(csv.DictReader(found.splitlines()))
    return {(one["role"], one["purpose"], one["resource"], one["action"]) for one in rows if one["permitted"] == "true"}


@pytest.fixture(scope="module")
def known(served: Served, hasty: None, targeted: str) -> dict[str, str]:  # noqa: ARG001 the queue is not empty then
    """Real references, each found by somebody who may."""
    auditor, gp, analyst = (served.person(user) for user in ("auditor", "gp", "analyst"))
    link = auditor.post("/auditor/exports", since="0").headers["Location"].partition("link=")[2]
    validator = served.person("validator")
    invoice = first(validator, "/ceff/invoices", r"/ceff/invoices/([\w-]+)\"")
    return {
        "handle": first(gp, "/practice/worklist", r"/practice/patients/([\w-]+)\""),
        "own": first(gp, "/practice/worklist", r"data-copy=\"(\d{10})\""),
        "ten": served.truth["outcome"][0],
        "pseudonym": first(analyst, "/population/patients", r"/population/patients/(\w+)\""),
        "invoice": invoice,
        "reference": first(validator, f"/ceff/invoices/{invoice}", r"/ceff/lines/([\w-]+)\""),
        "link": link,
        "cohort": targeted,
        "index": "0",
        "number": "999999",
        "user": "gp",
        "name": "refused",
        "level": "0",
        "place": "000.p/1",
        "run": "1",
    }


def first(person: Person, path: str, pattern: str) -> str:
    found = re.search(pattern, person.get(path).text)
    assert found, f"{path} links to nothing like {pattern}"
    return found.group(1)


def visit(served: Served, person: Person, address: Address, known: dict[str, str]) -> Visit:
    """Ask; whatever would alter an account or a grant names one that nobody has."""
    names = known | ({"user": "nobody", "number": "999999"} if address.method == "POST" else {})

    def filled(text: str) -> str:
        return re.sub(r"<(?:(?:int|path):)?(\w+)>", lambda name: names[name.group(1)], text)

    size, path = served.log_size(), filled(address.rule)
    form = {name: filled(value) for name, value in (address.form or {}).items()}
    answer = person.get(path) if address.method == "GET" else person.post(path, **form)
    return Visit(answer, size, served.events(size))


def test_every_address_of_the_application_stands_in_the_table_or_is_open(served: Served) -> None:
    rules = served.application().url_map.iter_rules()
    ours = {(method, str(rule)) for rule in rules for method in rule.methods - {"HEAD", "OPTIONS"}}
    told = {(address.method, address.rule) for address in TABLE}
    assert {rule for _, rule in ours - told} == OPEN | {WAY_OUT, BY_TOKEN}
    assert told <= ours


def test_the_demonstration_has_a_sign_in_for_every_role(served: Served) -> None:
    assert {one["role"] for one in served.people.values()} == set(ROLES.values())


@pytest.mark.parametrize("user", [user for user in ROLES if user != BARRED])
def test_a_role_reaches_what_the_policy_permits_and_each_answer_is_on_the_log_once(
    served: Served, known: dict[str, str], permitted: set[tuple[str, ...]], user: str
) -> None:
    person, role, wrong = served.person(user), ROLES[user], []
    own = {**known, "password": served.passwords[user]}
    for address in TABLE:
        may = (role, address.purpose, address.resource, address.action) in permitted
        status, *told = (address.status, address.kind, "permit", address.events) if may else REFUSED
        seen = visit(served, person, address, own)
        if not (seen.answer.status == status and seen.asked(address) and seen.left(user, role, *told)):
            wrong.append(f"{address.method} {address.rule}: {seen}")
    served.passwords[user] = CHOSEN
    assert wrong == []


def test_whoever_is_barred_gets_nothing_but_the_way_out_and_each_request_is_a_suspected_breach(
    served: Served, known: dict[str, str]
) -> None:
    person, wrong = served.person(BARRED), []
    own = {**known, "password": "none", "secret": "none"}
    rest = [Address("GET", rule, "", "", "") for rule in sorted(OPEN)]
    for address in (*TABLE, *rest):
        seen = visit(served, person, address, own)
        if seen.answer.status != 403 or not seen.left(BARRED, ROLES[BARRED], "breach.suspected", "deny"):
            wrong.append(f"{address.method} {address.rule}: {seen}")
    assert wrong == []
    assert person.post(WAY_OUT).status == 303


def test_nobody_gets_anything_before_signing_in(served: Served, known: dict[str, str]) -> None:
    person, wrong, size = served.person(), [], served.log_size()
    for address in TABLE:
        seen = visit(served, person, address, {**known, "password": "none"})
        api = address.rule.startswith(("/api/", "/audit/tile/"))  # for programs
        led_away = api or seen.answer.headers["Location"].startswith("/sign-in")
        if seen.answer.status != (401 if api else 303) or not led_away:
            wrong.append(f"{address.method} {address.rule}: {seen}")
    for rule in OPEN:
        person.get(rule)
    assert wrong == []
    assert served.log_size() == size
