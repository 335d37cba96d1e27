"""Appends to the audit log against a loop of one fdatasync for each row, and verifying against a bare SHA-256 loop.

    python benchmarks/audit.py [--rounds N] [--seconds S] [--events N]

1, 8 and 32 clients in up to four processes append what a page of 50 patients leaves, through the real sequencer: each
waits until its event is durable, and turns through twenty pages. The loop writes rows of the same size to a file on
the same disk and flushes each. Where a C compiler is at hand both are measured again with a flush that takes 2 ms
more, as a real disk's does. `verify` does more than hash: it also reads each leaf and compares what stands beside it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

from measuring.events import a_page, an_event
from measuring.figures import ratio, show, spread, verdict
from measuring.processes import cost

from gateway.audit.leaf import Stamp, leaf
from gateway.audit.merkle import leaf_hash, root_of
from gateway.audit.verify import verify
from gateway.enforcement.installation import Plan, make
from gateway.recorder.client import LogClient
from gateway.recorder.ledger import Ledger
from gateway.recorder.running import log_for
from gateway.recorder.signing import Signing
from gateway.settings import Settings
from gateway.stores import audit_log
from gateway.stores.audit_log.log import Log
from gateway.stores.audit_log.stream import Stream
from gateway.stores.vault import Vault

CLIENTS, PROCESSES, GROUP = (1, 8, 32), 4, 256
AIM_HERE, AIM_SLOW, AIM_VERIFY = 2.0, 12.0, 0.5
SLOW = "slow flush"
BARE = "SHA-256 of the same leaves, from memory"
PAGES = 20  # that each client turns through
Burst = tuple[int, float, float]  # how many, from, to


def main() -> None:
    """Appends here, appends with a slow flush, verifying."""
    options = argparse.ArgumentParser(description="The audit log against bare loops.")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=float, default=1.0, help="of one burst")
    options.add_argument("--events", type=int, default=20_000, help="to verify")
    options.add_argument("--only", default="", help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.only == SLOW:
        tell_appends("Appends a second, a flush of 2 ms more", AIM_SLOW, asked.rounds, asked.seconds)
        return
    tell_appends("Appends a second, this disk", AIM_HERE, asked.rounds, asked.seconds)
    with slow_flush() as around:
        if around:
            told = [sys.executable, __file__, "--only", SLOW, "--rounds", asked.rounds, "--seconds", asked.seconds]
            print(cost(told, around).output, end="")
    tell_verifying(asked.events, asked.rounds)


def tell_appends(title: str, aim: float, rounds: int, seconds: float) -> None:
    """A line for each number of clients; the aim is for the most of them."""
    loop: list[float] = []
    appends: dict[int, list[float]] = {clients: [] for clients in CLIENTS}
    spawn = get_context("spawn")
    with a_log() as settings, ProcessPoolExecutor(PROCESSES, spawn) as pool, log_for(settings):
        list(pool.map(abs, range(PROCESSES)))
        for _ in range(rounds):
            loop.append(flushing_loop(settings.home.parent / "rows", seconds))
            for clients, found in appends.items():
                found.append(appending(pool, settings.socket, clients, seconds))
    rows = [(f"{clients} client{'s' * (clients > 1)}", *_line(found, loop)) for clients, found in appends.items()]
    show(title, ("", "a second", "loop a second", "ratio"), rows)
    best = ratio(appends[CLIENTS[-1]], loop)
    print(f"{CLIENTS[-1]} clients / loop  {best:.2f}   {verdict(best, aim, least=True)}")


def _line(ours: list[float], loop: list[float]) -> tuple[str, str, str]:
    return f"{spread(ours).p50:.0f}", f"{spread(loop).p50:.0f}", f"{ratio(ours, loop):.2f}"


@contextmanager
def a_log() -> Iterator[Settings]:
    """An installation of its own, on the disk of the folder for temporary files."""
    with tempfile.TemporaryDirectory() as scratch:
        yield make(Plan(Path(scratch) / "log", ("RS",)))


def appending(pool: ProcessPoolExecutor, address: Path, clients: int, seconds: float) -> float:
    """Durable events a second of so many clients, spread over the processes."""
    many = min(clients, PROCESSES)
    bursts = list(pool.map(burst, [address] * many, [clients // many] * many, [seconds] * many))
    return sum(count for count, _, _ in bursts) / (
        max(end for *_, end in bursts) - min(begun for _, begun, _ in bursts)
    )


def burst(address: Path, clients: int, seconds: float) -> Burst:
    """In one process: each thread appends as soon as its last event is durable."""
    counts: list[int] = []
    begun = time.monotonic()

    def run(number: int) -> None:
        client, count = LogClient(address), 0
        while time.monotonic() - begun < seconds:
            client.append(an_event(), a_page(PAGES * (os.getpid() + number) + count % PAGES))
            count += 1
        client.close()
        counts.append(count)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts), begun, time.monotonic()


def flushing_loop(path: Path, seconds: float) -> float:
    """Rows a second of a loop that flushes each one."""
    row = leaf(an_event(), Stamp(0, "2026-01-01T00:00:00.000Z", "e" * 32), (), "none")
    file, count = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), 0
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        os.write(file, row)
        os.fdatasync(file)
        count += 1
    took = time.monotonic() - begun
    os.close(file)
    return count / took


@contextmanager
def slow_flush() -> Iterator[dict[str, str]]:
    """What makes a child's flush take 2 ms more; nothing where there is no C compiler."""
    compiler, source = shutil.which("cc"), Path(__file__).parent / "measuring" / "slow_flush.c"
    if compiler is None:
        print("\nNo C compiler here: the slow flush is left out")
        yield {}
        return
    with tempfile.TemporaryDirectory() as scratch:
        library = Path(scratch) / "slow_flush.so"
        cost([compiler, "-shared", "-fPIC", "-O2", "-o", library, source])
        yield {"LD_PRELOAD": str(library)}


def tell_verifying(events: int, rounds: int) -> None:
    """Everything that `gateway audit verify` recomputes, against the hashes alone."""
    with a_log() as settings:
        log = Log(settings.home, settings.keys)
        ledger = Ledger(log, Signing(settings.home, settings.keys), lambda: time.time_ns() // 1_000_000, os.urandom)
        for first in range(0, events, GROUP):
            ledger.take([(an_event(), a_page(first + number)) for number in range(min(GROUP, events - first))])
        log.close()
        connection = Vault(settings.keys).connect(audit_log.NAME, settings.home / audit_log.FILE, read_only=True)
        stream = Stream(connection)
        leaves = [row.leaf for row in stream.entries()]
        ways: dict[str, Callable[[], object]] = {
            "verify": lambda: verify(stream, ledger.verifier),
            BARE: lambda: [sha256(b"\0" + one).digest() for one in leaves],
            "the same, read from the store": lambda: [sha256(b"\0" + row.leaf).digest() for row in stream.entries()],
            "the tree's root of the same leaves": lambda: root_of(map(leaf_hash, leaves)),
        }
        took: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(rounds):
            for name, way in ways.items():
                took[name].append(_seconds(way))
        connection.close()
    ours = took["verify"]
    rows = [(name, f"{events / spread(one).p50:.0f}", f"{ratio(one, ours):.3f}") for name, one in took.items()]
    show(f"Verifying {events} events", ("", "a second", "verify's speed over it"), rows)
    bare = ratio(took[BARE], ours)
    print(f"verify / bare SHA-256 loop  {bare:.3f}   {verdict(bare, AIM_VERIFY, least=True)}")


def _seconds(way: Callable[[], object]) -> float:
    begun = time.perf_counter()
    way()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
