"""What is known of an agreement's data before it is destroyed: its files, what was received, the copies, what remains.

Whatever the installation cannot know is said in words and never guessed. Keeps ALL-11.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from gateway.access.agreements import Agreement
from gateway.access.grant import Grant
from gateway.audit.event import EventType
from gateway.enforcement.desk import Desk
from gateway.enforcement.inventory import of_agreement, readable
from gateway.stores import audit_log, destroying
from gateway.stores.audit_log.telling import Told, telling_of
from gateway.stores.outbox import Transaction

REMAINS = (
    "the audit log: its events, keyed tokens of patients, and sealed NHS numbers that the auditor's key alone opens",
    "accounts and grants, which hold nothing of a patient",
)
UNKNOWN = (
    "where the delivered files themselves lie: the gateway reads them and keeps none",
    "copies of keys that were made outside the gateway: destroy them, for with one its store's backup opens again",
    "lists and files that people took away: the log names each export and who made it",
    "copies of a disk or of a virtual machine",
)


def held_under(
    grant: Grant, agreement: Agreement, homes: Sequence[Path], stores: Sequence[str], desk: Desk
) -> dict[str, Any]:
    """Files with their sizes, what was received, backups, which stores could not be asked, what remains."""
    log = desk.stores[audit_log.NAME]
    snapshot: AbstractContextManager[Transaction] = log.changing()  # type: ignore[attr-defined]
    with snapshot as transaction:
        telling = telling_of(grant, transaction)
        received = list(of_agreement(agreement.key, telling.of_types(EventType.INTAKE_FINISHED), desk))
        copies = backups(agreement.key, telling.of_resource("operations.backup", "create"))
    return {
        "storage_address": desk.settings.storage_address.get(agreement.key, ""),
        "files": _files(homes, stores),
        "received": [one.record for one in received],
        "backups": copies,
        "stores_not_read": readable(stores, desk)[1],
        "remains": list(REMAINS),
        "not_recorded": list(UNKNOWN),
    }


def backups(key: str, told: Iterable[Told]) -> list[dict[str, Any]]:
    """Backups that hold copies of an agreement's stores, as the log tells of them."""
    return [
        {
            "event": one.idx,
            "at": one.at,
            "by": one.user,
            "manifest_sha256": one.details["backup"],
            "bytes": one.details["bytes"],
            "storage_address": one.details["addresses"][key],
        }
        for one in told
        if "backup" in one.details and key in one.details.get("addresses", {})
    ]


def _files(homes: Sequence[Path], stores: Sequence[str]) -> list[dict[str, Any]]:
    """Each file by its path from the folder around the stores."""
    return [
        {"file": path.relative_to(homes[0].parent).as_posix(), "bytes": path.stat().st_size}
        for home in homes
        for path in destroying.files_of(home, stores)
    ]
