"""SimHash of short texts: 64 bits that differ in few places where two texts differ in few.

After Charikar, "Similarity estimation techniques from rounding algorithms" (STOC 2002), and Manku, Jain and Das Sarma,
"Detecting near-duplicates for web crawling" (WWW 2007). The features are runs of four letters of the folded text, so
that scripts without spaces, inflected words and misprints need no rule of their own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

VERSION = 1
"""Of the prints: another way to make them has another number, and those that are kept are made anew."""

RUN = 4
MOST_LETTERS = 1000  # of a text that are looked at
_TOGETHER = 40  # texts; their bits take a few megabytes

_MARKS = re.compile("[\u0300-\u036f]+")
_BETWEEN = re.compile(r"[\W_]+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


def folded(text: str) -> str:
    """*text* without what differs between two who copy it: case, accents, width, dashes, quotation marks, spaces."""
    text = text[:MOST_LETTERS]
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", _UNSEEN.sub("", text)))
        text = unicodedata.normalize("NFC", text)  # Hangul and others come apart otherwise
    return _BETWEEN.sub(" ", text.casefold()).strip()


def of(texts: Sequence[str]) -> list[int]:
    """The print of each of *texts*, which are folded, as a signed number of 64 bits; 0 of an empty one.

    It is the same on every machine and for ever: it is kept in the database.
    """
    found: list[int] = []
    for start in range(0, len(texts), _TOGETHER):
        found += _of(texts[start : start + _TOGETHER])
    return found


def _of(texts: Sequence[str]) -> list[int]:
    import numpy as np  # noqa: PLC0415 - a server that only shows pages never needs it

    padded = [f" {text} ".ljust(RUN) for text in texts]
    letters = np.frombuffer("".join(padded).encode("utf-32-le", "replace"), dtype="<u4").astype(np.uint64)
    lengths = np.array([len(text) for text in padded])
    begins = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    counts = lengths - (RUN - 1)
    firsts = np.concatenate(([0], np.cumsum(counts)[:-1]))
    places = np.arange(counts.sum()) - np.repeat(firsts, counts) + np.repeat(begins, counts)
    mixed = np.zeros(len(places), dtype=np.uint64)
    for step in range(RUN):
        mixed = mixed * np.uint64(1_099_511_628_211) + letters[places + step]
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)  # the last steps of SplitMix64
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    bits = np.unpackbits(mixed.astype("<u8").view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")
    sums = np.add.reduceat(bits, firsts, axis=0, dtype=np.int32)
    packed = np.packbits(sums * 2 > counts[:, None], axis=1, bitorder="little")
    whole = packed.view("<i8").ravel()
    return [int(each) if text else 0 for each, text in zip(whole, texts, strict=True)]


def distance(one: int, other: int) -> int:
    """In how many bits two prints differ, 0 to 64."""
    return ((one ^ other) & 0xFFFF_FFFF_FFFF_FFFF).bit_count()


def bands(number: int, widths: Sequence[int]) -> list[int]:
    """The print cut into pieces of so many bits, the lowest first."""
    left = number & 0xFFFF_FFFF_FFFF_FFFF
    found = []
    for width in widths:
        found.append(left & ((1 << width) - 1))
        left >>= width
    return found
