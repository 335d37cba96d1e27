"""The process that owns the log: lock, socket, signals, and the loop between system.start and system.stop.

It fails stop: when a write fails it answers so and ends, and whoever keeps it starts it again from what is on the
disk. `python -m gateway.recorder.sequencer HOME KEYS SOCKET SIGNERS-SOCKET [private] [seal=FILE]`. Keeps ALL-3.
"""

from __future__ import annotations

import secrets
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from gateway.audit.event import EventType
from gateway.audit.sealing import Sealer
from gateway.errors import SettingsInvalid
from gateway.recorder.door import Door
from gateway.recorder.ledger import Ledger
from gateway.recorder.loop import Loop
from gateway.recorder.process import READY, ended, owned, parent_of, say, signalled, told
from gateway.recorder.remote_signer import RemoteSigner
from gateway.stores.audit_log.log import Log

LOCK_FILE = "audit_log.lock"
SEAL = "seal"  # a word of the command: the file of the auditor's public key


@dataclass(frozen=True, slots=True)
class Where:
    """What the sequencer works with. home: the folder of the log's store; seal: the auditor's public key."""

    home: Path
    keys: Path
    address: Path
    signer: Path
    seal: Path | None = None


def serve(where: Where, parent: int | None = None) -> None:
    """Own the log until SIGTERM or SIGINT, or until `parent` ends and the last client is gone.

    Says 'ready' on standard output once it listens. Raises BlockingIOError where another process owns the log;
    SettingsInvalid, StoreUnavailable, LogInvalid before it listens; AuditUnavailable when a write fails or the signer
    does not sign.
    """
    with owned(where.home / LOCK_FILE):
        log, signer = Log(where.home, where.keys), RemoteSigner(where.signer)
        try:
            ledger = Ledger(log, signer, _now_ms, secrets.token_bytes, _sealer(where.seal))
            with Door(where.address) as door:
                _run(Loop(ledger, door, parent))
        finally:
            signer.close()
            log.close()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _sealer(key: Path | None) -> Sealer | None:
    """Raises SettingsInvalid where the key cannot be read, or is none."""
    try:
        return Sealer(key.read_bytes()) if key else None
    except OSError as error:
        raise SettingsInvalid(
            f"the auditor's key cannot be read at {key}: put it there, or name no such key"
        ) from error


def _run(loop: Loop) -> None:
    with signalled(loop):
        loop.record(EventType.SYSTEM_START)
        say(READY)
        loop.run()
        loop.record(EventType.SYSTEM_STOP)


def main(words: list[str]) -> int:
    """The process: its exit code is that of the error it ended with."""
    home, keys, address, signer = map(Path, words[:4])
    where = Where(home, keys, address, signer, told(words[4:], SEAL))
    return ended(lambda: serve(where, parent_of(words[4:])))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
