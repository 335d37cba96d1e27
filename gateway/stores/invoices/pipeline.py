"""The invoice door's own way in: what was taken before, rows in, months replaced, lines joined to their invoices.

Everything happens in the caller's one transaction. No row is given to a person here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from gateway.stores.received import Recorded
from gateway.stores.vault import Connection

Row = Sequence[object]
NEXT_RUN = "SELECT coalesce(max(run), 0) + 1 FROM run"
KNOWN = "SELECT run FROM delivery WHERE sha256 = ? ORDER BY run LIMIT 1"
ADD_RUN = "INSERT INTO run (run, instruction, user, received) VALUES (:run, :instruction, :user, :received)"
ADD_DELIVERY = """
    INSERT INTO delivery (
        delivery, run, received, file, layout, rows, stored, set_aside, quarantined, lost_columns, first_date,
        last_date, extract_date, instruction, sha256
    ) VALUES (
        :delivery, :run, :received, :file, :layout, :rows, :stored, :set_aside, :quarantined, :lost_columns,
        :first_date, :last_date, :extract_date, :instruction, :sha256
    )
"""
RECEIVED = "SELECT sha256, file, rows, layout, run, instruction, received FROM delivery ORDER BY run, file"
INVOICE_NUMBERS = "SELECT provider_code, invoice_number FROM invoice WHERE invoice_number <> ''"
LINE_NUMBERS = "SELECT provider_code, invoice_number, line_number FROM line"
EXTRACTS = "SELECT month, max(extract_date) FROM sus_row WHERE kind = ? GROUP BY month"
LATEST = "SELECT provider_code, identifier, max(extract_date) FROM sus_row WHERE kind = ? GROUP BY 1, 2"
ADD_INVOICE = """
    INSERT INTO invoice (
        invoice, run, received, provider_code, invoice_number, invoice_type, invoice_date, commissioner_code,
        financial_year, financial_month, contract_basis, net_pence, vat_pence, gross_pence, line_count,
        purchase_order, original_invoice_number, state
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
ADD_LINE = """
    INSERT INTO line (
        reference, run, received, sus_kind, provider_code, invoice_number, line_number, site_code,
        cds_unique_identifier, identifier, nhs_number, nhs_number_state, nhs_number_status,
        withheld_identity_reason, practice_code,
        practice_responsibility, residence_responsibility, commissioner_code, point_of_delivery, service_category,
        service_code, treatment_function, main_specialty, admission_method, patient_classification, first_attendance,
        administrative_category, start_date, end_date, length_of_stay, hrg, national_tariff, bpt_flag, activity,
        base_pence, excess_bed_days, excess_bed_day_pence, top_up_pence, short_stay_adjustment,
        market_forces_millionths, line_pence, prior_approval_reference
    ) VALUES (
        ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
        ?, ?, ?, ?, ?
    )
"""
ADD_SUS_ROW = """
    INSERT INTO sus_row (
        run, kind, month, record_identifier, extract_date, publication_point, cds_unique_identifier, provider_code,
        site_code, identifier, nhs_number, nhs_number_state, nhs_number_status,
        withheld_identity_reason, age_on_admission,
        practice_code, practice_responsibility, residence_responsibility, commissioner_code, start_date, end_date,
        admission_method, patient_classification, attended, first_attendance, consultation_medium, multi_professional,
        department_type, attendance_category, administrative_category, main_specialty, treatment_function, hrg,
        length_of_stay, critical_care_days, rehabilitation_days, palliative_care_days, delayed_discharge_days,
        net_length_of_stay, primary_diagnosis, primary_procedure, service_line, bpt_flag, unbundled_hrgs,
        tariff_included, base_pence, before_market_forces_pence, excess_bed_day_pence, top_up_pence, short_stay_pence,
        market_forces_millionths, market_forces_pence, total_payment_pence, line_pence
    ) VALUES (
        ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
        ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
    )
"""
FORGET_MATCHES = "DELETE FROM matched"
REMOVE_MONTH = "DELETE FROM sus_row WHERE kind = ? AND month = ?"
REMOVE_EARLIER = "DELETE FROM sus_row WHERE kind = ? AND provider_code = ? AND identifier = ? AND run < ?"
REMOVE_PRACTICES = "DELETE FROM practice_commissioner"
ADD_PRACTICE = "INSERT INTO practice_commissioner VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
JOIN_LINES = """
    UPDATE line SET invoice = invoice.invoice FROM invoice
    WHERE line.invoice IS NULL AND invoice.provider_code = line.provider_code
        AND invoice.invoice_number = line.invoice_number AND line.invoice_number <> ''
"""
SUM_LINES = """
    UPDATE invoice SET lines = summed.lines, lines_pence = summed.pence, lines_matched = summed.matched
    FROM (
        SELECT line.invoice AS invoice, count(*) AS lines, sum(line_pence) AS pence, count(tier) AS matched
        FROM line LEFT JOIN matched USING (reference) WHERE line.invoice IS NOT NULL GROUP BY line.invoice
    ) AS summed
    WHERE summed.invoice = invoice.invoice
"""
SET_STATES = """
    UPDATE invoice SET state = iif(lines > 0, 'REGISTERED', 'AWAITING_BACKING')
    WHERE state IN ('RECEIVED', 'REGISTERED', 'AWAITING_BACKING')
"""
REHEARSE = ("SAVEPOINT rehearsal", "ROLLBACK TO rehearsal", "RELEASE rehearsal")
UNJOINED = "SELECT count(*) FROM line WHERE invoice IS NULL"


@contextmanager
def rehearsal(connection: Connection) -> Iterator[None]:
    """Whatever is done within is undone at its end; the transaction around it goes on."""
    begin, *undo = REHEARSE
    connection.execute(begin)
    yield
    for statement in undo:
        connection.execute(statement)


def next_run(connection: Connection) -> int:
    """The number of the run to come."""
    return int(connection.execute(NEXT_RUN).fetchone()[0])


def taken_before(connection: Connection, sha256: str) -> int | None:
    """The run in which a file with that hash was taken first, or None."""
    row = connection.execute(KNOWN, (sha256,)).fetchone()
    return int(row[0]) if row else None


def received(connection: Connection) -> list[Recorded]:
    """Every file that was taken, in order of its run."""
    return [Recorded(*row) for row in connection.execute(RECEIVED)]


def invoice_numbers(connection: Connection) -> set[tuple[str, str]]:
    """(provider, invoice number) of every invoice held."""
    return set(connection.execute(INVOICE_NUMBERS).fetchall())


def line_numbers(connection: Connection) -> set[tuple[str, str, int]]:
    """(provider, invoice number, line number) of every line held."""
    return set(connection.execute(LINE_NUMBERS).fetchall())


def extracts(connection: Connection, kind: str) -> dict[str, str]:
    """Month → the day of the SUS+ extract that is held of it."""
    return dict(connection.execute(EXTRACTS, (kind,)).fetchall())


def latest(connection: Connection, kind: str) -> list[tuple[str, str, str]]:
    """(provider, spell or attendance, day of the SUS+ extract) of everything that is held."""
    return list(connection.execute(LATEST, (kind,)).fetchall())


def add_run(connection: Connection, run: Mapping[str, str | int]) -> None:
    """Record who takes in under which instruction (ALL-10)."""
    connection.execute(ADD_RUN, run)


def add_deliveries(connection: Connection, rows: Iterable[Mapping[str, object]]) -> None:
    """What arrived and what became of it, a row a file."""
    connection.executemany(ADD_DELIVERY, rows)


def add_invoices(connection: Connection, rows: Iterable[Row]) -> None:
    """Invoice headers."""
    connection.executemany(ADD_INVOICE, rows)


def add_lines(connection: Connection, rows: Iterable[Row]) -> int:
    """Lines of backing data; how many. Their invoices are joined by `settle`."""
    return int(connection.executemany(ADD_LINE, rows).rowcount)


def remove_months(connection: Connection, kind: str, months: Iterable[str]) -> int:
    """Make room for a later extract of these months; how many SUS+ rows went."""
    connection.execute(FORGET_MATCHES)
    return sum(int(connection.execute(REMOVE_MONTH, (kind, month)).rowcount) for month in months)


def remove_earlier(connection: Connection, kind: str, run: int, keys: Iterable[tuple[str, str]]) -> int:
    """Rows of earlier runs for the same (provider, spell or attendance), under another month; how many went."""
    return int(connection.executemany(REMOVE_EARLIER, [(kind, *key, run) for key in keys]).rowcount)


def add_sus_rows(connection: Connection, rows: Iterable[Row]) -> int:
    """SUS+ rows; how many."""
    return int(connection.executemany(ADD_SUS_ROW, rows).rowcount)


def replace_practices(connection: Connection, rows: Iterable[Row]) -> int:
    """The list of practices with their commissioners; how many rows."""
    connection.execute(REMOVE_PRACTICES)
    return int(connection.executemany(ADD_PRACTICE, rows).rowcount)


def join_lines(connection: Connection) -> int:
    """Give each line the invoice it belongs to, where its header has come; how many lines still wait for one."""
    connection.execute(JOIN_LINES)
    return int(connection.execute(UNJOINED).fetchone()[0])


def settle(connection: Connection) -> None:
    """Each invoice's lines, their sum and whether it still waits for backing data; after the match."""
    connection.execute(SUM_LINES)
    connection.execute(SET_STATES)
