"""Each line's SUS+ row, materialised: four statements, the surest tier first (IV-4; check IV-06's tiers).

Only where SUS+ carries the line's point of delivery; a line that has a row keeps it when a later tier looks.
"""

from __future__ import annotations

from enum import StrEnum

from gateway.invoices.points_of_delivery import ANY
from gateway.stores.vault import Connection


class Tier(StrEnum):
    """How a line was matched to its SUS+ row, from the surest down."""

    CDS_IDENTIFIER = "cds_unique_identifier"
    PROVIDER_IDENTIFIER = "provider_identifier"
    PERSON_AND_DATES = "person_and_dates"
    PERSON_AND_NEAR_DATES = "person_and_near_dates"


FORGET = "DELETE FROM matched"
BY_CDS_IDENTIFIER = """
    INSERT INTO matched (reference, sus_row, tier)
    SELECT line.reference, min(sus_row.id), :tier FROM line
    JOIN sus_row ON sus_row.cds_unique_identifier = line.cds_unique_identifier
        AND line.sus_kind IN (sus_row.kind, :any) AND sus_row.provider_code = line.provider_code
    WHERE line.cds_unique_identifier <> ''
    GROUP BY line.reference
"""
BY_PROVIDER_IDENTIFIER = """
    INSERT INTO matched (reference, sus_row, tier)
    SELECT line.reference, min(sus_row.id), :tier FROM line
    JOIN sus_row ON sus_row.provider_code = line.provider_code AND sus_row.identifier = line.identifier
        AND line.sus_kind IN (sus_row.kind, :any)
    WHERE line.identifier <> '' AND NOT EXISTS (SELECT 1 FROM matched WHERE matched.reference = line.reference)
    GROUP BY line.reference
"""
BY_PERSON_AND_DATES = """
    INSERT INTO matched (reference, sus_row, tier)
    SELECT line.reference, min(sus_row.id), :tier FROM line
    JOIN sus_row ON sus_row.nhs_number = line.nhs_number AND sus_row.start_date = line.start_date
        AND sus_row.provider_code = line.provider_code AND line.sus_kind IN (sus_row.kind, :any)
        AND coalesce(sus_row.end_date, line.end_date, '') = coalesce(line.end_date, sus_row.end_date, '')
    WHERE NOT EXISTS (SELECT 1 FROM matched WHERE matched.reference = line.reference)
    GROUP BY line.reference
"""
BY_PERSON_AND_NEAR_DATES = """
    INSERT INTO matched (reference, sus_row, tier)
    SELECT line.reference, min(sus_row.id), :tier FROM line
    JOIN sus_row ON sus_row.nhs_number = line.nhs_number
        AND sus_row.start_date BETWEEN date(line.start_date, '-1 day') AND date(line.start_date, '+1 day')
        AND sus_row.provider_code = line.provider_code AND line.sus_kind IN (sus_row.kind, :any)
        AND coalesce(abs(julianday(sus_row.end_date) - julianday(line.end_date)), 0) <= 1
    WHERE NOT EXISTS (SELECT 1 FROM matched WHERE matched.reference = line.reference)
    GROUP BY line.reference
"""
TIERS = {
    Tier.CDS_IDENTIFIER: BY_CDS_IDENTIFIER,
    Tier.PROVIDER_IDENTIFIER: BY_PROVIDER_IDENTIFIER,
    Tier.PERSON_AND_DATES: BY_PERSON_AND_DATES,
    Tier.PERSON_AND_NEAR_DATES: BY_PERSON_AND_NEAR_DATES,
}


def match(connection: Connection) -> dict[str, int]:
    """Match every line anew; how many by tier."""
    connection.execute(FORGET)
    return {
        tier.value: int(connection.execute(statement, {"tier": tier.value, "any": ANY}).rowcount)
        for tier, statement in TIERS.items()
    }
