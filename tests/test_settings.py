"""A wrong or missing setting is named in one sentence before anything opens."""

from pathlib import Path

import pytest

from gateway.errors import SettingsInvalid
from gateway.settings import Settings, anchored, read_policies, shipped_policies


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    for name in ("home", "keys"):
        (tmp_path / name).mkdir()
    return {
        "GATEWAY_HOME": str(tmp_path / "home"),
        "GATEWAY_KEYS": str(tmp_path / "keys"),
        "GATEWAY_AGREEMENTS": "RS, IV",
        "GATEWAY_STORAGE_ADDRESS_RS": "A data centre",
        "GATEWAY_SERVICE_AUDIT": "auditor",
    }


def test_settings_come_typed_from_the_environment(environ: dict[str, str], tmp_path: Path) -> None:
    settings = Settings.from_environment(environ)
    assert settings.home == tmp_path / "home"
    assert settings.agreements == {"RS", "IV"}
    assert settings.storage_address == {"RS": "A data centre"}
    assert settings.services == {"audit": "auditor"}
    assert settings.policies == shipped_policies()
    assert not settings.demonstration


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("GATEWAY_HOME", "", "GATEWAY_HOME is not set"),
        ("GATEWAY_KEYS", "/nowhere/at/all", "GATEWAY_KEYS names no folder"),
        ("GATEWAY_AGREEMENTS", " ", "GATEWAY_AGREEMENTS is not set"),
        ("GATEWAY_TRUSTED_PROXIES", "two", "GATEWAY_TRUSTED_PROXIES is not a whole number"),
        ("GATEWAY_POLICIES", "/nowhere/at/all", "GATEWAY_POLICIES names no folder"),
    ],
)
def test_a_wrong_setting_is_named_with_its_mend(environ: dict[str, str], name: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingsInvalid, match=sentence):
        Settings.from_environment({**environ, name: value})


def test_keys_may_not_lie_with_the_data(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "home" / "keys").mkdir()
    with pytest.raises(SettingsInvalid, match="inside GATEWAY_HOME"):
        Settings.from_environment({**environ, "GATEWAY_KEYS": str(tmp_path / "home" / "keys")})


def test_a_folder_works_wherever_it_is_copied_and_the_real_environment_wins(tmp_path: Path) -> None:
    for name in ("home", "keys"):
        (tmp_path / name).mkdir()
    (tmp_path / "gateway.env").write_text("# ours\nGATEWAY_HOME=home\nGATEWAY_KEYS=keys\nGATEWAY_AGREEMENTS=RS\n")
    assert Settings.from_folder(tmp_path, {}).home == tmp_path / "home"
    assert Settings.from_folder(tmp_path, {"GATEWAY_AGREEMENTS": "IV"}).agreements == {"IV"}


def test_a_folder_without_settings_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="gateway init"):
        Settings.from_folder(tmp_path, {})


def test_the_log_socket_lies_outside_the_data_and_is_short(environ: dict[str, str], tmp_path: Path) -> None:
    socket = Settings.from_environment(environ).socket
    assert tmp_path not in socket.parents
    assert len(str(socket)) < 100


def test_policies_are_bytes_by_name(tmp_path: Path) -> None:
    (tmp_path / "policy.csv").write_bytes(b"p")
    (tmp_path / "README.md").write_bytes(b"no policy")
    assert read_policies(tmp_path) == {"policy.csv": b"p"}
    with pytest.raises(SettingsInvalid, match="cannot be read"):
        read_policies(tmp_path / "elsewhere")


def test_lists_are_separated_by_commas_and_spaces_are_nothing(environ: dict[str, str]) -> None:
    settings = Settings.from_environment({**environ, "GATEWAY_HOSTS": "gateway.example, www.gateway.example,"})
    assert settings.hosts == ("gateway.example", "www.gateway.example")


def test_a_command_acts_as_the_account_that_the_settings_give_to_its_user(environ: dict[str, str]) -> None:
    settings = Settings.from_environment({**environ, "GATEWAY_SERVICE_USER_ID": "1234"})
    assert settings.service_user_id == 1234
    assert settings.services == {"audit": "auditor"}


def test_settings_that_are_no_text_are_told_like_missing_ones(tmp_path: Path) -> None:
    (tmp_path / "gateway.env").write_bytes(b"GATEWAY_HOME=\xff\xfe")
    with pytest.raises(SettingsInvalid, match="gateway init"):
        Settings.from_folder(tmp_path, {})


def test_paths_of_a_folder_are_its_own_and_absolute_ones_stay(tmp_path: Path) -> None:
    given = {"GATEWAY_HOME": "home", "GATEWAY_KEYS": "/disk/keys", "GATEWAY_AGREEMENTS": "RS"}
    assert anchored(given, tmp_path) == {**given, "GATEWAY_HOME": str(tmp_path / "home")}


def test_a_level_of_the_log_that_there_is_not_is_named(environ: dict[str, str]) -> None:
    assert Settings.from_environment({**environ, "GATEWAY_LOG_LEVEL": "ERROR"}).log_level == "ERROR"
    with pytest.raises(SettingsInvalid, match="GATEWAY_LOG_LEVEL is no level"):
        Settings.from_environment({**environ, "GATEWAY_LOG_LEVEL": "loud"})


def test_the_auditors_key_is_the_one_among_the_keys_else_the_one_named_else_none(
    environ: dict[str, str], tmp_path: Path
) -> None:
    assert Settings.from_environment(environ).auditor_key is None
    beside, named = tmp_path / "keys" / "auditor-seal.pub", tmp_path / "named.pub"
    for path in (beside, named):
        path.write_bytes(b"key")
    assert Settings.from_environment(environ).auditor_key == beside
    assert Settings.from_environment({**environ, "GATEWAY_AUDITOR_KEY_FILE": str(named)}).auditor_key == named
    with pytest.raises(SettingsInvalid, match="GATEWAY_AUDITOR_KEY_FILE names no file"):
        Settings.from_environment({**environ, "GATEWAY_AUDITOR_KEY_FILE": str(tmp_path / "nowhere")})


def test_events_keep_their_bodies_for_eight_years_unless_it_is_set(environ: dict[str, str]) -> None:
    assert Settings.from_environment(environ).retention_years == 8
    assert Settings.from_environment({**environ, "GATEWAY_RETENTION_YEARS": "10"}).retention_years == 10


def test_an_agreement_that_was_closed_is_served_no_more(environ: dict[str, str], tmp_path: Path) -> None:
    for key, day in (("RS", "2026-11-24"), ("XX", "2026-11-25")):
        (tmp_path / "keys" / f"{key}.closed").write_text(f'{{"day": "{day}"}}', "utf-8")
    settings = Settings.from_environment(environ)
    assert settings.agreements == {"IV"}
    assert {key: day.isoformat() for key, day in settings.closed.items()} == {"RS": "2026-11-24"}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"day": 3}', '{"day": "soon"}'])
def test_a_damaged_record_of_a_closed_agreement_opens_nothing(
    environ: dict[str, str], tmp_path: Path, text: str
) -> None:
    (tmp_path / "keys" / "RS.closed").write_text(text, "utf-8")
    with pytest.raises(SettingsInvalid, match="is no record of a closed agreement"):
        Settings.from_environment(environ)
