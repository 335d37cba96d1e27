"""Branch coverage floors of the rooms that decide, record and disclose (docs/decisions)."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

FLOORS = {"access": 100, "audit": 100, "enforcement": 100, "disclosure": 100, "intake": 100}
WHOLE = 85


def measured() -> dict[str, tuple[int, int]]:
    """(covered, all) lines and branches by room."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "coverage.json"
        subprocess.run([sys.executable, "-m", "coverage", "json", "-q", "-o", str(told)], check=True)  # noqa: S603
        files = json.loads(told.read_text("utf-8"))["files"]
    rooms: dict[str, tuple[int, int]] = {}
    for name, file in files.items():
        room, summary = Path(name).parts[1], file["summary"]
        covered = summary["covered_lines"] + summary["covered_branches"]
        whole = summary["num_statements"] + summary["num_branches"]
        before = rooms.get(room, (0, 0))
        rooms[room] = (before[0] + covered, before[1] + whole)
    return rooms


def main() -> int:
    """Print each room's figure; 1 where one is under its floor."""
    rooms, short = measured(), 0
    total = (sum(covered for covered, _ in rooms.values()), sum(whole for _, whole in rooms.values()))
    for room, (covered, whole) in [*sorted(rooms.items()), ("everything", total)]:
        floor = WHOLE if room == "everything" else FLOORS.get(room, 0)
        percent = 100 * covered / whole if whole else 100.0
        under = percent < floor
        short += under
        print(f"{room:<14}{percent:6.1f} %{f'  under its floor of {floor} %' if under else ''}")  # noqa: T201
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
