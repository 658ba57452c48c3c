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
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from whoosh.lang.snowball.english import EnglishStemmer

LONGEST = 64  # of a word, in characters; what is longer is cut, in texts and in questions alike

# Scripts that are written without spaces: each character is a word, and a word of the language is a phrase of
# them.
UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
LETTER = rf"[^\W_{UNSPACED}]"  # of a word of any other script
_WORD = re.compile(rf"([{UNSPACED}]|{LETTER}+)(?:['’]s(?![^\W_]))?")
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
    stemmed: str = _stemmer().stem(word) if word.isascii() else word
    return stemmed or word


@lru_cache(1)
def _stemmer() -> EnglishStemmer:
    from whoosh.lang.snowball.english import EnglishStemmer  # noqa: PLC0415 - with Whoosh, which only searches need

    return EnglishStemmer()


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
    places: list[int] = []
    done = 0
    for found in re.finditer(f"[{''.join(map(re.escape, lengths))}]", text):
        places += range(done, found.start())
        places += [found.start()] * lengths[found[0]]
        done = found.end()
    return [*places, *range(done, len(text))]


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
