"""Everything a demonstration needs before its files are taken in: files, policies of its own, stores and accounts.

The shipped agreements have ended; the demonstration's copy has a further term, plainly labelled.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

from gateway.access.decision import Membership
from gateway.audit.sealing import new_key_pair
from gateway.enforcement.installation import Plan, make, write_private
from gateway.settings import AUDITOR_KEY, Settings, shipped_policies
from gateway.stores import accounts
from gateway.stores.accounts import pipeline
from gateway.stores.accounts.pipeline import Account
from gateway.stores.vault import Vault, writing
from gateway.synthetic.demonstration_agreements import ADDRESSES, demonstration_agreements
from gateway.synthetic.practices import participating_practices
from gateway.synthetic.sign_ins import SERVICES, SignIn, sign_ins
from gateway.synthetic.synthesiser import synthesise

PRACTICES = 12
AGREEMENTS = "agreements.toml"
AUDITOR = "auditor"
LABEL = """DEMONSTRATION. seal-key.pem opens the NHS numbers that this folder's audit log seals to its auditor.
An auditor makes a real one with 'gateway audit seal-key' on a machine of their own, and it never comes near a server.
"""
_BEFORE, _AFTER = timedelta(days=30), timedelta(days=5 * 365)


def prepare(  # noqa: PLR0913 each by its name
    folder: Path, files: Path, *, patients: int, seed: int, day: date, hashed: Callable[[str], str]
) -> list[dict[str, object]]:
    """Write the files and make the installation; the sign-ins, with their passwords, as sign-ins.json has them.

    day: the one that the data are made for; agreements and grants hold on it and on the machine's own day.
    hashed: how a password is kept.
    """
    practices = tuple(participating_practices(PRACTICES))
    synthesise(files, patients=patients, practices=PRACTICES, seed=seed, as_of=day)
    policies = folder / "policies"
    folder.mkdir(mode=0o700)
    shutil.copytree(shipped_policies(), policies)
    shipped = (policies / AGREEMENTS).read_bytes()
    last = max(day, date.today())  # noqa: DTZ011 the machine's own day
    (policies / AGREEMENTS).write_bytes(demonstration_agreements(shipped, today=last, practices=practices))
    addresses = {f"GATEWAY_STORAGE_ADDRESS_{key}": address for key, address in ADDRESSES.items()}
    extra = {"GATEWAY_POLICIES": "policies", "GATEWAY_DEMONSTRATION": "yes", **addresses, **SERVICES}
    settings = make(Plan(folder, tuple(sorted(ADDRESSES)), extra=extra))
    auditors_key(folder, settings)
    return add_people(settings, sign_ins(practices), day, hashed)


def auditors_key(folder: Path, settings: Settings) -> None:
    """The auditor's key pair; of a real one the private key would never be here, and the label says so."""
    private, public = new_key_pair()
    (settings.keys / AUDITOR_KEY).write_bytes(public)
    (folder / AUDITOR).mkdir(mode=0o700)
    write_private(folder / AUDITOR / "seal-key.pem", private)
    (folder / AUDITOR / "README.txt").write_text(LABEL, "utf-8")


def add_people(
    settings: Settings, people: tuple[SignIn, ...], day: date, hashed: Callable[[str], str]
) -> list[dict[str, object]]:
    """Accounts and grants; what sign-ins.json says."""
    passwords = [secrets.token_urlsafe(12) for _ in people]
    with ThreadPoolExecutor() as pool:
        hashes = list(pool.map(hashed, passwords))
    connection = Vault(settings.keys).connect(accounts.NAME, settings.home / accounts.FILE)
    with writing(connection):
        for one, password_hash in zip(people, hashes, strict=True):
            pipeline.add_account(connection, account_of(one, password_hash, day))
            for organisation in (one.organisation, *one.also):
                pipeline.add_membership(connection, one.user, membership_of(one, organisation, day))
    connection.close()
    return [
        {
            "user": one.user,
            "password": password,
            "role": one.role,
            "organisation": one.organisation,
            "also": list(one.also),
        }
        for one, password in zip(people, passwords, strict=True)
    ]


def account_of(one: SignIn, password_hash: str, day: date) -> Account:
    """An invented account; training and authorisation for those who need them."""
    first, last = _dates(day)
    dated = last if one.trained else None
    return Account(
        user=one.user,
        name=one.name,
        employer=one.organisation,
        contract_from=first,
        professional_number=one.professional_number,
        training_until=dated,
        authorised_until=dated,
        password_hash=password_hash,
    )


def membership_of(one: SignIn, organisation: str, day: date) -> Membership:
    """A grant that two invented administrators made."""
    dates = _dates(day)
    return Membership(
        one.role, organisation, *dates, "administrator", "second-administrator", day + timedelta(days=365)
    )


def _dates(day: date) -> tuple[date, date]:
    """First and last day of a grant that holds on `day` and on the machine's own day."""
    today = date.today()  # noqa: DTZ011 the machine's own day
    return min(day, today) - _BEFORE, max(day, today) + _AFTER
