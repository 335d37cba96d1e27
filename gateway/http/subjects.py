"""From an account and a membership to the subject of a request: the dated facts that decisions look at."""

from __future__ import annotations

from gateway.access.decision import Subject
from gateway.stores.accounts.pipeline import Account, Held


def subject_from(account: Account, held: Held | None, *, session: str = "", by: str = "password") -> Subject:
    """The subject. session: hash of the session's id, '' on the command line. by: how it signed in."""
    return Subject(
        user=account.user,
        membership=held.membership if held else None,
        session=session,
        signed_in_by=by,
        professional_number=account.professional_number,
        employer=account.employer,
        status=account.status,
        contract_from=account.contract_from,
        contract_until=account.contract_until,
        training_until=account.training_until,
        authorised_until=account.authorised_until,
    )
