"""A backup goes where every agreement lets it and nowhere else, and is there only with its event."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from gateway.access.decision import AccessRequest
from gateway.enforcement.backing_up import MANIFEST, backed_up
from gateway.enforcement.desk import Desk
from gateway.errors import AccessDenied, AuditUnavailable, BadRequest, StoreUnavailable
from gateway.stores.generations import POINTER
from gateway.synthetic.demonstration_agreements import ADDRESSES
from tests.builders.everything import Everything, asks, subject


def request(role: str = "access_administrator") -> AccessRequest:
    return asks(subject(role, "06Q"), "administration", "operations.backup", "create")


def test_the_event_tells_how_far_the_log_in_the_copy_goes_and_where_the_copy_is(
    everything: Everything, tmp_path: Path
) -> None:
    done = backed_up(request(), tmp_path / "copy", ADDRESSES, desk=everything.desk)
    event = everything.events()[done.receipt.index]
    assert event["details"]["size"] == done.value.size == done.receipt.index
    assert event["details"]["addresses"] == dict(ADDRESSES)
    assert json.loads((tmp_path / "copy" / MANIFEST).read_text("utf-8"))["made_at"] == "2026-11-24T09:00:00.000Z"


@pytest.mark.parametrize(
    "addresses", [{}, {"RS": ADDRESSES["RS"]}, {"RS": "A shed", "IV": ADDRESSES["IV"]}, dict.fromkeys(ADDRESSES, "")]
)
def test_an_address_that_an_agreement_does_not_list_is_refused_and_the_attempt_is_on_the_log(
    everything: Everything, tmp_path: Path, addresses: dict[str, str]
) -> None:
    with pytest.raises(BadRequest, match="lists no such storage address today") as fault:
        backed_up(request(), tmp_path / "copy", addresses, desk=everything.desk)
    assert fault.value.event is not None
    assert everything.events()[fault.value.event]["type"] == "access.failed"
    assert list(tmp_path.iterdir()) == []


def test_whoever_does_not_keep_the_accounts_is_refused(everything: Everything, tmp_path: Path) -> None:
    with pytest.raises(AccessDenied):
        backed_up(request("commissioner_lead"), tmp_path / "copy", ADDRESSES, desk=everything.desk)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_put_over_what_is_there(everything: Everything, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "letter").write_text("kept")
    with pytest.raises(BadRequest, match="is there already"):
        backed_up(request(), tmp_path / "copy", ADDRESSES, desk=everything.desk)
    assert [path.name for path in (tmp_path / "copy").iterdir()] == ["letter"]


def test_nothing_is_put_among_the_stores_or_the_keys(everything: Everything) -> None:
    settings = everything.desk.settings
    for to in (settings.home, settings.home / "a" / "copy", settings.keys / "copy"):
        with pytest.raises(BadRequest):
            backed_up(request(), to, ADDRESSES, desk=everything.desk)
        assert not (settings.home / "a").exists()


def test_a_folder_that_cannot_be_made_is_told(everything: Everything, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        backed_up(request(), tmp_path / "file" / "copy", ADDRESSES, desk=everything.desk)


def test_without_the_log_there_is_no_backup(silent: Desk, tmp_path: Path) -> None:
    with pytest.raises(AuditUnavailable):
        backed_up(request(), tmp_path / "copy", ADDRESSES, desk=silent)
    assert list(tmp_path.iterdir()) == []


def test_before_the_first_run_there_is_no_run_to_copy(everything: Everything, tmp_path: Path) -> None:
    pointer = everything.home / POINTER
    aside = Path(shutil.move(pointer, tmp_path / "aside"))
    try:
        done = backed_up(request(), tmp_path / "copy", ADDRESSES, desk=everything.desk)
    finally:
        shutil.move(aside, pointer)
    assert done.value.files == 5
    assert not list((tmp_path / "copy").glob("risk*"))
