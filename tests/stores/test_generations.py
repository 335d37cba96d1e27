"""Risk runs as files: one whole run is served or the other, whatever fails in between; the one before is gone."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from gateway.errors import StoreUnavailable
from gateway.stores.generations import POINTER, Generation, Generations, current_run, path_of, point_to
from gateway.stores.vault import Vault, writing

STORES = ("risk_identifiable", "risk_pseudonymised")
STORE = STORES[0]
TABLES = ("CREATE TABLE person (name TEXT NOT NULL) STRICT",)
ADD = "INSERT INTO person VALUES (?)"
NAMES = "SELECT name FROM person ORDER BY name"


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    made = Vault(tmp_path_factory.mktemp("keys"))
    for store in STORES:
        made.create(store)
    return made


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for store in STORES:
        (tmp_path / store).mkdir()
    return tmp_path


def written(vault: Vault, home: Path, run: int, *names: str, store: str = STORE) -> Path:
    generation = Generation(vault, home, store, run, TABLES)
    assert generation.add(ADD, [(name,) for name in names]) == len(names)
    generation.finish({"Run": f"{run}"}, ["CREATE INDEX person_name ON person (name)"])
    return path_of(home, store, run)


def served(generations: Generations) -> list[str]:
    return [name for (name,) in generations.get()[1].execute(NAMES)]


def test_before_the_first_run_there_is_nothing_to_read(vault: Vault, home: Path) -> None:
    generations = Generations(vault, home, STORE)
    assert (current_run(home), generations.version(), generations.about()) == (0, 0, {})
    with pytest.raises(StoreUnavailable, match="nothing has been taken in yet"):
        generations.get()


def test_a_run_is_read_once_the_pointer_names_it_and_not_before(vault: Vault, home: Path) -> None:
    generations = Generations(vault, home, STORE)
    written(vault, home, 1, "anna")
    point_to(home, 1)
    assert (served(generations), generations.version(), generations.about()) == (["anna"], 1, {"Run": "1"})
    written(vault, home, 2, "ben")
    assert served(generations) == ["anna"]
    point_to(home, 2)
    assert served(generations) == ["ben"]


def test_a_reader_of_the_run_before_goes_on_with_it_until_it_looks_again(vault: Vault, home: Path) -> None:
    generations = Generations(vault, home, STORE)
    written(vault, home, 1, "anna")
    point_to(home, 1)
    connection = generations.get()[1]
    written(vault, home, 2, "ben")
    point_to(home, 2)
    assert [name for (name,) in connection.execute(NAMES)] == ["anna"]
    assert served(generations) == ["ben"]


def test_runs_before_the_one_that_is_served_are_removed_from_both_stores(vault: Vault, home: Path) -> None:
    for run in (1, 2, 3):
        for store in STORES:
            written(vault, home, run, store=store)
    point_to(home, 2)
    assert sorted(path.name for path in home.glob("*/run-*.db")) == ["run-000002.db"] * 2 + ["run-000003.db"] * 2


def test_every_thread_reads_by_a_connection_of_its_own(vault: Vault, home: Path) -> None:
    generations, found = Generations(vault, home, STORE), []
    written(vault, home, 1, "anna")
    point_to(home, 1)
    mine = generations.get()[1]
    other = threading.Thread(target=lambda: found.append(generations.get()[1]))
    other.start()
    other.join()
    assert found[0] is not mine
    assert generations.get()[1] is mine


def test_a_finished_run_can_be_altered_by_nobody(vault: Vault, home: Path) -> None:
    path = written(vault, home, 1, "anna")
    point_to(home, 1)
    assert path.stat().st_mode & 0o777 == 0o400
    with pytest.raises(Exception, match="readonly"):
        Generations(vault, home, STORE).get()[1].execute(ADD, ("ben",))


def test_what_an_interrupted_run_left_is_written_anew(vault: Vault, home: Path) -> None:
    path_of(home, STORE, 1).write_bytes(b"half of a file")
    written(vault, home, 1, "anna")
    point_to(home, 1)
    assert served(Generations(vault, home, STORE)) == ["anna"]


def test_rows_that_fail_half_way_leave_none_of_them(vault: Vault, home: Path) -> None:
    generation = Generation(vault, home, STORE, 1, TABLES)
    with pytest.raises(StoreUnavailable, match=r"run-000001\.db cannot be written: NOT NULL"):
        generation.add(ADD, [("anna",), (None,)])
    generation.finish({}, [])
    point_to(home, 1)
    assert served(Generations(vault, home, STORE)) == []


@pytest.mark.parametrize("content", ["", "x", "1 2", "\n"])
def test_a_pointer_that_names_no_run_is_told_and_nothing_is_served(vault: Vault, home: Path, content: str) -> None:
    written(vault, home, 1, "anna")
    (home / POINTER).write_text(content, "ascii")
    with pytest.raises(StoreUnavailable, match="risk-run names no run: restore it"):
        Generations(vault, home, STORE).get()


def test_a_run_whose_file_is_missing_is_told(vault: Vault, home: Path) -> None:
    point_to(home, 5)
    with pytest.raises(StoreUnavailable, match=r"store risk_identifiable is not at .*run-000005\.db: restore it"):
        Generations(vault, home, STORE).get()


def test_whoever_looked_just_before_a_new_run_took_the_place_of_the_old_reads_the_new(vault: Vault, home: Path) -> None:
    written(vault, home, 2, "ben")
    os.mkfifo(home / POINTER)
    (home / "next").write_text("2\n", "ascii")

    def turn() -> None:
        with (home / POINTER).open("w", encoding="ascii") as file:  # somebody looks
            (home / "next").replace(home / POINTER)
            file.write("1\n")  # and is told of a run whose file is gone by now

    turner = threading.Thread(target=turn, daemon=True)
    turner.start()
    assert served(Generations(vault, home, STORE)) == ["ben"]
    turner.join(10)


def test_a_file_without_its_key_is_noise(vault: Vault, home: Path) -> None:
    content = written(vault, home, 1, "anna").read_bytes()
    assert b"anna" not in content
    assert b"SQLite" not in content
    with writing(vault.connect(STORE, path_of(home, STORE, 1))) as connection:
        assert connection.execute(NAMES).fetchall() == [("anna",)]
