"""The last look before an answer is recorded: the view's columns and no other, and only protected counts of people."""

from __future__ import annotations

from dataclasses import replace

from gateway.access.grant import Grant
from gateway.disclosure.rounding import HIDDEN, is_protected
from gateway.errors import StoreUnavailable
from gateway.stores.result import Result, Rows

PEOPLE = "people"  # the field class of counts of people, in policies/views.toml


def disclose(result: Result, grant: Grant) -> Result:
    """The result as it may be shown, with how many counts in it are hidden.

    Raises StoreUnavailable where a part is not of the grant's view, or a count of people is not protected.
    """
    columns = {part.name: part.columns for part in grant.view.parts}
    for name, part in result.parts.items():
        if columns.get(name) != part.columns:
            raise StoreUnavailable("a store answered with columns that the view has not")
    return replace(result, suppressed=sum(_hidden(part) for part in result.parts.values()))


def _hidden(part: Rows) -> int:
    """How many counts are hidden; raises StoreUnavailable for one that should be and is not."""
    at = [i for i, column in enumerate(part.columns) if column.field_class == PEOPLE]
    counts = [str(row[i]) for row in part.rows for i in at]
    if not all(map(is_protected, counts)):
        raise StoreUnavailable("a count of people was not protected when it was stored")
    return counts.count(HIDDEN)
