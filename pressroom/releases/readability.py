"""How easy a text in English is to read. Pure.

The formula is the Flesch reading ease (R. Flesch, A new readability yardstick, Journal of Applied Psychology 32, 1948,
221–233): 206.835 − 1.015 × words for each sentence − 84.6 × syllables for each word. It counts, and understands
nothing: long words that everybody knows weigh as much as those that nobody knows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FEWEST_WORDS = 50
"""Of fewer words the formula says little."""

LONG = 30
"""Words; a longer sentence is better made two."""

BANDS = (
    (90, "very easy"),
    (80, "easy"),
    (70, "fairly easy"),
    (60, "plain English"),
    (50, "fairly difficult"),
    (30, "difficult"),
)
"""The least score of each band, and what Flesch calls it; below the last it is very difficult."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d[\d.,]*")
_SHORT = re.compile(r"\b(?:Dr|Prof|Mr|Mrs|Ms|St|vs|etc|e\.g|i\.e|et al|No|Fig|approx|[A-Z])\.(?=\s)")
_SENTENCE_END = re.compile(r"(?<=[.!?])[”\"’')\]]*\s+(?=[“\"‘'(\[]?[A-Z0-9])|\n+")
_VOWELS = re.compile(r"[aeiouyà-æè-ïò-öù-ý]+")
_MUTE = re.compile(
    r"(?:(?<![aeiouyl])e|(?<=[aeiouy]l)e|(?<![td])ed|(?<![sxzcg])(?<!sh)(?<!ch)es)$|(?<=[^aeiou])e(?=(?:ly|ful|less|ment)$)"
)
_HIATUS = re.compile(
    r"(?<![ctg])ia(?!n\b|te)|ciat|scie|(?<![cts])io(?!us|n)|tio\b|eo(?!us|n\b|p)|ua(?!r)|[aeou]ing|ism\b|[^aeiouct]ien"
    r"|iet|ea\b|creat|iu|oyee"
)


@dataclass(frozen=True)
class Reading:
    """What was counted in a text.

    Attributes:
        long: sentences of more than :data:`LONG` words, in their order.
    """

    words: int
    sentences: int
    syllables: int
    long: tuple[str, ...] = ()

    @property
    def score(self) -> float:
        """The Flesch reading ease: 100 is very easy, 0 very difficult; it may go beyond both."""
        if not self.words:
            return 0.0
        return 206.835 - 1.015 * self.words / self.sentences - 84.6 * self.syllables / self.words

    @property
    def band(self) -> str:
        """What Flesch calls a text with this score."""
        return next((name for least, name in BANDS if self.score >= least), "very difficult")

    @property
    def says_something(self) -> bool:
        """Whether there are words enough to count."""
        return self.words >= FEWEST_WORDS


def read(plain: str) -> Reading:
    """Count in *plain*, words without mark-up, a paragraph a line."""
    found = sentences(plain)
    words = [_WORD.findall(sentence) for sentence in found]
    every = [word for each in words for word in each]
    long = tuple(sentence for sentence, each in zip(found, words, strict=True) if len(each) > LONG)
    return Reading(len(every), max(1, len(found)), sum(map(syllables, every)), long)


def sentences(plain: str) -> list[str]:
    """The sentences of *plain*; the stop of "Dr." or of an initial ends none."""
    held = _SHORT.sub(lambda found: found[0][:-1] + "\0", plain)
    parts = (part.replace("\0", ".").strip() for part in _SENTENCE_END.split(held))
    return [part for part in parts if _WORD.search(part)]


def syllables(word: str) -> int:
    """How many syllables an English word has, roughly: its groups of vowels, without an e that is mute."""
    if not word[0].isalpha():
        return 1 if len(word) == 1 else 2  # "7", "2,400": people see a number and read on
    low = word.lower().replace("’", "").replace("'", "")
    count = len(_VOWELS.findall(_MUTE.sub("", low))) + len(_HIATUS.findall(low))
    return max(1, count)
