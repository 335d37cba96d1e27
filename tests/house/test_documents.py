"""What the documents promise is there: links and anchors, decision pages, settings, commands, a section an audience."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Any

import click

from gateway.cli import COMMANDS
from gateway.cli import gateway as command_line

Slug = Callable[[str], str]
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
DECISION = re.compile(r"docs/decisions/(\d{4}-[\w-]+\.md)")
SETTING = re.compile(r"GATEWAY_[A-Z]+(?:_[A-Z]+)*_?")
COMMAND = re.compile(r"\bgateway(?: --dir \S+)? ([a-z]+(?:-[a-z]+)*)(?: ([a-z]+(?:-[a-z]+)*))?(?=[ `\n]|$)")
QUOTED = re.compile(r"`([^`\n]+)`|^ {4}(.+)$", re.MULTILINE)
PATH = re.compile(r"`((?:gateway|policies|templates|tests|static|benchmarks|requirements)/[\w./-]+)`")
PLANS = ("docs/roadmap.md", "docs/decisions/", "docs/changelog.md")
AUDIENCES = ("practice", "population", "ceff", "finance", "auditor", "privacy", "administration")


def broken_links(pages: Mapping[str, str], there: Callable[[str], bool], slug: Slug) -> list[str]:
    """Links to files or headings of our own that are not there; addresses elsewhere are not followed."""
    anchors = {name: {slug(heading) for heading in HEADING.findall(CODE.sub("", text))} for name, text in pages.items()}
    found = []
    for name, text in pages.items():
        for link in LINK.findall(CODE.sub("", text)):
            path, _, anchor = link.partition("#")
            whole = normpath(str(PurePosixPath(name).parent / path)) if path else name
            if "://" in link or link.startswith("mailto:"):
                continue
            if not there(whole) or (anchor and anchor not in anchors.get(whole, set())):
                found.append(f"{name}: {link}")
    return found


def unknown_commands(pages: Mapping[str, str], commands: click.Group) -> list[str]:
    """`gateway …` in a document that the command line has not."""
    context = click.Context(commands)
    found = []
    for name, text in pages.items():
        quoted = "\n".join(filter(None, (part for pair in QUOTED.findall(text) for part in pair)))
        for first, second in COMMAND.findall(quoted):
            command = commands.get_command(context, first)
            if command is None:
                found.append(f"{name}: gateway {first}")
            elif second and isinstance(command, click.Group) and command.get_command(context, second) is None:
                found.append(f"{name}: gateway {first} {second}")
    return found


def missing_paths(pages: Mapping[str, str], there: Callable[[str], bool]) -> list[str]:
    """Files and folders of the tree that a document names and that are not there."""
    named = {f"{page}: {path}" for page, text in pages.items() for path in PATH.findall(text) if not there(path)}
    return sorted(named)


def settings_of(modules: Iterable[Any]) -> set[str]:
    """Names of settings that the program reads; one that ends with an underscore is the head of several."""
    return {text for one in modules for _, text in one.texts() if SETTING.fullmatch(text)}


def unread_settings(pages: Mapping[str, str], known: set[str]) -> list[str]:
    """Settings that a document names and the program does not read."""
    heads = tuple(name for name in known if name.endswith("_"))
    named = ((page, name) for page, text in pages.items() for name in SETTING.findall(text))
    return sorted({f"{page}: {name}" for page, name in named if name not in known and not name.startswith(heads)})


def _today(project: Any) -> dict[str, str]:
    """Documents that say what is there today, and nothing of what is to come."""
    return {name: text for name, text in project.documents().items() if not name.startswith(PLANS)}


def test_every_link_leads_somewhere(project: Any, slug: Slug) -> None:
    assert not broken_links(project.documents(), lambda path: (project.root / path).exists(), slug)


def test_every_file_that_a_document_names_is_there(project: Any) -> None:
    assert not missing_paths(project.documents(), lambda path: (project.root / path).exists())


def test_every_decision_that_is_referred_to_is_a_page(project: Any) -> None:
    kept = project.files().items()
    named = {page for name, text in kept if not name.startswith("tests/") for page in DECISION.findall(text)}
    assert named
    assert not [page for page in named if not (project.root / "docs/decisions" / page).is_file()]


def test_decisions_are_numbered_from_one_without_a_gap(project: Any) -> None:
    names = sorted(path.name for path in (project.root / "docs/decisions").glob("*.md"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


def test_every_decision_is_a_page_of_one_shape(project: Any) -> None:
    pages = {name: text for name, text in project.documents().items() if name.startswith("docs/decisions/")}
    short = [name for name, text in pages.items() if not 10 <= len(text.splitlines()) <= 70]
    shapeless = [name for name, text in pages.items() if not re.match(r"# \d{4} .+\n\nDecided \d{4}-\d\d-\d\d\.", text)]
    assert not short
    assert not shapeless


def test_the_deployment_page_has_every_setting_that_is_read(project: Any) -> None:
    named = set(SETTING.findall(project.text("docs/deployment.md")))
    assert not {name for name in settings_of(project.modules) if not any(one.startswith(name) for one in named)}


def test_no_document_names_a_setting_that_nothing_reads(project: Any) -> None:
    assert not unread_settings(_today(project), settings_of(project.modules) | {"GATEWAY_PROOF"})


def test_no_document_names_a_command_that_is_not_there(project: Any) -> None:
    assert not unknown_commands(_today(project), command_line)


def test_the_readme_names_every_command(project: Any) -> None:
    readme = project.text("README.md")
    assert not [name for name in COMMANDS if f"`gateway {name}" not in readme]


def test_every_audience_has_its_section_of_the_journeys(project: Any) -> None:
    headings = [heading.lower() for heading in HEADING.findall(project.text("docs/journeys.md"))]
    assert [audience for audience in AUDIENCES if audience not in headings] == []


def test_the_glossary_gives_each_word_one_line_and_a_source(project: Any) -> None:
    rows = re.findall(r"^\| \*\*(.+?)\*\* \| (.+?) \| (.+?) \|$", project.text("docs/glossary.md"), re.MULTILINE)
    assert len(rows) > 40
    assert [word.lower() for word, *_ in rows] == sorted({word.lower() for word, *_ in rows})


def test_a_link_and_an_anchor_that_lead_nowhere_would_be_found(slug: Slug) -> None:
    pages = {
        "docs/a.md": "# One `word`\n[x](b.md) [y](b.md#two-words) [z](b.md#three) [h](#one-word) [w](https://x.org)",
        "docs/b.md": "## Two words\n[up](../README.md) [gone](c.md)\n```\n[not a link](d.md)\n```\n",
    }
    there = {"docs/a.md", "docs/b.md", "README.md"}
    assert broken_links(pages, there.__contains__, slug) == ["docs/a.md: b.md#three", "docs/b.md: c.md"]


def test_a_file_that_is_not_there_would_be_found() -> None:
    pages = {"a": "`gateway/errors.py`, `gateway/gone.py` and `policies/`"}
    assert missing_paths(pages, {"gateway/errors.py", "policies/"}.__contains__) == ["a: gateway/gone.py"]


def test_a_command_that_is_not_there_would_be_found() -> None:
    page = "`gateway serve --port 1`, `gateway --dir D user add X`\n\n    gateway fly\n    gateway audit who-knows\n"
    assert unknown_commands({"a": page}, command_line) == ["a: gateway fly", "a: gateway audit who-knows"]


def test_a_setting_that_nothing_reads_would_be_found() -> None:
    pages = {"a": "GATEWAY_HOME, GATEWAY_SERVICE_AUDIT and GATEWAY_WISH"}
    assert unread_settings(pages, {"GATEWAY_HOME", "GATEWAY_SERVICE_"}) == ["a: GATEWAY_WISH"]
