"""Tokens: the same person is the same token in one store and another in the next, and no key no token."""

from __future__ import annotations

import base64
import hmac
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from gateway.audit.tokens import Tokens

MASTER = bytes(range(32))
numbers = st.integers(9990000000, 9999999999).map(str)
stores = st.sampled_from(["risk_identifiable", "risk_pseudonymised", "invoices"])


def hkdf(master: bytes, info: bytes) -> bytes:
    """RFC 5869 for 32 bytes with SHA-256 and no salt, in two lines."""
    extracted = hmac.digest(bytes(32), master, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


@given(store=stores, number=numbers)
def test_a_token_is_an_hmac_under_a_key_derived_for_its_store(store: str, number: str) -> None:
    key = hkdf(MASTER, b"audit token of store " + store.encode())
    expected = base64.urlsafe_b64encode(hmac.new(key, number.encode(), sha256).digest()).decode()
    assert Tokens(MASTER).token(store, number) == expected.rstrip("=")


@given(many=st.lists(st.tuples(stores, numbers), unique=True, max_size=6))
def test_two_people_or_two_stores_never_share_a_token(many: list[tuple[str, str]]) -> None:
    tokens = Tokens(MASTER)
    assert len({tokens.token(*one) for one in many}) == len(many)


@given(many=st.lists(numbers, max_size=6), extra=st.data())
def test_a_list_tells_neither_its_order_nor_who_was_on_it_twice(many: list[str], extra: st.DataObject) -> None:
    tokens, mixed = Tokens(MASTER), extra.draw(st.permutations([*many, *many]))
    assert tokens.tokens("invoices", tuple(mixed)) == tokens.tokens("invoices", tuple(many)) == sorted(
        {tokens.token("invoices", number) for number in many}
    )  # fmt: skip


@given(number=numbers)
def test_another_key_gives_other_tokens(number: str) -> None:
    assert Tokens(MASTER).token("invoices", number) != Tokens(bytes(32)).token("invoices", number)


@given(number=numbers)
def test_a_token_shows_no_digit_of_the_number_in_order(number: str) -> None:
    token = Tokens(MASTER).token("invoices", number)
    assert len(token) == 43
    assert number not in token


@given(text=st.text(st.characters(codec=None)))
def test_every_text_that_json_can_carry_has_a_token(text: str) -> None:
    assert len(Tokens(MASTER).token(text, text)) == 43
