"""Each class of damage in each further file, brought to the command: refused whole, told by file, line and mend."""

from __future__ import annotations

import gzip
import io
import os
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders.deliveries import ANNA, BEN, CARA, Files, Rows, patient, spell
from tests.builders.processor import Processor

Damage = Callable[[bytes], bytes]
SECRET = "Smith"
LISTS = ("--objections", "--cleared")
KINDS = ("ec", "op", "gp_patient", "gp_condition", "gp_medication", "practice", "lsoa", *LISTS)
TABLES = ("practice", "lsoa", *LISTS)  # of which nothing below the header is not refused


@pytest.fixture(scope="module")
def served(_processor: Processor, tmp_path_factory: pytest.TempPathFactory) -> Processor:
    """A processor that serves a first run; whatever is refused changes nothing of it."""
    processor = _processor.emptied()
    processor.taken(Rows().written(tmp_path_factory.mktemp("first")))
    return processor


def first_name(content: bytes) -> bytes:
    return re.split(rb"[,\n]", content)[0]


def on_line_2(change: Callable[[bytes], bytes]) -> Damage:
    def damage(content: bytes) -> bytes:
        head, second, *rest = content.split(b"\n")
        return b"\n".join([head, change(second), *rest])

    return damage


def zipped(content: bytes, *names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return packed.getvalue()


DAMAGES: dict[str, tuple[Damage, str]] = {
    "a column of another name": (lambda content: b"x" + content, r"line 1: not layout \w+: \w+ is missing"),
    "a column more": (lambda content: content.replace(b"\n", b",\n"), r"line 1: not layout \w+: it has columns"),
    "a column twice": (lambda content: first_name(content) + b"," + content, "line 1: a column stands twice"),
    "nothing": (lambda _: b"", r"line 1: not layout \w+"),
    "a field too many": (on_line_2(lambda line: line + f",{SECRET}".encode()), r"line 2: has not \d+ whole fields"),
    "an empty line within": (
        on_line_2(lambda line: b"\n" + line),
        r"line 2(: has not \d+ whole fields|, NHS_Number: not a valid NHS number)",  # the latter in a list
    ),
    "a quote that never closes": (on_line_2(lambda line: b'"' + line), r"line 2: has not \d+ whole fields"),
    "a return within a line": (on_line_2(lambda line: b"a\rb" + line), r"line 2: has not \d+ whole fields"),
    "a zero byte": (on_line_2(lambda line: line + b"\0"), "is no text"),
    "UTF-16": (lambda content: content.decode().encode("utf-16"), "is no text"),
    "no letter of Windows-1252": (on_line_2(lambda line: line + b"\x81"), "is neither UTF-8 nor Windows-1252"),
    "a line without end": (lambda content: content + b"a" * 100_000, "a line has more than 65536 bytes"),
    "a gz cut short": (lambda content: gzip.compress(content)[:-6], "cannot be read to its end"),
    "a gz that expands too far": (lambda content: gzip.compress(content + b"\n" * 3_000_000), "unpacks to more than"),
    "a zip of two files": (lambda content: zipped(content, "a", "b"), "a zip has to hold one file"),
    "a zip whose content is damaged": (
        lambda content: zipped(content, "abc").replace(b"abc", b"xyz", 1),
        "cannot be read to its end",
    ),
}


# each damage in four kinds of file and each kind with about seven damages; all of them at full size
PAIRS = [
    (damage, kind)
    for at, damage in enumerate(DAMAGES)
    for place, kind in enumerate(KINDS)
    if os.environ.get("GATEWAY_PROOF") == "full" or (place - at) % len(KINDS) < 4
]


def delivery(folder: Path, kind: str) -> tuple[Files, Path]:
    """None of its files was taken before; with a list where that is the kind. And the file of the kind."""
    rows = Rows(apc=[spell(100 + many, BEN) for many in range(3)])
    rows.gp_patient = [patient(who, Extract_Date="2026-10-31") for who in (ANNA, BEN, CARA)]
    files = rows.written(folder)
    return (files.listing(kind, ANNA), folder / f"{kind}.csv") if kind in LISTS else (files, files[kind])


@pytest.mark.parametrize(("damage", "kind"), PAIRS)
def test_a_file_that_is_not_whole_and_of_its_layout_is_refused_whole(
    served: Processor, tmp_path: Path, damage: str, kind: str
) -> None:
    files, path = delivery(tmp_path, kind)
    change, said = DAMAGES[damage]
    path.write_bytes(change(path.read_bytes()))
    told = served.refused(replace(files, more=("--again",)))
    assert re.match(rf"{re.escape(path.name)}: {said}", told), told
    assert not any(one in told for one in (SECRET, ANNA, BEN, CARA))


@pytest.mark.parametrize("kind", sorted({*KINDS} - {*TABLES}))
def test_a_file_cut_short_at_its_header_is_refused(served: Processor, tmp_path: Path, kind: str) -> None:
    files, path = delivery(tmp_path, kind)
    path.write_bytes(path.read_bytes().split(b"\n")[0])
    assert f"{path.name}: holds no row below its header: have it sent again" in served.refused(files, "--again")


@pytest.mark.parametrize("kind", ["ec", "op", "gp_patient", "gp_condition", "gp_medication"])
def test_more_than_one_row_in_a_hundred_invalid_refuses_every_kind_of_file(
    served: Processor, tmp_path: Path, kind: str
) -> None:
    files, path = delivery(tmp_path, kind)
    head, row, *_ = path.read_bytes().split(b"\n")
    day = re.search(rb"20\d\d-\d\d-\d\d", row)
    assert day
    wrong = row.replace(day.group(), b"2026-13-45", 1)
    path.write_bytes(b"\n".join([head, *[wrong] * 51, *[row] * 40, b""]))
    told = served.refused(files, "--again").splitlines()
    assert told[0] == f"{path.name}: 51 of 91 rows are invalid: have it mended"
    assert len(told) >= 52
    assert re.fullmatch(rf"{path.name}: line 2, \w+: has to be a date from 1900 on, YYYY-MM-DD", told[1])
