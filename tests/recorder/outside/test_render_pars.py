"""render_pars.py, with the auditor's private key: the patients' NHS numbers, who looked, when, why, and for whom."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.audit.event import EventType, Subjects
from gateway.audit.sealing import Sealer, new_key_pair
from gateway.recorder.outside import pars_source
from gateway.recorder.outside.render_pars import main

ONE, OTHER = "9990000018", "9990000026"
ASKED = {
    "decision": "permit",
    "action": "read",
    "resource": "practice.record",
    "actor": {"user": "max", "role": "gp", "organisation": "Z99001"},
    "purpose": "direct_care",
    "purpose_hl7": "TREAT",
    "request": "0123456789abcdef",
    "rows": 1,
}
Handed = Any  # these classes are in conftest, where no test imports from
Rendered = Callable[..., tuple[int, str, Path]]


@pytest.fixture
def rendered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Rendered:
    """Exit code, what it says, and its folder."""

    def render(export: Path, key: Path) -> tuple[int, str, Path]:
        out = tmp_path / "pars"
        code = main([str(export), "--key", str(key), "--out", str(out), "--asid", "200000000000"])
        return code, capsys.readouterr().out, out

    return render


@pytest.fixture
def small(tmp_path: Path, new_place: Any, an_event: Any, taken: Any, exporting: Any) -> tuple[Path, Path]:
    """An export of a read, a list, a refusal, a failure, a change, and what concerns a pseudonym; and the key."""
    (tmp_path / "log").mkdir()
    place, (secret, public) = new_place(tmp_path / "log"), new_key_pair()
    (tmp_path / "auditor.pem").write_bytes(secret)
    one, both = Subjects("risk_identifiable", (ONE,)), Subjects("risk_identifiable", (ONE, OTHER))
    with place.ledger(sealer=Sealer(public)) as ledger:
        taken(ledger, an_event(**ASKED), subjects=one)
        taken(ledger, an_event(**{**ASKED, "action": "list", "actor": {}, "purpose_hl7": ""}), subjects=both)
        taken(ledger, an_event(EventType.ACCESS_REFUSED, **{**ASKED, "decision": "deny"}), subjects=one)
        taken(ledger, an_event(EventType.ACCESS_FAILED, **{**ASKED, "action": "update"}), subjects=one)
        taken(ledger, an_event(), subjects=one)
        taken(ledger, an_event(**ASKED))
        taken(ledger, an_event(**ASKED), subjects=Subjects("risk_pseudonymised", ("ABCDEFGHIJKLMNOPQRSTUVWX",)))
        taken(ledger, an_event(EventType.SEAL_ERASED, **ASKED), subjects=Subjects("risk_identifiable", (OTHER,)))
        export = exporting(place, ledger, 0, tmp_path / "export")
    return export.folder, tmp_path / "auditor.pem"


def test_each_access_to_a_patient_is_a_line_with_the_patients_number(
    small: tuple[Path, Path], rendered: Rendered
) -> None:
    code, said, out = rendered(*small)
    assert (code, said) == (0, "6 accesses to patients written; 1 to people whose NHS number is not sealed\n")
    with (out / "pars.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["nhs_number"] for row in rows) == [ONE, ONE, ONE, ONE, "erased", "erased"]
    first = rows[0]
    assert [first[name] for name in ("user", "role", "organisation", "purpose", "purpose_hl7")] == [
        "max",
        "gp",
        "Z99001",
        "direct_care",
        "TREAT",
    ]
    assert (first["event"], first["recorded"][:10], first["action"]) == ("0", "2026-11-24", "read")


def test_each_is_an_audit_event_as_pars_has_them(small: tuple[Path, Path], rendered: Rendered) -> None:
    """Agents are told apart by who.type, and there is an organisation; entities by the system and code of type."""
    events = [json.loads(line) for line in (rendered(*small)[2] / "pars.ndjson").read_text("utf-8").splitlines()]
    assert len(events) == 6
    for event in events:
        assert event["type"]["code"] == "rest"
        assert event["source"]["observer"]["identifier"]["value"] == "200000000000"
        kinds = [agent["who"]["type"] for agent in event["agent"]]
        assert kinds == ["Organization", "Practitioner", "PractitionerRole", "Endpoint"]
        assert all(isinstance(agent["requestor"], bool) for agent in event["agent"])
        assert [entity["type"]["code"] for entity in event["entity"]] == ["1", "XrequestId", "Endpoint"]
    patient = events[0]["entity"][0]
    assert patient["what"]["identifier"] == {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": ONE}
    organisation = events[0]["agent"][0]["who"]["identifier"]
    assert organisation == {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "Z99001"}
    assert events[0]["purposeOfEvent"][0]["coding"][0]["code"] == "TREAT"
    assert "purposeOfEvent" not in events[1]
    assert [(event["action"], event["outcome"]) for event in events] == [
        ("R", "0"),
        ("E", "0"),
        ("E", "0"),
        ("R", "8"),
        ("U", "8"),
        ("R", "0"),
    ]
    assert {event["entity"][0]["what"].get("display") for event in events} == {None, "erased"}


def test_both_files_are_readable_by_their_owner_alone_and_never_written_over(
    small: tuple[Path, Path], rendered: Rendered
) -> None:
    _, _, out = rendered(*small)
    assert {path.stat().st_mode & 0o777 for path in out.iterdir()} == {0o600}
    code, said, _ = rendered(*small)
    assert (code, said.split(":")[0]) == (1, "not rendered")


def test_another_key_opens_nothing(small: tuple[Path, Path], rendered: Rendered) -> None:
    small[1].write_bytes(new_key_pair()[0])
    code, said, out = rendered(*small)
    assert code == 1
    assert said.startswith("not rendered: the seal of ")
    assert not out.exists()


def test_a_formula_is_quoted(handed: Handed, rendered: Rendered, tmp_path: Path) -> None:
    export = handed.first.copy(tmp_path / "copy")
    export.put([line.replace(b'"max"', b'"=1+1"') for line in export.lines()])
    code, _, out = rendered(export.folder, handed.secret)
    assert code == 0
    assert "'=1+1" in (out / "pars.csv").read_text("utf-8")


def test_without_the_package_it_says_so_in_one_line(handed: Handed, tmp_path: Path) -> None:
    command = [sys.executable, "-I", "-S", handed.first.folder / "render_pars.py", "--key", handed.secret, "--out"]
    done = subprocess.run(
        [*map(str, command), str(tmp_path / "out")], capture_output=True, text=True, timeout=60, check=False, env={}
    )
    assert (done.returncode, done.stderr) == (2, "")
    assert done.stdout == "this needs the Python package 'cryptography' with HPKE: pip install --upgrade cryptography\n"


def test_the_export_carries_the_very_program(handed: Handed) -> None:
    assert (handed.first.folder / "render_pars.py").read_bytes() == pars_source()
    assert b"gateway" not in b"".join(line for line in pars_source().splitlines() if b"import" in line)


def test_a_number_is_in_the_export_only_sealed(handed: Handed) -> None:
    there = [path for path in handed.first.folder.rglob("*") if path.is_file()]
    seals = handed.first.lines("seals.ndjson")
    assert len(seals) == 2
    assert not any(b"99900000" in path.read_bytes() for path in there)
