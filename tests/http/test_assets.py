"""Static files: kept for a year under an address that changes with any of their bytes, and served to anybody."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from gateway.errors import SettingsInvalid
from gateway.http.assets import fingerprint, folder


def links(house: Any) -> list[str]:
    page = house.browser().get("/sign-in").text
    return re.findall(r'(?:href|src)="(/static/[^"]+)"', page)


def test_every_file_that_a_page_names_is_there_and_may_be_kept(house: Any) -> None:
    assert len(links(house)) >= 4
    for link in links(house):
        answer = house.browser().get(link)
        assert answer.status_code == 200
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        answer.close()


def test_no_file_outside_the_folder_is_served(house: Any) -> None:
    prefix = links(house)[0].split("/")[2]
    for path in ("../pyproject.toml", "..%2fpyproject.toml", "%2e%2e/pyproject.toml", "/etc/passwd"):
        assert house.browser().get(f"/static/{prefix}/{path}").status_code in {400, 404}


def test_the_fingerprint_changes_with_a_byte_and_with_a_name_and_holds_no_digit(tmp_path: Path) -> None:
    found = []
    for name, text in (("one.css", "a"), ("one.css", "b"), ("two.css", "b")):
        for old in tmp_path.iterdir():
            old.unlink()
        (tmp_path / name).write_text(text, "utf-8")
        found.append(fingerprint(tmp_path))
    assert len(set(found)) == 3
    assert all(re.fullmatch("[a-p]{12}", one) for one in found)


def test_a_folder_that_is_missing_is_named() -> None:
    with pytest.raises(SettingsInvalid, match="no-such-folder"):
        folder("no-such-folder")
