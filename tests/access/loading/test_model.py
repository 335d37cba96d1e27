"""model.conf is the model that these policies were proved with, word for word; comments and empty lines are free."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gateway.access.loading.model import MODEL

Told = Callable[..., tuple[str, ...]]
PROVED = "the model differs from the one that was proved"


@pytest.mark.parametrize("at", range(len(MODEL)))
def test_a_line_with_one_word_changed_is_refused_on_its_line(faults: Told, at: int) -> None:
    new = f"{MODEL[at]} || true"
    assert faults(("model.conf", f"{MODEL[at]}\n", f"{new}\n")) == (
        f"model.conf:{at + 1}: {PROVED}: write: {MODEL[at]}",
    )


@pytest.mark.parametrize("at", range(len(MODEL) - 1))
def test_a_line_left_out_is_refused_where_the_next_one_stands(faults: Told, at: int) -> None:
    assert faults(("model.conf", f"{MODEL[at]}\n", "")) == (f"model.conf:{at + 1}: {PROVED}: write: {MODEL[at]}",)


@pytest.mark.parametrize(("new", "line"), [("", len(MODEL) - 1), (f"{MODEL[-1]}\n{MODEL[-1]}\n", len(MODEL) + 1)])
def test_a_line_too_many_or_too_few_is_refused(faults: Told, new: str, line: int) -> None:
    refused = faults(("model.conf", f"{MODEL[-1]}\n", new))
    assert refused == (f"model.conf:{line}: the model has lines too many or too few: put the shipped model.conf back",)


def test_comments_and_empty_lines_are_free(faults: Told) -> None:
    assert faults(("model.conf", f"{MODEL[2]}\n", f"# why\n\n{MODEL[2]}\n")) == ()
