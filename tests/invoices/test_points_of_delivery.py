from __future__ import annotations

import pytest

from gateway.invoices.points_of_delivery import points_of_delivery, sus_kind, title


@pytest.mark.parametrize(
    ("code", "kind"),
    [("NEL", "apc"), ("NELST", "apc"), ("DC", "apc"), ("EL", "apc"), ("OPFASPCL", "op"), ("OPPROC", "op"), ("AE", "ec"),
     ("DRUG", "none"), ("DEVICE", "none"), ("COMM", "none"), ("UNBOTHER", "any"), ("XX", "any"), ("", "any")],
)  # fmt: skip
def test_a_point_of_delivery_says_which_sus_data_set_has_it(code: str, kind: str) -> None:
    assert sus_kind(code) == kind


def test_every_code_has_words_and_a_known_data_set() -> None:
    known = points_of_delivery()
    assert len(known) > 50
    assert all(one.title and one.sus_kind in {"apc", "op", "ec", "none"} for one in known.values())
    assert all(code == one.code for code, one in known.items())


def test_a_code_is_said_in_words_and_an_unknown_one_as_it_is() -> None:
    assert (title("AE"), title("UNBOTHER")) == ("Emergency department attendance", "UNBOTHER")
