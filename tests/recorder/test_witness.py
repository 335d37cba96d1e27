"""The witness: one folder, one key of the log; what an insider with the key does to the log, it refuses."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from tlog_scales.signing import Vkey
from tlog_scales.tlog import Checkpoint

from gateway.audit.checkpoint import ORIGIN
from gateway.audit.event import Event
from gateway.audit.note import Verifier
from gateway.audit.tiles import Tile
from gateway.audit.witnessing import Refused, Submission
from gateway.errors import AuditUnavailable, BadRequest, SettingsInvalid, StoreUnavailable
from gateway.recorder.ledger import Ledger
from gateway.recorder.witness import Witness
from gateway.recorder.witness_http import Server, fetched, submitted, tile_at
from gateway.stores import audit_log
from gateway.stores.vault import Vault

Place = Any  # the class is in conftest, where no test imports from
Make = Callable[..., Event]
Take = Callable[..., list[Any]]
NOW = 1_795_510_800


def witness(folder: Path, *keys: Verifier, name: str = "a.witness") -> Witness:
    return Witness(folder, name, keys, lambda: NOW)


@contextmanager
def at_work(ours: Witness) -> Iterator[str]:
    with Server(("127.0.0.1", 0), ours) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(20)


def asked(url: str, body: bytes | None, path: str = "/add-checkpoint", **headers: str) -> tuple[int, str]:
    connection = HTTPConnection(url.removeprefix("http://"), timeout=20)
    connection.putrequest("POST", path)
    for name, value in ({"Content-Length": str(len(body))} if body is not None else headers).items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders(body)
    answer = connection.getresponse()
    told = answer.status, answer.read().decode()
    connection.close()
    return told


def grown(place: Place, ledger: Ledger, taken: Take, an_event: Make, old: int) -> Submission:
    """Three more events, and what the log sends of them."""
    taken(ledger, *(an_event(n=n) for n in range(3)))
    with place.stream() as stream:
        size = stream.head()[0]
        return Submission(old, tuple(stream.tree(size).consistency_proof(old)), ledger.checkpoint)


def test_a_log_that_grows_is_cosigned_and_other_peoples_tools_verify_it(
    place: Place, an_event: Make, taken: Take, tmp_path: Path
) -> None:
    with place.ledger() as ledger:
        ours = witness(tmp_path / "state", ledger.verifier)
        with at_work(ours) as url:
            lines = [submitted(url, grown(place, ledger, taken, an_event, old)) for old in (0, 3)]
        note = ledger.checkpoint + lines[1]
    read, key = Checkpoint.from_text(note), Vkey.from_string(ours.key)
    read.verify(key)
    assert read.size == 6
    again = witness(tmp_path / "state", ledger.verifier)
    assert again.key == ours.key
    assert again.last() == ours.last()


def test_what_an_insider_with_the_key_forked_is_refused_and_the_good_log_goes_on(
    place: Place, an_event: Make, taken: Take, tmp_path: Path
) -> None:
    with place.ledger() as ledger:
        ours = witness(tmp_path / "state", ledger.verifier)
        ours.cosign(grown(place, ledger, taken, an_event, 0))
    (tmp_path / "copy").mkdir()
    insider = place.copy(tmp_path / "copy")
    insider.file.unlink()
    (insider.home / "log-signer.head").unlink()
    for extra in insider.home.glob("audit_log.db-*"):
        extra.unlink()

    audit_log.create(Vault(insider.keys), insider.home)
    with insider.ledger() as forged, at_work(ours) as url:
        grown(insider, forged, taken, an_event, 0)
        with pytest.raises(Refused, match="saw 3 events last, and not these"):
            submitted(url, Submission(3, (), forged.checkpoint))
        with pytest.raises(Refused, match="422: forked"):
            submitted(url, grown(insider, forged, taken, an_event, 3))
    assert ours.last().size == 3  # type: ignore[union-attr]
    with place.ledger() as ledger:
        assert ours.cosign(grown(place, ledger, taken, an_event, 3))


def test_a_log_rolled_back_or_under_another_key_is_refused(
    place: Place, an_event: Make, taken: Take, tmp_path: Path
) -> None:
    with place.ledger() as ledger:
        ours = witness(tmp_path / "state", ledger.verifier)
        first = grown(place, ledger, taken, an_event, 0)
        ours.cosign(first)
        ours.cosign(grown(place, ledger, taken, an_event, 3))
        stranger = witness(tmp_path / "other", Verifier(ORIGIN, bytes(32)))
        with at_work(ours) as url, at_work(stranger) as other:
            with pytest.raises(Refused) as rolled_back:
                submitted(url, first)
            assert rolled_back.value.size == 6
            with pytest.raises(Refused, match="403: re-signed"):
                submitted(other, first)


def test_what_is_no_submission_is_answered_so(tmp_path: Path) -> None:
    with at_work(witness(tmp_path / "state", Verifier(ORIGIN, bytes(32)))) as url:
        assert asked(url, b"hello")[0] == 400
        assert asked(url, b"\xff")[0] == 400
        assert asked(url, b"", path="/other")[0] == 404
        assert asked(url, None)[0] == 400
        assert asked(url, None, Content_Length="70000")[0] == 400
        with pytest.raises(StoreUnavailable, match="status 501"):
            fetched(f"{url}/checkpoint")


def test_a_witness_that_is_not_there_is_told(tmp_path: Path) -> None:
    with at_work(witness(tmp_path / "state", Verifier(ORIGIN, bytes(32)))) as url:
        pass
    with pytest.raises(StoreUnavailable, match="does not answer"):
        tile_at(url, Tile(0, 0))
    with pytest.raises(BadRequest, match="https://"):
        submitted("ftp://elsewhere", Submission(0, (), ""))


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(SettingsInvalid, match="cannot be used"):
        witness(tmp_path / "state")
    (tmp_path / "short").mkdir()
    (tmp_path / "short" / "witness.key").write_bytes(b"short")
    with pytest.raises(SettingsInvalid, match="cannot be used"):
        witness(tmp_path / "short")


def test_the_log_keeps_a_cosignature_and_shows_it_under_that_head(
    place: Place, an_event: Make, taken: Take, tmp_path: Path
) -> None:
    with place.ledger() as ledger:
        ours = witness(tmp_path / "state", ledger.verifier)
        submission = grown(place, ledger, taken, an_event, 0)
        note = submission.note + ours.cosign(submission)
        ledger.cosigned(note, ours.key)
        assert ledger.checkpoint == note
    with place.ledger() as ledger:
        assert ledger.checkpoint == note
        taken(ledger, an_event())
        assert ours.key.split("+")[0] not in ledger.checkpoint
    assert place.verified(note).ok


def test_nothing_else_is_kept_as_a_cosignature(place: Place, an_event: Make, taken: Take, tmp_path: Path) -> None:
    with place.ledger() as ledger:
        ours = witness(tmp_path / "state", ledger.verifier)
        submission = grown(place, ledger, taken, an_event, 0)
        note = submission.note + ours.cosign(submission)
        other = witness(tmp_path / "other", ledger.verifier)
        for wrong, key in ((submission.note, ours.key), (note, other.key), (note, "none")):
            with pytest.raises(AuditUnavailable, match="no cosignature of that witness"):
                ledger.cosigned(wrong, key)
        with pytest.raises(AuditUnavailable, match="no checkpoint that the log signed"):
            ledger.cosigned(note.replace("\n3\n", "\n4\n"), ours.key)
