"""Words and phrases of a rule, and whether a text has them. Pure.

Case, accents and width do not count, nor does what stands between words. ``gen*`` is any word that begins so; words
in quotation marks stand side by side. Scripts that put no spaces between words (Chinese, Japanese, Thai …) are
compared by their characters, so that a term is found wherever it stands.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

LONGEST_TERM = 200
MOST_TERMS = 100
LEAST_BEGINNING = 2  # letters before a star: one would be in nearly every story

_QUOTES = {'"': '"', "“": "”", "„": "“”", "«": "»", "‹": "›", "「": "」"}
_GAPS = re.compile(r"[\s,;、，；]+")
_LATIN_MARKS = re.compile("[\u0300-\u036f]")
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h"})
# Characters of scripts that put no spaces between words: Thai to Myanmar, Khmer, kana, Han.
_UNSPACED = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x3400, 0x9FFF),
    (0x20000, 0x323AF),
)


class TermError(ValueError):
    """What was typed is no list of words and phrases; the message says what to do."""


@dataclass(frozen=True)
class Term:
    """A word or a phrase.

    Attributes:
        typed: as it was written, to be shown.
        words: folded, with a blank on each side of each word; without the last one where any ending fits.
    """

    typed: str
    words: str

    @property
    def bare(self) -> str:
        """As it was written, without quotation marks."""
        return self.typed.strip("“”")

    def found_in(self, text: str) -> str:
        """As it is shown where it stands in the folded *text*, with the word that a beginning is found in; or empty."""
        at = text.find(self.words)
        if at < 0 or self.words.endswith(" "):
            return self.typed if at >= 0 else ""
        word = text[at : text.find(" ", at + len(self.words))].rsplit(maxsplit=1)[-1]
        return self.typed if self.bare.lower() == f"{word}*" else f"{self.typed} ({word})"


def fold(text: str) -> str:
    """*text* as it is compared: its words in small letters without accents, with one blank round each.

    Empty if there is no word.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    if not folded.isascii():
        bare = _LATIN_MARKS.sub("", unicodedata.normalize("NFKD", folded.translate(_LETTERS)))
        folded = unicodedata.normalize("NFC", bare)
    words = folded.translate(_SPACED).split()
    return f" {' '.join(words)} " if words else ""


class _Spaced(dict[int, str]):
    """What stands for a character: itself, itself between blanks, or a blank. Filled as characters are met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if unicodedata.category(character)[0] not in "LNM":
            made = " "
        elif any(first <= code <= last for first, last in _UNSPACED):
            made = f" {character} "
        else:
            made = character
        self[code] = made
        return made


_SPACED = _Spaced()


def read(typed: str) -> tuple[Term, ...]:
    """The words and phrases in *typed*, apart by blanks, commas, semicolons or line ends.

    Raises:
        TermError: a quotation mark is not closed, a star stands elsewhere than behind a beginning, or it is too much.
    """
    found: dict[str, Term] = {}
    for written, is_phrase in _parts(typed):
        term = _term(written, is_phrase=is_phrase)
        found.setdefault(term.words, term)
    if len(found) > MOST_TERMS:
        raise TermError(f"These are {len(found)} words and phrases; {MOST_TERMS} are the most. Make a second rule.")
    return tuple(found.values())


@lru_cache(1024)
def known(typed: str) -> tuple[Term, ...]:
    """The same of a text that was read before it was saved."""
    return read(typed)


def _parts(typed: str) -> list[tuple[str, bool]]:
    parts: list[tuple[str, bool]] = []
    position = 0
    while position < len(typed):
        if gap := _GAPS.match(typed, position):
            position = gap.end()
        elif (closing := _QUOTES.get(typed[position])) is not None:
            ends = [end for mark in closing if (end := typed.find(mark, position + 1)) >= 0]
            if not ends:
                raise TermError(f"Close the quotation mark before {_shown(typed[position + 1 :])}.")
            phrase, position = typed[position + 1 : min(ends)], min(ends) + 1
            if typed[position : position + 1] == "*":
                phrase, position = phrase + "*", position + 1
            if phrase.strip():
                parts.append((phrase.strip(), True))
        else:
            end = min((at for mark in _QUOTES if (at := typed.find(mark, position)) > 0), default=len(typed))
            gap_after = _GAPS.search(typed, position)
            end = min(end, gap_after.start()) if gap_after else end
            parts.append((typed[position:end], False))
            position = end
    return parts


def _term(written: str, *, is_phrase: bool) -> Term:
    if len(written) > LONGEST_TERM:
        raise TermError(f"{_shown(written)} is too long for a term; {LONGEST_TERM} characters are the most.")
    beginning = written.endswith("*")
    body = written.removesuffix("*")
    if "*" in body:
        raise TermError(f"Put the star of {_shown(written)} at its end, as in gen*.")
    words = fold(body)
    if not words:
        raise TermError(f"{_shown(written)} has no letter or digit to look for.")
    if beginning and len(words.split()[-1]) < LEAST_BEGINNING:
        raise TermError(f"Write at least {LEAST_BEGINNING} letters before the star of {_shown(written)}.")
    shown = f"“{written}”" if is_phrase and " " in body else written
    return Term(shown, words.rstrip() if beginning else words)


def _shown(text: str) -> str:
    short = " ".join(text.split())
    return f"“{short if len(short) <= 40 else short[:39] + '…'}”"
