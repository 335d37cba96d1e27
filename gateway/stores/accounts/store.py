"""Accounts as administrators and their holders see them: rows for a Grant, changes with their event."""

from __future__ import annotations

from gateway.stores.accounts.schema import NAME, STEPS
from gateway.stores.written import WrittenStore

ACCOUNT = "SELECT {columns} FROM account WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
MEMBERSHIP = "SELECT {columns} FROM membership WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
BEARER = "SELECT {columns} FROM token WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
COLLEAGUE = """
    SELECT {columns} FROM (
        SELECT membership.id AS rowid, membership.user AS user, account.name AS name, membership.role AS role,
               membership.organisation AS organisation, membership.valid_from AS valid_from,
               membership.valid_until AS valid_until
        FROM membership JOIN account ON account.user = membership.user
        WHERE membership.state = 'approved' AND account.locked = 0
    )
    WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset
"""
STATEMENTS = {"account": ACCOUNT, "membership": MEMBERSHIP, "token": BEARER}
OF_PART = {"colleagues": COLLEAGUE}  # memberships with the names of their holders


class Store(WrittenStore):
    """The accounts store."""

    name = NAME
    schema_version = len(STEPS)
    statements = STATEMENTS
    of_part = OF_PART
