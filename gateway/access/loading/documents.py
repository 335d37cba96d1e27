"""TOML files read strictly: known keys only, every value of its kind, each fault with its line.

A schema is a mapping from key to Field; nothing is guessed and nothing has a silent default but what the schema says.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gateway.access.loading.faults import Faults
from gateway.access.loading.toml_lines import Lines

_WHERE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value) and value == value.strip() and value.isprintable()


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(_is_text(item) for item in value) and len(set(value)) == len(value)


def _is_date(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _are_pairs(value: object) -> bool:
    return isinstance(value, dict) and all(_is_text(item) for pair in value.items() for item in pair)


def _are_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


KINDS: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "text": (_is_text, 'text in quotes, on one line, without spaces around it: "…"'),
    "texts": (_are_texts, 'a list of texts, each once: ["…", "…"]'),
    "flag": (lambda value: isinstance(value, bool), "true or false, without quotes"),
    "number": (_is_number, "a whole number from 0, without quotes"),
    "date": (_is_date, "a date without quotes: 2019-10-01"),
    "pairs": (_are_pairs, 'a table of texts: { name = "…" }'),
    "tables": (_are_tables, "a list of tables"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """What a key's value has to be; a key that is not required has a default."""

    kind: str
    required: bool = True
    default: object = None


Schema = Mapping[str, Field]


@dataclass(frozen=True, slots=True)
class Record:
    """One table, checked: its values by key and where it stands."""

    document: Document
    path: tuple[str | int, ...]
    values: Mapping[str, Any]

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401  the schema has checked it
        """The value of `key`, or its default."""
        return self.values[key]

    def at(self, *path: str | int) -> tuple[str, int]:
        """File and line of a key, or of the table."""
        return self.document.at(*self.path, *path)


@dataclass(frozen=True, slots=True)
class Document:
    """A TOML file as read, with its lines."""

    name: str
    data: Mapping[str, Any]
    lines: Lines
    faults: Faults

    @classmethod
    def parse(cls, name: str, text: str, faults: Faults) -> Document:
        """The document; an empty one after noting the fault where it is no TOML."""
        lines = Lines(text)
        try:
            return cls(name, tomllib.loads(text), lines, faults)
        except ValueError as error:  # TOMLDecodeError is one; a number of thousands of digits is another
            where = _WHERE.search(str(error))
            line = int(where[1]) if where and where[1] else text.count("\n")
            rule = _WHERE.sub("", str(error))
            faults.add(name, line, f"this is not TOML: {rule}", "mend the line; docs/policies.md shows the form")
            return cls(name, {}, lines, faults)

    def at(self, *path: str | int) -> tuple[str, int]:
        """File and line of a path."""
        return self.name, self.lines.of(*path)

    def fault(self, path: tuple[str | int, ...], rule: str, mend: str) -> None:
        """Note a fault at a path."""
        self.faults.add(*self.at(*path), rule, mend)

    def names(self, section: str) -> frozenset[str]:
        """Names of the tables `[section.name]`, sound or not: what is wrong in one is no fault of those who name it."""
        found = self.data.get(section)
        return frozenset(found) if isinstance(found, dict) else frozenset()

    def only(self, *sections: str) -> None:
        """Note every top-level key that is not among `sections`."""
        for key in self.data:
            self.faults.unless_known(key, sections, "section", self.at(key))

    def tables(self, section: str, schema: Schema) -> Iterator[tuple[str, Record]]:
        """Name and record of each `[section.name]`; at least one is expected."""
        found = self.data.get(section)
        if not isinstance(found, dict) or not found:
            self.fault((section,), f"there is no [{section}.…]", "add at least one")
            return
        for name, table in found.items():
            path = (section, name)
            if not _NAME.fullmatch(name):
                self.fault(path, f"'{name}' is no name", "use small letters, digits and underscores")
            elif (record := self.record(path, table, schema)) is not None:
                yield name, record

    def rows(self, path: tuple[str | int, ...], found: object, schema: Schema) -> Iterator[Record]:
        """Records of an array of tables `[[path]]`."""
        if not isinstance(found, list) or not _are_tables(found):
            self.fault(path, "this is not a list of tables", f"write each as [[{'.'.join(map(str, path))}]]")
            return
        for index, table in enumerate(found):
            if (record := self.record((*path, index), table, schema)) is not None:
                yield record

    def record(self, path: tuple[str | int, ...], table: object, schema: Schema) -> Record | None:
        """The table with every key known and every value of its kind, or None after noting why not."""
        if not isinstance(table, dict):
            self.fault(path, "this is not a table", f"write it as [{'.'.join(map(str, path))}]")
            return None
        sound = [self._known(path, key, schema) for key in table]
        sound += [self._sound(path, key, table, field) for key, field in schema.items()]
        defaults = {key: field.default for key, field in schema.items()}
        return Record(self, path, {**defaults, **table}) if all(sound) else None

    def _known(self, path: tuple[str | int, ...], key: str, schema: Schema) -> bool:
        return self.faults.unless_known(key, schema, "key", self.at(*path, key))

    def _sound(self, path: tuple[str | int, ...], key: str, table: Mapping[str, object], field: Field) -> bool:
        if key not in table:
            if field.required:
                self.fault(path, f"'{key}' is missing", f"add {key} = {KINDS[field.kind][1]}")
            return not field.required
        right, form = KINDS[field.kind]
        if not right(table[key]):
            self.fault((*path, key), f"'{key}' has the wrong kind of value", f"write {form}")
            return False
        return True
