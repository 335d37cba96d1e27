"""The whole risk intake of one commissioner, all scores included, beside what one would do without a gateway.

    python benchmarks/intake.py [--patients N] [--rounds N]
    python benchmarks/intake.py --sizes 40000 400000 4000000

`gateway synthesise` writes 400,000 patients, with about 25 prescriptions each. Then, in turn: the intake into a fresh
demonstration's encrypted stores; `sqlite-utils insert --csv` of each file into plain SQLite and a pandas script of the
same work (measuring/by_hand.py); and what nothing can be quicker than, which is to read the files with Polars and
write them back. Each is a process of its own; memory is the peak of that process. --sizes is the intake alone, once at
each size, and whether it grows in line with the patients; more than 900,000 take several gigabytes of disk.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from measuring import demonstration
from measuring.environment import program
from measuring.figures import ratio, show, spread, verdict
from measuring.processes import BIN, GATEWAY, ROOT, Cost, cost

PATIENTS, FEW = 400_000, 500
AIM_SECONDS, AIM_MIB, AIM_TIMES = 60.0, 2048.0, 5.0
OURS, BY_HAND, INSERT, PANDAS, FLOOR = (
    "gateway intake risk", "sqlite-utils and pandas", "  sqlite-utils insert", "  pandas", "Polars reads and writes",
)  # fmt: skip
TABLES = ROOT / "gateway" / "risk" / "data"
READ_AND_WRITE = """
import sys, polars
for path in sys.argv[2:]:
    polars.read_csv(path, infer_schema=False).write_csv(sys.argv[1])
"""
Told = dict[str, list[Cost]]


def main() -> None:
    """Make the files, then take them in by every way, round by round; or by ours alone at several sizes."""
    options = argparse.ArgumentParser(description="The risk intake beside what one would do without it.")
    options.add_argument("--patients", type=int, default=PATIENTS)
    options.add_argument("--rounds", type=int, default=1)
    options.add_argument("--sizes", type=int, nargs="+", help="Patients: the intake alone, once at each size.")
    asked = options.parse_args()
    if asked.sizes:
        growth(asked.sizes)
        return
    with tempfile.TemporaryDirectory() as scratch:
        files, folder, day = made(Path(scratch), asked.patients)
        told: Told = {way: [] for way in (OURS, BY_HAND, INSERT, PANDAS, FLOOR)}
        for _ in range(asked.rounds):
            told[OURS].append(cost(demonstration.intake_command(folder, files, day)))
            told[INSERT].append(into_sqlite(files, Path(scratch) / "plain.db"))
            told[PANDAS].append(by_hand(files, Path(scratch) / "by-hand.db", day))
            told[BY_HAND].append(together(told[INSERT][-1], told[PANDAS][-1]))
            told[FLOOR].append(read_and_write(files, Path(scratch) / "written.csv"))
        tell(asked.patients, told, size_of(files))


def made(scratch: Path, patients: int) -> tuple[Path, Path, date]:
    """The files, a demonstration to bring them to, and the day that both are made for."""
    files, folder = scratch / "files", scratch / "demo"
    cost([GATEWAY, "synthesise", "--out", files, "--patients", patients])
    day = date.fromisoformat(json.loads((files / "truth.json").read_text("utf-8"))["as_of"])
    demonstration.make(folder, FEW, day)
    return files, folder, day


def growth(sizes: Sequence[int]) -> None:
    """A table of the intake at each size: seconds for each hundred thousand patients say whether it is linear."""
    rows = []
    for patients in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            files, folder, day = made(Path(scratch), patients)
            taken = cost(demonstration.intake_command(folder, files, day))
            received = sum(json.loads(taken.output)["received"].values())
            each = taken.seconds / patients * 100_000
            size = f"{size_of(files) / 1e6:.0f}"
            rows.append((patients, received, size, f"{taken.seconds:.1f}", f"{each:.1f}", f"{taken.mib:.0f}"))
    show("Growth", ("patients", "rows", "MB", "seconds", "seconds for 100,000", "peak MiB"), rows)


def csv_files(files: Path) -> list[Path]:
    """Those that the risk intake reads."""
    return sorted((files / "risk").rglob("*.csv"))


def size_of(files: Path) -> int:
    """Bytes of them."""
    return sum(path.stat().st_size for path in csv_files(files))


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


def by_hand(files: Path, database: Path, day: date) -> Cost:
    """The same work by pandas."""
    database.unlink(missing_ok=True)
    taking_part = json.loads((files / "truth.json").read_text("utf-8"))["practices"]["participating"]
    script = Path(__file__).parent / "measuring" / "by_hand.py"
    words = [program("python"), script, files / "risk", TABLES, database, day.isoformat(), ",".join(taking_part)]
    return cost(words)


def together(*parts: Cost) -> Cost:
    """One after the other."""
    return Cost(sum(one.seconds for one in parts), max(one.mib for one in parts), "")


def tell(patients: int, told: Told, size: int) -> None:
    """The table, and the intake's figures against their aims."""
    seconds = [one.seconds for one in told[OURS]]
    rows = [
        (
            way,
            f"{spread(one.seconds for one in found).p50:.1f}",
            f"{max(one.mib for one in found):.0f}",
            f"{ratio([one.seconds for one in found], seconds):.2f}",
        )
        for way, found in told.items()
    ]
    show(
        f"Intake of {patients} patients, {size / 1e6:.0f} MB of CSV",
        ("", "seconds", "peak MiB", "times the intake"),
        rows,
    )
    facts = json.loads(told[OURS][0].output)
    print(f"received: {facts['received']}\nstored: {facts['stored']}")
    mib, times = max(one.mib for one in told[OURS]), ratio([one.seconds for one in told[BY_HAND]], seconds)
    print(f"seconds   {spread(seconds).p50:.1f}   {verdict(spread(seconds).p50, AIM_SECONDS)}")
    print(f"peak MiB  {mib:.0f}   {verdict(mib, AIM_MIB)}")
    print(f"times quicker than by hand  {times:.1f}   aim {AIM_TIMES:.0f} {'met' if times >= AIM_TIMES else 'short'}")


if __name__ == "__main__":
    main()
