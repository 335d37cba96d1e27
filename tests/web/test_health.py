"""For whoever runs the service: 'ok' and nothing more, and 503 where the log or a store cannot be reached."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway.recorder.client import LogClient
from gateway.stores import accounts
from gateway.web import application


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_it_says_ok_and_nothing_more_to_anybody(house: Any, path: str) -> None:
    answer = house.browser().get(path)
    assert (answer.status_code, answer.data, answer.content_type) == (200, b"ok\n", "text/plain")


def test_it_is_alive_and_not_ready_while_the_log_is_away(house: Any, tmp_path: Path) -> None:
    browser = house.browser(application(replace(house.desk, log=LogClient(tmp_path / "none.sock"))))
    assert [browser.get(path).status_code for path in ("/healthz", "/readyz")] == [200, 503]


def test_it_is_not_ready_while_a_store_is_away(house: Any, tmp_path: Path) -> None:
    lost = accounts.Store(house.desk.vault, tmp_path)
    browser = house.browser(application(replace(house.desk, stores={**house.desk.stores, accounts.NAME: lost})))
    answer = browser.get("/readyz")
    assert answer.status_code == 503
    assert str(tmp_path) not in answer.text
