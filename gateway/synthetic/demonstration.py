"""Everything a demonstration needs before its files are taken in: files, policies of its own, stores and accounts.

The shipped agreements have ended; the demonstration's copy has a further term, plainly labelled.
"""

from __future__ import annotations

import secrets
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

from gateway.enforcement.installation import Plan, make
from gateway.settings import shipped_policies
from gateway.stores.accounts import pipeline
from gateway.stores.vault import Vault
from gateway.synthetic.demonstration_agreements import ADDRESSES, INSTRUCTION, demonstration_agreements
from gateway.synthetic.practices import participating_practices
from gateway.synthetic.sign_ins import SERVICES, SignIn, sign_ins
from gateway.synthetic.synthesiser import synthesise

PRACTICES = 12
AGREEMENTS = "agreements.toml"
_A_YEAR = timedelta(days=365)


def prepare(folder: Path, files: Path, *, patients: int, seed: int, day: date) -> list[dict[str, object]]:
    """Write the files and make the installation; the sign-ins, with their passwords, as sign-ins.json has them."""
    practices = tuple(participating_practices(PRACTICES))
    synthesise(files, patients=patients, practices=PRACTICES, seed=seed, as_of=day)
    policies = folder / "policies"
    shutil.copytree(shipped_policies(), policies)
    shipped = (policies / AGREEMENTS).read_bytes()
    (policies / AGREEMENTS).write_bytes(demonstration_agreements(shipped, today=day, practices=practices))
