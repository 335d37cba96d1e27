"""The door of the invoices' intake: rows in, and the match of lines to SUS+ rows made anew. No row comes out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gateway.stores.vault import Connection

NEXT_RUN = "SELECT coalesce(max(run), 0) + 1 FROM delivery"
KNOWN = "SELECT run FROM delivery WHERE sha256 = ? LIMIT 1"
ADD_DELIVERY = """
    INSERT INTO delivery (delivery, received, layout, rows, set_aside, instruction, sha256, run)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
INVOICES = "SELECT provider_code, invoice_number, reference FROM invoice"
ADD_INVOICE = """
    INSERT INTO invoice (reference, provider_code, invoice_number, invoice_type, invoice_date, period, contract_basis,
                         net_pence, vat_pence, total_pence, stated_lines, state, received)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
ADD_LINE = """
    INSERT INTO line (reference, invoice, line_number, nhs_number, provider_code, cds_unique_identifier, activity_id,
                      point_of_delivery, practice_code, treatment_function, admission_method, activity_date, end_date,
                      length_of_stay, tariff_code, activity, price_pence)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
REMOVE_MONTH = "DELETE FROM sus WHERE kind = ? AND month = ?"
ADD_SUS = """
    INSERT INTO sus (kind, month, provider_code, cds_unique_identifier, activity_id, nhs_number, practice_code,
                     treatment_function, admission_method, activity_date, end_date, length_of_stay, hrg, price_pence,
                     publication_point, extract_date)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
REMOVE_PRACTICES = "DELETE FROM practice"
ADD_PRACTICE = "INSERT INTO practice VALUES (?, ?, ?, ?, ?)"
COUNT_LINES = "UPDATE invoice SET lines = (SELECT count(*) FROM line WHERE line.invoice = invoice.reference)"
STATES = """
    UPDATE invoice SET state = CASE WHEN lines > 0 THEN 'REGISTERED' ELSE 'AWAITING_BACKING' END
    WHERE state IN ('REGISTERED', 'AWAITING_BACKING')
"""
FORGET_MATCHES = ("DELETE FROM spell", "UPDATE line SET match = ''")
# One statement for each tier, the surest first; a line once matched is left alone by the next.
TIERS = {
    "CDS unique identifier": """
        SELECT l.reference, min(s.id) FROM line l JOIN sus s ON s.cds_unique_identifier = l.cds_unique_identifier
        WHERE l.match = '' AND l.cds_unique_identifier <> '' GROUP BY l.reference
    """,
    "spell or attendance number": """
        SELECT l.reference, min(s.id) FROM line l
        JOIN sus s ON s.provider_code = l.provider_code AND s.activity_id = l.activity_id
        WHERE l.match = '' AND l.activity_id <> '' GROUP BY l.reference
    """,
    "NHS number and date": """
        SELECT l.reference, min(s.id) FROM line l
        JOIN sus s ON s.nhs_number = l.nhs_number AND s.activity_date = l.activity_date
                  AND s.provider_code = l.provider_code
        WHERE l.match = '' GROUP BY l.reference
    """,
    "NHS number, a day apart": """
        SELECT l.reference, min(s.id) FROM line l
        JOIN sus s ON s.nhs_number = l.nhs_number AND s.provider_code = l.provider_code
                  AND s.activity_date IN (date(l.activity_date, '-1 day'), date(l.activity_date, '+1 day'))
        WHERE l.match = '' GROUP BY l.reference
    """,
}
SET_MATCH = "UPDATE line SET match = ? WHERE reference = ?"
ADD_SPELL = """
    INSERT INTO spell (reference, nhs_number, provider_code, activity_id, practice_code, treatment_function,
                       admission_method, admission_date, discharge_date, length_of_stay, hrg, price_pence,
                       publication_point, extract_date)
    SELECT ?, nhs_number, provider_code, activity_id, practice_code, treatment_function, admission_method, activity_date,
           end_date, length_of_stay, hrg, price_pence, publication_point, extract_date
    FROM sus WHERE id = ?
"""

Row = Sequence[object]


def next_run(connection: Connection) -> int:
    """The number of the run to come."""
    return int(connection.execute(NEXT_RUN).fetchone()[0])


def taken_before(connection: Connection, sha256: str) -> int | None:
    """The run in which a file with that hash was taken, or None."""
    row = connection.execute(KNOWN, (sha256,)).fetchone()
    return int(row[0]) if row else None


def references(connection: Connection) -> dict[tuple[str, str], str]:
    """Our reference of each invoice, by provider and the provider's own number."""
    return {(provider, number): reference for provider, number, reference in connection.execute(INVOICES)}


def add_deliveries(connection: Connection, rows: Iterable[Row]) -> None:
    """What arrived."""
    connection.executemany(ADD_DELIVERY, rows)


def add_invoices(connection: Connection, rows: Iterable[Row]) -> int:
    """Invoices; how many."""
    return int(connection.executemany(ADD_INVOICE, rows).rowcount)


def add_lines(connection: Connection, rows: Iterable[Row]) -> int:
    """Lines; how many. Each invoice then knows its lines and whether it waits for backing data."""
    added = int(connection.executemany(ADD_LINE, rows).rowcount)
    connection.execute(COUNT_LINES)
    connection.execute(STATES)
    return added


def replace_months(connection: Connection, kind: str, months: Iterable[str], rows: Iterable[Row]) -> int:
    """A month's SUS+ extract replaces the earlier one; how many rows it has."""
    connection.executemany(REMOVE_MONTH, [(kind, month) for month in months])
    return int(connection.executemany(ADD_SUS, rows).rowcount)


def replace_practices(connection: Connection, rows: Iterable[Row]) -> int:
    """The list of practices and their commissioners; how many rows."""
    connection.execute(REMOVE_PRACTICES)
    return int(connection.executemany(ADD_PRACTICE, rows).rowcount)


def match(connection: Connection) -> dict[str, int]:
    """Match every line anew, tier by tier; how many lines by tier."""
    for statement in FORGET_MATCHES:
        connection.execute(statement)
    counts = {}
    for tier, statement in TIERS.items():
        found = connection.execute(statement).fetchall()
        connection.executemany(ADD_SPELL, found)
        connection.executemany(SET_MATCH, [(tier, reference) for reference, _ in found])
        counts[tier] = len(found)
    return counts
