"""Damages of the form of the TOML files: every key, item and header misspelt, left out, doubled or of another kind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.policies.damage import Damage, Files, Text, some

KEY = re.compile(r"(\w+) = (.+)")
ITEM = re.compile(r"  \{ name = \"\w+\", class = \"\w+\".* \},")
HEADER = re.compile(r"\[\[?([\w.\"]+)\]\]?")
OPTIONAL = frozenset(
    {
        *("to", "demonstration", "keys", "uses", "counted", "page_size", "other", "other_with_data"),
        *("roles", "role_classes", "field_classes", "stores", "duties", "scopes"),  # some kinds of invariant need them
    }
)
EACH = 2


def _of(files: Files) -> Iterator[Text]:
    return (Text(files, name) for name in files if name.endswith(".toml"))


def of_keys(files: Files) -> Iterator[Damage]:
    for text in _of(files):
        keys = [(n, key[1], key[2]) for n, line in text.numbered() if (key := KEY.fullmatch(line))]
        for number, key, value in some([row for row in keys if row[2] != "["], EACH):
            line = text.lines[number - 1]
            yield text.with_line(number, f"{key}x = {value}")
            yield text.with_line(number, f"{key.upper()} = {value}")
            yield text.with_line(number, f"{key} = 1.5")
            yield text.with_line(number, f"{key} = {value} x")
            yield text.with_line(number, f"{key} {value}")
            yield text.with_line(number, f"{key} = ")
            yield text.with_line(number, line, line, told=number + 1)
            yield from _unquoted(text, number, key, value)


def _unquoted(text: Text, number: int, key: str, value: str) -> Iterator[Damage]:
    """A quote left out; the space that a text begins with, a text where a list stands, and the reverse."""
    if value.startswith('"'):
        yield text.with_line(number, f"{key} = {value[:-1]}")
        yield text.with_line(number, f"{key} = {value[1:]}")
        for other in (f'" {value[1:]}', '""', f"[{value}]", f'{value[:-1]}\\u200b"', f'{value[:-1]}\\n"'):
            yield text.with_line(number, f"{key} = {other}")
    elif value.startswith("["):
        for other in (f"[{value[1:-1]}, 1]", value[1:-1] or '"x"', f"{value}]"):
            yield text.with_line(number, f"{key} = {other}")
    else:
        yield text.with_line(number, f'{key} = "{value}"')


def of_left_out_keys(files: Files) -> Iterator[Damage]:
    """Told at the head of the table that lacks it."""
    for text in _of(files):
        head, found = 1, []
        for number, line in text.numbered():
            head = number if HEADER.fullmatch(line) else head
            key = KEY.fullmatch(line)
            if key and key[1] not in OPTIONAL and key[2] != "[":
                found.append((number, head))
        yield from (text.without(number, told=head) for number, head in some(found, EACH))


def of_items(files: Files) -> Iterator[Damage]:
    """The columns of views, one to a line."""
    text = Text(files, "views.toml")
    items = [(number, line) for number, line in text.numbered() if ITEM.fullmatch(line)]
    for number, line in some(items, EACH):
        for old, new in (
            ("class =", "clas ="),
            ("name =", "nane ="),
            ('class = "', 'class = "x'),
            (' name = "', ' name = "X '),
            (" }", ", filter = 1 }"),
            (" }", ', sort = "yes" }'),
            (" }", ", hidden = true }"),
            (" }", ', class = "x" }'),
            ("{ ", "{ { "),
            (", class", " class"),
        ):
            yield text.with_line(number, line.replace(old, new, 1))
        yield text.with_line(number, re.sub(r', class = "\w+"', "", line))
        yield text.with_line(number, re.sub(r'name = "\w+", ', "", line))


def of_headers(files: Files) -> Iterator[Damage]:
    for text in _of(files):
        heads = [(number, line) for number, line in text.numbered() if HEADER.fullmatch(line)]
        for number, line in some(heads, EACH):
            word = re.match(r"\[+(\w+)", line)
            assert word
            yield text.with_line(number, line.replace(word[1], f"{word[1]}x", 1))
            yield text.with_line(number, line.removesuffix("]"))
            yield text.with_line(number, line.removeprefix("["))
            if not line.startswith("[["):
                yield text.with_line(number, line, line, told=number + 1)
        yield text.appended("[surprise]", "key = 1")
