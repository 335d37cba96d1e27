"""A progress bar on standard error, a step a stage; nothing of it where nobody looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


@contextmanager
def progress(stages: Sequence[str]) -> Iterator[Callable[[str], None]]:
    """A function to call with each stage as it begins."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<22}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, TimeElapsedColumn(), console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=len(stages))

        def step(stage: str) -> None:
            bar.update(task, description=stage.replace("_", " "), completed=stages.index(stage) + 1)

        yield step
