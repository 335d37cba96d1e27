"""Other people's tools follow the served log: tlog-scales, and Go's own packages; neither shares code with ours."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tlog_scales.backend import HttpBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey
from tlog_scales.tiles import leaf_hash
from tlog_scales.tlog import Checkpoint, InclusionProofInvalid

from gateway.audit.event import Event, EventType, new_id
from gateway.recorder.client import LogClient
from tests.journeys.served import Served, command
from tests.oracles import plain_merkle as rfc

PROGRAM = Path(__file__).parents[1] / "oracles" / "go" / "follow.go"
PACKAGES = Path("/usr/share/gocode")
pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def large(served: Served) -> Served:
    """A log of more than one full tile."""
    client = LogClient(served.settings.socket)
    for number in range(600 - served.log_size()):
        client.append(Event(new_id(number, os.urandom(10)), EventType.SESSION_FAIL, {"n": number}))
    client.close()
    return served


@pytest.fixture
def backend(large: Served) -> Iterator[HttpBackend]:
    """tlog-scales with the auditor's session: it needs none but for entries."""
    opened = HttpBackend(f"{large.address}/audit")
    cookies = large.person("auditor").cookies
    opened.session.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    yield opened
    opened.session.close()


@pytest.fixture(scope="module")
def follow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Go program; where Go is not, `.ci/run` counts the skip as a failure."""
    go = shutil.which("go")
    if go is None or not (PACKAGES / "src/golang.org/x/mod").is_dir():
        pytest.skip("no go client can be had here: install golang-go and golang-golang-x-mod-dev")
    folder = tmp_path_factory.mktemp("go")
    around = {**os.environ, "GOPATH": str(PACKAGES), "GO111MODULE": "off", "GOCACHE": str(folder / "cache")}
    subprocess.run([go, "build", "-o", folder / "follow", PROGRAM], check=True, env=around)
    return folder / "follow"


def key_of(served: Served) -> str:
    return served.person().get("/audit/key").text.strip()


def leaves(served: Served, size: int) -> list[bytes]:
    found = served.read("audit_log", "audit_log.db", "SELECT leaf FROM event WHERE idx < ? ORDER BY idx", size)
    return [leaf.encode() for (leaf,) in found]


def test_tlog_scales_follows_the_log_and_every_proof_holds(large: Served, backend: HttpBackend) -> None:
    reader = TilesReader(backend)
    seen = reader.get_checkpoint()
    seen.verify(Vkey.from_string(key_of(large)))
    assert reader.calculate_root_hash() == seen.root_hash
    every = leaves(large, seen.size)
    for index in (0, 255, 256, seen.size - 1):
        entry = reader.get_entry(index)
        assert entry == every[index]
        proof = reader.get_inclusion_proof(index, seen.size)
        proof.check(leaf_hash(entry), seen.root_hash)
        with pytest.raises(InclusionProofInvalid):
            proof.check(leaf_hash(entry + b" "), seen.root_hash)
    for old in (1, 256, 300, seen.size - 1):
        reader.get_consistency_proof(old, seen.size).check(rfc.mth(every[:old]), seen.root_hash)


def test_a_checkpoint_under_another_key_is_not_ours_to_tlog_scales(backend: HttpBackend) -> None:
    seen: Checkpoint = TilesReader(backend).get_checkpoint()
    with pytest.raises(RuntimeError, match="no signature matched"):
        seen.verify(Vkey(seen.origin, None, 1, bytes(32)))


def test_each_bundle_of_entries_is_an_access_and_a_tile_of_hashes_is_none(large: Served, backend: HttpBackend) -> None:
    before = large.log_size()
    assert backend.get("tile", "0", "000") is not None
    assert large.log_size() == before
    assert backend.get("tile", "entries", "000") is not None
    (event,) = large.events(before)
    assert (event["type"], event["resource"], event["details"]["end"]) == ("audit.searched", "audit.exports", 256)


def test_go_follows_the_log_and_every_proof_holds(large: Served, follow: Path) -> None:
    leaf = leaves(large, 300)[299]
    asked = [follow, f"{large.address}/audit", key_of(large), "257", "299"]
    told = subprocess.run(asked, input=leaf, check=True, capture_output=True, timeout=60).stdout.decode().split()
    every = leaves(large, int(told[0]))
    assert told[1:] == [rfc.mth(every).hex(), rfc.mth(every[:257]).hex()]


def test_go_finds_that_a_leaf_is_not_the_one_on_the_log(large: Served, follow: Path) -> None:
    leaf = leaves(large, 300)[299].replace(b'"v":1', b'"v":2')
    asked = [follow, f"{large.address}/audit", key_of(large), "257", "299"]
    done = subprocess.run(asked, input=leaf, check=False, capture_output=True, timeout=60)
    assert done.returncode != 0
    assert b"invalid transparency proof" in done.stderr


def test_a_witness_on_another_machine_follows_the_served_log_by_its_public_addresses(
    large: Served, tmp_path: Path
) -> None:
    alone = [*command(tmp_path)[:1], "audit", "witness", "check", "--state", str(tmp_path / "state")]
    look = [*alone, "--log-key", key_of(large), "--url", f"{large.address}/audit"]
    first, _ = (subprocess.run(look, check=True, capture_output=True).stdout, large.person("gp").get("/"))
    second = Checkpoint.from_text(subprocess.run(look, check=True, capture_output=True).stdout.decode())
    assert second.size > Checkpoint.from_text(first.decode()).size
    assert [signature.name for signature in second.signatures] == [second.origin, "commissioning-gateway/witness"]


def test_a_witness_serves_and_the_public_checkpoint_carries_what_it_signed(large: Served, tmp_path: Path) -> None:
    words = ["audit", "witness", "serve", "--state", str(tmp_path / "state"), "--log-key", key_of(large), "--port", "0"]
    run = [*command(tmp_path)[:1], *words]
    with subprocess.Popen(
        run, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    ) as witness:
        assert witness.stdout is not None
        _, key, _, url, *_ = witness.stdout.readline().split()
        submit = command(large.folder, "audit", "witness", "submit", "--url", url, "--witness-key", key)
        subprocess.run(submit, check=True, capture_output=True)
        shown = Checkpoint.from_text(large.person().get("/audit/checkpoint").text)
        witness.terminate()
    shown.verify(Vkey.from_string(key))
    shown.verify(Vkey.from_string(key_of(large)))
