"""A policy file's bytes as text, refused for whatever an editor or a transfer may have slipped in unseen.

A byte-order mark before `p` made Casbin drop the first rule without a word (docs/decisions/0004-strict-loader.md).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from gateway.access.loading.faults import Faults

Wrong = tuple[int, str, str]  # line, rule, mend

_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_INVISIBLE = frozenset({"Cc", "Cf", "Zl", "Zp", "Co", "Cn", "Cs"})


def texts(files: Mapping[str, bytes], expected: tuple[str, ...], faults: Faults) -> dict[str, str]:
    """Text of every expected file that can be read; missing and unexpected ones are faults."""
    for name in sorted(set(files) - set(expected)):
        faults.add(
            name, 1, "this file is no part of a policy release", f"remove it; a release is {', '.join(expected)}"
        )
    for name in sorted(set(expected) - set(files)):
        faults.add(name, 1, "the file is missing", "put it back: a release is complete or refused")
    present = {name: text(name, files[name], faults) for name in expected if name in files}
    return {name: content for name, content in present.items() if content is not None}


def text(name: str, content: bytes, faults: Faults) -> str | None:
    """UTF-8 text with line feeds and nothing invisible in it, or None after noting why not."""
    wrong = _wrong_bytes(content) or _wrong_text(content.decode("utf-8"))
    if wrong is None:
        return content.decode("utf-8")
    faults.add(name, *wrong)
    return None


def _wrong_bytes(content: bytes) -> Wrong | None:
    if content.startswith(_MARKS):
        return 1, "the file begins with a byte-order mark", "save it as UTF-8 without one"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return content.count(b"\n", 0, error.start) + 1, "the line is not UTF-8", "save the file as UTF-8"
    return None


def _wrong_text(decoded: str) -> Wrong | None:
    if "\r" in decoded:
        line = decoded.count("\n", 0, decoded.index("\r")) + 1
        return line, "the line has a carriage return", "save the file with line feeds only"
    if not decoded.endswith("\n"):
        line = decoded.count("\n") + 1
        return line, "the last line has no end", "end it with a line feed, if nothing is cut off"
    odd = set(filter(_is_odd, set(decoded) - {"\n"}))
    if not odd:
        return None
    at = min(map(decoded.index, odd))
    rule = f"the line has an invisible or odd character, U+{ord(decoded[at]):04X}"
    return decoded.count("\n", 0, at) + 1, rule, "type a plain space, or remove it"


def _is_odd(character: str) -> bool:
    category = unicodedata.category(character)
    return category in _INVISIBLE or (category == "Zs" and character != " ")
