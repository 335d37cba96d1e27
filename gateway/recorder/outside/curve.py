"""Ed25519 (RFC 8032) and C2SP signed notes, with the standard library alone: a part of an export's verify.py."""

from __future__ import annotations

import base64
from hashlib import sha256, sha512

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
KEY_BYTES, SIGNATURE_BYTES = 32, 64
BASE_Y = 4 * pow(5, P - 2, P) % P
Point = tuple[int, int, int, int]


class Wrong(Exception):
    """What the export says does not hold."""

    fault = "changed"


class Resigned(Wrong):
    """Somebody else's key signed it."""

    fault = "re-signed"


class Forked(Wrong):
    """It is signed, and not what was signed before."""

    fault = "forked"


def _x(y: int, sign: int) -> int:
    if y >= P:
        raise Wrong("no point of the curve")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        raise Wrong("no point of the curve")
    return P - x if x & 1 != sign else x


def _add(a: Point, b: Point) -> Point:
    m, n = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = n - m, d - c, d + c, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = _add(total, point)
        point, scalar = _add(point, point), scalar >> 1
    return total


def _point(encoded: bytes) -> Point:
    number = int.from_bytes(encoded, "little")
    y = number & ((1 << 255) - 1)
    x = _x(y, number >> 255)
    return x, y, 1, x * y % P


def ed25519_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature is right (RFC 8032, 5.1.7)."""
    if len(public) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    s = int.from_bytes(signature[32:], "little")
    try:
        a, r = _point(public), _point(signature[:32])
    except Wrong:
        return False
    k = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = _times(s, (_x(BASE_Y, 0), BASE_Y, 1, _x(BASE_Y, 0) * BASE_Y % P)), _add(r, _times(k, a))
    same = (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0
    return s < L and same


def note_text(note: str, key: str) -> str:
    """The text of a C2SP signed note that the verifier key `key` signed; others may have signed it too."""
    text, _, lines = note.rpartition("\n\n")
    try:
        name, hashed, encoded = key.strip().split("+", 2)
        public = base64.b64decode(encoded)[1:]
        signatures = [signature_of(line) for line in lines.split("\n")[:-1]]
    except ValueError:
        raise Wrong("the key or the signature cannot be read") from None
    key_id = sha256(name.encode() + b"\n\x01" + public).digest()[:4]
    if key_id.hex() != hashed or not lines.endswith("\n"):
        raise Wrong("the key or the signature cannot be read")
    ours = [signed[4:] for signer, signed in signatures if signer == name and signed[:4] == key_id]
    if not ours:
        raise Resigned(f"signed by another key than {key.strip()}")
    if not ed25519_holds(public, f"{text}\n".encode(), ours[0]):
        raise Wrong("the signature is wrong")
    return text


def signature_of(line: str) -> tuple[str, bytes]:
    """Who signed, and the bytes, key hash first. Raises ValueError for a line of another form."""
    dash, signer, encoded = line.split(" ")
    signed = base64.b64decode(encoded)
    if dash != "\N{EM DASH}" or encoded != base64.b64encode(signed).decode():
        raise ValueError("no signature line")
    return signer, signed
