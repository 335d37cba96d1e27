"""A great export of the log: its memory, its speed against `sqlite-utils rows --nl`, its check against a bare loop.

    python benchmarks/export.py [--events N] [--rounds N]

Each is a process of its own: the whole export as `gateway audit export` writes it into a folder; what can be checked
alone (`--format ndjson`); the entries alone, leaf by leaf; the nightly pull (/api/v1/audit/entries) from first to last,
each part with its event; and `sqlite-utils rows` of the same rows in plain SQLite. Memory is the peak of a process.
`verify.py` checks an export alone (`--format ndjson`); the loop hashes the same
entries line by line and does nothing else.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from measuring.auditor import request
from measuring.figures import ratio, show, spread, verdict
from measuring.logs import Growing
from measuring.processes import BIN, Cost, cost

from gateway.audit.manifest import Span
from gateway.enforcement.desk import open_desk
from gateway.enforcement.installation import Plan, make
from gateway.enforcement.pulling import pieces, pulled
from gateway.recorder.export import Order, write_folder
from gateway.recorder.renderings import ALL
from gateway.recorder.signing import Signing
from gateway.settings import Settings
from gateway.stores.audit_log.stream import Stream

AIM_MIB, AIM_TIMES, AIM_OF_LOOP = 150.0, 5.0, 0.5
HANDED, CHECK, LOOP = "handed", "verify.py", "bare SHA-256 loop"
HASHES = """
import sys
from hashlib import sha256
from pathlib import Path
for path in Path(sys.argv[1]).glob("entries*.ndjson"):
    with path.open("rb") as file:
        for line in file:
            sha256(line).digest()
"""
MAKE = "make the log"
EVENT = "SELECT * FROM event ORDER BY idx"


def main() -> None:
    """Make a log, then each way in turn; with --only, one way in this process."""
    options = argparse.ArgumentParser(description="A great export of the log.")
    options.add_argument("--events", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=1)
    options.add_argument("--only", default="", help=argparse.SUPPRESS)
    options.add_argument("--dir", type=Path, default=Path(), help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.only == MAKE:
        make_log(asked.dir, asked.events)
        return
    if asked.only:
        WAYS[asked.only](asked.dir, Settings.from_folder(asked.dir / "log", {}))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        cost([sys.executable, __file__, "--only", MAKE, "--dir", folder, "--events", asked.events])
        told: dict[str, list[Cost]] = {}
        for _ in range(asked.rounds):
            for way in WAYS:
                told.setdefault(way, []).append(
                    cost([sys.executable, __file__, "--only", way, "--dir", folder], {"TMPDIR": scratch})
                )
            for way, words in checks(folder / HANDED).items():
                told.setdefault(way, []).append(cost([sys.executable, "-I", "-S", *words]))
            theirs = cost([BIN / "sqlite-utils", "rows", folder / "plain.db", "event", "--nl"])
            told.setdefault("sqlite-utils rows --nl", []).append(Cost(theirs.seconds, theirs.mib, ""))
    tell(asked.events, told)


def tell(events: int, told: Mapping[str, list[Cost]]) -> None:
    """The table, and the figures against their aims."""
    *_, theirs = told.values()
    rows = [
        (way, f"{spread(_seconds(one)).p50:.1f}", f"{_mib(one):.0f}", f"{ratio(_seconds(theirs), _seconds(one)):.2f}")
        for way, one in told.items()
    ]
    show(f"{events} events", ("", "seconds", "peak MiB", "times faster than sqlite-utils"), rows)
    for way in ("whole export", "nightly pull"):
        print(f"{way}, peak MiB  {_mib(told[way]):.0f}   {verdict(_mib(told[way]), AIM_MIB)}")
    part = ratio(_seconds(told[LOOP]), _seconds(told[CHECK]))
    print(f"verify.py, of the bare loop's speed  {part:.2f}   {verdict(part, AIM_OF_LOOP, least=True)}")
    faster = ratio(_seconds(theirs), _seconds(told["entries alone"]))
    print(f"entries, times faster  {faster:.2f}   {verdict(faster, AIM_TIMES, least=True)}")


def _seconds(costs: list[Cost]) -> list[float]:
    return [one.seconds for one in costs]


def _mib(costs: list[Cost]) -> float:
    return max(one.mib for one in costs)


def checks(export: Path) -> dict[str, list[object]]:
    """What Python is told for each way to look through an export."""
    return {CHECK: [export / "verify.py"], LOOP: ["-c", HASHES, export]}


def make_log(folder: Path, events: int) -> None:
    """A log, its table of events in plain SQLite, and an export: in a process of its own, so that ours stays small."""
    growing = Growing(make(Plan(folder / "log", ("RS",))))
    growing.grow(events)
    _export(folder / HANDED, growing.settings, frozenset())
    with growing.connection() as read, sqlite3.connect(folder / "plain.db") as plain:
        (made,) = read.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'event'").fetchone()
        plain.execute(made)
        slots = ", ".join("?" * len(plain.execute(EVENT).description))
        plain.executemany(f"INSERT INTO event VALUES ({slots})", read.execute(EVENT))  # noqa: S608 slots alone


def whole(folder: Path, settings: Settings) -> None:
    """Every file that an export has."""
    _export(folder / "export", settings, ALL)
    shutil.rmtree(folder / "export")


def checked(folder: Path, settings: Settings) -> None:
    """Without what is rendered for other tools."""
    _export(folder / "export", settings, frozenset())
    shutil.rmtree(folder / "export")


def _export(out: Path, settings: Settings, formats: frozenset[str]) -> None:
    signing = Signing(settings.home, settings.keys)
    with Growing(settings).connection() as connection:
        stream = Stream(connection)
        span = Span(0, stream.head()[0])
        order = Order(span, "2026-01-01T00:00:00.000Z", signing.key(), signing.manifest, formats)
        write_folder(out, stream, order)


def entries(_folder: Path, settings: Settings) -> None:
    """The leaves, one a line."""
    with Growing(settings).connection() as connection, Path(os.devnull).open("wb") as file:
        file.writelines(Stream(connection).lines())


def pull(_folder: Path, settings: Settings) -> None:
    """Part after part, until the log's end as it was at first."""
    with open_desk(settings) as desk:
        cursor, end = 0, None
        while end is None or cursor < end:
            part = pulled(request("audit.entries", action="read"), cursor, end, lambda *_: False, desk=desk).value
            for _piece in pieces(part, desk=desk):
                pass
            cursor, end = part.span.size, part.head if end is None else end


WAYS: Mapping[str, Callable[[Path, Settings], None]] = {
    "whole export": whole,
    "what can be checked": checked,
    "entries alone": entries,
    "nightly pull": pull,
}


if __name__ == "__main__":
    main()
