"""Files that are wrong, brought to the CEfF by its command: what is said, and that nothing half there is kept."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.errors import DeliveryRefused
from tests.builders.ceff import (
    APC,
    BACKING,
    HEADER,
    PRACTICE_LIST,
    Ceff,
    facts,
    header,
    line,
    practice,
    spell,
)

Damage = Callable[[bytes], bytes]
LAYOUTS = "b1_sus_apc_spell, b2_sus_op, b3_sus_ec"
REFUSED: dict[str, tuple[Damage, str]] = {
    "empty": (lambda _: b"", "line 1: not layout a1_invoice_header: invoice_number is missing"),
    "a header alone": (lambda text: text.split(b"\n")[0], "has nothing below its header: leave it out"),
    "another layout": (lambda text: text.replace(b"invoice_type", b"type"), "line 1: not layout a1_invoice_header"),
    "a column missing": (lambda text: text.replace(b",vat_amount", b""), "vat_amount is missing"),
    "a column too many": (
        lambda text: text.replace(b"\n", b",surname\n", 1).replace(b",1,,,\n", b",1,,,,Doe\n"),
        "line 1: not layout a1_invoice_header: it has columns that the layout has not",
    ),
    "a column twice": (lambda text: text.replace(b"vat_amount", b"line_count"), "line 1: a column stands twice"),
    "a short line": (lambda text: text.replace(b",CONTRACT", b""), "line 2: has not 15 whole fields"),
    "an open quote": (lambda text: text.replace(b"CONTRACT", b'"CONTRACT'), "line 2: has not 15 whole fields"),
    "a line break in a field": (lambda text: text.replace(b"CONTRACT", b'"CON\nTRACT"'), "line 2: has not 15"),
    "an empty line": (lambda text: text.replace(b"\n", b"\n\n", 1), "line 2: has not 15 whole fields"),
    "an unknown encoding": (lambda text: text.replace(b"CONTRACT", b"CONTR\x81CT"), "neither UTF-8 nor Windows-1252"),
    "UTF-16": (lambda text: text.decode().encode("utf-16"), "is no text"),
    "a spreadsheet": (lambda _: b"PK\x05\x06" + bytes(18), "is no text"),
    "gzip cut short": (lambda text: gzip.compress(text)[:-9], "cannot be read to its end"),
    "gzip with a wrong sum": (lambda text: gzip.compress(text)[:-8] + bytes(8), "cannot be read to its end"),
    "gzip of anything": (lambda _: b"\x1f\x8b" + bytes(40), "cannot be read to its end"),
    "a gzip bomb": (lambda text: gzip.compress(text + b"\n" * 4_000_000), "unpacks to more than is taken"),
    "an endless line": (lambda text: text + b"x" * 70_000, "a line has more than 65536 bytes"),
}


@pytest.mark.parametrize("wrong", REFUSED)
def test_a_damaged_file_is_refused_whole_with_its_line_and_mend(ceff: Ceff, wrong: str) -> None:
    damage, told = REFUSED[wrong]
    path = ceff.file(HEADER, header(), to="header.csv")
    path.write_bytes(damage(path.read_bytes()))
    said = ceff.refused("--invoices", path)
    assert said.startswith("header.csv: ")
    assert told in said


@pytest.mark.parametrize("option", ["--invoices", "--backing", "--sus"])
def test_a_file_under_the_wrong_option_is_refused(ceff: Ceff, option: str) -> None:
    wrong = {"--invoices": BACKING, "--backing": APC, "--sus": HEADER}[option]
    row = {BACKING: line(), APC: spell(), HEADER: header()}[wrong]
    assert "line 1: not " in ceff.refused(option, ceff.file(wrong, row))


def test_a_sus_file_of_no_known_layout_is_told_which_there_are(ceff: Ceff) -> None:
    path = ceff.file(APC, spell(), to="sus.csv")
    path.write_text(path.read_text().replace("spell_los", "los"))
    assert ceff.refused("--sus", path).startswith(f"sus.csv: line 1: not one of layouts {LAYOUTS}: send one as")


def test_a_zip_of_two_files_is_refused(ceff: Ceff) -> None:
    path = ceff.folder / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one.csv", "a")
        archive.writestr("two.csv", "b")
    assert "two.zip: a zip has to hold one file" in ceff.refused("--invoices", path)


def test_a_reference_folder_without_the_list_is_refused(ceff: Ceff) -> None:
    folder = ceff.folder / "reference"
    folder.mkdir()
    assert "reference holds no c5_practice_commissioner.csv: add it" in ceff.refused("--reference", folder)


def test_a_list_of_practices_without_any_does_not_wipe_the_one_held(ceff: Ceff) -> None:
    ceff.file(PRACTICE_LIST, practice())
    assert ceff.run("--reference", ceff.folder).exception is None
    ceff.file(PRACTICE_LIST)
    assert "has nothing below its header" in ceff.refused("--reference", ceff.folder)


@pytest.mark.parametrize(
    "packed",
    [
        lambda text: text,
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: text.rstrip(b"\n"),
        lambda text: text.replace(b"CONTRACT", b'"CONTRACT"'),
        lambda text: text.replace(b"CONTRACT", "CONTRÁCT".encode("cp1252")),
        gzip.compress,
    ],
    ids=["plain", "byte-order mark", "CRLF", "no last line end", "quoted", "Windows-1252", "gzip"],
)
def test_a_whole_file_is_taken_however_it_is_packed(ceff: Ceff, packed: Damage) -> None:
    path = ceff.file(HEADER, header(), to="header.csv")
    path.write_bytes(packed(path.read_bytes()))
    assert facts(ceff.run("--invoices", path))["stored"] == {"invoice": 1}


def test_a_zip_of_one_file_is_taken(ceff: Ceff) -> None:
    path, inside = ceff.folder / "one.zip", ceff.file(HEADER, header())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(inside, inside.name)
    assert facts(ceff.run("--invoices", path))["stored"] == {"invoice": 1}


def test_columns_may_stand_in_another_order(ceff: Ceff) -> None:
    one, two = ceff.file(HEADER, header(), to="one.csv"), ceff.file(HEADER, header("ZZ1M02"), to="two.csv")
    rows = [text.split(",") for text in two.read_text().splitlines()]
    two.write_text("".join(",".join(reversed(row)) + "\n" for row in rows))
    assert facts(ceff.run("--invoices", one, "--invoices", two))["stored"] == {"invoice": 2}
    assert [row["net_pence"] for row in ceff.rows("invoice")] == [157_500, 157_500]


def test_a_file_that_is_not_there_is_wrong_use(ceff: Ceff, tmp_path: Path) -> None:
    result = ceff.run("--invoices", tmp_path / "nowhere.csv")
    assert result.exit_code == 2
    assert "does not exist" in result.stderr


def test_a_refusal_is_an_error_of_the_delivery(ceff: Ceff) -> None:
    result = ceff.take({HEADER: []})
    assert isinstance(result.exception, DeliveryRefused)
    assert result.exception.exit_code == 1
