"""Words of a text: where they stand, how they are compared, and their stems.

Everything that compares words goes through here: what is indexed, what is asked, and what is marked in a
snippet. A word is compared in lower case and without accents, so that "Café" is found by "cafe". No word is
left out of the
index: a phrase with "to" in it can only be right if "to" has its place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from whoosh.lang.snowball.english import EnglishStemmer

LONGEST = 64  # of a word, in characters; what is longer is cut, in texts and in questions alike

# Scripts that are written without spaces: each character is a word, and a word of the language is a phrase of
# them.
_UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
LETTER = rf"[^\W_{_UNSPACED}]"  # of a word of any other script
_WORD = re.compile(rf"([{_UNSPACED}]|{LETTER}+)(?:['’]s(?![^\W_]))?")
_WORD_OF_ASCII = re.compile(r"([a-z0-9]+)(?:'s(?![a-z0-9]))?")  # the same, in half the time
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_FEW = 16  # different characters that are replaced one after the other
_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i"}

# Left out of a question, outside quotation marks, if it has other words. Short, because "may", "us" and
# "will" are also a month, a country and a name.
COMMON = frozenset(  # a string is read, and kept in order, more easily than sixty lines
    """
    a an and are as at be been but by did do does for from had has have he her his how i in into is
    it its of on or our she so that the their them then there these they this those to was we were
    what when where which who why with you your
    """.split()  # noqa: SIM905
)


class Word(NamedTuple):
    """A word of a text: as it is compared, and where it stands in the text as it was given."""

    text: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The words of *text* in their order. A possessive 's belongs to its word and is not compared."""
    folded, places = fold(text)
    found = each(folded)
    if places is None:
        return [Word(one[1][:LONGEST], one.start(), one.end()) for one in found]
    return [Word(one[1][:LONGEST], places[one.start()], places[one.end() - 1] + 1) for one in found]


def plain_words(text: str) -> tuple[str, ...]:
    """The words of *text* as they are compared."""
    folded, _ = fold(text)
    found: list[str] = (_WORD_OF_ASCII if folded.isascii() else _WORD).findall(folded)
    if max(map(len, found), default=0) > LONGEST:
        found = [word[:LONGEST] for word in found]
    return tuple(found)


def stems(text: str) -> Iterator[str]:
    """The stems of the words of *text*."""
    return map(stem, plain_words(text))


@lru_cache(200_000)
def stem(word: str) -> str:
    """What "running", "runs" and "run" have in common: the English Snowball stem of a compared word.

    Whoosh's own Porter stemmer is not used: it makes "runn" of "running".
    """
    stemmed: str = _STEMMER.stem(word) if word.isascii() else word
    return stemmed or word


_STEMMER = EnglishStemmer()


def each(folded: str, start: int = 0) -> Iterator[re.Match[str]]:
    """The words of a text that :func:`fold` gave, from *start* on; group 1 is what is compared, uncut."""
    return (_WORD_OF_ASCII if folded.isascii() else _WORD).finditer(folded, start)


def fold(text: str) -> tuple[str, Sequence[int] | None]:
    """*text* as it is compared, and for each of its characters the place that it came from.

    The places are None where they are the same in both, as nearly always.
    """
    if text.isascii():
        return text.lower(), None
    folded: dict[str, str] = {character: _fold_character(character) for character in set(_FOREIGN.findall(text))}
    changed = {character: piece for character, piece in folded.items() if piece != character}
    places = _places(text, {character: len(piece) for character, piece in changed.items() if len(piece) != 1})
    if len(changed) > _FEW or not changed.keys().isdisjoint("".join(changed.values())):
        text = text.translate({ord(character): piece for character, piece in changed.items()})
    else:
        for character, piece in changed.items():
            text = text.replace(character, piece)
    # Only letters of ASCII are left to be made small, and what lower() does to others is not wanted.
    return text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass"), places


def _places(text: str, lengths: Mapping[str, int]) -> Sequence[int] | None:
    """For each character the place that it came from, where those of *lengths* become so many."""
    if not lengths:
        return None
    times = np.ones(len(text), dtype=np.int64)
    for found in re.finditer(f"[{''.join(map(re.escape, lengths))}]", text):
        times[found.start()] = lengths[found[0]]
    places: list[int] = np.repeat(np.arange(len(text)), times).tolist()
    return places


@dataclass(frozen=True)
class Row:
    """The words of a text, the same as :func:`each` finds, as arrays: thousands of them in tens of microseconds.

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
    """The words of a text that :func:`fold` gave."""
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


_IS_ALONE = re.compile(f"[{_UNSPACED}]")


@lru_cache(10_000)
def _fold_character(character: str) -> str:
    """Lower case without accents.

    Marks of other scripts than Latin, Greek and Cyrillic carry meaning and stay.
    """
    if unicodedata.category(character) == "Mn":
        return ""
    letters = unicodedata.normalize("NFKD", character.casefold())
    bare = "".join(_LETTERS.get(letter, letter) for letter in letters if not "\u0300" <= letter <= "\u036f")
    folded = unicodedata.normalize("NFC", bare).casefold()
    # One character is never several words ("¼" is not "1" and "4"), so that each has a place of its own.
    found = len(_WORD.findall(folded))
    if found == 0 and len(folded) > 1:
        return " "  # "…" is three points: one place is enough for what is no word
    return folded if found <= 1 else character
