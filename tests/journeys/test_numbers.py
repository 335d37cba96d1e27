"""Who is shown NHS numbers: everything that a role can reach is fetched and looked through for every number held."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from tests.journeys.served import Answer, Person, Served

pytestmark = pytest.mark.journey
MOST = 2_000 if os.environ.get("GATEWAY_PROOF") == "full" else 15  # pages of one kind about one thing each
GAP = rb"(?:[ -]|&nbsp;|\xc2\xa0)?"
NUMBER = re.compile(rb"(?=(999" + GAP + rb"[0-9]{3}" + GAP + rb"[0-9]{4}))")
WITHOUT = ("analyst", "lead", "finance", "operator", "auditor", "privacy", "administrator", "hosting")
AT_HOME = {"gp": "Z99001", "gp-elsewhere": "Z99002", "practice-staff": "Z99001"}
OF_TWO = ("Z99003", "Z99004")


def numbers_in(body: bytes) -> set[str]:
    return {re.sub(rb"[^0-9]", b"", found).decode() for found in NUMBER.findall(body)}


@dataclass
class Crawl:
    """Every link, list page and file that one person can reach, and the addresses without a parameter to begin with."""

    person: Person
    addresses: MapAdapter
    pages: dict[str, Answer] = field(default_factory=dict)
    linked: set[str] = field(default_factory=set)
    _of_one_kind: Counter[str] = field(default_factory=Counter)

    def run(self) -> None:
        wanted = [str(rule) for rule in self.addresses.map.iter_rules() if "GET" in rule.methods and not rule.arguments]
        while wanted:
            path = wanted.pop()
            if path not in self.pages and path.startswith("/") and self._is_ours(path):
                self.pages[path] = self.person.get(path)
                onward = set(self._onward(path, self.pages[path]))
                self.linked |= onward
                wanted += sorted(onward)

    def _is_ours(self, path: str) -> bool:
        try:
            endpoint, about = self.addresses.match(urlsplit(path).path, "GET")
        except HTTPException:
            return False
        self._of_one_kind[endpoint] += bool(about)
        return self._of_one_kind[endpoint] <= MOST

    def _onward(self, path: str, page: Answer) -> Iterator[str]:
        if page.kind == "application/json" and page.status == 200 and page.json.get("rows"):
            yield f"{urlsplit(path).path}?page={page.json['page'] + 1}"
        if page.kind != "text/html":
            return
        if "Location" in page.headers:
            yield page.headers["Location"]
        for link in re.findall(r'href="([^"#]+)"', page.text):
            yield urljoin(path, unescape(link))
        for action in re.findall(r'action="([^"]+\.csv)"', page.text):
            self.pages[f"POST {action}"] = self.person.post(action)


Crawls = Callable[[str, str], Crawl]


@pytest.fixture(scope="module")
def crawl(served: Served) -> Crawls:
    """One crawl for each user and organisation."""
    addresses = served.application().url_map.bind("127.0.0.1")

    @cache
    def made(user: str, organisation: str = "") -> Crawl:
        crawl = Crawl(served.person(user, organisation), addresses)
        crawl.run()
        return crawl

    return made


@pytest.fixture(scope="module")
def registered(served: Served) -> dict[str, set[str]]:
    """NHS numbers by practice, of the run that is served."""
    found: dict[str, set[str]] = {}
    for practice, number in served.read_run("SELECT practice_code, nhs_number FROM worklist"):
        found.setdefault(practice, set()).add(number)
    return found


@pytest.fixture(scope="module")
def invoiced(served: Served) -> set[str]:
    rows = served.read("invoices", "invoices.db", "SELECT nhs_number FROM line UNION SELECT nhs_number FROM sus_row")
    return {number for (number,) in rows if number}


@pytest.mark.parametrize("user", WITHOUT)
def test_no_nhs_number_that_is_held_reaches_a_role_without_the_right_to_them(
    served: Served, crawl: Crawls, registered: dict[str, set[str]], invoiced: set[str], user: str
) -> None:
    held = set(served.truth["outcome"]).union(invoiced, *registered.values())
    pages = crawl(user, "").pages
    assert len(pages) > 30
    assert [path for path, page in pages.items() if held & numbers_in(page.body)] == []


@pytest.mark.parametrize(("user", "practice"), [*AT_HOME.items(), *(("gp-of-two", code) for code in OF_TWO)])
def test_a_practice_is_shown_numbers_of_its_own_patients_alone(
    served: Served, crawl: Crawls, registered: dict[str, set[str]], user: str, practice: str
) -> None:
    pages = crawl(user, practice if user == "gp-of-two" else "").pages
    shown = set().union(*(numbers_in(page.body) for page in pages.values()))
    assert len(shown) == served.truth["worklist"][practice]
    assert shown <= registered[practice]


@pytest.mark.parametrize("user", ["validator", "approver"])
def test_the_ceff_is_shown_numbers_of_invoices_alone_and_only_where_one_invoice_is_looked_at(
    crawl: Crawls, invoiced: set[str], user: str
) -> None:
    shown = {path: found for path, page in crawl(user, "").pages.items() if (found := numbers_in(page.body))}
    assert set().union(*shown.values()) <= invoiced
    assert {path.rsplit("/", 1)[0] for path in shown} == {"/ceff/invoices", "/ceff/lines"}


@pytest.mark.parametrize("user", [*AT_HOME, *WITHOUT[:-1], "validator", "approver"])
def test_no_link_on_any_page_leads_to_an_error(crawl: Crawls, user: str) -> None:
    found = crawl(user, "")
    statuses = {path: found.pages[path].status for path in found.linked & found.pages.keys()}
    assert {path: status for path, status in statuses.items() if status > 303} == {}


@pytest.mark.parametrize(("user", "practice"), [*AT_HOME.items(), *(("gp-of-two", code) for code in OF_TWO)])
def test_page_file_and_api_list_exactly_whom_the_truth_knows_to_be_at_risk(
    served: Served, user: str, practice: str
) -> None:
    person = served.person(user, practice if user == "gp-of-two" else "")
    at_risk = "SELECT nhs_number FROM worklist WHERE practice_code = ? AND at_risk = 1"
    wanted = sorted(number for (number,) in served.read_run(at_risk, practice))
    assert len(wanted) == served.truth["worklist"][practice]
    files = (person.post("/practice/worklist.csv"), person.get("/api/v1/practice/worklist.csv"))
    listed = [sorted(row["NHS number"] for row in csv.DictReader(file.text.splitlines())) for file in files]
    rows = person.get("/api/v1/practice/worklist").json["rows"]
    page = numbers_in(person.get("/practice/worklist").body)
    assert [*listed, sorted(row["nhs_number"] for row in rows), sorted(page)] == [wanted] * 4


def test_another_practices_patient_reads_like_one_that_does_not_exist(served: Served) -> None:
    handle = served.read_run("SELECT handle FROM worklist WHERE practice_code = 'Z99001' AND at_risk = 1 LIMIT 1")[0][0]
    elsewhere = served.person("gp-elsewhere")
    for rest in ("", "/record"):
        pages = [elsewhere.get(f"/practice/patients/{one}{rest}") for one in (handle, handle[::-1])]
        theirs, nobodys = (re.sub(r'event \d+|value="[^"]+"', "", page.text).replace(handle, "") for page in pages)
        assert pages[0].status == pages[1].status
        assert theirs == nobodys.replace(handle[::-1], "")
