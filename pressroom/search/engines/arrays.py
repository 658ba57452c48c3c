"""The arrays that an answer is made of."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int64]
Narrow: TypeAlias = npt.NDArray[Any]
Floats: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]

FEW, MANY = 16, 8_000  # keys of a heap, and from how many keys on it has more

NO_INTS: Ints = np.array([], dtype=np.int64)


def spans(starts: Ints, counts: Ints) -> Ints:
    """From each start on as many numbers as its count says, one span after the other.

    >>> spans(np.array([10, 20]), np.array([2, 3])).tolist()
    [10, 11, 20, 21, 22]
    """
    ends = np.cumsum(counts, dtype=np.int64)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(starts - ends + counts, counts) + np.arange(total)


def members(documents: Ints, among: Ints, size: int) -> Mask:
    """Which of *documents* are *among* others. Both ascend; no number reaches *size*."""
    if len(among) > 32 * len(documents):
        places = np.searchsorted(among, documents)
        places[places == len(among)] = 0
        found: Mask = among[places] == documents
        return found
    return scattered(among, size).take(documents)


def scattered(documents: Ints, size: int) -> Mask:
    """*documents* as a mask."""
    mask = np.zeros(size, dtype=bool)
    mask[documents] = True
    return mask


def smallest(keys: Ints | Floats, count: int) -> Ints:
    """The places of the *count* smallest of *keys*, and of those that equal the last of them; all, if they are fewer.

    >>> smallest(np.array([3, 1, 2, 2]), 2).tolist()
    [1, 2, 3]
    """
    if count >= len(keys):
        return np.arange(len(keys))
    # Of many only the smallest ones of some heaps are put in order: as many heaps have one that is no larger than the
    # last of these, so nothing beyond it can be among the smallest.
    height = FEW if len(keys) < MANY else 4 * FEW
    heaps = len(keys) // height
    if heaps > 2 * count:
        lowest = keys[: heaps * height].reshape(height, heaps).min(axis=0)
        likely = np.flatnonzero(keys <= np.partition(lowest, count - 1)[count - 1])
        return likely[_smallest(keys.take(likely), count)]
    return _smallest(keys, count)


def _smallest(keys: Ints | Floats, count: int) -> Ints:
    return np.flatnonzero(keys <= np.partition(keys, count - 1)[count - 1])
