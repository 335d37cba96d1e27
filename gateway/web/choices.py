"""What a list page needs to filter, sort and page by plain links: the same address with one thing changed."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from gateway.catalogue import cohort
from gateway.stores.result import Rows

AGE_BANDS = cohort.AGES


def chosen(given: MultiDict[str, str]) -> dict[str, str]:
    """The filters and the sort of this request, one value each."""
    return {name: value for name, value in given.items() if value and name != "page"}


def pairs(given: MultiDict[str, str]) -> list[tuple[str, str]]:
    """The same, each value of a filter that has several."""
    return [(name, value) for name, value in given.items(multi=True) if value and name != "page"]


def links(given: MultiDict[str, str], rows: Rows) -> dict[str, str]:
    """Addresses of the previous and the next page, '' where there is none."""
    before = address(given, page=str(rows.page - 1)) if rows.page > 1 else ""
    return {"previous": before, "next": address(given, page=str(rows.page + 1)) if rows.more else ""}


def sorts(given: MultiDict[str, str], columns: tuple[str, ...], default: str) -> dict[str, Mapping[str, str]]:
    """For each sortable column, the address that sorts by it (the other way round when it does already)."""
    now = given.get("sort") or default
    found: dict[str, Mapping[str, str]] = {}
    for name in columns:
        wanted = name if now == f"-{name}" else f"-{name}"
        state = {f"-{name}": "descending", name: "ascending"}.get(now, "none")
        found[name] = {"href": address(given, sort=wanted, page=""), "state": state}
    return found


def address(given: MultiDict[str, str], **changed: str) -> str:
    """The query string of this request with some of it changed; an empty value takes it out."""
    kept = [(name, value) for name, value in given.items(multi=True) if value and name not in changed]
    return f"?{urlencode([*kept, *((name, value) for name, value in changed.items() if value)])}"
