"""Lists are opened again and again: their tokens are worked out once, and are the same as one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.audit.tokens import REMEMBERED, Tokens

MASTER = bytes(range(32))
anything = st.lists(st.text(st.sampled_from('1\n",\\ \ud800'), max_size=3), max_size=4).map(tuple)


@given(lists=st.lists(anything, max_size=4))
def test_no_two_lists_are_taken_for_one_another(lists: list[tuple[str, ...]]) -> None:
    tokens = Tokens(MASTER)
    for identifiers in lists * 2:
        one_by_one = {Tokens(MASTER).token("invoices", identifier) for identifier in identifiers}
        assert tokens.tokens("invoices", identifiers) == sorted(one_by_one)


def test_the_same_list_in_two_stores_has_no_token_in_common() -> None:
    tokens, people = Tokens(MASTER), ("9990000018", "9990000026")
    first = tokens.tokens("risk_identifiable", people)
    assert not set(first) & set(tokens.tokens("invoices", people))
    assert tokens.tokens("risk_identifiable", people) == first


def test_more_lists_than_are_remembered_have_the_right_tokens_still() -> None:
    tokens = Tokens(MASTER)
    for number in range(REMEMBERED + 2):
        people = (f"{number:010}", "9990000018")
        assert tokens.tokens("invoices", people) == sorted(tokens.token("invoices", one) for one in people)
