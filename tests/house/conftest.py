"""The tree as data for the tests of the house: modules as syntax trees, documents as text, the policy's own words."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
_NOT_OURS = frozenset(
    {".git", ".venv", "node_modules", "__pycache__", "build", "dist", "demo", "nhsuk", ".hypothesis", ".ruff_cache"}
)
_TEXT = frozenset({".py", ".md", ".toml", ".csv", ".html", ".txt", ".json", ".css", ".js", ".conf", ".svg", ""})


@dataclass(frozen=True)
class Module:
    """One Python file. path: from the root, as gateway/risk/hfrs.py."""

    path: str
    text: str = field(repr=False)
    tree: ast.Module = field(repr=False)

    @property
    def name(self) -> str:
        """As it is imported."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def strings(self) -> Iterator[tuple[int, str]]:
        """Line and value of each string literal, docstrings and the parts of f-strings aside."""
        aside = {id(node.body[0].value) for node in ast.walk(self.tree) if _has_docstring(node)}
        aside |= {id(part) for node in ast.walk(self.tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in aside:
                yield node.lineno, node.value

    def texts(self) -> Iterator[tuple[int, str]]:
        """The same, and the parts of f-strings too."""
        yield from self.strings()
        for node in ast.walk(self.tree):
            parts = node.values if isinstance(node, ast.JoinedStr) else []
            yield from ((part.lineno, part.value) for part in parts if isinstance(part, ast.Constant))

    def calls(self) -> Iterator[ast.Call]:
        """Every call."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def imported(self) -> dict[str, str]:
        """What each imported name stands for, dotted and whole."""
        found: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {one.asname or one.name: one.name for one in node.names}
            elif isinstance(node, ast.ImportFrom):
                found |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
        return found

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function, methods and inner ones too."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
        return (node for node in ast.walk(self.tree) if isinstance(node, kinds))


def _has_docstring(node: Any) -> bool:
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return isinstance(node, kinds) and ast.get_docstring(node) is not None


@dataclass(frozen=True)
class Project:
    """The whole tree."""

    root: Path
    modules: tuple[Module, ...] = field(repr=False)

    def parse(self, path: str, text: str) -> Module:
        """A module that stands in no file: for what a check has to find."""
        return Module(path, text, ast.parse(text))

    def text(self, path: str) -> str:
        """A file's text."""
        return (self.root / path).read_text("utf-8")

    def below(self, *folders: str) -> list[Module]:
        """Modules below these folders of gateway/."""
        return [one for one in self.modules if one.path.startswith(tuple(f"gateway/{folder}/" for folder in folders))]

    def documents(self) -> dict[str, str]:
        """Every document by its path."""
        paths = [self.root / "README.md", *sorted((self.root / "docs").rglob("*.md"))]
        return {path.relative_to(self.root).as_posix(): path.read_text("utf-8") for path in paths}

    def files(self) -> dict[str, str]:
        """Every text file that git keeps or would keep, by its path; without git, every file that is ours."""
        known = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
            cwd=self.root, capture_output=True, text=True, check=False,
        ).stdout.split("\n")  # fmt: skip
        here = [self.root / name for name in known if name] or list(self.root.rglob("*"))
        kept = [path for path in here if path.is_file() and path.suffix in _TEXT and not _aside(path, self.root)]
        return {path.relative_to(self.root).as_posix(): path.read_text("utf-8", "replace") for path in kept}


def _aside(path: Path, root: Path) -> bool:
    return not _NOT_OURS.isdisjoint(path.relative_to(root).parts)


@dataclass(frozen=True)
class Words:
    """What policies/ alone may spell out."""

    roles: frozenset[str]
    purposes: frozenset[str]
    references: frozenset[str]


@pytest.fixture(scope="session")
def project() -> Project:
    paths = sorted((ROOT / "gateway").rglob("*.py"))
    texts = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in paths}
    return Project(ROOT, tuple(Module(name, text, ast.parse(text)) for name, text in texts.items()))


@pytest.fixture(scope="session")
def words(project: Project) -> Words:
    vocabulary = tomllib.loads(project.text("policies/vocabulary.toml"))
    agreements = tomllib.loads(project.text("policies/agreements.toml"))["agreement"]
    references = frozenset(one["reference"] for one in agreements.values())
    return Words(frozenset(vocabulary["role"]), frozenset(vocabulary["purpose"]), references)


@pytest.fixture(scope="session")
def slug() -> Any:
    """The anchor that a heading has on a page: small letters, hyphens for spaces, nothing else."""

    def of(heading: str) -> str:
        plain = re.sub(r"[`*_]|\[|\]\([^)]*\)", "", heading.strip().lower())
        return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")

    return of
