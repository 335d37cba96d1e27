"""The application's own settings: the secret that signs forms, and proxies that are trusted or not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import request

from gateway.errors import SettingsInvalid
from gateway.web import application


def with_settings(house: Any, **changed: object) -> Any:
    return application(replace(house.desk, settings=replace(house.desk.settings, **changed)))


def test_a_secret_that_is_missing_or_short_keeps_it_from_starting(house: Any, tmp_path: Path) -> None:
    (tmp_path / "short").write_bytes(b"x" * 31)
    for name in ("none", "short"):
        with pytest.raises(SettingsInvalid, match="GATEWAY_SECRET_KEY_FILE"):
            with_settings(house, secret_key_file=tmp_path / name)


@pytest.mark.parametrize(("proxies", "address"), [(0, "127.0.0.1"), (1, "192.0.2.7")])
def test_a_forwarded_address_counts_where_a_proxy_is_trusted_and_nowhere_else(
    house: Any, proxies: int, address: str
) -> None:
    app = with_settings(house, trusted_proxies=proxies)
    app.add_url_rule("/address", view_func=lambda: request.remote_addr)
    told = house.browser(app).client.get("/address", headers={"X-Forwarded-For": "192.0.2.7"})
    assert told.text == address


def test_templates_escape_whatever_their_file_is_called(house: Any) -> None:
    with house.app.app_context():
        assert house.app.jinja_env.from_string("{{ given }}").render(given="<b>") == "&lt;b&gt;"
