"""The auditor at the command line: commands on a desk that is open already, or on a folder that was closed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from gateway.access.snapshot import PolicySnapshot
from gateway.audit.event import Event, EventType, Subjects, new_id
from gateway.cli.audit import audit
from gateway.cli.context import Runtime
from gateway.enforcement.desk import Desk, stores_of
from gateway.errors import GatewayError
from gateway.recorder.running import log_for
from gateway.settings import Settings
from gateway.stores.vault import Vault

AUDITOR = ("nhs_digital_auditor", "X26")
NUMBER = "9990000018"


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code, what it printed, and the sentence of its error."""

    code: int
    out: str
    error: str

    @property
    def facts(self) -> dict[str, Any]:
        assert self.code == 0, self.error
        told: dict[str, Any] = json.loads(self.out)
        return told


@dataclass
class Open(Runtime):
    """A command's surroundings whose desk is open already."""

    held: Desk | None = None

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        assert self.held is not None
        yield self.held


@dataclass
class Closed(Runtime):
    """A folder that nobody runs: its log is started for the command; the policy was compiled before."""

    told: Settings | None = None
    policy: PolicySnapshot | None = None

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        assert self.told is not None
        assert self.policy is not None
        vault = Vault(self.told.keys)
        with log_for(self.told) as log:
            yield Desk(self.told, self.policy, log, vault, stores_of(self.told, self.policy, vault))


def invoked(runtime: Runtime, *words: object, typed: str = "") -> Done:
    """`gateway audit` with these words; the exit code of an error of ours is what the command line gives it."""
    result = CliRunner().invoke(audit, list(map(str, words)), obj=runtime, input=typed)
    fault = result.exception
    code = fault.exit_code if isinstance(fault, GatewayError) else result.exit_code
    if fault is not None and not isinstance(fault, GatewayError | SystemExit):
        raise fault
    return Done(code, result.stdout, str(fault or ""))


def seen_by(desk: Desk, *numbers: str, user: str = "max") -> int:
    """An event of somebody who looked at people; its index."""
    actor = {"user": user, "role": "gp", "organisation": "Z99001"}
    fields = {"actor": actor, "resource": "practice.worklist", "rows": len(numbers)}
    event = Event(new_id(0, os.urandom(10)), EventType.ACCESS_PERMITTED, fields)
    return desk.log.append(event, Subjects("risk_identifiable", numbers) if numbers else None).index


def checked(export: Path, *options: object) -> tuple[int, str]:
    """The export's own verify.py, alone: its exit code and what it says."""
    words = [sys.executable, "-I", "-S", export / "verify.py", *options]
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=60, check=False, env={})
    return done.returncode, done.stdout
