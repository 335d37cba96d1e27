"""The application as a server starts it: from a folder, or from settings in the environment, or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway.errors import SettingsInvalid
from gateway.web import from_environment


def test_a_folder_that_an_installation_was_made_in_is_served(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_DIR", str(house.desk.settings.home.parent))
    app = from_environment()
    assert {str(rule) for rule in app.url_map.iter_rules()} == {str(rule) for rule in house.app.url_map.iter_rules()}


def test_settings_of_the_environment_are_served(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GATEWAY_DIR", raising=False)
    settings = house.desk.settings
    for name, value in (("HOME", settings.home), ("KEYS", settings.keys), ("AGREEMENTS", "RS")):
        monkeypatch.setenv(f"GATEWAY_{name}", str(value))
    assert from_environment().extensions["desk"].settings.home == settings.home


def test_without_either_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GATEWAY_HOME", raising=False)
    monkeypatch.delenv("GATEWAY_DIR", raising=False)
    with pytest.raises(SettingsInvalid, match="GATEWAY_HOME"):
        from_environment()
    monkeypatch.setenv("GATEWAY_DIR", str(tmp_path))
    with pytest.raises(SettingsInvalid, match="gateway demo"):
        from_environment()
