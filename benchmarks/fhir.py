"""FHIR AuditEvents made of the log's leaves, against building the same resources with the models of fhir.resources.

    python benchmarks/fhir.py [--events N] [--rounds N]

Ours goes from a leaf's bytes and its tokens to a line of JSON. Theirs, in .venv-bench, goes from a resource that is
read already to the model (R4B) and to JSON, which checks the types of each element as well. Both are single-threaded,
take the same events, and are timed in turn, each in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from measuring import environment
from measuring.figures import ratio, show, spread, verdict
from measuring.logs import Growing
from measuring.processes import cost

from gateway.audit.fhir import audit_event, is_access
from gateway.enforcement.installation import Plan, make
from gateway.stores.audit_log.stream import Stream

AIM = 50.0
THEIRS = """
import json, sys, time
from fhir.resources.R4B.auditevent import AuditEvent
found = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
begun = time.perf_counter()
for one in found:
    AuditEvent(**one).model_dump_json()
print((time.perf_counter() - begun) / len(found))
"""
Told = tuple[bytes, list[str]]  # a leaf and its tokens


def main() -> None:
    """Make a log, then both in turn."""
    options = argparse.ArgumentParser(description="FHIR rendering against fhir.resources.")
    options.add_argument("--events", type=int, default=20_000)
    options.add_argument("--rounds", type=int, default=5)
    asked = options.parse_args()
    python = environment.program("python")
    with tempfile.TemporaryDirectory() as scratch:
        told, lines = leaves(Path(scratch), asked.events), Path(scratch) / "balp.ndjson"
        lines.write_text("".join(f"{line}\n" for line in rendered(told)[: max(asked.events // 20, 100)]), "utf-8")
        ours, theirs = [], []
        for _ in range(asked.rounds):
            begun = time.perf_counter()
            many = len(rendered(told))
            ours.append((time.perf_counter() - begun) / many)
            theirs.append(float(cost([python, "-c", THEIRS, lines]).output))
    rows = [("gateway", f"{1e6 * spread(ours).p50:.1f}"), ("fhir.resources", f"{1e6 * spread(theirs).p50:.1f}")]
    show(f"One AuditEvent, of {many}", ("", "microseconds"), rows)
    faster = ratio(theirs, ours)
    print(f"times faster  {faster:.0f}   {verdict(faster, AIM, least=True)}")


def leaves(folder: Path, events: int) -> list[Told]:
    """What a log of so many events holds."""
    growing = Growing(make(Plan(folder / "log", ("RS",))))
    growing.grow(events)
    with growing.connection() as connection:
        stream = Stream(connection)
        tokens = {index: [token for _, token in some] for index, some in groupby(stream.subjects(), itemgetter(0))}
        return [(row.leaf, tokens.get(row.place, [])) for row in stream.entries()]


def rendered(told: list[Told]) -> list[str]:
    """Each access as a line."""
    read = ((json.loads(leaf), tokens) for leaf, tokens in told)
    return [audit_event(leaf, tokens) for leaf, tokens in read if is_access(leaf)]


if __name__ == "__main__":
    main()
