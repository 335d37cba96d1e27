"""Make an installation: empty stores, keys, and one-time links for two administrators, since a grant takes two."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import click

from gateway.access.agreements import CONTROLLER, Agreement
from gateway.access.loader import load
from gateway.access.snapshot import LONDON
from gateway.cli.context import tell
from gateway.enforcement import installation, keeping
from gateway.settings import read_policies, shipped_policies
from gateway.stores.accounts.administration import Account


@click.command()
@click.option("--dir", "folder", required=True, type=click.Path(path_type=Path), help="Where the stores are to be.")
@click.option("--keys", type=click.Path(path_type=Path), help="Where the keys are to be: another disk.")
@click.option("--agreement", "agreements", multiple=True, help="Key of an agreement served here; default: every one.")
@click.option("--administrator", default="administrator", show_default=True, help="The first access administrator.")
@click.option("--second", default="second-administrator", show_default=True, help="The second, who approves.")
@click.option("--organisation", default="", help="The administrators' ODS code; default: the agreements' controller.")
@click.option("--json", "as_json", is_flag=True, help="Print facts as JSON.")
def init(  # noqa: PLR0913, PLR0917 one argument an option
    folder: Path,
    keys: Path | None,
    agreements: tuple[str, ...],
    administrator: str,
    second: str,
    organisation: str,
    *,
    as_json: bool,
) -> None:
    """Make empty stores and keys, and two administrators: whoever proposes a grant never approves it."""
    if administrator == second:
        raise click.UsageError("--administrator and --second name one person: a grant takes two")
    known = load(read_policies(shipped_policies())).agreements
    served, day = agreements or tuple(sorted(known)), datetime.now(UTC).astimezone(LONDON).date()
    employer = organisation or _controller(known[key] for key in served if key in known)
    people = [_account(user, employer, day) for user in (administrator, second)]
    settings = installation.make(installation.Plan(folder, served, keys, employer=employer))
    first, other = (f"/first-password/{installation.administrator(settings, account)}" for account in people)
    facts = {"folder": str(folder), "administrator": administrator, "one-time link": first}
    tell({**facts, "second administrator": second, "second one-time link": other}, as_json=as_json)


def _account(user: str, employer: str, day: date) -> Account:
    facts = {"user": user, "name": user, "employer": employer, "contract_from": day.isoformat()}
    return keeping.account_from({**facts, "status": "employee"})


def _controller(agreements: Iterable[Agreement]) -> str:
    """The controller of the agreements served: the last that was one. Raises UsageError where there is none."""
    rows = [row for each in agreements for row in each.parties if row.kind == CONTROLLER]
    if not rows:
        raise click.UsageError("no agreement served names its controller: give --organisation")
    return max(rows, key=lambda row: row.first).organisation
