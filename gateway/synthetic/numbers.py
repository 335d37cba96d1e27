"""Synthetic NHS numbers with right check digits, from the range 999 that is never issued; when it is full, from 900 on.

Only a benchmark asks for more than 900,000; nothing from outside 999 ever goes into a committed file.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

IN_999 = 900_000
_ALL_NINES = 9_999_999_999  # its check digit is right, and it is nobody's number
_WEIGHTS = np.array([10, 9, 8, 7, 6, 5, 4, 3, 2])


def nhs_numbers(count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """`count` distinct valid numbers, in random order. Raises ValueError above 90 million."""
    first = 999_000_000 if count <= IN_999 else 900_000_000
    if count > IN_999 * 100:
        raise ValueError("there are no more than 90 million synthetic NHS numbers")
    width = min(1_000_000_000 - first, max(1_000_000, int(count * 1.2)))
    nine = np.arange(first, first + width, dtype=np.int64)
    digits = nine[:, None] // 10 ** np.arange(8, -1, -1) % 10
    check = (11 - digits @ _WEIGHTS % 11) % 11
    right = check < 10  # noqa: PLR2004 a remainder of 10 is no digit
    valid: NDArray[np.int64] = rng.permutation(nine[right] * 10 + check[right])
    taken: NDArray[np.int64] = valid[valid != _ALL_NINES][:count]
    return taken


def with_wrong_check_digit(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same numbers, each with a last digit that is not its own."""
    return numbers - numbers % 10 + (numbers % 10 + 1) % 10
