"""The work list page of 50 rows, whole job, against a bare Flask page and Datasette over the same rows.

    python benchmarks/worklist.py [--rounds N] [--seconds S]
    python benchmarks/worklist.py --sizes 40000 4000000

The gateway looks the session up, decides, reads its encrypted store within the scope, puts the event durably on the
log, tokens of 50 patients included, and only then sends the page. The bare page has the same template, rows, query
and gunicorn settings, and none of that. Datasette serves its own page of the same table in plain SQLite, once as it
comes, and once as lean as it can be: the same fifty rows, an immutable file, no facets suggested.
A demonstration of 20,000 patients is made first; its lists are lengthened so that each has a full page.
With --sizes nothing of that runs: the page is asked for at each size, without web server (measuring/growing.py).
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from measuring import datasette, demonstration, growing
from measuring.bare_page import ROWS
from measuring.figures import middle, ratio, show, verdict
from measuring.load import Answered, Load, Target, page_of
from measuring.processes import GATEWAY, HERE, free_port, serving

from gateway.cli.serve import web_command

PATIENTS, WORKERS, THREADS = 20_000, 2, 8
CLIENTS = (1, 8, 32)
AIM_BARE, HOPE_BARE, AIM_DATASETTE = 2.5, 2.0, 10.0
PAGES = {1: 400, 8: 100, 32: 30}  # that each of so many clients opens in one burst
WARM_UP, ROWS_SHOWN = 10, 50
PAGE = demonstration.WORK_LIST
Rounds = dict[str, list[Answered]]


def main() -> None:
    """Make the demonstration, serve all three, measure them in turn."""
    options = argparse.ArgumentParser(description="The work list page against a bare page and Datasette.")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=float, default=4.0, help="of one burst at most")
    options.add_argument(
        "--sizes", type=int, nargs="+", help="people held, smallest first: how the page grows with them"
    )
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        if asked.sizes:
            growing.measure(asked.sizes, Path(scratch))
            return
        folder, rows = Path(scratch) / "demo", Path(scratch) / "rows.db"
        demonstration.make(folder, PATIENTS)
        demonstration.lengthen_lists(folder, Path(scratch) / "files", PATIENTS)
        demonstration.copy_rows(folder, rows)
        with targets(folder, rows) as found:
            check_same_rows(found)
            for clients in CLIENTS:
                tell(clients, measured(found, clients, asked.rounds, asked.seconds))


@contextmanager
def targets(folder: Path, rows: Path) -> Iterator[list[Target]]:
    """The three servers, running."""
    people = demonstration.sign_ins(folder)
    ours, bare, theirs, lean = free_port(), free_port(), free_port(), free_port()
    bare_command = [*web_command(HERE, bare, WORKERS, THREADS)]
    bare_command[bare_command.index("gateway.web:from_environment()")] = "measuring.bare_page:app()"
    around = {"PYTHONPATH": str(Path(__file__).parent), ROWS: str(rows)}
    ours_command = [GATEWAY, "--dir", folder, "serve", "--port", ours, "--workers", WORKERS, "--threads", THREADS]
    with ExitStack() as stack:
        pids = [
            stack.enter_context(serving(ours_command, ours)),
            stack.enter_context(serving(bare_command, bare, around)),
            stack.enter_context(serving(datasette.command(rows, theirs), theirs)),
            stack.enter_context(serving(datasette.command(rows, lean, lean=True), lean)),
        ]
        cookies = [demonstration.cookies_of(ours, people[number % len(people)]) for number in range(max(CLIENTS))]
        practices = [f"practice={people[number % len(people)]['organisation']}" for number in range(max(CLIENTS))]
        yield [
            Target("gateway", pids[0], ours, PAGE, cookies),
            Target("bare Flask", pids[1], bare, PAGE, practices),
            Target("Datasette", pids[2], theirs, datasette.page(rows)),
            Target("Datasette, lean", pids[3], lean, datasette.lean_page(rows, people[0]["organisation"])),
        ]


def check_same_rows(found: list[Target]) -> None:
    """The gateway and the bare page show the same table of 50 rows. Raises RuntimeError."""
    ours, bare = (page_of(target).partition("<tbody")[2].partition("</tbody>")[0] for target in found[:2])
    if ours != bare or ours.count("<tr") != ROWS_SHOWN:
        raise RuntimeError("the two pages do not show the same 50 rows")


def measured(found: list[Target], clients: int, rounds: int, seconds: float) -> Rounds:
    """Bursts in turn, round by round, after a short one of each that does not count."""
    for target in found:
        Load(target, clients, WARM_UP, seconds).run()
    told: Rounds = {target.name: [] for target in found}
    for _ in range(rounds):
        for target in found:
            told[target.name].append(Load(target, clients, PAGES[clients], seconds).run())
    return told


def tell(clients: int, rounds: Rounds) -> None:
    """A table for one number of clients, each beside the gateway: time, pages a second and processor."""
    headers = ("", "p50 ms", "p95 ms", "pages a second", "CPU ms a page")
    rows = [
        (name, *map("{:.2f}".format, middle(one.taken for one in found)), *_rates(found))
        for name, found in rounds.items()
    ]
    show(f"Work list of 50 rows, {clients} client{'s' * (clients > 1)}", headers, rows)
    ours, bare, theirs, lean = ([one.taken.p50 for one in found] for found in rounds.values())
    times, faster = ratio(ours, bare), ratio(theirs, ours)
    print(f"gateway / bare Flask, p50             {times:.2f}   {verdict(times, AIM_BARE)}, hope {HOPE_BARE}")
    for what in ("per_second", "cpu"):
        mine, other = ([getattr(one, what) for one in found] for found in list(rounds.values())[:2])
        compared = ratio(other, mine) if what == "per_second" else ratio(mine, other)
        name = {"per_second": "time a page", "cpu": "CPU"}[what]
        print(f"gateway / bare Flask, {name:<15} {compared:.2f}")
    print(f"Datasette / gateway, p50              {faster:.1f}   {verdict(faster, AIM_DATASETTE, least=True)}")
    print(f"Datasette, lean / gateway, p50        {ratio(lean, ours):.1f}")


def _rates(found: list[Answered]) -> tuple[str, str]:
    return f"{median(one.per_second for one in found):.0f}", f"{median(one.cpu for one in found):.2f}"


if __name__ == "__main__":
    main()
