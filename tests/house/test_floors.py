"""What import-linter cannot say: no clock in a pure room, one maker of Grants, nobody with both risk stores in hand."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

PURE = ("risk", "invoices", "disclosure", "access", "audit")
CALLS = frozenset({"open", "input", "print", "exec", "eval", "__import__"})
METHODS = frozenset(
    {
        "now", "utcnow", "today", "time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "sleep", "open",
        "read_text", "read_bytes", "write_text", "write_bytes", "urandom", "getenv", "random", "randint", "randbytes",
        "shuffle", "sample", "choice", "token_bytes", "token_hex", "token_urlsafe", "uuid1", "uuid4",
    }
)  # fmt: skip
MODULES = frozenset({"time", "random", "secrets", "os", "pathlib", "socket", "subprocess", "tempfile", "shutil"})
STORES = ("gateway.stores.risk_identifiable", "gateway.stores.risk_pseudonymised")
BOTH = frozenset({"gateway.intake.store", "gateway.enforcement.desk"})
GRANT = "gateway.access.grant.Grant"
MAKER, PERMITS = "gateway/access/snapshot.py", "gateway/enforcement/"


def impurities(modules: Iterable[Any]) -> list[str]:
    """Calls and imports that make an answer depend on more than its question. A package's own tables are no file."""
    found = []
    for one in modules:
        for call in one.calls():
            name = _called(call)
            if name in CALLS | METHODS and "resources.files" not in ast.unparse(call.func):
                found.append(f"{one.path}:{call.lineno}: {ast.unparse(call.func)}")
        found += [f"{one.path}: imports {name}" for name in one.imported().values() if name.split(".")[0] in MODULES]
    return found


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def grants_made(modules: Iterable[Any]) -> list[str]:
    """Where a Grant of gateway.access is made, and where the policy is told to make one."""
    found = []
    for one in modules:
        imported = one.imported()
        for call in one.calls():
            first, _, rest = ast.unparse(call.func).partition(".")
            whole = f"{imported.get(first, first)}{'.' if rest else ''}{rest}"
            if whole == GRANT and one.path != MAKER:
                found.append(f"{one.path}:{call.lineno}: makes a Grant")
            if rest.split(".")[-1] == "grant" and not one.path.startswith(PERMITS):
                found.append(f"{one.path}:{call.lineno}: has a Grant made")
    return found


def with_both(modules: Iterable[Any]) -> set[str]:
    """Modules that import both risk stores."""
    return {one.name for one in modules if all(_imports(one, store) for store in STORES)}


def _imports(module: Any, store: str) -> bool:
    return any(f"{name}.".startswith(f"{store}.") for name in module.imported().values())


def test_the_pure_rooms_have_no_clock_no_file_and_no_chance(project: Any) -> None:
    assert not impurities(project.below(*PURE))


def test_a_clock_a_file_and_a_chance_would_be_found(project: Any) -> None:
    text = (
        "import random\nfrom datetime import datetime, date\n"
        "a = datetime.now()\nb = date.today()\nc = open('x')\nd = Path('x').read_text()\ne = rng.choice([1])\n"
    )
    found = impurities([project.parse("gateway/risk/planted.py", text)])
    assert [line.split(": ")[1] for line in found] == [
        "datetime.now", "date.today", "open", "Path('x').read_text", "rng.choice", "imports random",
    ]  # fmt: skip


def test_a_table_of_the_package_is_no_file(project: Any) -> None:
    text = "from importlib import resources\nt = resources.files('gateway.risk').joinpath('a').read_text('utf-8')\n"
    assert not impurities([project.parse("gateway/risk/planted.py", text)])


def test_only_enforcement_has_a_grant_made(project: Any) -> None:
    assert not grants_made(project.modules)


def test_a_grant_made_by_a_page_would_be_found(project: Any) -> None:
    text = (
        "from gateway.access.grant import Grant as G\nfrom gateway.access import grant as access\n"
        "a = G(1)\nb = access.Grant(1)\nc = desk().policy.grant(1, 2)\n"
    )
    bad = project.parse("gateway/web/planted.py", text)
    assert [line.split(":")[1] for line in grants_made([bad])] == ["3", "4", "5"]


def test_another_class_of_the_same_name_is_no_grant(project: Any) -> None:
    text = "from gateway.stores.accounts.administration import Grant\na = Grant(1, 2, 3)\n"
    assert not grants_made([project.parse("gateway/enforcement/planted.py", text)])


def test_two_modules_alone_hold_both_risk_stores(project: Any) -> None:
    assert with_both(project.modules) == BOTH


def test_a_third_module_with_both_risk_stores_would_be_found(project: Any) -> None:
    text = "from gateway.stores import risk_identifiable\nfrom gateway.stores.risk_pseudonymised import schema as p\n"
    assert with_both([project.parse("gateway/web/planted.py", text)]) == {"gateway.web.planted"}


def test_one_risk_store_alone_is_no_breach(project: Any) -> None:
    text = "from gateway.stores.risk_identifiable import Store\nfrom gateway.stores.risk_identifiable import pipeline\n"
    assert not with_both([project.parse("gateway/web/planted.py", text)])
