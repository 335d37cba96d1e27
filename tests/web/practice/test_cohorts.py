"""The commissioner's groups at a practice: pages, JSON and CSV of the own patients, and nothing once withdrawn."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.catalogue.cohort import of
from gateway.stores.population_work import cohorts
from gateway.stores.vault import writing
from tests.builders.deliveries import ANNA, BEN, HERE, THERE, spell

AS_OF = "2026-10-31"
TWO_OF_EACH = [spell(at, who) for at, who in ((10, ANNA), (20, ANNA), (30, BEN), (40, BEN))]
SHOWN = f"{ANNA[:3]} {ANNA[3:6]} {ANNA[6:]}"


@pytest.fixture
def cohort(practices: Any) -> Iterator[int]:
    """Anna and Ben are at risk here, and the commissioner asks for whoever has COPD: Anna."""
    practices.run(AS_OF, HERE, TWO_OF_EACH, "COPD")
    connection = practices.processor.desk.stores["population_work"].connection()
    with writing(connection):
        number = cohorts.add(connection, "Lungs", of({"condition": ["COPD"]}).canonical(), "ann", "2026-11-24")
    yield number
    withdraw(practices, number)


def withdraw(practices: Any, number: int) -> None:
    connection = practices.processor.desk.stores["population_work"].connection()
    with writing(connection):
        cohorts.withdraw(connection, number, "ann", "2026-11-24")


def test_a_practice_reads_whom_is_meant_and_how_many_of_its_own_there_are(practices: Any, cohort: int) -> None:
    page = practices.gp("c-list", HERE).get("/practice/cohorts").text
    assert f'<a href="/practice/cohorts/{cohort}">Lungs</a>' in page
    assert "Condition: COPD" in page
    assert '<td class="nhsuk-table__cell nhsuk-table__cell--numeric">1</td>' in page
    assert "The commissioner is told nothing from this page" in page


def test_a_cohort_shows_the_own_patients_who_meet_it(practices: Any, cohort: int) -> None:
    page = practices.gp("c-open", HERE).get(f"/practice/cohorts/{cohort}").text
    assert "1 patient, 1 on page 1" in page
    assert SHOWN in page
    assert BEN[6:] not in page


def test_another_practice_sees_none_of_them(practices: Any, cohort: int) -> None:
    browser = practices.gp("c-there", THERE)
    assert "meets these criteria" in browser.get(f"/practice/cohorts/{cohort}").text
    assert browser.get(f"/api/v1/practice/cohorts/{cohort}").json["rows"] == []
    assert [row["own_patients"] for row in browser.get("/api/v1/practice/cohorts").json["rows"]] == [0]


def test_the_same_as_json_and_as_a_file(practices: Any, cohort: int) -> None:
    browser = practices.gp("c-api", HERE)
    told = browser.get(f"/api/v1/practice/cohorts/{cohort}").json
    assert ([row["nhs_number"] for row in told["rows"]], told["total"]) == ([ANNA], 1)
    posted = browser.post(f"/practice/cohorts/{cohort}/patients.csv")
    events = [practices.house.events()[int(answer.headers["Gateway-Event"])] for answer in (posted,)]
    assert [(event["type"], event["action"]) for event in events] == [("export.created", "export")]
    by_api = browser.get(f"/api/v1/practice/cohorts/{cohort}.csv")
    for answer in (posted, by_api):
        rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
        assert [row["NHS number"] for row in rows] == [ANNA]


def test_opening_one_is_one_event_of_its_own_kind(practices: Any, cohort: int) -> None:
    answer = practices.gp("c-event", HERE).get(f"/practice/cohorts/{cohort}?sort=-age_band")
    event = practices.house.events()[int(answer.headers["Gateway-Event"])]
    assert (event["type"], event["query"]["cohort"], event["subjects"]["n"]) == ("cohort.opened", cohort, 1)
    assert ANNA not in str(event)


def test_one_that_is_withdrawn_is_not_found_and_no_longer_listed(practices: Any, cohort: int) -> None:
    browser = practices.gp("c-gone", HERE)
    withdraw(practices, cohort)
    for path in (f"/practice/cohorts/{cohort}", f"/api/v1/practice/cohorts/{cohort}", "/practice/cohorts/none"):
        assert browser.get(path).status_code == 404
    assert "has saved no group yet" in browser.get("/practice/cohorts").text


def test_a_filter_of_ones_own_is_not_understood(practices: Any, cohort: int) -> None:
    browser = practices.gp("c-filter", HERE)
    assert browser.get(f"/practice/cohorts/{cohort}?sex=Female").status_code == 400
    assert browser.get("/practice/cohorts?sex=Female").status_code == 400


def test_the_commissioner_opens_neither_page(practices: Any, cohort: int) -> None:
    browser = practices.house.signed_in("c-analyst", ("commissioner_analyst", "06Q"))
    for path in ("/practice/cohorts", f"/practice/cohorts/{cohort}", f"/api/v1/practice/cohorts/{cohort}.csv"):
        assert browser.get(path).status_code == 403
