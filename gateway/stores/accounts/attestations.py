"""What a signed-in professional attested about one object, for as long as a page of it may be looked at again.

The object is known by a hash of its handle alone; it goes with its session (RS-5).
"""

from __future__ import annotations

from gateway.stores.vault import Connection

ATTEST = """
    INSERT INTO attestation (session, object, reason, until) VALUES (?, ?, ?, ?)
    ON CONFLICT (session, object) DO UPDATE SET reason = excluded.reason, until = excluded.until
"""
ATTESTED = "SELECT reason FROM attestation WHERE session = ? AND object = ? AND until > ?"


def attest(connection: Connection, session: str, object_: str, reason: str, until: int) -> None:
    """Hold the reason code until then (seconds since 1970)."""
    connection.execute(ATTEST, (session, object_, reason, until))


def attested(connection: Connection, session: str, object_: str, now: int) -> str | None:
    """The reason code that holds at `now`, or None."""
    row = connection.execute(ATTESTED, (session, object_, now)).fetchone()
    return str(row[0]) if row else None
