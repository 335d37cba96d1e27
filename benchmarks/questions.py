"""What each of the auditor's questions takes at 10,000 to 3 million events: nothing may grow that need not.

    python benchmarks/questions.py [--events N] [--rounds N]

One log grows, 3,000 events a working day, and is asked at each size: median milliseconds in the encrypted store, for
other people and users each time. Questions by days ask the last 31 days. At last one is asked as a whole access, which
also decides, has the tokens made, and puts its event durably on the log. --events: the greatest size.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

from measuring.auditor import request
from measuring.figures import show, spread, verdict
from measuring.logs import FIRST_NUMBER, PEOPLE, PRACTICES, START, STORE, Growing

from gateway.access.decision import Value
from gateway.enforcement import questions
from gateway.enforcement.answer import permitted
from gateway.enforcement.desk import Desk, open_desk, serving_desk
from gateway.enforcement.installation import Plan, make
from gateway.settings import Settings
from gateway.stores.audit_log.asking import CACHE, Asking, Days
from gateway.stores.audit_log.stream import Stream
from gateway.stores.vault import Connection

SIZES = (10_000, 100_000, 1_000_000, 3_000_000)
AIM_MS, STEP = 2.0, 7919  # a prime: another person each time
WHO_SAW = "who saw a patient"
SEARCHES: Mapping[str, Mapping[str, Value]] = {
    "search: newest": {},
    "search: one day": {"day": "{middle}"},
    "search: days from, to": {"day_from": "{middle}", "day_to": "{later}"},
    "search: one user": {"user": "user007.1"},
    "search: one user in those days": {"user": "user007.1", "day_from": "{middle}", "day_to": "{later}"},
    "search: one practice": {"organisation": "Z90007"},
    "search: a role and a decision": {"role": "gp", "decision": "deny"},
    "search: a role and a user": {"role": "gp", "user": "user007.1"},
    "search: channel that nobody used": {"channel": "cli"},
    "search: a reason code": {"reason_code": "role_expired"},
}


def main() -> None:
    """Grow, ask, grow."""
    options = argparse.ArgumentParser(description="The auditor's questions at every size.")
    options.add_argument("--events", type=int, default=SIZES[-1])
    options.add_argument("--rounds", type=int, default=15)
    asked = options.parse_args()
    sizes = [*(size for size in SIZES if size < asked.events), asked.events]
    with tempfile.TemporaryDirectory() as scratch:
        growing, found = Growing(make(Plan(Path(scratch) / "log", ("RS",)))), []
        for size in sizes:
            begun = time.perf_counter()
            growing.grow(size)
            print(f"{size} events, {growing.file().stat().st_size / 1e9:.2f} GB, {time.perf_counter() - begun:.0f} s")
            found.append(dict(timed(growing, asked.rounds)))
        whole = whole_access(growing.settings, asked.rounds)
    rows = [(name, *(f"{one[name]:.2f}" for one in found)) for name in found[0]]
    show("Milliseconds of a question", ("", *(f"{size:,}" for size in sizes)), rows)
    print(f"{WHO_SAW}, decided, with its event on the log  {whole:.2f}")
    print(f"{WHO_SAW}  {found[-1][WHO_SAW]:.2f}   {verdict(found[-1][WHO_SAW], AIM_MS)}")


def timed(growing: Growing, rounds: int) -> Iterator[tuple[str, float]]:
    """Median milliseconds of each question."""
    now = today(growing)
    desk = replace(serving_desk(growing.settings), clock=lambda: now)
    with growing.connection() as connection:
        connection.execute(CACHE)
        for name, ask in ways(growing, desk, connection).items():
            yield name, milliseconds(ask, rounds)


def milliseconds(ask: Callable[[], object], rounds: int) -> float:
    """The median, the first left out."""
    took = []
    for _ in range(rounds + 1):
        begun = time.perf_counter()
        ask()
        took.append(time.perf_counter() - begun)
    return 1000 * spread(took[1:]).p50


def whole_access(settings: Settings, rounds: int) -> float:
    """Who saw a patient, through the running log: it stamps the present time, so that this comes last."""
    numbers = count()
    with open_desk(settings) as desk:
        asked = request("audit.patient", {"token": ""})
        return milliseconds(lambda: questions.who_saw(asked, person(next(numbers)), desk=desk), rounds)


def person(number: int) -> str:
    """Another one each time."""
    return str(FIRST_NUMBER + number * STEP % PEOPLE)


def ways(growing: Growing, desk: Desk, connection: Connection) -> dict[str, Callable[[], object]]:
    """Each question, as a call."""
    token = growing.tokens().token
    asking, stream, numbers = Asking(connection), Stream(connection), count()
    last = desk.now().date()
    days = Days((last - timedelta(days=30)).isoformat(), last.isoformat())

    def user() -> str:
        return f"user{next(numbers) % 200:03d}.{next(numbers) % 4}"

    def prove() -> object:
        index = next(numbers) * STEP % growing.size
        return next(stream.entries(index, index + 1)), stream.tree(growing.size).inclusion_proof(index)

    found: dict[str, Callable[[], object]] = {
        WHO_SAW: lambda: list(asking.of_people((token(STORE, person(next(numbers))),))),
        "… whom a practice's first page shows": lambda: list(
            asking.of_people((token(STORE, first_of_a_list(next(numbers))),))
        ),
        "a user's day": lambda: list(asking.of_user(user(), Days(days.last, days.last))),
        "a user's year": lambda: list(asking.of_user(user(), Days(year_before(last), days.last))),
        "one event's proof": prove,
    }
    for name, (answer, _columns) in questions.QUESTIONS.items():
        found[name] = lambda answer=answer: list(answer(asking, days))  # type: ignore[misc]
    for name, filters in SEARCHES.items():
        grant = permitted(request("audit.events", dated(filters, desk.now())), desk=desk)
        found[name] = lambda grant=grant: desk.fetch(grant)  # type: ignore[misc]
    return found


def first_of_a_list(number: int) -> str:
    """The first person of a practice's list, who is on most of what is opened there."""
    return str(FIRST_NUMBER + number % PRACTICES * (PEOPLE // PRACTICES))


def dated(filters: Mapping[str, Value], last: datetime) -> dict[str, Value]:
    """Days in the middle of the log."""
    middle = (START + (last - START) / 2).date()
    days = {"middle": middle.isoformat(), "later": (middle + timedelta(days=6)).isoformat()}
    return {name: str(value).format(**days) for name, value in filters.items()}


def today(growing: Growing) -> datetime:
    """The day of the last event."""
    with growing.connection() as connection:
        (at,) = connection.execute("SELECT at FROM event ORDER BY idx DESC LIMIT 1").fetchone()
    return datetime.fromisoformat(at).astimezone(UTC)


def year_before(day: date) -> str:
    """A year before."""
    return (day - timedelta(days=365)).isoformat()


if __name__ == "__main__":
    main()
