"""Children: what one costs in seconds and memory, and servers that run for as long as they are measured.

The parent stays small: a child's peak counts what it inherits from us at its start.
"""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
GATEWAY = str(BIN / "gateway")
HERE = "127.0.0.1"
_START_SECONDS = 60.0
_MIB = 1024
_PARENT, _USER, _SYSTEM = 1, 11, 12  # proc(5), /proc/PID/stat, after the name


class Cost(NamedTuple):
    """What a command took: seconds from start to end, peak resident memory in MiB, what it said."""

    seconds: float
    mib: float
    output: str


def cost(command: Sequence[object], around: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end. Raises CalledProcessError where it fails, after showing why."""
    words, begun = [str(word) for word in command], time.perf_counter()
    with TemporaryFile("w+") as said, TemporaryFile("w+") as complaints:
        child = subprocess.Popen(words, stdout=said, stderr=complaints, env={**os.environ, **(around or {})})
        _, status, used = os.wait4(child.pid, 0)
        seconds, child.returncode = time.perf_counter() - begun, os.waitstatus_to_exitcode(status)
        if child.returncode:
            complaints.seek(0)
            print(complaints.read(), file=sys.stderr)
            raise subprocess.CalledProcessError(child.returncode, words)
        said.seek(0)
        return Cost(seconds, used.ru_maxrss / _MIB, said.read())


@contextmanager
def serving(command: Sequence[object], port: int, around: Mapping[str, str] | None = None) -> Iterator[int]:
    """A server that answers, for the time of the context; its process id."""
    words, begun = [str(word) for word in command], time.perf_counter()
    with TemporaryFile("w+") as said:
        child = subprocess.Popen(words, stdout=said, stderr=said, env={**os.environ, **(around or {})})
        try:
            answered(port, "/", begun, child)
            yield child.pid
        except TimeoutError:
            said.seek(0)
            print(said.read(), file=sys.stderr)
            raise
        finally:
            child.terminate()
            child.wait()


def answered(port: int, path: str, begun: float, child: subprocess.Popen[bytes], wanted: int = 0) -> float:
    """Seconds since `begun` until the port answers (with the status `wanted`, if given). Raises TimeoutError."""
    while time.perf_counter() - begun < _START_SECONDS and child.poll() is None:
        try:
            status = _status(port, path)
        except OSError:
            status = -1
        if status == wanted or (not wanted and status > 0):
            return time.perf_counter() - begun
        time.sleep(0.01)
    raise TimeoutError(f"nothing answers on port {port}")


def cpu_seconds(pid: int) -> float:
    """What a process and all those below it have used of the processors so far (Linux)."""
    parents, used = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            fields = stat.read_text().rpartition(")")[2].split()
            parents[int(stat.parent.name)] = int(fields[_PARENT])
            used[int(stat.parent.name)] = int(fields[_USER]) + int(fields[_SYSTEM])
    own = {pid}
    while more := {child for child, parent in parents.items() if parent in own} - own:
        own |= more
    return sum(used.get(one, 0) for one in own) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as channel:
        channel.bind((HERE, 0))
        return int(channel.getsockname()[1])


def _status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection(HERE, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()
