"""Words that differ from a given one by one slip: a letter missing, added, wrong, or two that changed places.

Two words are one slip apart only if they are alike once a letter is left out of one or of both (Garbe's
symmetric deletion). So every word goes into a table under its own hash and under that of each of its
shortenings, and a question looks up its own. The table is two arrays, 12 bytes an entry, which are kept in a file.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

import numpy as np
import numpy.typing as npt

SHORTEST, LONGEST = 3, 24  # letters of a word that is corrected, or offered

# The hash of a word is the sum of its letters times powers of an odd number, modulo 2**64. What stands behind a
# letter that is left out moves up by one power, which is a multiplication by the inverse: no word is built.
BASE = 0x9E3779B97F4A7C15
WHOLE = 2**64
_POWERS = [pow(BASE, n, WHOLE) for n in range(LONGEST)]
_INVERSE = pow(BASE, -1, WHOLE)
POWERS, INVERSE = np.array(_POWERS, dtype=np.uint64), np.uint64(_INVERSE)

Hashes = npt.NDArray[np.uint64]


Numbers = npt.NDArray[np.uint32]


def table(words: Sequence[bytes], numbers: Iterable[int]) -> tuple[Hashes, Numbers]:
    """The hashes of those of *words* that have one of *numbers*, in order, and whose each is."""
    alike: dict[int, tuple[list[str], list[int]]] = {}
    for number in numbers:
        word = words[number].decode()
        if SHORTEST <= len(word) <= LONGEST and not word.isdigit():
            texts, places = alike.setdefault(len(word), ([], []))
            texts.append(word)
            places.append(number)
    hashes = [_hashes(texts).ravel() for texts, _ in alike.values()]
    owners = [np.repeat(np.array(places, dtype=np.uint32), length + 1) for length, (_, places) in alike.items()]
    if not hashes:
        return np.array([], dtype=np.uint64), np.array([], dtype=np.uint32)
    entries = np.concatenate(hashes)
    order = np.argsort(entries, kind="stable")
    return entries[order], np.concatenate(owners)[order]


class Speller:
    """A table over *words*; words are named by their numbers."""

    def __init__(self, words: Sequence[bytes], hashes: Sequence[int], owners: Sequence[int]) -> None:
        self._words = words
        self._hashes = hashes
        self._owners = owners

    def near(self, word: str) -> list[int]:
        """The numbers of the words that are one slip from *word*."""
        if not SHORTEST <= len(word) <= LONGEST or word.isdigit():
            return []
        found: set[int] = set()
        for sought in _hashes_of(word):
            place = bisect_left(self._hashes, sought)
            while place < len(self._hashes) and self._hashes[place] == sought:
                found.add(self._owners[place])
                place += 1
        return sorted(number for number in found if one_slip(word, self._words[number].decode()))


def _hashes(words: Sequence[str]) -> Hashes:
    """Of each of *words*, all of one length: its own hash, then those of its shortenings."""
    letters = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), dtype="<u4").reshape(len(words), -1)
    upto = np.cumsum(letters * POWERS[: letters.shape[1]], axis=1, dtype=np.uint64)
    whole = upto[:, -1:]
    before = np.concatenate([np.zeros_like(whole), upto[:, :-1]], axis=1)
    return np.concatenate([whole, before + (whole - upto) * INVERSE], axis=1)


def _hashes_of(word: str) -> list[int]:
    """The same of one word, for which arrays take ten times as long."""
    upto = [*accumulate(ord(letter) * power for letter, power in zip(word, _POWERS, strict=False))]
    whole = upto[-1]
    return [whole % WHOLE, *((before + (whole - after) * _INVERSE) % WHOLE for before, after in pairwise([0, *upto]))]


def one_slip(one: str, other: str) -> bool:
    """Whether a single letter missing, added, wrong, or two neighbours that changed places, make *other* of *one*."""
    start, most = 0, min(len(one), len(other))
    while start < most and one[start] == other[start]:
        start += 1
    end = 0
    while end < most - start and one[-1 - end] == other[-1 - end]:
        end += 1
    left, right = one[start : len(one) - end], other[start : len(other) - end]
    if len(left) + len(right) == 1 or len(left) == len(right) == 1:
        return True
    return len(left) == 2 and left == right[::-1]
