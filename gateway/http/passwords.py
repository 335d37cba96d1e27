"""Passwords: argon2id at RFC 9106's second recommended setting, length, and a list of what everybody tries first.

Constant work for a user who does not exist, so that time tells nobody who does (docs/security.md).
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from gateway.errors import BadRequest

SHORTEST, LONGEST = 12, 256
_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
# of 64 random bytes that nobody kept: the same work as for a real account, from the first request on
_NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$eVEvuj7t1RWruxbCuUAQ1g$8FRUV42ZBR+3jogtO9v+XBnbo8usQ6NIe6X+u2sMRzo"


def hashed(password: str) -> str:
    """argon2id's own form of it."""
    return _HASHER.hash(password)


def matches(password_hash: str, password: str) -> bool:
    """Whether it is the password; without a hash the same work is done and the answer is no."""
    try:
        return _HASHER.verify(password_hash or _NOBODYS, password) and password_hash != ""
    except (VerificationError, InvalidHashError):
        return False


def check(password: str, user: str) -> None:
    """Raises BadRequest, with the mend, for a password too short, too long or too common, or with the user's name."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadRequest(f"Choose a password of {SHORTEST} to {LONGEST} characters.")
    plain = password.casefold()
    if user.casefold() in plain or len(set(plain)) < SHORTEST // 3 or _stripped(plain) in _common():
        raise BadRequest("That password is easy to guess. Choose another, for example four unrelated words.")


def _stripped(password: str) -> str:
    """Without what people add to a common word: digits and signs at either end."""
    return password.strip("0123456789!?.@#$%&*-_+= ")


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    text = resources.files("gateway.http").joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
