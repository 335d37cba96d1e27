"""`gateway intake invoices`: an access by somebody trained and authorised, under an instruction, on the log (IV-1)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.access.decision import AccessRequest, Context
from gateway.cli import gateway
from gateway.errors import AccessDenied, DeliveryRefused, SettingsInvalid
from gateway.http.sign_in import service_subject
from tests.builders.ceff import APC, BACKING, HEADER, NUMBERS, TERM, Ceff, header, letters, line, opened, spell

SERVICE = "GATEWAY_SERVICE_INTAKE_INVOICES"
AFTER = date(2022, 6, 1)  # the day after the agreement's last, as the register has it
UNTIL = {
    "training": "UPDATE account SET training_until = ? WHERE user = 'validator'",
    "authorisation": "UPDATE account SET authorised_until = ? WHERE user = 'validator'",
}
DETAILS = {"run", "instruction", "set_aside", "quarantined", "withdrawn", "stored", "dry_run", "files"}


@pytest.fixture(scope="module")
def _ceff(tmp_path_factory: pytest.TempPathFactory, password_hash: str) -> Iterator[Ceff]:
    with opened(tmp_path_factory.mktemp("ceff"), hashed=password_hash) as ceff:
        yield ceff


@pytest.fixture
def ceff(_ceff: Ceff, tmp_path: Path) -> Iterator[Ceff]:
    dates = _ceff.accounts.execute("SELECT training_until, authorised_until FROM account WHERE user = 'validator'")
    kept = dates.fetchone()
    yield _ceff.emptied(tmp_path)
    _ceff.accounts.execute("UPDATE account SET training_until = ?, authorised_until = ? WHERE user = 'validator'", kept)


def command(ceff: Ceff, *words: str, **environ: str) -> Result:
    """The whole command line, over the installation's own folder."""
    said = ["--dir", str(ceff.desk.settings.home.parent), "intake", "invoices", *words]
    return CliRunner().invoke(gateway, said, env=environ)


def files(ceff: Ceff) -> tuple[str, ...]:
    """A header and a line of 2023, for the command line goes by the machine's own day."""
    billed = line(activity_start_date="2023-05-04", activity_end_date="2023-05-07")
    made = ceff.file(HEADER, header(invoice_date="2023-06-15")), ceff.file(BACKING, billed)
    return ("--invoices", str(made[0]), "--backing", str(made[1]))


def actor(ceff: Ceff) -> tuple[str, ...]:
    event = ceff.events()[-1]
    return event["actor"]["user"], event["actor"]["role"], event["type"], event["channel"]


def test_the_command_prints_its_facts_alone_as_json(ceff: Ceff) -> None:
    result = command(ceff, *files(ceff), "--instruction", "CEFF-1", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["stored"] == {"invoice": 1, "line": 1}
    assert result.stderr == ""


def test_without_json_each_fact_has_its_line(ceff: Ceff) -> None:
    said = command(ceff, *files(ceff), "--instruction", "CEFF-1").stdout.splitlines()
    assert "instruction: CEFF-1" in said
    assert "stored: {'invoice': 1, 'line': 1}" in said


def test_a_refusal_is_one_sentence_and_exit_code_1(ceff: Ceff) -> None:
    before, folder = ceff.everything(), ceff.desk.settings.home.parent
    words = ("intake", "invoices", "--invoices", ceff.file(APC, spell()), "--instruction", "CEFF-1", "--json")
    run = [sys.executable, "-c", "from gateway.cli import main; main()", "--dir", folder, *words]
    done = subprocess.run(run, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "gateway: b1_sus_apc_spell.csv: line 1: not layout a1_invoice_header: invoice_number is missing\n"
    )
    assert ceff.everything() == before


def test_a_file_has_to_be_named(ceff: Ceff) -> None:
    result = ceff.run()
    assert result.exit_code == 2
    assert "name a file: --invoices, --backing, --sus or --reference" in result.stderr


def test_the_log_has_the_start_and_the_end_with_counts_and_no_value(ceff: Ceff) -> None:
    before = len(ceff.events())
    ceff.taken({HEADER: [header(), header("ZZ1M02", contract_basis=NUMBERS[0])], BACKING: [line()], APC: [spell()]})
    started, finished = ceff.events()[before:]
    assert (started["type"], finished["type"]) == ("intake.started", "intake.finished")
    assert started["details"] == {"instruction": "TEST-1"}
    assert finished["details"].keys() == DETAILS
    assert (finished["details"]["run"], finished["details"]["dry_run"]) == (1, "no")
    assert finished["details"]["quarantined"] == {"invoice": 1, "line": 0}
    assert (finished["actor"]["user"], finished["actor"]["role"]) == ("validator", "ceff_validator")
    assert (finished["purpose"], finished["channel"]) == ("invoice_validation", "cli")
    assert finished["agreement"] == "DARS-NIC-198111-C2W4W"
    assert not any(text in json.dumps([started, finished]) for text in (*NUMBERS, "ZZ1M01", "SYNB"))


def test_a_dry_run_is_on_the_log_as_one(ceff: Ceff) -> None:
    ceff.taken({HEADER: [header()]}, "--dry-run")
    assert ceff.events()[-1]["details"]["dry_run"] == "yes"
    assert ceff.rows("outbox") == []


@pytest.mark.parametrize("column", ["training", "authorisation"])
@pytest.mark.parametrize(("until", "refused"), [("2026-11-23", True), ("2026-11-24", False), (None, True)])
def test_intake_needs_training_and_authorisation_in_date(
    ceff: Ceff, column: str, until: str | None, *, refused: bool
) -> None:
    ceff.accounts.execute(UNTIL[column], (until,))
    result = ceff.take({HEADER: [header()]})
    assert isinstance(result.exception, AccessDenied) is refused
    assert (len(ceff.rows("invoice")) == 0) is refused
    if refused:
        event = ceff.events()[-1]
        assert (event["type"], event["reason_code"]) == ("access.refused", f"{column}_expired")


@pytest.mark.parametrize("user", ["operator", "approver", "finance", "administrator", "auditor", "privacy", "gp"])
def test_no_other_role_takes_invoices_in(ceff: Ceff, user: str) -> None:
    result = ceff.run(*files(ceff), user=user)
    assert isinstance(result.exception, AccessDenied)
    assert ceff.rows("invoice") == ceff.rows("delivery") == []
    assert actor(ceff)[0] == user
    assert actor(ceff)[2:] == ("access.refused", "cli")


def test_the_hosting_companys_account_is_a_suspected_breach(ceff: Ceff) -> None:
    result = ceff.run(*files(ceff), user="hosting")
    assert isinstance(result.exception, AccessDenied)
    assert actor(ceff)[0] == "hosting"
    assert ceff.rows("invoice") == []


def test_the_processor_of_risk_stratification_reaches_nothing_of_it(ceff: Ceff) -> None:
    policy = ceff.desk.policy
    operator, context = service_subject(ceff.desk, "operator"), Context("test", "cli")
    cells = [cell for cell in policy.vocabulary.cells() if cell[0] == operator.role and "invoices" in cell[2]]
    asked = [AccessRequest(operator, purpose, resource, action, context) for _, purpose, resource, action in cells]
    assert len(asked) > 10
    assert not any(policy.decide(one, ceff.desk.now()).permitted for one in asked)


def test_somebody_who_signs_in_is_who_took_it_in(ceff: Ceff) -> None:
    result = ceff.run(*files(ceff), "--as", "validator", user="", typed="correct horse battery staple\n")
    assert result.exception is None
    assert actor(ceff) == ("validator", "ceff_validator", "intake.finished", "cli")
    assert ceff.events()[-1]["actor"]["signed_in_by"] == "password"


def test_a_wrong_password_takes_nothing_in(ceff: Ceff) -> None:
    result = ceff.run(*files(ceff), "--as", "validator", typed="guessed\n")
    assert isinstance(result.exception, AccessDenied)
    assert ceff.rows("invoice") == []


def test_nobody_behind_the_command_is_a_setting_to_mend(ceff: Ceff) -> None:
    result = command(ceff, *files(ceff), "--instruction", "CEFF-1", GATEWAY_SERVICE_USER_ID="4294967294")
    assert isinstance(result.exception, SettingsInvalid)
    assert f"add --as USER, or {SERVICE}" in str(result.exception)


@pytest.mark.parametrize("instruction", ["", "  ", NUMBERS[0], "letter of 999 000 0018"])
def test_an_instruction_is_named_and_names_no_patient(ceff: Ceff, instruction: str) -> None:
    before = len(ceff.events())
    result = ceff.run(*files(ceff), "--instruction", instruction)
    assert result.exit_code == 2
    assert "--instruction takes the reference of an instruction" in result.stderr
    assert not instruction.strip() or instruction not in result.stderr
    assert (ceff.rows("run"), len(ceff.events())) == ([], before)


def test_of_many_quarantined_rows_two_hundred_are_told_and_the_rest_counted(ceff: Ceff) -> None:
    rows = [header(f"ZZ1M{letters(n)}", contract_basis=NUMBERS[0]) for n in range(203)]
    said = ceff.take({HEADER: rows}).stderr.splitlines()
    assert len(said) == 201
    assert said[-1] == "and 3 more"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ceff]:
    """An installation whose agreements are as the register has them."""
    with opened(tmp_path_factory.mktemp("shipped"), renewed=False) as ceff:
        yield ceff


def on(day: date, ceff: Ceff, files: Path) -> Ceff:
    empty = ceff.emptied(files)
    empty.clock[0] = datetime.combine(day, time(9), UTC)
    return empty


def test_without_a_storage_address_intake_is_refused(shipped: Ceff, tmp_path: Path) -> None:
    result = on(TERM, shipped, tmp_path).take({HEADER: [header(invoice_date="2021-02-15")]})
    assert isinstance(result.exception, DeliveryRefused)
    assert "DARS-NIC-198111-C2W4W lists no storage address: intake is refused until it does" in str(result.exception)
    assert shipped.rows("invoice") == []
    assert shipped.events()[-1]["type"] == "access.failed"


def test_after_the_agreements_end_nothing_is_taken_in(shipped: Ceff, tmp_path: Path) -> None:
    result = on(AFTER, shipped, tmp_path).take({HEADER: [header(invoice_date="2021-02-15")]})
    assert isinstance(result.exception, AccessDenied)
    assert shipped.events()[-1]["reason_code"] == "agreement_not_in_force"
    assert shipped.rows("invoice") == []
