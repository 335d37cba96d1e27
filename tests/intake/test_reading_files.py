"""One delivered file: what packing, encoding and writing are taken, and the limits of each."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.errors import DeliveryRefused
from gateway.intake.layouts import layout
from gateway.intake.reading_files import Limits, header_of, open_delivery

LAYOUT = layout("gp_condition")
HEADER = ",".join(LAYOUT.header)
ROWS = [("9990000018", "COPD", "2020-01-01", "1"), ("9990000026", "Ménière, severe", "", "")]
CONTENT = f'{HEADER}\n9990000018,COPD,2020-01-01,1\n9990000026,"Ménière, severe",,\n'
EXAMPLES = 400 if os.environ.get("GATEWAY_PROOF") == "full" else 60
Write = Callable[[str], bytes]


def zipped(content: bytes, name: str = "condition.csv") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def quoted(text: str) -> bytes:
    made = io.StringIO()
    csv.writer(made, quoting=csv.QUOTE_ALL).writerows(csv.reader(io.StringIO(text)))
    return made.getvalue().encode()


WAYS: dict[str, Write] = {
    "UTF-8": str.encode,
    "UTF-8 with a byte-order mark": lambda text: text.encode("utf-8-sig"),
    "Windows-1252": lambda text: text.encode("cp1252"),
    "ends of Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "no end of the last line": lambda text: text.removesuffix("\n").encode(),
    "empty lines at the end": lambda text: f"{text}\n\r\n\n".encode(),
    "every field in quotes": quoted,
    "names in quotes": lambda text: text.replace("Register", '"Register"').encode(),
    "gz": lambda text: gzip.compress(text.encode()),
    "gz in two parts": lambda text: gzip.compress(text[:50].encode()) + gzip.compress(text[50:].encode()),
    "gz of Windows-1252": lambda text: gzip.compress(text.encode("cp1252")),
    "zip": lambda text: zipped(text.encode()),
    "zip with a byte-order mark": lambda text: zipped(text.encode("utf-8-sig"), "any name"),
}


def read(path: Path, content: bytes, limits: Limits | None = None) -> list[tuple[str, ...]]:
    path.write_bytes(content)
    return open_delivery(path, LAYOUT, limits).frame.drop("line").rows()


@pytest.mark.parametrize("way", WAYS)
def test_a_file_says_the_same_however_it_is_written_and_packed(tmp_path: Path, way: str) -> None:
    assert read(tmp_path / "condition.csv", WAYS[way](CONTENT)) == ROWS


def test_columns_may_stand_in_any_order_and_are_read_in_that_of_the_layout(tmp_path: Path) -> None:
    content = "Code,First_Recorded,NHS_Number,Register\n1,2020-01-01,9990000018,COPD\n"
    assert read(tmp_path / "condition.csv", content.encode()) == ROWS[:1]


def test_rows_keep_the_number_of_their_line(tmp_path: Path) -> None:
    path = tmp_path / "condition.csv"
    path.write_text(CONTENT, "utf-8")
    assert open_delivery(path, LAYOUT).frame["line"].to_list() == [2, 3]


def test_the_hash_is_that_of_the_bytes_as_they_were_delivered(tmp_path: Path) -> None:
    path, packed = tmp_path / "condition.csv", gzip.compress(CONTENT.encode())
    path.write_bytes(packed)
    assert open_delivery(path, LAYOUT).sha256 == hashlib.sha256(packed).hexdigest()


def test_a_column_that_is_never_taken_may_stand_in_the_file_and_is_left_there(tmp_path: Path) -> None:
    path = tmp_path / "condition.csv"
    path.write_text(f"{HEADER},Postcode\n9990000018,COPD,2020-01-01,1,CM1 2AB\n", "utf-8")
    frame = open_delivery(path, LAYOUT, dropped=frozenset({"Postcode"})).frame
    assert frame.columns == [*LAYOUT.header, "line"]


@pytest.mark.parametrize("way", ["UTF-8 with a byte-order mark", "names in quotes", "gz", "zip"])
def test_the_header_alone_can_be_asked_for(tmp_path: Path, way: str) -> None:
    path = tmp_path / "condition.csv"
    path.write_bytes(WAYS[way](CONTENT))
    assert header_of(path) == LAYOUT.header


def test_a_header_of_windows_1252_can_be_asked_for_and_one_of_no_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "condition.csv"
    path.write_bytes("Größe,Name\n1,2\n".encode("cp1252"))
    assert header_of(path) == ("Größe", "Name")
    path.write_bytes(b"Gr\x81\xff\n")
    with pytest.raises(DeliveryRefused, match="is neither UTF-8 nor Windows-1252"):
        header_of(path)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(bytes=len(CONTENT)), "unpacks to more than is taken"),
        (Limits(line=38), "a line has more than 38 bytes"),
    ],
)
def test_a_file_beyond_a_limit_is_refused_and_one_within_is_taken(tmp_path: Path, limits: Limits, said: str) -> None:
    path, size = tmp_path / "condition.csv", len(CONTENT.encode())
    with pytest.raises(DeliveryRefused, match=said):
        read(path, CONTENT.encode(), limits)
    assert read(path, CONTENT.encode(), Limits(bytes=size, line=len(HEADER))) == ROWS


def test_a_line_that_goes_over_from_one_piece_to_the_next_is_measured_whole(tmp_path: Path) -> None:
    filler = "9990000018,COPD,2020-01-01,1\n" * 36_156  # the next line begins 40 bytes before the end of a piece
    path, long = tmp_path / "condition.csv", f"9990000018,{'x' * 70},,\n"
    content = f"{HEADER}\n{filler}{long}"
    assert 0 < (1 << 20) - len(HEADER) - 1 - len(filler) < len(long)
    with pytest.raises(DeliveryRefused, match="a line has more than 80 bytes"):
        read(path, content.encode(), Limits(line=80))
    assert len(read(path, content.encode(), Limits(line=90))) == 36_157


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeliveryRefused, match=r"condition\.csv: cannot be read to its end"):
        open_delivery(tmp_path / "condition.csv", LAYOUT)


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(WORDS, WORDS, WORDS, WORDS), min_size=1, max_size=8))
def test_whatever_the_csv_module_writes_is_read_as_it_was(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    made = io.StringIO()
    csv.writer(made, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([LAYOUT.header, *rows])
    assert read(tmp_path / "condition.csv", made.getvalue().encode()) == rows


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=60) | WORDS.map(str.encode))
def test_nothing_but_a_refusal_comes_of_bytes_that_are_no_delivery(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(DeliveryRefused):
        read(tmp_path / "condition.csv", content)


PLAIN = f'{HEADER}\n9990000018,COPD,2020-01-01,1\n9990000026,"DM, severe",,\n'.encode()


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(PLAIN) - 1), byte=st.integers(0, 255))
def test_one_damaged_byte_is_refused_or_changes_no_other_row(tmp_path: Path, at: int, byte: int) -> None:
    path = tmp_path / "condition.csv"
    right = read(path, PLAIN)
    try:
        rows = read(path, PLAIN[:at] + bytes([byte]) + PLAIN[at + 1 :])
    except DeliveryRefused:
        return
    assert len(rows) == 2
    assert any(row in rows for row in right)
