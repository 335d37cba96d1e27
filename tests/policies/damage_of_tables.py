"""Damages of the files that are lines of cells: policy.csv, decisions.csv, sensitive_codes.csv; and of model.conf."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.policies.damage import Damage, Files, Text, some

ID, EFFECT = 1, 10


def of_rules(files: Files) -> Iterator[Damage]:
    text = Text(files, "policy.csv")
    rules = [(number, line) for number, line in text.numbered() if line.startswith("p,")]
    for number, line in some(rules, 2):
        cells = line.split(",")
        for at in range(2, len(cells)):
            for cell in (f"{cells[at]}x", cells[at].swapcase(), "*", "", f" {cells[at]}"):
                yield text.with_line(number, ",".join([*cells[:at], cell, *cells[at + 1 :]]))
        for at in range(len(cells)):
            yield text.with_line(number, ",".join(cells[:at] + cells[at + 1 :]))
        for new in _rewritten(line, cells):
            yield text.with_line(number, new)
        yield text.with_line(number, line, line, told=number + 1)


def _rewritten(line: str, cells: list[str]) -> Iterator[str]:
    yield from (f"P{line[1:]}", f" {line}", f"{line},", f"{line},x", f"{line} # why", f"{line}#", f'"{line}"')
    yield from (line.replace(",", ";"), line.replace(",", ", "), f"p2{line[1:]}", line.upper())
    for effect in ("Deny", "deny", "DENY", "Allow", "ALLOW", "allow;deny", "true", "1"):
        yield ",".join([*cells[:EFFECT], effect])
    yield ",".join([*cells[:ID], cells[ID].upper(), *cells[ID + 1 :]])


def of_inheritance(files: Files) -> Iterator[Damage]:
    text = Text(files, "policy.csv")
    number, line = next((n, line) for n, line in text.numbered() if line.startswith("g,"))
    _, role, parent = line.split(",")
    for new in (f"g,{role},{role}", f"g,{parent},{parent}", f"G,{role},{parent}", f"g,{role}", f"g,{role},", "g,,"):
        yield text.with_line(number, new)
    for new in (f"{line},x", f"g,{role}x,{parent}", f"g,{role},{parent}x", f"g,{role},*", f"g2,{role},{parent}"):
        yield text.with_line(number, new)
    for further in (
        line,
        f"g,{parent},{role}",
        "g,hosting_operator,gp",
        "g,privacy_officer,gp",
        "g,gp,commissioner_lead",
    ):
        yield text.appended(further)
    yield text.appended("g,commissioner_lead,ccg_finance", "g,ccg_finance,commissioner_lead", offset=1)


def of_decisions(files: Files) -> Iterator[Damage]:
    text = Text(files, "decisions.csv")
    (_, header), *rows = text.numbered()
    yield from (text.with_line(1, new) for new in (header.upper(), f"{header},duties", header[1:], f" {header}"))
    yield Damage("a header alone", text.name, 1, f"{header}\n".encode())
    for number, line in some(rows, 2):
        cells = line.split(",")
        for at in range(len(cells)):
            for cell in (f"{cells[at]}x", cells[at].swapcase(), "*", ""):
                yield text.with_line(number, ",".join([*cells[:at], cell, *cells[at + 1 :]]))
        yield from (text.with_line(number, new) for new in (f"{line},", f"{line},x", f"{line} ", ",".join(cells[:-1])))
        yield from (text.with_line(number, new) for new in (f"{line} # why", f"# {line}", ""))
        yield text.with_line(number, line, line, told=number + 1)
    (first, one), (second, other) = rows[:2]
    yield Damage("out of order", text.name, second, text.with_line(first, other, one).content)


def of_golden_rows(files: Files) -> Iterator[Damage]:
    """Right by themselves: only the comparison with what Casbin permits can tell."""
    text = Text(files, "decisions.csv")
    rows = text.numbered()[1:]
    words = ((4, "no_rows"), (5, "account_own"), (6, "IV"))
    half = rows[len(rows) // 2 :]
    number, line = next(row for row in half if not any(row[1].split(",")[at] == word for at, word in words))
    cells = line.split(",")
    for at, word in words:
        yield text.with_line(number, ",".join([*cells[:at], word, *cells[at + 1 :]]))
    yield text.without(number, told=1)
    yield text.appended("privacy_officer,commissioning,population.patient,read,no_rows,account_own,RS")


def of_sensitive_codes(files: Files) -> Iterator[Damage]:
    text = Text(files, "sensitive_codes.csv")
    (_, header), *rows = text.numbered()
    yield from (text.with_line(1, new) for new in (header.upper(), f"{header},x", header[1:]))
    yield Damage("a header alone", text.name, 1, f"{header}\n".encode())
    for number, line in some(rows, 2):
        system, code, topic, first, last, source = line.split(",")
        for cells in (
            (f"{system}x", code, topic, first, last, source),
            (system, f"{code}.1", topic, first, last, source),
            (system, code.lower(), topic, first, last, source),
            (system, code, f"{topic}x", first, last, source),
            (system, code, topic, "2019-4-1", last, source),
            (system, code, topic, "01/04/2019", last, source),
            (system, code, topic, "2019-02-29", last, source),
            (system, code, topic, "", last, source),
            (system, code, topic, first, "2019-03-31", source),
            (system, code, topic, first, last, ""),
            (system, code, topic, first, source),
            (system, code, topic, first, last, source, "x"),
            (system, f'"{code}"', topic, first, last, source),
        ):
            yield text.with_line(number, ",".join(cells))
        yield text.with_line(number, line, line, told=number + 1)


def of_model(files: Files) -> Iterator[Damage]:
    """The words of the model, one by one."""
    text = Text(files, "model.conf")
    tokens = [(number, line, token) for number, line in text.numbered() for token in re.finditer(r"\w+|[^\w\s]+", line)]
    for number, line, token in some(tokens, 25):
        for new in ("", f"{token[0]}x"):
            yield text.with_line(number, line[: token.start()] + new + line[token.end() :])
    for number, line in text.numbered():
        yield text.with_line(number, f"{line} ")
        yield text.with_line(number, f"{line} # why")
    *_, (number, line) = text.numbered()
    yield text.with_line(number, f"# {line}")
    yield text.appended(line)
