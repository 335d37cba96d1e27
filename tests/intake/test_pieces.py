"""A file read in small pieces says the same as one that is read at once, and is refused for the same line."""

from __future__ import annotations

import gzip
import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.errors import DeliveryRefused
from gateway.intake.content import UTF_8, Content, Limits
from gateway.intake.layouts import layout
from gateway.intake.reading_files import open_delivery

LAYOUT = layout("gp_condition")
HEADER = ",".join(LAYOUT.header)
ROWS = [("9990000018", "COPD", "2020-01-01", "1"), ("9990000026", "DM", "2019-05-04", "2")]
EXAMPLES = 400 if os.environ.get("GATEWAY_PROOF") == "full" else 60
SMALL = (16, 17, 23, 40, 64, 1000)


def told(path: Path, content: bytes, piece: int) -> list[tuple[object, ...]] | str:
    """Rows with their lines, or what is said of a file that is refused."""
    path.write_bytes(content)
    try:
        return open_delivery(path, LAYOUT, Limits(piece=piece)).frame.rows()
    except DeliveryRefused as refusal:
        return str(refusal)


def lines(*rows: tuple[str, ...], end: str = "\n") -> str:
    return end.join([HEADER, *(",".join(row) for row in rows), ""])


@pytest.mark.parametrize("piece", SMALL)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_row_of_every_piece_is_there_with_its_line(tmp_path: Path, piece: int, end: str) -> None:
    found = told(tmp_path / "condition.csv", lines(*ROWS * 9, end=end).encode(), piece)
    assert found == [(*row, at) for at, row in enumerate(ROWS * 9, 2)]


@pytest.mark.parametrize("piece", SMALL)
def test_a_letter_of_windows_1252_in_the_last_piece_is_read_as_such_in_every_piece(tmp_path: Path, piece: int) -> None:
    content = lines(*ROWS, ("9990000034", "Ménière", "", ""), *ROWS, ("9990000042", "Sjögren", "", ""))
    at_once = told(tmp_path / "condition.csv", content.encode(), 1 << 20)
    assert told(tmp_path / "condition.csv", content.encode("cp1252"), piece) == at_once


@pytest.mark.parametrize("piece", SMALL)
def test_a_letter_of_neither_encoding_in_the_last_piece_refuses_the_file(tmp_path: Path, piece: int) -> None:
    content = lines(*ROWS * 4).encode() + b"9990000034,\x81,,\n"
    assert "is neither UTF-8 nor Windows-1252" in told(tmp_path / "condition.csv", content, piece)


@pytest.mark.parametrize("piece", SMALL)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_an_empty_line_between_two_pieces_is_refused_by_its_number(tmp_path: Path, piece: int, end: str) -> None:
    content = (lines(*ROWS * 3, end=end) + end * 2 + ",".join(ROWS[0]) + end).encode()
    assert told(tmp_path / "condition.csv", content, piece) == "condition.csv: line 8: has not 4 whole fields"


@pytest.mark.parametrize("piece", SMALL)
@pytest.mark.parametrize("broken", ["9990000034,DM,2020-01-01", "9990000034,DM,2020-01-01,1,2", '9990000034,"DM,,'])
def test_a_broken_line_in_the_last_piece_is_told_by_its_number(tmp_path: Path, piece: int, broken: str) -> None:
    content = (lines(*ROWS * 6) + broken + "\n").encode()
    assert told(tmp_path / "condition.csv", content, piece) == "condition.csv: line 14: has not 4 whole fields"


def test_a_line_too_short_that_one_too_long_makes_up_for_is_told(tmp_path: Path) -> None:
    content = lines(("9990000018", "COPD", "2020-01-01"), ("9990000018", "COPD", "2020-01-01", "1", "2")).encode()
    assert told(tmp_path / "condition.csv", content, 1 << 20) == "condition.csv: line 2: has not 4 whole fields"
    content = lines(("9990000018", "COPD", "2020-01-01", "1", "2"), ("9990000018", "COPD", "2020-01-01")).encode()
    assert told(tmp_path / "condition.csv", content, 1 << 20) == "condition.csv: line 2: has not 4 whole fields"


def test_empty_lines_at_the_end_are_no_rows_up_to_a_limit(tmp_path: Path) -> None:
    path, content = tmp_path / "condition.csv", lines(*ROWS).encode()
    assert len(told(path, content + b"\n" * 900, 64)) == 2
    path.write_bytes(content + b"\n" * 900)
    with pytest.raises(DeliveryRefused, match="has too many empty lines: mend its ends"):
        open_delivery(path, LAYOUT, Limits(piece=64, line=200))


def test_nothing_but_empty_lines_is_no_delivery(tmp_path: Path) -> None:
    assert "line 1: not layout gp_condition" in told(tmp_path / "condition.csv", b"\n" * 100, 16)


@pytest.mark.parametrize("piece", SMALL)
def test_the_hash_is_that_of_all_bytes_delivered_packed_or_not(tmp_path: Path, piece: int) -> None:
    path = tmp_path / "condition.csv"
    for content in (lines(*ROWS * 9).encode(), gzip.compress(lines(*ROWS * 9).encode())):
        path.write_bytes(content)
        delivery = open_delivery(path, LAYOUT, Limits(piece=piece))
        assert (delivery.sha256, delivery.rows) == (hashlib.sha256(content).hexdigest(), 18)


def test_no_more_than_a_piece_and_a_line_is_held_at_once(tmp_path: Path) -> None:
    path = tmp_path / "condition.csv"
    path.write_bytes(lines(*ROWS * 500).encode())
    sizes = [len(piece) for piece in Content(path, Limits(piece=1000)).pieces(UTF_8)]
    assert max(sizes) < 1100
    assert len(sizes) > 25


PARTS = st.sampled_from(["a", ",", '"', "\n", "\r\n", "\r", "é", "1,2,3,4\n", "9990000018,COPD,2020-01-01,1\n"])


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(PARTS, max_size=20), piece=st.sampled_from(SMALL))
def test_whatever_the_bytes_pieces_change_nothing_of_what_is_read(tmp_path: Path, parts: list[str], piece: int) -> None:
    content = (HEADER + "\n" + "".join(parts)).encode()
    path = tmp_path / "condition.csv"
    at_once, in_pieces = told(path, content, 1 << 20), told(path, content, piece)
    assert in_pieces == at_once or (isinstance(in_pieces, str) and isinstance(at_once, str))
