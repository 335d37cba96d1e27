"""`gateway audit rotate-key`, over a real installation: two people, then every check goes on across the new key."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from gateway.audit.note import Verifier
from gateway.recorder.witness import Witness
from gateway.recorder.witness_http import Server
from gateway.settings import Settings
from tests.builders.auditing import AUDITOR, Open, invoked, seen_by

PASSWORD = "correct horse battery staple"
OURS = ("access_administrator", "06Q")


@pytest.fixture
def run(house: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`gateway audit …` as rotator-one for the key, and as rotation-auditor for everything else."""
    house.add("rotator-one", OURS)
    house.add("rotator-two", OURS)
    house.add("rotation-auditor", AUDITOR)
    monkeypatch.setenv("GATEWAY_SERVICE_AUDIT", "rotation-auditor")
    desk = replace(house.desk, settings=Settings.from_folder(house.desk.settings.home.parent, os.environ))
    return partial(invoked, Open(held=desk))


def test_the_log_is_signed_anew_and_an_export_verifies_from_the_old_key(house: Any, run: Any, tmp_path: Path) -> None:
    old = house.desk.log.key()
    asked = ("rotate-key", "--as", "rotator-one", "--approved-by", "rotator-two", "--json")
    done = run(*asked, typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert (done.code, done.facts["old"]) == (0, old)
    assert house.desk.log.key() == done.facts["new"] != old
    told = house.events()[done.facts["key.rotated"]]
    assert (told["type"], told["details"]["old"], told["details"]["new"]) == ("key.rotated", old, done.facts["new"])
    assert house.events()[done.facts["event"]]["approved_by"] == "rotator-two"
    assert run("verify", "--json").facts["ok"]
    assert run("export", "--since", "0", "--out", tmp_path / "handed").code == 0
    alone = [sys.executable, str(tmp_path / "handed" / "verify.py"), "--key", old]
    checked = subprocess.run(alone, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_a_witness_that_knows_the_old_key_alone_follows_to_the_new_one(house: Any, run: Any, tmp_path: Path) -> None:
    ours = Witness(tmp_path / "state", "a.witness", [Verifier.parse(house.desk.log.key())], lambda: 1_795_510_800)
    with Server(("127.0.0.1", 0), ours) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        submit = ("witness", "submit", "--url", f"http://127.0.0.1:{server.server_port}", "--witness-key", ours.key)
        before = run(*submit)
        asked = ("rotate-key", "--as", "rotator-one", "--approved-by", "rotator-two")
        assert run(*asked, typed=f"{PASSWORD}\n{PASSWORD}\n").code == 0
        seen_by(house.desk)  # the head of the rotation itself has both keys' lines, the next one the new key's alone
        after = run(*submit)
        server.shutdown()
        thread.join(20)
    assert (before.code, after.code) == (0, 0), after.error
    assert int(after.out.split("\n")[1]) > int(before.out.split("\n")[1])
    assert house.browser().get("/audit/checkpoint/cosigned").text == after.out


def test_nobody_rotates_it_alone(house: Any, run: Any) -> None:
    old = house.desk.log.key()
    asked = ("rotate-key", "--as", "rotator-one", "--approved-by", "rotator-one")
    assert run(*asked, typed=f"{PASSWORD}\n{PASSWORD}\n").code == 1
    assert house.desk.log.key() == old
