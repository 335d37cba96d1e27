"""Deliveries that are refused whole, each brought to the command: what is said, and that nothing of them is kept."""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders.deliveries import ANNA, BEN, CARA, Files, Rows, patient, prescription, spell
from tests.builders.processor import Processor

Damage = Callable[[bytes], bytes]
SECRET = "Smith"  # stands for whatever is personal in a damaged place
PERSONAL = (ANNA, BEN, CARA, SECRET)


@pytest.fixture(scope="module")
def served(_processor: Processor, tmp_path_factory: pytest.TempPathFactory) -> Processor:
    """A processor that serves a first run; whatever is refused changes nothing of it."""
    processor = _processor.emptied()
    processor.taken(Rows().written(tmp_path_factory.mktemp("first")))
    return processor


def later(folder: Path) -> Files:
    """A delivery in which nothing is wrong, and none of whose files was taken before."""
    rows = Rows(apc=[spell(100 + many, BEN) for many in range(20)])
    rows.ec[0]["Der_Provider_Code"] = rows.op[0]["Der_Provider_Code"] = "ZZ2"
    rows.gp_patient = [patient(who, Extract_Date="2026-10-31") for who in (ANNA, BEN, CARA)]
    rows.gp_condition[0]["First_Recorded"] = "2018-01-01"
    rows.gp_medication = [prescription(CARA)]
    return rows.written(folder)


def swap(old: str, new: str, many: int = 1) -> Damage:
    return lambda content: content.replace(old.encode(), new.encode("latin-1"), many)


def on_line(line: int, change: Damage) -> Damage:
    """Something done to one line of the file; the header is 1."""

    def damage(content: bytes) -> bytes:
        lines = content.split(b"\n")
        lines[line - 1] = change(lines[line - 1])
        return b"\n".join(lines)

    return damage


def zipped(content: bytes, *names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names or ("apc.csv",):
            archive.writestr(name, content)
    return packed.getvalue()


def locked(content: bytes) -> bytes:
    """A zip that says it is encrypted."""
    packed = bytearray(zipped(content))
    packed[6] |= 1
    packed[packed.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(packed)


def flipped(packed: bytes) -> bytes:
    """One bit of the check sum in a gz file's last bytes turned over."""
    return packed[:-6] + bytes([packed[-6] ^ 1]) + packed[-5:]


def same_row(many: int) -> Damage:
    return lambda content: content + content.split(b"\n")[1].join([b"", b"\n"]) * many


SHAPE: dict[str, tuple[Damage, str]] = {
    "a column is missing": (swap("Sex,", ""), "line 1: not layout apc: Sex is missing"),
    "a column more": (swap("Sex,", f"Sex,{SECRET},"), "line 1: not layout apc: it has columns that the layout has not"),
    "a column twice": (swap("Sex,", "Sex,Sex,"), "line 1: a column stands twice"),
    "columns of another name": (swap("NHS_Number,", "NHS_No,"), "line 1: not layout apc: NHS_Number is missing"),
    "names in lower case": (on_line(1, bytes.lower), "line 1: not layout apc"),
    "semicolons": (swap(",", ";", 9999), "line 1: not layout apc"),
    "tabs": (swap(",", "\t", 9999), "line 1: not layout apc"),
    "no header": (lambda content: content.split(b"\n", 1)[1], "line 1: a column stands twice"),
    "nothing": (lambda _: b"", "line 1: not layout apc"),
    "an empty line": (lambda _: b"\n", "line 1: not layout apc"),
    "a header and no more": (lambda content: content.split(b"\n")[0], "holds no row below its header"),
    "a header, ended": (lambda content: content.split(b"\n")[0] + b"\r\n", "holds no row below its header"),
    "a field too few": (on_line(5, swap(",06Q", "")), "line 5: has not 30 whole fields"),
    "a field too many": (on_line(5, swap(",06Q", f",06Q,{SECRET}")), "line 5: has not 30 whole fields"),
    "half a line": (lambda content: content[:-20], "line 21: has not 30 whole fields"),
    "an empty line within": (on_line(7, lambda line: line + b"\n"), "line 8: has not 30 whole fields"),
    "a quote that never closes": (on_line(3, swap(",01,", f',"{SECRET},')), "line 3: has not 30 whole fields"),
    "a quote in the middle": (on_line(3, swap(",01,", f',0"{SECRET}",')), "line 3: has not 30 whole fields"),
    "text behind a quote": (on_line(3, swap(",01,", f',"01" {SECRET},')), "line 3: has not 30 whole fields"),
    "a break within quotes": (on_line(3, swap(",01,", f',"{SECRET}\n",')), "line 3: has not 30 whole fields"),
    "ends of an old Macintosh": (swap("\n", "\r", 9999), "line 1: a column stands twice"),
    "a return within a line": (on_line(4, swap(",01,", f",{SECRET}\r,")), "line 4: has not 30 whole fields"),
}  # fmt: skip
BYTES: dict[str, tuple[Damage, str]] = {
    "a zero byte": (on_line(3, swap(",01,", f",{SECRET}\0,")), "is no text"),
    "a unit separator": (on_line(3, swap(",01,", f",{SECRET}\x1f,")), "is no text"),
    "UTF-16": (lambda content: content.decode().encode("utf-16"), "is no text"),
    "UTF-16 without a mark": (lambda content: content.decode().encode("utf-16-le"), "is no text"),
    "UTF-32": (lambda content: content.decode().encode("utf-32"), "is no text"),
    "no letter of Windows-1252": (on_line(3, swap(",01,", ",\x81,")), "is neither UTF-8 nor Windows-1252"),
    "two byte-order marks": (lambda content: b"\xef\xbb\xbf" * 2 + content, "line 1: not layout apc"),
    "a line without end": (lambda content: content + b"a" * 100_000, "a line has more than 65536 bytes"),
}
PACKED: dict[str, tuple[Damage, str]] = {
    "a gz cut short": (lambda content: gzip.compress(content)[:-40], "cannot be read to its end"),
    "a gz of two bytes": (lambda content: gzip.compress(content)[:2], "cannot be read to its end"),
    "a gz whose sum is wrong": (lambda content: flipped(gzip.compress(content)), "cannot be read to its end"),
    "a gz with something behind": (lambda content: gzip.compress(content) + b"more", "cannot be read to its end"),
    "a gz in a gz": (lambda content: gzip.compress(gzip.compress(content)), "is no text"),
    "a gz that expands too far": (lambda content: gzip.compress(same_row(90_000)(content)), "unpacks to more than is"),
    "a zip of two files": (lambda content: zipped(content, "a.csv", "b.csv"), "a zip has to hold one file"),
    "a zip of none": (lambda _: zipped(b"")[-22:], "is no text"),
    "a zip cut short": (lambda content: zipped(content)[:-40], "cannot be read to its end"),
    "a zip that is locked": (locked, "cannot be read to its end"),
    "a zip whose content is damaged": (
        lambda content: swap("apc", "abc")(zipped(content)),
        "cannot be read to its end",
    ),
    "a zip that expands too far": (lambda content: zipped(same_row(90_000)(content)), "unpacks to more than is taken"),
}


@pytest.mark.parametrize(
    ("damage", "said"), [*SHAPE.values(), *BYTES.values(), *PACKED.values()], ids=[*SHAPE, *BYTES, *PACKED]
)
def test_a_file_that_is_not_whole_and_of_its_layout_is_refused_whole(
    served: Processor, tmp_path: Path, damage: Damage, said: str
) -> None:
    files = later(tmp_path)
    files["apc"].write_bytes(damage(files["apc"].read_bytes()))
    events = len(served.events())
    told = served.refused(files)
    assert re.match(rf"apc\.csv: (?:{said})", told)
    assert not any(one in told + json.dumps(served.events()[events:]) for one in PERSONAL)


@pytest.mark.parametrize("kind", ["ec", "op", "gp_patient", "gp_condition", "gp_medication", "lsoa", "practice"])
def test_whichever_file_of_a_delivery_is_wrong_all_of_it_is_refused(
    served: Processor, tmp_path: Path, kind: str
) -> None:
    files = later(tmp_path)
    files[kind].write_bytes(files[kind].read_bytes().replace(b"\n", b",\n", 2).replace(b",\n", b"\n", 1))
    assert re.match(rf"{files[kind].name}: line 2: has not \d+ whole fields", served.refused(files))


@pytest.mark.parametrize("kind", ["ec", "op", "gp_patient", "gp_condition", "gp_medication"])
def test_a_header_and_no_more_is_refused_in_every_file(served: Processor, tmp_path: Path, kind: str) -> None:
    files = later(tmp_path)
    files[kind].write_bytes(files[kind].read_bytes().split(b"\n")[0] + b"\n")
    assert f"{files[kind].name}: holds no row below its header" in served.refused(files)


@pytest.mark.parametrize("kind", ["gp_patient", "gp_medication", "lsoa"])
def test_a_folder_without_one_of_its_files_is_refused(served: Processor, tmp_path: Path, kind: str) -> None:
    files = later(tmp_path)
    files[kind].unlink()
    assert f"has to hold {files[kind].name}" in served.refused(files)


def test_a_folder_with_one_of_its_files_twice_is_refused(served: Processor, tmp_path: Path) -> None:
    files = later(tmp_path)
    (files.folder / "gp" / "patient.csv.gz").write_bytes(gzip.compress(files["gp_patient"].read_bytes()))
    assert "gp: has to hold patient.csv, or .csv.gz or .csv.zip, once" in served.refused(files)


@pytest.mark.parametrize("option", ["--objections", "--cleared"])
@pytest.mark.parametrize("wrong", ["9990000019", "999 000 0018", "0000000000", SECRET, ""])
def test_a_list_with_a_line_that_is_no_number_is_refused(
    served: Processor, tmp_path: Path, option: str, wrong: str
) -> None:
    files = later(tmp_path).listing(option, BEN, wrong, ANNA)
    told = served.refused(files)
    assert f"{option}.csv: line 3, NHS_Number: not a valid NHS number" in told
    assert not any(one in told for one in PERSONAL)


@pytest.mark.parametrize("word", ["true", "TRUE", "1", " true ", "Y", "yes"])
def test_a_type_1_objection_refuses_the_gp_extract_whole_and_is_a_suspected_breach(
    served: Processor, tmp_path: Path, word: str
) -> None:
    rows = Rows(gp_patient=[patient(ANNA), patient(BEN, Type1_Objection=word), patient(CARA)])
    events = len(served.events())
    told = served.refused(rows.written(tmp_path))
    assert "patient.csv: line 3, Type1_Objection: a type 1 objection: report the breach" in told
    assert [event["type"] for event in served.events()[events:]] == [
        "intake.started", "breach.suspected", "access.failed",
    ]  # fmt: skip
    assert not any(one in told + json.dumps(served.events()[events:]) for one in PERSONAL)


def test_a_type_1_objection_is_a_breach_whatever_else_is_wrong_with_the_file(served: Processor, tmp_path: Path) -> None:
    wrong = [patient(BEN, Sex="7") for _ in range(60)]
    files = Rows(gp_patient=[patient(ANNA, Type1_Objection="true", Sex="7"), *wrong]).written(tmp_path)
    assert "a type 1 objection" in served.refused(files)
    assert "breach.suspected" in {event["type"] for event in served.events()[-2:]}


def test_a_file_whose_name_has_a_number_in_it_is_refused_without_repeating_it(
    served: Processor, tmp_path: Path
) -> None:
    files = later(tmp_path)
    path = files["apc"].rename(tmp_path / f"of {ANNA[:3]} {ANNA[3:6]} {ANNA[6:]}.csv")
    events = len(served.events())
    told = served.refused(replace(files, more=("--apc", path)))
    assert "a file's name holds what looks like an NHS number" in told
    assert ANNA[3:6] + " " + ANNA[6:] not in told + json.dumps(served.events()[events:])


@pytest.mark.parametrize("instruction", ["", "  ", ANNA, f"about {ANNA[:3]}-{ANNA[3:6]}-{ANNA[6:]}"])
def test_an_instruction_that_is_no_reference_is_wrong_use(served: Processor, tmp_path: Path, instruction: str) -> None:
    before, events = served.kept(), len(served.events())
    result = served.run(*later(tmp_path).words(), instruction=instruction)
    assert result.exit_code == 2
    assert "takes the reference of an instruction" in result.stderr
    assert (served.kept(), len(served.events())) == (before, events)
