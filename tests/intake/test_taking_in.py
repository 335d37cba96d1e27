"""A run as an access: whose instruction, on which day, which files were taken before, and what the log says of it."""

from __future__ import annotations

import resource
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.audit.event import Event, Receipt, Subjects
from gateway.enforcement.desk import Desk
from gateway.errors import AccessDenied, AuditUnavailable, DeliveryRefused, StoreUnavailable
from gateway.intake.taking_in import refuse_without_address
from tests.builders.ceff import Ceff
from tests.builders.deliveries import ANNA, BEN, HERE, Rows, patient, spell
from tests.builders.processor import Processor

YESTERDAY, AFTER_ALL = datetime(2026, 11, 23, 9, 0, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
LATER = {"Admission_Date": "2026-06-01", "Discharge_Date": "2026-06-02"}


def on_record(processor: Processor) -> list[tuple[Any, ...]]:
    return list(processor.work.execute("SELECT run, instruction, as_of, finished FROM run ORDER BY run"))


def three_times(who: str) -> list[dict[str, str]]:
    return [spell(10 * at, who, **LATER) for at in (1, 2, 3)]


def test_a_run_is_on_record_with_its_instruction_and_days(processor: Processor, tmp_path: Path) -> None:
    told = processor.taken(Rows().written(tmp_path), instruction="LETTER-7")
    assert (told["run"], told["instruction"], told["as_of"]) == (1, "LETTER-7", "2026-10-31")
    assert on_record(processor) == [(1, "LETTER-7", "2026-10-31", "2026-11-24")]


def test_a_run_is_an_access_with_its_events(processor: Processor, tmp_path: Path) -> None:
    before = len(processor.events())
    told = processor.taken(Rows().written(tmp_path))
    started, finished = processor.events()[before:]
    assert (started["type"], finished["type"]) == ("intake.started", "intake.finished")
    assert (finished["actor"]["user"], finished["channel"], finished["purpose"]) == ("operator", "cli", "commissioning")
    assert finished["details"]["set_aside"] == told["set_aside"]
    assert finished["details"]["dry_run"] == "no"
    assert {name: one["rows"] for name, one in finished["details"]["files"].items()} == told["received"]
    assert finished["details"]["files"]["apc.csv"]["kind"] == "apc"


def test_nobody_s_number_is_on_the_log(processor: Processor, tmp_path: Path) -> None:
    before = len(processor.events())
    processor.taken(Rows().written(tmp_path).listing("--objections", BEN))
    assert not any(who in str(processor.events()[before:]) for who in (ANNA, BEN))


def test_the_instruction_s_row_fixes_from_how_many_admissions_somebody_is_at_risk(
    processor: Processor, tmp_path: Path
) -> None:
    rows = Rows(apc=[*three_times(BEN), spell(100, ANNA), spell(110, ANNA, **LATER)])
    processor.taken(rows.written(tmp_path), instruction="FROM-THREE")
    assert processor.at_risk() == {HERE: {BEN}}
    assert processor.person(ANNA)[0]["band"] == "Not at risk"
    assert processor.person(BEN)[0]["band"] == "High"
    about = {row["key"]: row["value"] for row in processor.rows("about")}
    assert about["At risk"].startswith("3 or more emergency admissions")


@pytest.mark.parametrize(
    ("instruction", "said"),
    [("ENDED", "is not in force"), ("BY-MODEL", "names an at-risk method that this program has")],
)
def test_an_instruction_that_does_not_hold_is_refused(
    processor: Processor, tmp_path: Path, instruction: str, said: str
) -> None:
    files = replace(Rows().written(tmp_path), more=("--instruction", instruction))
    before = processor.kept()
    result = processor.run(*files.words(), instruction=instruction)
    assert isinstance(result.exception, DeliveryRefused)
    assert said in str(result.exception)
    assert processor.kept() == before


def test_what_is_on_the_page_says_how_old_the_data_are(processor: Processor, tmp_path: Path) -> None:
    processor.taken(Rows().written(tmp_path))
    about = {row["key"]: row["value"] for row in processor.rows("about")}
    assert about["SUS+ to"] == "2026-05-04"
    assert about["GP data of"] == "2026-10-30"
    assert (about["As of"], about["Run"]) == ("2026-10-31", "1")


def test_a_practice_that_has_withdrawn_is_no_longer_held(processor: Processor, tmp_path: Path) -> None:
    def files(folder: str, day: str) -> Any:
        rows = Rows(apc=[spell(10, ANNA, GP_Practice_Code="Z99901"), spell(30, BEN)])
        rows.gp_patient = [patient(ANNA, "Z99901", Extract_Date=day), patient(BEN, Extract_Date=day)]
        return rows.written(tmp_path / folder)

    processor.clock[0] = YESTERDAY
    processor.taken(files("first", "2026-10-30"))
    assert {row["nhs_number"] for row in processor.rows("worklist")} == {ANNA, BEN}
    processor.clock[0] = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    told = processor.taken(files("second", "2026-10-31"), "--again")
    assert told["set_aside"]["not_participating"] >= 1
    assert {row["nhs_number"] for row in processor.rows("worklist")} == {BEN}


def test_the_same_file_is_not_taken_twice(processor: Processor, tmp_path: Path) -> None:
    files = Rows().written(tmp_path)
    processor.taken(files)
    assert "apc.csv: was taken in run 1 already: add --again" in processor.refused(files)


def test_one_file_taken_before_refuses_the_whole_delivery_under_whatever_name(
    processor: Processor, tmp_path: Path
) -> None:
    first = Rows().written(tmp_path)
    processor.taken(first)
    second = Rows(apc=[spell(40, ANNA)]).written(tmp_path / "second")
    for kind in ("ec", "op", "gp_patient", "gp_condition"):
        second[kind].write_bytes(second[kind].read_bytes() + b"\n")  # other bytes, the same rows
    assert "medication.csv: was taken in run 1 already" in processor.refused(second)


def test_a_file_that_stands_twice_in_one_delivery_is_refused_unless_it_is_meant(
    processor: Processor, tmp_path: Path
) -> None:
    files = Rows().written(tmp_path)
    (tmp_path / "other.csv").write_bytes(files["apc"].read_bytes())
    twice = replace(files, more=("--apc", tmp_path / "other.csv"))
    assert "other.csv: is apc.csv once more" in processor.refused(twice)
    assert processor.taken(twice, "--again")["set_aside"]["duplicate"] == 3


def test_a_dry_run_looks_at_everything_keeps_nothing_and_is_on_the_log(processor: Processor, tmp_path: Path) -> None:
    files = Rows().written(tmp_path)
    processor.taken(files)
    before, events = processor.kept(), len(processor.events())
    told = processor.taken(files, "--again", "--dry-run")
    assert processor.kept() == before
    assert (told["run"], told["stored"]["risk_identifiable.worklist"]) == (2, 3)
    assert [event["type"] for event in processor.events()[events:]] == ["intake.started", "intake.finished"]
    assert processor.events()[-1]["details"]["dry_run"] == "yes"
    assert processor.taken(files, "--again")["run"] == 2


@pytest.mark.parametrize("user", ["gp", "analyst", "auditor", "administrator", "validator", "hosting"])
def test_whoever_is_no_operator_is_refused_and_the_refusal_is_logged(
    processor: Processor, tmp_path: Path, user: str
) -> None:
    before, events = processor.kept(), len(processor.events())
    result = acting_as(processor, user).run(*Rows().written(tmp_path).words())
    assert isinstance(result.exception, AccessDenied)
    assert result.exit_code == 1
    assert processor.kept() == before
    kind = "breach.suspected" if user == "hosting" else "access.refused"
    assert [event["type"] for event in processor.events()[events:]] == [kind]


def test_once_the_agreement_has_ended_nothing_is_taken(processor: Processor, tmp_path: Path) -> None:
    processor.clock[0] = AFTER_ALL
    before = processor.kept()
    result = processor.run(*Rows().written(tmp_path).words())
    assert isinstance(result.exception, AccessDenied)
    assert processor.kept() == before
    assert processor.events()[-1]["type"] == "access.refused"


@pytest.mark.parametrize("rows", ["none", "one that ended", "one that is to come"])
def test_without_a_storage_address_on_the_day_nothing_is_taken(processor: Processor, rows: str) -> None:
    agreement = processor.desk.policy.agreements["RS"]
    row = agreement.addresses[0]
    listed = {
        "none": (),
        "one that ended": (replace(row, last=YESTERDAY.date()),),
        "one that is to come": (replace(row, first=AFTER_ALL.date(), last=None),),
    }[rows]
    with pytest.raises(DeliveryRefused, match="lists no storage address: intake is refused until it does"):
        refuse_without_address(replace(agreement, addresses=listed), processor.clock[0].date())


def test_an_installation_that_does_not_serve_the_agreement_has_no_such_door(ceff: Ceff, tmp_path: Path) -> None:
    elsewhere = Processor(ceff.desk, ceff.clock)
    result = elsewhere.run(*Rows().written(tmp_path).words())
    assert isinstance(result.exception, AccessDenied)
    assert ceff.events()[-1]["type"] == "access.refused"


def test_a_disk_that_is_full_half_way_leaves_nothing_of_the_run(processor: Processor, tmp_path: Path) -> None:
    processor.taken(Rows().written(tmp_path))
    before, limits = processor.kept(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, limits[1]))  # the first store is larger
    try:
        result = processor.run(*Rows().written(tmp_path).words(), "--again")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert isinstance(result.exception, StoreUnavailable)
    assert "run-000002.db cannot be written" in str(result.exception)
    assert processor.kept() == before


def acting_as(processor: Processor, user: str) -> Processor:
    """The same installation, where the service account of the door is somebody else's."""
    of = processor.desk
    settings = replace(of.settings, services={**of.settings.services, "intake_risk": user})
    return Processor(Desk(settings, of.policy, of.log, of.vault, of.stores, clock=of.clock), processor.clock)


def test_a_command_behind_which_nobody_stands_is_wrong_use(processor: Processor, tmp_path: Path) -> None:
    of = processor.desk
    settings = replace(of.settings, services={})
    nobody = Processor(Desk(settings, of.policy, of.log, of.vault, of.stores, clock=of.clock), processor.clock)
    result = nobody.run(*Rows().written(tmp_path).words())
    assert "nobody stands behind this command" in str(result.exception)


@dataclass
class LogThatIsLost:
    """A log that takes this many events and is away after them."""

    log: Any
    left: int

    def append(self, event: Event, subjects: Subjects | None = None) -> Receipt:
        if not self.left:
            raise AuditUnavailable
        self.left -= 1
        receipt: Receipt = self.log.append(event, subjects)
        return receipt


def test_a_run_whose_end_the_log_could_not_take_is_served_once_it_has(processor: Processor, tmp_path: Path) -> None:
    processor.taken(Rows().written(tmp_path))
    of, events = processor.desk, len(processor.events())
    lost: Any = LogThatIsLost(of.log, left=1)
    away = Processor(Desk(of.settings, of.policy, lost, of.vault, of.stores, clock=of.clock), processor.clock)
    second = Rows(apc=[*three_times(BEN)]).written(tmp_path / "second")
    assert isinstance(away.run(*second.words(), "--again").exception, AuditUnavailable)
    assert processor.at_risk() == {HERE: {ANNA}}
    assert "was taken in run 1 already" in str(processor.run(*Rows().written(tmp_path).words()).exception)
    assert processor.at_risk() == {HERE: {BEN}}
    told = [event["type"] for event in processor.events()[events:]]
    assert told == ["intake.started", "intake.finished", "intake.started", "access.failed"]
