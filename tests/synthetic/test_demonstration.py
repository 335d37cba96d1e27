"""The demonstration: the register's agreements with a further term that says what it is, and people for every role."""

from __future__ import annotations

import stat
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from gateway.access.loader import load
from gateway.access.release import PolicyRelease
from gateway.access.snapshot import PolicySnapshot
from gateway.enforcement.desk import policy_of
from gateway.errors import SettingsInvalid
from gateway.settings import Settings, read_policies, shipped_policies
from gateway.stores import accounts
from gateway.stores.accounts import pipeline
from gateway.stores.vault import Vault
from gateway.synthetic.demonstration import account_of, membership_of, prepare
from gateway.synthetic.demonstration_agreements import ADDRESSES, INSTRUCTION, demonstration_agreements
from gateway.synthetic.invoices import write
from gateway.synthetic.population import fewest
from gateway.synthetic.practices import participating_practices
from gateway.synthetic.sign_ins import sign_ins

DAY = date(2026, 11, 24)
ENDED = {"RS": date(2022, 9, 30), "IV": date(2022, 5, 31)}
PRACTICES = ("Z99001", "Z99002")
SHIPPED = read_policies(shipped_policies())
CHECKS = {f"IV-{number:02d}" for number in [*range(2, 20), *range(21, 29), 30]}


def agreements(today: date = DAY) -> bytes:
    return demonstration_agreements(SHIPPED["agreements.toml"], today=today, practices=PRACTICES)


def added(today: date = DAY) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Rows that are not the register's: agreement, kind, rows."""
    parsed = tomllib.loads(agreements(today).decode())["agreement"]
    lists = {key: {kind: rows for kind, rows in one.items() if isinstance(rows, list)} for key, one in parsed.items()}
    return {
        key: {
            kind: [row for row in rows if isinstance(row, dict) and row.get("demonstration")]
            for kind, rows in one.items()
        }
        for key, one in lists.items()
    }


def released(today: date = DAY) -> PolicyRelease:
    return load({**SHIPPED, "agreements.toml": agreements(today)})


def test_the_registers_own_rows_stay_as_they_are() -> None:
    assert agreements().startswith(SHIPPED["agreements.toml"])
    shipped = tomllib.loads(SHIPPED["agreements.toml"].decode())["agreement"]
    rows = [row for one in shipped.values() for kind in one.values() if isinstance(kind, list) for row in kind]
    assert not [row for row in rows if isinstance(row, dict) and "demonstration" in row]


def test_every_added_row_says_that_it_stands_for_no_real_agreement() -> None:
    more = tomllib.loads(agreements().decode())["agreement"]
    before = tomllib.loads(SHIPPED["agreements.toml"].decode())["agreement"]
    for key, kinds in added().items():
        for kind, rows in kinds.items():
            assert len(rows) == len(more[key][kind]) - len(before[key].get(kind, []))
            assert all("stands for no real agreement" in row["source"] for row in rows)


@pytest.mark.parametrize("key", ["RS", "IV"])
def test_the_further_term_follows_the_last_one_and_lasts_five_years(key: str) -> None:
    term = added()[key]["term"]
    assert [(row["from"], row["to"]) for row in term] == [(ENDED[key] + timedelta(days=1), DAY + timedelta(days=1825))]
    assert {row["address"] for row in added()[key]["storage_address"]} == {ADDRESSES[key]}
    assert {row["reference"] for row in added()[key]["instruction"]} == {INSTRUCTION}


def test_a_day_before_the_last_terms_end_still_makes_a_term_that_begins_after_it() -> None:
    term = added(date(2020, 1, 1))["IV"]["term"][0]
    assert (term["from"], term["to"]) == (date(2022, 6, 1), date(2022, 6, 1) + timedelta(days=1825))
    assert released(date(2020, 1, 1))


def test_practices_and_a_method_are_for_risk_stratification_alone() -> None:
    more = added()
    assert [row["organisation"] for row in more["RS"]["participating_practice"]] == list(PRACTICES)
    assert more["RS"]["instruction"][0]["threshold"] == 2
    assert "participating_practice" not in more["IV"]
    assert not {"threshold", "at_risk_method"} & more["IV"]["instruction"][0].keys()


def test_the_same_day_and_practices_give_the_same_bytes() -> None:
    assert agreements() == agreements()
    assert agreements() != agreements(DAY + timedelta(days=1))


@pytest.mark.parametrize("key", ["RS", "IV"])
def test_both_agreements_are_in_force_on_the_day(key: str) -> None:
    one = released().agreements[key]
    assert any(row.covers(DAY) for row in one.terms)
    assert list(one.storage_addresses_on(DAY)) == [ADDRESSES[key]]


@dataclass
class Made:
    """A demonstration before its files are taken in."""

    folder: Path
    files: Path
    people: list[dict[str, Any]]

    @property
    def settings(self) -> Settings:
        return Settings.from_folder(self.folder, {})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("demonstration")
    people = prepare(
        folder / "demo", folder / "files", patients=fewest(12), seed=1, day=DAY, hashed=lambda password: f"h:{password}"
    )
    return Made(folder / "demo", folder / "files", people)


@pytest.fixture(scope="module")
def policy(made: Made) -> PolicySnapshot:
    return policy_of(made.settings)


def test_there_is_somebody_for_every_role_and_a_gp_of_two_practices(made: Made, policy: PolicySnapshot) -> None:
    assert {one["role"] for one in made.people} == set(policy.vocabulary.roles)
    gps = [(one["organisation"], one["also"]) for one in made.people if one["role"] == "gp"]
    assert len({practice for practice, _ in gps}) == len(gps) == 3
    assert [len(also) for _, also in gps] == [0, 0, 1]


def test_practices_of_the_people_take_part(made: Made, policy: PolicySnapshot) -> None:
    taking_part = {row.organisation for row in policy.agreements["RS"].practices}
    assert taking_part == set(participating_practices(12))
    assert {one["organisation"] for one in made.people if one["role"] in {"gp", "practice_staff"}} <= taking_part


def test_each_password_is_made_anew_and_kept_as_its_hash_alone(made: Made) -> None:
    passwords = [one["password"] for one in made.people]
    assert len(set(passwords)) == len(passwords)
    assert all(len(password) >= 16 for password in passwords)
    settings = made.settings
    connection = Vault(settings.keys).connect(accounts.NAME, settings.home / accounts.FILE)
    kept = {one["user"]: pipeline.account_of(connection, one["user"]) for one in made.people}
    connection.close()
    assert {one["user"]: f"h:{one['password']}" for one in made.people} == {
        user: account.password_hash for user, account in kept.items() if account
    }


def test_those_who_work_in_the_ceff_are_trained_and_authorised(made: Made) -> None:
    settings = made.settings
    connection = Vault(settings.keys).connect(accounts.NAME, settings.home / accounts.FILE)
    for one in made.people:
        account = pipeline.account_of(connection, one["user"])
        assert account is not None
        dates = (account.training_until, account.authorised_until)
        assert all(day is not None and day > DAY for day in dates) is one["role"].startswith("ceff_")
        assert one["role"].startswith("ceff_") or dates == (None, None)
    connection.close()


def test_the_folder_is_its_owners_alone_and_says_that_it_is_a_demonstration(made: Made) -> None:
    private = [made.folder, made.folder / "home", made.folder / "keys", made.folder / "gateway.env"]
    assert not any(stat.S_IMODE(path.stat().st_mode) & 0o077 for path in private)
    assert made.settings.demonstration
    assert made.settings.agreements == {"RS", "IV"}


def test_a_copied_folder_works_on_its_own(made: Made) -> None:
    text = (made.folder / "gateway.env").read_text("utf-8")
    assert str(made.folder.parent) not in text
    assert made.settings.policies == (made.folder / "policies").resolve()


def test_nothing_that_was_delivered_is_kept_in_the_folder(made: Made) -> None:
    assert {path.name for path in (made.folder / "policies").iterdir()} == set(SHIPPED)
    assert not [path for path in made.folder.rglob("*.csv") if path.parent.name != "policies"]
    assert (made.files / "truth.json").is_file()


def test_an_installation_elsewhere_than_the_listed_address_does_not_start(made: Made) -> None:
    wrong = Settings.from_folder(made.folder, {"GATEWAY_STORAGE_ADDRESS_IV": "Elsewhere"})
    with pytest.raises(SettingsInvalid, match="GATEWAY_STORAGE_ADDRESS_IV is not an address"):
        policy_of(wrong)


def test_the_stores_are_noise_without_their_keys(made: Made) -> None:
    for store in (made.folder / "home").glob("*.db"):
        with pytest.raises(dbapi2.DatabaseError):
            dbapi2.connect(f"file:{store}?mode=ro", uri=True).execute("SELECT count(*) FROM sqlite_master")


@pytest.mark.parametrize(
    ("practices", "as_of", "seed"),
    [(1, date(2026, 11, 24), 1), (12, date(2024, 2, 29), 2), (40, date(2026, 3, 31), 3), (12, date(2026, 1, 1), 4)],
)
def test_faults_are_planted_of_every_check_in_the_list_and_of_no_other(
    tmp_path: Path, practices: int, as_of: date, seed: int
) -> None:
    planted = [check for checks in write(tmp_path, practices, as_of, seed).values() for check in checks]
    assert set(planted) == CHECKS
    assert min(planted.count(check) for check in CHECKS) >= 3


@pytest.mark.parametrize("day", [date(2020, 2, 29), DAY, date(2060, 1, 1)])
def test_everybody_may_act_on_the_datas_day_and_on_the_machines_own(day: date) -> None:
    today = datetime.now(UTC).date()
    for one in sign_ins(("Z99001", "Z99002", "Z99003", "Z99004")):
        membership, account = membership_of(one, one.organisation, day), account_of(one, "", day)
        assert membership.holds_on(day)
        assert membership.holds_on(today)
        assert account.contract_from <= min(day, today)
