"""A log that never had another key: what a witness refuses is refused, and nothing is sent a second time."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest

from gateway.audit.checkpoint import ORIGIN
from gateway.audit.cosignature import Witness as WitnessKey
from gateway.audit.note import Verifier
from gateway.audit.witnessing import Refused
from gateway.enforcement.witnessed import submit
from gateway.recorder.witness import Witness
from gateway.recorder.witness_http import Server
from tests.builders.everything import made, opened


def test_a_witness_of_another_key_refuses_a_log_that_never_had_one(tmp_path: Path) -> None:
    stranger = Witness(tmp_path / "state", "a.witness", [Verifier(ORIGIN, bytes(32))], lambda: 0)
    with opened(made(tmp_path / "log")) as ours, Server(("127.0.0.1", 0), stranger) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        before = ours.desk.log.checkpoint()
        with pytest.raises(Refused):
            submit(f"http://127.0.0.1:{server.server_port}", WitnessKey.parse(stranger.key), desk=ours.desk)
        server.shutdown()
        thread.join(20)
        assert ours.desk.log.checkpoint() == before
