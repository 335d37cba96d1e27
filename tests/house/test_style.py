"""A file is one idea and a function fits in the eye; a newcomer reads what each is for at its head."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from statistics import median
from typing import Any

LONGEST_FILE, MEDIAN_FILE = 250, 100
LONGEST_FUNCTION, MEDIAN_FUNCTION = 30, 10
DOCSTRING = range(1, 7)
Function = ast.FunctionDef | ast.AsyncFunctionDef


def lines_of(function: Function) -> int:
    """Its lines without its docstring; decorators stand before the first."""
    first = function.body[0]
    docstring = ast.get_docstring(function) is not None
    whole = (function.end_lineno or function.lineno) - function.lineno + 1
    return whole - ((first.end_lineno or first.lineno) - first.lineno + 1 if docstring else 0)


def long_files(modules: Iterable[Any]) -> list[str]:
    return [one.path for one in modules if len(one.text.splitlines()) > LONGEST_FILE]


def long_functions(modules: Iterable[Any]) -> list[str]:
    return [
        f"{m.path}:{f.name}: {lines_of(f)}" for m in modules for f in m.functions() if lines_of(f) > LONGEST_FUNCTION
    ]


def without_head(modules: Iterable[Any]) -> list[str]:
    """Modules whose docstring is missing or longer than six lines."""
    heads = {one.path: (ast.get_docstring(one.tree) or "").splitlines() for one in modules}
    return [path for path, head in heads.items() if len(head) not in DOCSTRING]


def undescribed(modules: Iterable[Any]) -> list[str]:
    """Public functions, methods and classes without a docstring; what stands within a function is nobody else's."""
    return [f"{one.path}: {name}" for one in modules for name in _undescribed(one.tree)]


def _undescribed(node: ast.Module | ast.ClassDef) -> list[str]:
    found = []
    for inner in node.body:
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not inner.name.startswith("_"):
            found += [] if ast.get_docstring(inner) else [inner.name]
            found += _undescribed(inner) if isinstance(inner, ast.ClassDef) else []
    return found


def test_no_file_is_too_long(project: Any) -> None:
    assert not long_files(project.modules)


def test_the_middle_file_is_short(project: Any) -> None:
    assert median(len(one.text.splitlines()) for one in project.modules) < MEDIAN_FILE


def test_no_function_is_too_long(project: Any) -> None:
    assert not long_functions(project.modules)


def test_the_middle_function_is_short(project: Any) -> None:
    assert median(lines_of(one) for module in project.modules for one in module.functions()) < MEDIAN_FUNCTION


def test_every_module_says_what_it_is_for(project: Any) -> None:
    assert not without_head(project.modules)


def test_every_public_function_is_described(project: Any) -> None:
    assert not undescribed(project.modules)


def test_a_long_file_and_a_long_function_would_be_found(project: Any) -> None:
    body = "".join(f"    a = {number}\n" for number in range(LONGEST_FUNCTION))
    bad = project.parse("gateway/planted.py", f"def long():\n{body}" + "x = 1\n" * LONGEST_FILE)
    assert long_functions([bad]) == ["gateway/planted.py:long: 31"]
    assert long_files([bad]) == ["gateway/planted.py"]


def test_a_docstring_does_not_make_a_function_long(project: Any) -> None:
    body = "".join(f"    a = {number}\n" for number in range(LONGEST_FUNCTION - 1))
    text = '    """One\n\n    two.\n    """\n'
    assert not long_functions([project.parse("gateway/planted.py", f"def long():\n{text}{body}")])


def test_a_missing_head_and_one_that_goes_on_would_be_found(project: Any) -> None:
    bare = project.parse("gateway/bare.py", "x = 1\n")
    wordy = project.parse("gateway/wordy.py", '"""1\n2\n3\n4\n5\n6\n7\n"""\n')
    right = project.parse("gateway/right.py", '"""1\n2\n3\n4\n5\n6\n"""\n')
    assert without_head([bare, wordy, right]) == ["gateway/bare.py", "gateway/wordy.py"]


def test_an_undescribed_method_would_be_found(project: Any) -> None:
    text = 'class A:\n    """A."""\n    def b(self): ...\n    def _c(self): ...\ndef d():\n    def e(): ...\n'
    assert undescribed([project.parse("gateway/planted.py", text)]) == [
        "gateway/planted.py: b",
        "gateway/planted.py: d",
    ]
