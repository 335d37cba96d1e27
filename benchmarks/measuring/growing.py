"""The work list's page as the store grows: the same questions of a small and a large installation, in turn.

In-process: decision, both stores, join, and the event durably on the log, without web server and template, which see
fifty rows at any size. Practices are of one size, so that what differs is how many others are held.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from gateway.access.decision import Value
from gateway.enforcement.desk import Desk, open_desk
from measuring.figures import show, verdict
from measuring.many_patients import ASKED, PEOPLE, ask, listed, marked

AIM = 1.5
EACH, WARM_UP = 600, 5
LAST = ASKED - 1  # of the practices asked: the one that has the marks
QUESTIONS: Mapping[str, tuple[Mapping[str, Value], range]] = {
    "first page": ({}, range(LAST)),
    "a middle page": ({"page": 20}, range(LAST)),
    "one condition": ({"condition": "COPD"}, range(LAST)),
    "sorted by change": ({"sort": "-change"}, range(LAST)),
    "first page, 2,000 marks": ({}, range(LAST, ASKED)),
    "not reviewed, 2,000 marks": ({"reviewed": "no"}, range(LAST, ASKED)),
}
Asked = tuple[Desk, tuple[str, ...]]


def measure(sizes: Sequence[int], scratch: Path) -> None:
    """Make an installation of each size, ask them in turn, print p50 and p99 and the last size's over the first's."""
    with ExitStack() as stack:
        asked = [_opened(stack, scratch / str(size), size) for size in sizes]
        for name, (question, practices) in QUESTIONS.items():
            _tell(name, sizes, _taken(asked, question, practices))


def _opened(stack: ExitStack, folder: Path, size: int) -> Asked:
    begun, now = time.perf_counter(), datetime.now(UTC)
    made = listed(folder, size, now.date())
    desk = stack.enter_context(open_desk(made.settings))
    marked(made, desk, now)
    print(f"{size:,} people at {max(ASKED, size // PEOPLE)} practices made in {time.perf_counter() - begun:.0f} s")
    return desk, made.practices


def _taken(asked: Sequence[Asked], question: Mapping[str, Value], practices: range) -> list[list[float]]:
    """Milliseconds of each request by size, in order of size; the sizes take turns at every single request."""
    taken: list[list[float]] = [[] for _ in asked]
    warm_up = WARM_UP * len(practices)
    for turn in range(warm_up + EACH):
        for at, (desk, codes) in enumerate(asked):
            begun = time.perf_counter()
            ask(desk, codes[practices[turn % len(practices)]], **question)
            if turn >= warm_up:
                taken[at].append(1000 * (time.perf_counter() - begun))
    return [sorted(times) for times in taken]


def _tell(name: str, sizes: Sequence[int], taken: list[list[float]]) -> None:
    """p50 and p99 at each size, and the last size's over the first's."""
    told = [(median(times), times[len(times) * 99 // 100]) for times in taken]
    rows = [(f"{size:,} people", f"{p50:.2f}", f"{p99:.2f}") for size, (p50, p99) in zip(sizes, told, strict=True)]
    show(f"The list's page, {name}", ("", "p50 ms", "p99 ms"), rows)
    grown = [last / first for first, last in zip(told[0], told[-1], strict=True)]
    print(f"the last size over the first, p50     {grown[0]:.2f}")
    print(f"the last size over the first, p99     {grown[1]:.2f}   {verdict(grown[1], AIM)}")
