"""Readers while one run takes another's place, again and again: no error, and never something of two runs at once."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gateway.stores.generations import Generation, Generations, point_to
from gateway.stores.vault import Vault

STORE = "risk_identifiable"
TABLES = ("CREATE TABLE one (run INTEGER NOT NULL) STRICT", "CREATE TABLE other (run INTEGER NOT NULL) STRICT")
ADD = ("INSERT INTO one VALUES (?)", "INSERT INTO other VALUES (?)")
SWAPS, ROWS, READERS = 12, 50, 3
# reads until it is told to end, and says how often it read, which runs it met, and what was mixed
READER = """
import sys
from pathlib import Path
from gateway.stores.generations import Generations
from gateway.stores.vault import Vault
generations = Generations(Vault(Path(sys.argv[1])), Path(sys.argv[2]), "risk_identifiable")
end, met, mixed, read = Path(sys.argv[2]) / "end", set(), [], 0
while not end.exists() or not read:
    run, connection = generations.get()
    found = {row[0] for table in ("one", "other") for row in connection.execute(f"SELECT run FROM {table}")}
    found |= {run, *(int(value) for value, in connection.execute("SELECT value FROM about"))}
    met |= found
    mixed += [found] if len(found) > 1 else []
    read += 1
print(read > 0, len(met) > 1, mixed)
"""


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    made = Vault(tmp_path_factory.mktemp("keys"))
    made.create(STORE)
    return made


def swapped_in(vault: Vault, home: Path, run: int) -> None:
    generation = Generation(vault, home, STORE, run, TABLES)
    for statement in ADD:
        generation.add(statement, [(run,)] * ROWS)
    generation.finish({"Run": f"{run}"}, [])
    point_to(home, run)


def test_threads_that_read_on_meet_whole_runs_and_no_error(vault: Vault, tmp_path: Path) -> None:
    swapped_in(vault, tmp_path, 1)
    generations, over = Generations(vault, tmp_path, STORE), threading.Event()
    met: list[set[int]] = []
    faults: list[BaseException] = []

    def reads() -> None:
        try:
            while not over.is_set():
                connection = generations.get()[1]
                found = (connection.execute(f"SELECT run FROM {table}") for table in ("one", "other"))  # noqa: S608
                met.append({row[0] for rows in found for row in rows})
        except BaseException as fault:  # noqa: BLE001 told to the test
            faults.append(fault)

    readers = [threading.Thread(target=reads) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    for run in range(2, SWAPS):
        swapped_in(vault, tmp_path, run)
    over.set()
    for reader in readers:
        reader.join(30)
    assert faults == []
    assert {len(found) for found in met} == {1}


def test_processes_that_read_on_meet_whole_runs_and_no_error(vault: Vault, tmp_path: Path) -> None:
    swapped_in(vault, tmp_path, 1)
    words = [sys.executable, "-c", READER, str(vault._folder), str(tmp_path)]
    readers = [subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for run in range(2, SWAPS * 4):
        swapped_in(vault, tmp_path, run)
    (tmp_path / "end").touch()
    for reader in readers:
        told, complaints = reader.communicate(timeout=60)
        assert (reader.returncode, complaints) == (0, "")
        assert told.split()[0] == "True"
        assert told.strip().endswith("[]")
