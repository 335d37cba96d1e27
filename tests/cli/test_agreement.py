"""`gateway agreement`: listed, renewed and closed at the command line, by two people who both sign in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.cli import gateway
from gateway.cli.agreement import agreement
from gateway.cli.doctor import of_closed
from gateway.errors import AccessDenied, BadRequest, Conflict
from gateway.settings import Settings
from tests.builders.ceff import WarmRuntime
from tests.builders.copies import facts, gateway_says
from tests.builders.ending import APC, HASH, IV, RS, STORES, alone, copied, ending, keys_of, record_of, reopened
from tests.builders.everything import Everything
from tests.conftest import PASSWORD

CLOSE = ("agreement", "close", "RS", "--approved-by", "mia")


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory, password_hash: str) -> Settings:
    return ending(tmp_path_factory.mktemp("agreement") / "installation", password_hash)


@pytest.fixture
def settings(made_once: Settings, tmp_path: Path) -> Settings:
    """A copy, to be altered."""
    return copied(made_once, tmp_path / "installation")


@pytest.fixture(scope="module")
def closed(made_once: Settings, tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Result, Path]:
    """One in which the agreement was closed, what was said, and where the certificate is."""
    folder = tmp_path_factory.mktemp("closed")
    settings, out = copied(made_once, folder / "installation"), folder / "certificate"
    return settings, by_two(settings, *CLOSE, "--out", out), out


def by_two(settings: Settings, *words: object) -> Result:
    """Max's command, to which the second person types a password."""
    said = ["--dir", str(settings.home.parent), *map(str, words)]
    return CliRunner().invoke(gateway, said, input=f"{PASSWORD}\n")


def says(place: Everything, *words: str) -> Result:
    """`gateway agreement …` by max, where the gateway runs."""
    return CliRunner().invoke(agreement, words, obj=WarmRuntime(open=alone(place, services={"user": "max"})))


def listed(place: Everything) -> dict[str, dict[str, Any]]:
    return {one["agreement"]: one for one in facts(says(place, "list", "--json"))["agreements"]}


def test_a_dry_run_says_what_would_go_and_nothing_goes(settings: Settings) -> None:
    with reopened(settings) as place:
        done, told = says(place, "close", "RS", "--dry-run"), facts(says(place, "close", RS, "--dry-run", "--json"))
    assert "State: planned. Nothing below has been confirmed as destroyed." in done.stdout
    assert "practice_work.key" in done.stdout
    assert (told["state"], told["stores"]) == ("planned", STORES)
    assert keys_of(settings) >= set(STORES)


def test_closing_takes_a_second_person_who_may_do_the_same(settings: Settings, tmp_path: Path) -> None:
    nobody = gateway_says(settings, "agreement", "close", "RS")
    assert nobody.exit_code == 2
    assert "closing takes a second person" in nobody.stderr
    other = by_two(settings, "agreement", "close", "RS", "--approved-by", "ola")
    assert isinstance(other.exception, AccessDenied)
    taken = by_two(settings, *CLOSE, "--out", tmp_path)
    assert isinstance(taken.exception, BadRequest)
    assert keys_of(settings) >= set(STORES)


def test_nothing_is_closed_under_a_running_gateway(settings: Settings) -> None:
    with reopened(settings):
        done = by_two(settings, *CLOSE)
    assert isinstance(done.exception, Conflict)
    assert keys_of(settings) >= set(STORES)


def test_the_evidence_is_printed_and_handed_over_signed(closed: tuple[Settings, Result, Path]) -> None:
    settings, done, out = closed
    assert done.exit_code == 0, done.output
    assert (out / "certificate.txt").read_text("utf-8") in done.stdout
    assert json.loads((out / "certificate.json").read_text("utf-8")) == record_of(settings)
    assert (out / "certificate.json.sig").read_text("utf-8").count("\n— ") == 1
    assert f"{APC}: 12 rows, apc, run 1, instruction TEST-1" in done.stdout
    assert HASH in done.stdout


def test_run_again_it_prints_the_same_evidence(closed: tuple[Settings, Result, Path]) -> None:
    settings = closed[0]
    told = facts(by_two(settings, *CLOSE, "--json"))
    assert {name: told[name] for name in record_of(settings)} == record_of(settings)
    assert told["signature"]


def test_the_doctor_and_the_list_say_that_it_is_closed(closed: tuple[Settings, Result, Path]) -> None:
    settings, day = closed[0], record_of(closed[0])["day"]
    doctor = gateway_says(settings, "doctor")
    assert doctor.exit_code == 0, doctor.output
    assert f"agreement RS: closed on {day}: ok" in doctor.stdout
    with reopened(settings) as place:
        assert f"{RS}  closed on {day}  Risk stratification" in says(place, "list").stdout
        told = listed(place)
    assert (told["RS"]["closed"], told["RS"]["in_force"]) == (day, False)
    assert (told["IV"]["closed"], told["IV"]["in_force"]) == (None, True)


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ({"state": "closing"}, "run 'gateway agreement close RS' again"),
        ({"format": "another"}, "closed agreements: "),
        (None, "says that it was closed, and its keys came back"),
    ],
)
def test_the_doctor_says_what_is_not_whole(
    closed: tuple[Settings, Result, Path], tmp_path: Path, record: dict[str, str] | None, told: str
) -> None:
    settings = copied(closed[0], tmp_path / "installation")
    path = settings.keys / "RS.closed"
    path.unlink() if record is None else path.write_text(json.dumps(record_of(settings) | record), "utf-8")
    with reopened(settings) as place:
        found = [f"{one.about}: {one.mend}" for one in of_closed(place.desk)]
    assert told in found[0]


def test_a_certificate_that_cannot_be_written_is_told_and_the_closing_stands(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    done = by_two(settings, *CLOSE, "--out", tmp_path / "file" / "certificate")
    assert isinstance(done.exception, BadRequest)
    assert "run this again with another --out" in str(done.exception)
    assert record_of(settings)["state"] == "closed"


def test_a_renewal_is_listed_with_its_end(settings: Settings) -> None:
    words = ("agreement", "renew", IV, "--to", "2040-03-31", "--reference", "v8", "--approved-by", "mia", "--json")
    told = facts(by_two(settings, *words))
    assert (told["agreement"], told["from"], told["to"]) == ("IV", "2031-11-24", "2040-03-31")
    with reopened(settings) as place:
        assert listed(place)["IV"]["terms"][-1]["last"] == "2040-03-31"
        assert f"{IV}  in force, renewed to 2040-03-31  Invoice validation" in says(place, "list").stdout
