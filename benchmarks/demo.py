"""From nothing to a gateway that serves 20,000 synthetic patients, beside what importing and inventing alone cost.

    python benchmarks/demo.py [--patients N] [--rounds N]

In turn: `gateway demo` into an empty folder until /healthz answers 200, and the floor under it, which is
`python -c 'import gateway.web'` followed by `gateway synthesise` of as many patients.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from http import HTTPStatus
from pathlib import Path

from measuring.figures import ratio, show, spread, verdict
from measuring.processes import GATEWAY, answered, cost, free_port

PATIENTS, AIM_SECONDS = 20_000, 20.0


def main() -> None:
    """Both in turn, round by round."""
    options = argparse.ArgumentParser(description="gateway demo beside its floor.")
    options.add_argument("--patients", type=int, default=PATIENTS)
    options.add_argument("--rounds", type=int, default=3)
    asked = options.parse_args()
    ours, floor = [], []
    for _ in range(asked.rounds):
        with tempfile.TemporaryDirectory() as scratch:
            ours.append(until_served(Path(scratch) / "demo", asked.patients))
            files = ["synthesise", "--out", Path(scratch) / "files", "--patients", asked.patients]
            floor.append(cost([sys.executable, "-c", "import gateway.web"]).seconds + cost([GATEWAY, *files]).seconds)
    rows = [("gateway demo", f"{spread(ours).p50:.1f}"), ("import and synthesise", f"{spread(floor).p50:.1f}")]
    show(f"A demonstration of {asked.patients} patients", ("", "seconds"), rows)
    print(f"demo / floor  {ratio(ours, floor):.2f}")
    print(f"seconds       {spread(ours).p50:.1f}   {verdict(spread(ours).p50, AIM_SECONDS)}")


def until_served(folder: Path, patients: int) -> float:
    """Seconds from the command to the first 200 of /healthz."""
    port = free_port()
    command = [GATEWAY, "demo", "--dir", folder, "--patients", patients, "--port", port]
    begun = time.perf_counter()
    quiet = subprocess.DEVNULL
    with subprocess.Popen([str(word) for word in command], stdout=quiet, stderr=quiet) as child:
        try:
            return answered(port, "/healthz", begun, child, HTTPStatus.OK)
        finally:
            child.terminate()
            child.wait()


if __name__ == "__main__":
    main()
