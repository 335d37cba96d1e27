"""Nothing that is kept names a machine, a registry or a person's number; the tests mirror the package."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from gateway.identifiers import is_nhs_number

PLACES = re.compile(
    r"/(?:root|work|workspace|Users|home/\w+)/\w|\btmp/\w|[A-Z]:\\\\|"  # folders of one machine
    r"\b(?:pypi|npmjs|pythonhosted|artifactory|nexus|jfrog)\b[\w.-]*\.(?:org|com|net|io|local|internal)|"
    r"\bregistry\.[\w.-]+|://(?:10|172|192\.168)\.\d"
)
NUMBER = re.compile(r"(?<![0-9.])[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}(?![0-9])")
SYNTHETIC = "999"
NOBODYS = frozenset({"0123456789", "9434765919"})  # the digits in order; the example of the NHS Data Dictionary
OWN = ("tests/house/test_places.py",)  # names what it looks for
NO_MIRROR = frozenset({"journeys", "policies", "house", "oracles", "faults"})


def places(files: Mapping[str, str]) -> list[str]:
    """Files that name a machine's folder, a registry's host or a private address."""
    lines = ((name, line) for name, text in files.items() for line in text.splitlines())
    return [f"{name}: {found.group()}" for name, line in lines if (found := PLACES.search(line))]


def people(files: Mapping[str, str]) -> list[str]:
    """Files with a valid NHS number that is not of the range kept for synthetic people."""
    found = ((name, re.sub(r"[ -]", "", one)) for name, text in files.items() for one in NUMBER.findall(text))
    real = ((name, ten) for name, ten in found if is_nhs_number(ten) and ten not in NOBODYS)
    return sorted({name for name, ten in real if not ten.startswith(SYNTHETIC)})


def unmirrored(tests: Iterable[Path], package: Path) -> list[str]:
    """Folders and files of tests whose counterpart is not in the package. tests: paths relative to tests/."""
    found = []
    for path in tests:
        mirrored = package / path.parent
        if path.parts[0] in NO_MIRROR or mirrored.is_dir():
            continue
        found.append(path.as_posix())
    return found


def without_module(tests: Iterable[Path], package: Path) -> list[str]:
    """Test files at the top whose module is not at the top of the package."""
    names = [path.name.removeprefix("test_") for path in tests if len(path.parts) == 1]
    return [name for name in names if not (package / name).is_file()]


def _kept(project: Any) -> dict[str, str]:
    return {name: text for name, text in project.files().items() if name not in OWN}


def _tests(project: Any) -> list[Path]:
    folder = project.root / "tests"
    return [path.relative_to(folder) for path in sorted(folder.rglob("test_*.py"))]


def test_no_file_names_a_machine_or_a_registry(project: Any) -> None:
    kept = _kept(project)
    assert len(kept) > 200
    assert not places(kept)


def test_no_file_holds_the_number_of_a_person_who_could_exist(project: Any) -> None:
    locks = ("requirements/", "package-lock.json")
    assert not people({name: text for name, text in _kept(project).items() if not name.startswith(locks)})


def test_every_folder_of_tests_mirrors_one_of_the_package(project: Any) -> None:
    assert not unmirrored(_tests(project), project.root / "gateway")


def test_every_test_at_the_top_is_of_a_module_at_the_top(project: Any) -> None:
    assert not without_module(_tests(project), project.root / "gateway")


def test_a_machine_and_a_registry_would_be_found() -> None:
    bad = {
        "a": "see /root/project",
        "b": "cd /home/somebody/gateway",
        "c": "index = https://pypi.example.org/simple",
        "d": "https://registry.npmjs.org/x",
        "e": "http://10.1.2.3:8080",
        "f": "in /tmp/gateway-1",
    }
    assert [line.split(":")[0] for line in places(bad)] == list(bad)


def test_a_folder_of_any_installation_is_no_machine() -> None:
    good = {
        "a": "/etc/gateway/keys and /srv/gateway",
        "b": "http://127.0.0.1:8000",
        "c": "version 10.6.1",
        "d": "tmp_path",
    }
    assert not places(good)


def test_a_number_that_could_be_somebodys_would_be_found() -> None:
    assert people({"a": "call 401 023 2137", "b": "999 000 0018", "c": "1234567890"}) == ["a"]


def test_a_folder_without_its_counterpart_would_be_found(project: Any) -> None:
    package = project.root / "gateway"
    tests = [Path("risk/test_a.py"), Path("moon/test_b.py"), Path("journeys/test_c.py"), Path("test_d.py")]
    assert unmirrored(tests, package) == ["moon/test_b.py"]
    assert without_module(tests, package) == ["d.py"]
