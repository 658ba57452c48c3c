"""Words that differ from a given one by one slip: a letter missing, added, wrong, or two that changed places.

Two words are one slip apart only if they are alike once a letter is left out of one or of both (Garbe's
symmetric deletion). So every word goes into a table under its own hash and under that of each of its
shortenings, and a question looks up its own. The table is two arrays, 12 bytes an entry.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

SHORTEST, LONGEST = 3, 24  # letters of a word that is corrected, or offered

# The hash of a word is the sum of its letters times powers of an odd number, modulo 2**64. What stands behind a
# letter that is left out moves up by one power, which is a multiplication by the inverse: no word is built.
BASE = 0x9E3779B97F4A7C15
POWERS = np.array([pow(BASE, n, 2**64) for n in range(LONGEST)], dtype=np.uint64)
INVERSE = np.uint64(pow(BASE, -1, 2**64))

Hashes = npt.NDArray[np.uint64]


class Speller:
    """The table over *words*; words are named by their place."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        places: dict[int, list[int]] = {}
        for place, word in enumerate(words):
            if SHORTEST <= len(word) <= LONGEST and not word.isdigit():
                places.setdefault(len(word), []).append(place)
        hashes = [_hashes([words[place] for place in alike]).ravel() for alike in places.values()]
        owners = [np.repeat(np.array(alike, dtype=np.uint32), length + 1) for length, alike in places.items()]
        entries = np.concatenate(hashes) if hashes else np.array([], dtype=np.uint64)
        order = np.argsort(entries, kind="stable")
        self._hashes = entries[order]
        self._owners = np.concatenate(owners)[order] if owners else np.array([], dtype=np.uint32)

    def near(self, word: str) -> list[int]:
        """The places of the words that are one slip from *word*."""
        if not SHORTEST <= len(word) <= LONGEST or word.isdigit():
            return []
        hashes = _hashes([word])[0]
        firsts = self._hashes.searchsorted(hashes, "left").tolist()
        lasts = self._hashes.searchsorted(hashes, "right").tolist()
        found = {
            place for first, last in zip(firsts, lasts, strict=True) for place in self._owners[first:last].tolist()
        }
        return sorted(place for place in found if one_slip(word, self._words[place]))


def _hashes(words: Sequence[str]) -> Hashes:
    """Of each of *words*, all of one length: its own hash, then those of its shortenings."""
    letters = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), dtype="<u4").reshape(len(words), -1)
    upto = np.cumsum(letters * POWERS[: letters.shape[1]], axis=1, dtype=np.uint64)
    whole = upto[:, -1:]
    before = np.concatenate([np.zeros_like(whole), upto[:, :-1]], axis=1)
    return np.concatenate([whole, before + (whole - upto) * INVERSE], axis=1)


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
