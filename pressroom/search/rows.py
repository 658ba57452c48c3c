"""The words of a text as arrays: where many of them are looked through at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from pressroom.search.analysis import UNSPACED


@dataclass(frozen=True)
class Row:
    """The words of a text, the same as ``analysis.each`` finds, as arrays: thousands of them in tens of microseconds.

    Attributes:
        codes: the characters of the text as numbers.
        starts: where each word begins.
        ends: where what is compared of it ends.
        stops: where it ends with its possessive.
    """

    codes: npt.NDArray[Any]
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    stops: npt.NDArray[np.int64]


_KNOWN = 0x2200  # characters, up to the signs of currencies and letters, whose classes are looked up in one table
_NONE, _OF_WORD, _ALONE = range(3)  # classes: of no word, a letter of a word, a word by itself


def row(folded: str) -> Row:
    """The words of a text that ``analysis.fold`` gave."""
    if folded.isascii():
        raw = folded.encode()
        codes: npt.NDArray[Any] = np.frombuffer(raw, np.uint8)
        classes = np.frombuffer(raw.translate(_classes(256).tobytes()), np.uint8)
        alone = None
    else:
        codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), "<u4")
        classes = _classes(_KNOWN).take(codes, mode="clip")
        beyond = np.flatnonzero(codes >= _KNOWN)
        if len(beyond):
            different, which = np.unique(codes[beyond], return_inverse=True)
            classes[beyond] = np.array([_class(chr(code)) for code in different.tolist()], dtype=np.uint8)[which]
        alone = np.flatnonzero(classes == _ALONE)
    inside = np.zeros(len(codes) + 2, dtype=bool)
    np.equal(classes, _OF_WORD, out=inside[1:-1])
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    starts, ends = edges[0::2], edges[1::2]
    if alone is not None and len(alone):
        starts, ends = np.sort(np.concatenate([starts, alone])), np.sort(np.concatenate([ends, alone + 1]))
    return _without_possessives(folded, codes, starts, ends)


def _without_possessives(
    folded: str, codes: npt.NDArray[Any], starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> Row:
    """An s that stands alone behind an apostrophe belongs to the word before that."""
    if "'s" not in folded and "’s" not in folded:
        return Row(codes, starts, ends, ends)
    stops = ends.copy()
    gone: list[int] = []
    for number in np.flatnonzero((codes[starts] == ord("s")) & (ends - starts == 1)).tolist():
        start = int(starts[number])
        if (
            number
            and ends[number - 1] == start - 1
            and folded[start - 1] in "'’"
            and gone[-1:] != [number - 1]  # which ends a word, and is none
            and _class(folded[start + 1 : start + 2] or " ") == _NONE
        ):
            stops[number - 1] = start + 1
            gone.append(number)
    if gone:
        starts, ends, stops = (np.delete(places, gone) for places in (starts, ends, stops))
    return Row(codes, starts, ends, stops)


@lru_cache
def _classes(count: int) -> npt.NDArray[np.uint8]:
    """Those of the first *count* characters."""
    every = "".join(map(chr, range(count)))
    classes = np.array([_OF_WORD if character.isalnum() else _NONE for character in every], dtype=np.uint8)
    for found in _IS_ALONE.finditer(every):
        classes[found.start()] = _class(found[0])
    return classes


@lru_cache(10_000)
def _class(character: str) -> int:
    if not character.isalnum():  # an underscore is none, as in the expressions above
        return _NONE
    return _ALONE if _IS_ALONE.match(character) else _OF_WORD


_IS_ALONE = re.compile(f"[{UNSPACED}]")
