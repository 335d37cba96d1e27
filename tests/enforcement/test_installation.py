"""A folder that any command runs on is made whole or not at all, and holds nothing that others can read."""

from __future__ import annotations

import shutil
import stat
from datetime import date
from pathlib import Path

import pytest

from gateway.enforcement.desk import serving_desk
from gateway.enforcement.installation import Plan, administrator, make, write_private
from gateway.errors import GatewayError, PolicyRefused, SettingsInvalid
from gateway.settings import Settings
from gateway.stores.accounts import sessions
from gateway.stores.accounts.pipeline import Account, memberships_of
from gateway.stores.vault import Vault

ADA = Account("ada", "Ada Example", "06Q", date(2026, 11, 24))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "installation"
    make(Plan(folder, ("RS",)))
    return folder


def everything_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_an_installation_has_a_key_and_a_store_for_each_that_its_agreements_need(made: Path) -> None:
    keys = {path.stem for path in (made / "keys").iterdir()}
    desk = serving_desk(Settings.from_folder(made, {}))
    assert keys == {*desk.stores, "web-secret", "log-signing", "log-tokens"}
    assert "invoices" not in keys
    assert all(store.version() >= 0 for store in desk.stores.values())


def test_nobody_else_on_the_machine_reads_anything_of_it(made: Path) -> None:
    others = stat.S_IRWXG | stat.S_IRWXO
    assert not [name for name in everything_in(made) if (made / name).stat().st_mode & others and name.endswith(".key")]
    for name in ("", "home", "keys", "gateway.env"):
        assert not (made / name).stat().st_mode & others


def test_its_settings_are_relative_so_that_a_copy_works_on_its_own(made: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(made, tmp_path / "copy"))
    settings = Settings.from_folder(copy, {})
    assert (settings.home, settings.keys) == (copy / "home", copy / "keys")
    assert serving_desk(settings).stores["accounts"].version() >= 1


def test_keys_may_lie_on_another_disk(tmp_path: Path) -> None:
    settings = make(Plan(tmp_path / "installation", ("RS",), tmp_path / "disk" / "keys"))
    assert settings.keys == tmp_path / "disk" / "keys"
    assert not (tmp_path / "installation" / "keys").exists()
    assert Settings.from_folder(tmp_path / "installation", {}).keys == settings.keys


def test_an_installation_is_never_made_over_another(made: Path) -> None:
    before = everything_in(made)
    with pytest.raises(SettingsInvalid, match="holds an installation already: choose another folder"):
        make(Plan(made, ("RS",)))
    assert everything_in(made) == before


@pytest.mark.parametrize(
    ("plan", "kind", "told"),
    [
        ({"agreements": ("RS", "XX")}, PolicyRefused, "agreement 'XX' is served here and not declared"),
        ({"agreements": ()}, SettingsInvalid, "GATEWAY_AGREEMENTS is not set"),
        ({"keys": Path("home/keys")}, SettingsInvalid, "GATEWAY_KEYS lies inside GATEWAY_HOME"),
        ({"extra": {"GATEWAY_POLICIES": "nowhere"}}, SettingsInvalid, "GATEWAY_POLICIES names no folder"),
        ({"employer": "ZZH"}, SettingsInvalid, "an agreement bars ZZH"),
    ],
    ids=["unknown agreement", "no agreement", "keys beside the data", "no policies", "barred administrator"],
)
def test_what_cannot_be_made_is_said_before_anything_is_written(
    tmp_path: Path, plan: dict[str, object], kind: type[GatewayError], told: str
) -> None:
    wanted = {"agreements": ("RS",), **plan}
    if "keys" in wanted:
        wanted["keys"] = tmp_path / "installation" / str(wanted["keys"])
    with pytest.raises(kind, match=told):
        make(Plan(tmp_path / "installation", **wanted))  # type: ignore[arg-type]
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_keys_of_another_installation_are_left_alone(made: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in (made / "keys").iterdir()}
    with pytest.raises(SettingsInvalid, match="holds keys already: choose another folder"):
        make(Plan(tmp_path / "installation", ("RS",), made / "keys"))
    assert {path.name: path.read_bytes() for path in (made / "keys").iterdir()} == before
    assert not (tmp_path / "installation").exists()


def test_the_first_administrator_may_grant_roles_and_has_a_link_and_no_password(tmp_path: Path) -> None:
    settings = make(Plan(tmp_path / "installation", ("RS",), employer=ADA.employer))
    secret = administrator(settings, ADA)
    connection = Vault(settings.keys).connect("accounts", settings.home / "accounts.db")
    [held] = memberships_of(connection, "ada")
    assert (held.membership.role, held.membership.organisation) == ("access_administrator", "06Q")
    found = connection.execute("SELECT hash FROM one_time_link").fetchone()[0]
    assert secret not in found
    assert sessions.link_user(connection, found, 0) == "ada"
    assert connection.execute("SELECT password_hash FROM account").fetchone() == ("",)


def test_a_private_file_is_never_written_over(tmp_path: Path) -> None:
    write_private(tmp_path / "secret", b"first")
    with pytest.raises(FileExistsError):
        write_private(tmp_path / "secret", b"second")
    assert (tmp_path / "secret").read_bytes() == b"first"
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
