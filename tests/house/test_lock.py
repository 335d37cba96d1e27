"""The lock binds every byte and no mirror; each dependency has its reason on a decision page."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from typing import Any

LOCKS = ("requirements/run.txt", "requirements/dev.txt")
REQUIREMENT = re.compile(r"([A-Za-z0-9][\w.-]*)(\[[\w,]+\])?==\S+")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
ADDRESS = re.compile(r"[a-z+]+://|--(extra-)?index-url|--find-links|(^|\s)-[if]\s|\s@\s")


def requirements(lock: str) -> list[str]:
    """Each requirement with its continued lines as one, comments aside."""
    lines = [line for line in lock.splitlines() if not line.lstrip().startswith("#")]
    return [one for one in "\n".join(lines).replace("\\\n", " ").splitlines() if one.strip()]


def loose(lock: str) -> list[str]:
    """Lines that are no pinned and hashed requirement, or name an address."""
    found = requirements(lock)
    return [one for one in found if not REQUIREMENT.match(one) or not HASH.search(one) or ADDRESS.search(one)]


def unexplained(names: Iterable[str], page: str) -> list[str]:
    """Dependencies that have no line on the page."""
    return [name for name in names if not re.search(rf"^\| `{re.escape(name)}` \|", page, re.MULTILINE)]


def declared(project: Any) -> list[str]:
    """Every dependency of pyproject.toml and package.json, for running and for building."""
    python = tomllib.loads(project.text("pyproject.toml"))["project"]
    lists = [python["dependencies"], *python["optional-dependencies"].values()]
    node = json.loads(project.text("package.json"))
    names = [re.split(r"[\[<>=!~ ]", one, maxsplit=1)[0] for many in lists for one in many]
    return sorted({*names, *node["dependencies"], *node["devDependencies"]})


def test_every_requirement_of_the_lock_is_pinned_and_hashed(project: Any) -> None:
    for lock in LOCKS:
        assert len(requirements(project.text(lock))) > 20
        assert not loose(project.text(lock))


def test_what_runs_is_locked_by_both_files_alike(project: Any) -> None:
    run, dev = (set(map(_pinned, requirements(project.text(lock)))) for lock in LOCKS)
    assert run <= dev


def test_the_lock_of_npm_names_no_address(project: Any) -> None:
    lock = json.loads(project.text("package-lock.json"))
    packages = [one for name, one in lock["packages"].items() if name]
    assert packages
    assert all("integrity" in one and "resolved" not in one for one in packages)


def test_every_dependency_has_its_reason_on_a_decision_page(project: Any) -> None:
    pages = [text for name, text in project.documents().items() if name.endswith("-dependencies.md")]
    assert not unexplained(declared(project), "\n".join(pages))


def test_a_loose_requirement_would_be_found() -> None:
    hashed = f"--hash=sha256:{'0' * 64}"
    lock = "\n".join(
        [
            f"right==1.0 \\\n    {hashed}",
            "unhashed==1.0",
            f"unpinned>=1.0 {hashed}",
            f"addressed==1.0 {hashed} --index-url x",
            f"elsewhere @ file.whl {hashed}",
        ]
    )
    assert [line.split("=")[0].split(">")[0].split(" ")[0] for line in loose(lock)] == [
        "unhashed", "unpinned", "addressed", "elsewhere",
    ]  # fmt: skip


def test_a_dependency_without_a_reason_would_be_found() -> None:
    assert unexplained(["flask", "left-pad"], "| `flask` | pages |\n") == ["left-pad"]


def _pinned(requirement: str) -> str:
    return requirement.split(" ", maxsplit=1)[0]
