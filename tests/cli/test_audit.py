"""`gateway audit` over a real installation: 0 done, 1 not so or refused, 2 wrong use, 3 fault; each use on the log."""

from __future__ import annotations

import hashlib
import json
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from gateway.audit.checkpoint import read_checkpoint
from gateway.audit.note import Verifier
from gateway.cli import main
from gateway.settings import Settings
from tests.builders.auditing import AUDITOR, NUMBER, Done, Open, checked, invoked, seen_by
from tests.oracles import plain_merkle as rfc

Run = Callable[..., Done]
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def run(house: Any, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`gateway audit …` as ada the auditor, whom gateway.env names."""
    house.add("ada", AUDITOR)
    return acting(house, monkeypatch, "ada")


def acting(house: Any, monkeypatch: pytest.MonkeyPatch, user: str) -> Run:
    """The same, as another account."""
    monkeypatch.setenv("GATEWAY_SERVICE_AUDIT", user)
    desk = replace(house.desk, settings=Settings.from_folder(house.desk.settings.home.parent, os.environ))
    return partial(invoked, Open(held=desk))


def test_a_log_that_is_as_it_was_signed_verifies(house: Any, run: Run) -> None:
    before = len(house.events())
    told = run("verify", "--json").facts
    assert (told["ok"], told["findings"], told["size"]) == (True, [], before)
    event = house.events()[told["event"]]
    assert (event["type"], event["channel"], event["actor"]["user"]) == ("audit.searched", "cli", "ada")
    assert event["details"] == {"verified": "ok", "size": before, "findings": 0}
    assert "ok: yes" in run("verify").out


def test_a_checkpoint_that_was_kept_is_compared(run: Run, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text(run("checkpoint").out, "utf-8")
    before = run("verify", "--json").facts["checkpoints"]
    assert run("verify", "--previous", kept, "--json").facts["checkpoints"] == before + 1
    kept.write_text("nonsense", "utf-8")
    done = run("verify", "--previous", kept)
    assert done.code == 1
    assert "re-signed: event 0: a checkpoint does not hold" in done.out


def test_key_and_checkpoint_are_public_and_belong_together(house: Any, run: Run) -> None:
    key, note = run("key", "--json").facts["key"], run("checkpoint", "--json").facts["checkpoint"]
    assert (run("key").out, run("checkpoint").out) == (f"{key}\n", note)
    checkpoint = read_checkpoint(note, Verifier.parse(key))
    assert checkpoint.size == len(house.events())


def test_an_event_is_proved_under_the_signed_head(house: Any, run: Run) -> None:
    index = seen_by(house.desk, NUMBER)
    told = run("prove", index, "--json").facts
    checkpoint = read_checkpoint(told["checkpoint"], Verifier.parse(run("key").out))
    path = [bytes.fromhex(part) for part in told["path"]]
    assert told["size"] == checkpoint.size
    assert rfc.inclusion_holds(told["leaf"].encode(), index, told["size"], path, checkpoint.root)
    assert told["leaf_hash"] == rfc.sha256(b"\x00" + told["leaf"].encode()).hex()
    assert house.events()[told["event"]]["details"] == {"index": index, "rows": 1}
    assert f"index: {index}\n" in run("prove", index).out


def test_an_event_that_is_not_there_is_not_proved_and_the_asking_is_on_the_log(house: Any, run: Run) -> None:
    done = run("prove", 10_000)
    assert (done.code, done.out) == (1, "")
    assert (house.events()[-1]["type"], house.events()[-1]["fault"]) == ("access.failed", "NotFound")


def test_who_looked_at_a_patient_is_told_and_the_number_is_nowhere(house: Any, run: Run) -> None:
    indices = [
        seen_by(house.desk, NUMBER),
        seen_by(house.desk, NUMBER, "9990000026"),
        seen_by(house.desk, "9990000026"),
    ][:2]
    told = run("who-saw", "--json", typed=f"{NUMBER}\n").facts
    found = [row["idx"] for row in told["rows"]]
    assert (found[:2], told["page"]) == (indices[::-1], 1)
    assert told["total"] == len(found)
    event = house.events()[told["event"]]
    assert (event["resource"], event["query"]["token"]) == ("audit.patient", "personal")
    assert not any(NUMBER in json.dumps(one) for one in house.events())
    assert f"this search is event {told['event'] + 1}" in run("who-saw", typed=f"{NUMBER}\n").out


@pytest.mark.parametrize("typed", ["", "9990000019\n", "somebody\n"])
def test_what_is_no_nhs_number_is_wrong_use_and_not_repeated(run: Run, typed: str) -> None:
    done = run("who-saw", typed=typed)
    assert done.code == 2
    assert done.error == "that is no valid NHS number: give its ten digits on standard input"


def test_one_users_day_is_told_newest_first(house: Any, run: Run) -> None:
    first, second = seen_by(house.desk, user="gwendolen"), seen_by(house.desk, user="gwendolen")
    told = run("user", "gwendolen", "--json").facts
    assert [row["idx"] for row in told["rows"]] == [second, first]
    assert set(told) == {"columns", "rows", "total", "page", "event"}
    assert "practice.worklist" in run("user", "gwendolen").out


def test_an_export_verifies_alone_and_the_next_goes_on_from_its_cursor(house: Any, run: Run, tmp_path: Path) -> None:
    seen_by(house.desk, NUMBER)
    first = run("export", "--out", tmp_path / "deep" / "first", "--json").facts
    second = run("export", "--since", first["cursor"], "--out", tmp_path / "second", "--json").facts
    assert (first["first"], second["first"]) == (0, first["cursor"])
    kept, key = tmp_path / "deep" / "first" / "checkpoint", run("key").out.strip()
    assert checked(tmp_path / "deep" / "first", "--key", key)[0] == 0
    code, said = checked(tmp_path / "second", "--key", key, "--previous", kept)
    assert (code, "not checked" in said) == (0, False)
    assert run("verify", "--previous", kept).code == 0
    event = house.events()[first["event"]]
    assert (event["type"], event["details"]["size"]) == ("audit.exported", first["cursor"])
    manifest = hashlib.sha256((tmp_path / "deep" / "first" / "manifest.json").read_bytes()).hexdigest()
    assert event["details"]["manifest_sha256"] == event["details"]["sha256"] == first["sha256"] == manifest


def test_an_export_as_a_zip_is_the_file_whose_hash_is_on_the_log(house: Any, run: Run, tmp_path: Path) -> None:
    told = run("export", "--out", tmp_path / "log.zip", "--json").facts
    body = (tmp_path / "log.zip").read_bytes()
    assert (told["sha256"], told["bytes"]) == (hashlib.sha256(body).hexdigest(), len(body))
    assert house.events()[told["event"]]["details"]["sha256"] == told["sha256"]
    with ZipFile(tmp_path / "log.zip") as archive:
        archive.extractall(tmp_path / "out")
    assert checked(tmp_path / "out", "--key", run("key").out.strip())[0] == 0
    assert {path.name for path in tmp_path.iterdir()} == {"log.zip", "out"}


def test_what_is_there_already_is_not_written_over(run: Run, tmp_path: Path) -> None:
    (tmp_path / "log.zip").write_text("kept")
    (tmp_path / "empty").mkdir()
    for out in (tmp_path, tmp_path / "log.zip", tmp_path / "log.zip" / "below"):
        assert run("export", "--out", out).code == 2
    assert run("export", "--out", tmp_path / "empty").code == 0
    assert (tmp_path / "log.zip").read_text() == "kept"


@contextmanager
def little_room() -> Iterator[None]:
    """No file may grow beyond a page."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_an_export_that_finds_no_room_leaves_nothing_and_is_on_the_log(house: Any, run: Run, tmp_path: Path) -> None:
    with little_room():
        done = run("export", "--out", tmp_path / "export")
    assert done.code == 3
    assert "cannot be written" in done.error
    assert list(tmp_path.iterdir()) == []
    assert house.events()[-1]["type"] == "access.failed"


def test_a_cursor_beyond_the_log_is_wrong_use_and_leaves_nothing(house: Any, run: Run, tmp_path: Path) -> None:
    done = run("export", "--since", 10_000, "--out", tmp_path / "export")
    assert done.code == 2
    assert "choose --since from 0 to" in done.error
    assert list(tmp_path.iterdir()) == []
    assert house.events()[-1]["fault"] == "BadRequest"


@pytest.mark.parametrize(
    "words",
    [("prove",), ("prove", "x"), ("prove", "--", "-1"), ("export",), ("nothing",), ("verify", "--previous", "no")],
)
def test_wrong_use_is_told_before_anything_is_asked(house: Any, run: Run, words: tuple[str, ...]) -> None:
    before = len(house.events())
    assert run(*words).code == 2
    assert len(house.events()) == before


def test_another_role_is_refused_and_the_refusal_is_on_the_log(
    house: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    house.add("max", ("access_administrator", "06Q"))
    run = acting(house, monkeypatch, "max")
    for words in (("verify",), ("prove", 0), ("user", "ada"), ("export", "--out", tmp_path / "export")):
        done = run(*words)
        assert (done.code, done.out) == (1, "")
        assert (house.events()[-1]["type"], house.events()[-1]["actor"]["user"]) == ("access.refused", "max")
    assert list(tmp_path.iterdir()) == []


def test_the_auditor_may_sign_in_by_name(house: Any) -> None:
    house.add("ada", AUDITOR)
    run = partial(invoked, Open(held=house.desk))
    assert run("verify").code == 2
    assert run("verify", "--as", "ada", typed="correct horse battery staple\n").code == 0
    assert run("verify", "--as", "ada", typed="mistyped\n").code == 1


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("verify",), 0, ""),
        (("prove", "100000"), 1, "gateway: There is nothing here that you can see.\n"),
        (("export", "--since", "100000", "--out", "never"), 2, "gateway: the log has "),
        (("prove", "x"), 2, "Usage: "),
    ],
)
def test_an_error_is_one_sentence_and_its_exit_code(  # noqa: PLR0913, PLR0917 what is said, and how it is heard
    house: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    tmp_path: Path,
    words: tuple[str, ...],
    code: int,
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["gateway", "--dir", str(house.desk.settings.home.parent), "audit", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert int(ended.value.code or 0) == code
    assert capsys.readouterr().err.startswith(says)
