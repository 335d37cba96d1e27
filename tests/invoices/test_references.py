from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from gateway.invoices.personal_data import holds_nhs_number
from gateway.invoices.references import BYTES, reference


@given(st.binary(min_size=BYTES, max_size=BYTES))
def test_a_code_of_ours_is_opaque_and_cannot_look_like_a_patient(random: bytes) -> None:
    code = reference(random)
    assert re.fullmatch(r"([A-Z]{2}[2-9]){4}", code)
    assert not set(code) & set("AEIOUY01")
    assert not holds_nhs_number(code)


def test_the_same_bytes_make_the_same_code_and_others_another() -> None:
    assert reference(bytes(range(12))) == reference(bytes(range(12))) != reference(bytes(range(1, 13)))
