"""The whole risk intake of one commissioner, both scores included, beside what reading and writing the files costs.

    python benchmarks/intake.py [--patients N] [--rounds N]

`gateway synthesise` writes 400,000 patients. Then, in turn: the intake into a fresh demonstration's encrypted stores;
the least that any program has to do, which is to read the same files with Polars and write them back; and
`sqlite-utils insert --csv` of each file into plain SQLite, as one would without a gateway. Each is a process of its
own; memory is the peak of that process.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from datetime import date
from pathlib import Path

from measuring import demonstration
from measuring.figures import ratio, show, spread, verdict
from measuring.processes import BIN, GATEWAY, Cost, cost

PATIENTS, FEW = 400_000, 500
AIM_SECONDS, AIM_MIB = 60.0, 2048.0
WAYS = ("gateway intake risk", "Polars reads and writes", "sqlite-utils insert")
READ_AND_WRITE = """
import sys, polars
for path in sys.argv[2:]:
    polars.read_csv(path, infer_schema=False).write_csv(sys.argv[1])
"""


def main() -> None:
    """Make the files, then take them in three ways, round by round."""
    options = argparse.ArgumentParser(description="The risk intake beside its floors.")
    options.add_argument("--patients", type=int, default=PATIENTS)
    options.add_argument("--rounds", type=int, default=1)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder, files = Path(scratch) / "demo", Path(scratch) / "files"
        made = cost([GATEWAY, "synthesise", "--out", files, "--patients", asked.patients])
        day = date.fromisoformat(json.loads((files / "truth.json").read_text("utf-8"))["as_of"])
        demonstration.make(folder, FEW, day)
        told: dict[str, list[Cost]] = {way: [] for way in WAYS}
        for _ in range(asked.rounds):
            told[WAYS[0]].append(cost(demonstration.intake_command(folder, files, day)))
            told[WAYS[1]].append(read_and_write(files, Path(scratch) / "written.csv"))
            told[WAYS[2]].append(into_sqlite(files, Path(scratch) / "plain.db"))
        tell(asked.patients, made, told, sum(path.stat().st_size for path in csv_files(files)))


def csv_files(files: Path) -> list[Path]:
    """Those that the risk intake reads."""
    return sorted((files / "risk").rglob("*.csv"))


def read_and_write(files: Path, out: Path) -> Cost:
    """Every column as text, as it came."""
    return cost([sys.executable, "-c", READ_AND_WRITE, out, *csv_files(files)])


def into_sqlite(files: Path, database: Path) -> Cost:
    """One command for each file; seconds add up, memory is the greatest."""
    database.unlink(missing_ok=True)
    tool = BIN / "sqlite-utils"
    taken = [
        cost([tool, "insert", database, path.stem, path, "--csv", "--no-detect-types", "--silent"])
        for path in csv_files(files)
    ]
    return Cost(sum(one.seconds for one in taken), max(one.mib for one in taken), "")


def tell(patients: int, made: Cost, told: dict[str, list[Cost]], size: int) -> None:
    """The table, and the intake's figures against their aims."""
    ours = told[WAYS[0]]
    seconds = [one.seconds for one in ours]
    rows = [
        (
            way,
            f"{spread(one.seconds for one in found).p50:.1f}",
            f"{max(one.mib for one in found):.0f}",
            f"{ratio(seconds, [one.seconds for one in found]):.2f}",
        )
        for way, found in told.items()
    ]
    show(
        f"Intake of {patients} patients, {size / 1e6:.0f} MB of CSV",
        ("", "seconds", "peak MiB", "intake over it"),
        rows,
    )
    print(f"(gateway synthesise took {made.seconds:.1f} s, {made.mib:.0f} MiB)")
    stored = json.loads(ours[0].output)["stored"]
    print(f"stored: {stored}")
    print(f"seconds   {spread(seconds).p50:.1f}   {verdict(spread(seconds).p50, AIM_SECONDS)}")
    print(f"peak MiB  {max(one.mib for one in ours):.0f}   {verdict(max(one.mib for one in ours), AIM_MIB)}")


if __name__ == "__main__":
    main()
