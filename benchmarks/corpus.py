"""A made-up archive, and what is asked of it: the same ones in every run.

Words are drawn by Zipf's law from a vocabulary of syllables with English endings, so that there is something to
stem. Outlets and topics are drawn by Zipf's law as well.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from pressroom.search.documents import Document

VOCABULARY = 60_000
OUTLETS, TOPICS = 400, 24
MEDIUMS = ("online", "print", "radio", "television")
LANGUAGES = ("en", "en-GB", "fr", "es")
COMMON = "the of and to in a is that for it as was with be by on not he his but at are this have from or had"
ONSETS = "b c d f g h j l m n p r s t v w br cl cr dr fl gr pl pr sh st th tr"
VOWELS = "a e i o u ai ea ou"
CODAS = ["", "", "n", "r", "s", "t", "l", "m", "nd", "st", "ck"]
ENDINGS = ["", "", "", "s", "ed", "ing", "er", "tion", "al", "ly"]
FIRST_DAY = datetime(2005, 1, 1, tzinfo=UTC)
DAYS = 21 * 365


@dataclass(frozen=True)
class Case:
    """A question, in parts that every engine can be asked with.

    Attributes:
        group: the row of the table it is counted in.
        joined: how ``words`` are joined: "and", "or", "phrase", "prefix".
        without: a word that a match must not have.
    """

    group: str
    words: tuple[str, ...]
    joined: str = "and"
    without: str = ""
    outlet: str = ""
    years: tuple[int, int] | None = None
    newest: bool = False


def vocabulary(seed: int = 7) -> list[str]:
    """Different words, the most frequent one first."""
    pick = random.Random(seed)
    words = dict.fromkeys(COMMON.split())
    onsets, vowels = ONSETS.split(), VOWELS.split()
    while len(words) < VOCABULARY:
        syllables = (pick.choice(onsets) + pick.choice(vowels) + pick.choice(CODAS) for _ in range(pick.randint(1, 3)))
        words["".join(syllables) + pick.choice(ENDINGS)] = None
    return list(words)


def zipf(size: int, exponent: float = 1.0, flat: float = 2.7) -> np.ndarray:
    """Cumulated chances of the ranks from 1 to *size* (Zipf and Mandelbrot)."""
    chances = 1 / (np.arange(1, size + 1) + flat) ** exponent
    return np.cumsum(chances / chances.sum())


def documents(count: int, seed: int = 11, first: int = 1) -> Iterator[Document]:
    """*count* clips of about ninety words, numbered from *first*."""
    dice = np.random.default_rng(seed)
    words = np.array(vocabulary(), dtype=object)
    ranks, outlets, topics = zipf(VOCABULARY), zipf(OUTLETS), zipf(TOPICS)
    names = words[200:]
    for number in range(first, first + count):
        length = int(np.clip(dice.lognormal(4.4, 0.4), 20, 600))
        drawn = words[np.searchsorted(ranks, dice.random(length + 9))]
        outlet = int(np.searchsorted(outlets, dice.random()))
        chosen = np.searchsorted(topics, dice.random(int(dice.integers(0, 4))))
        yield Document(
            kind="clip",
            id=number,
            headline=" ".join(drawn[:9]).capitalize(),
            body=" ".join(drawn[9:]).capitalize() + ".",
            people=f"{names[int(dice.integers(2_000))]} {names[int(dice.integers(5_000))]}".title(),
            outlet=f"The {names[outlet].title()} {('Post', 'Herald', 'Times', 'Wire')[outlet % 4]}",
            topics=tuple(f"topic {names[int(topic) + 900]}" for topic in dict.fromkeys(chosen.tolist())),
            medium=MEDIUMS[min(int(dice.exponential(0.8)), 3)],
            language=LANGUAGES[min(int(dice.exponential(0.4)), 3)],
            published=FIRST_DAY + timedelta(minutes=int(DAYS * 1440 * dice.random() ** 0.5)),
        )


def cases(sample: Sequence[Document], seed: int = 13) -> list[Case]:
    """210 questions; phrases and outlets are taken from *sample*."""
    pick = random.Random(seed)
    words = vocabulary()

    def common() -> str:
        return words[pick.randint(30, 300)]

    def middle() -> str:
        return words[pick.randint(300, 5_000)]

    def rare() -> str:
        return words[pick.randint(8_000, 40_000)]

    def phrase() -> tuple[str, ...]:
        body = pick.choice(sample).body.rstrip(".").lower().split()
        start = pick.randrange(len(body) - 3)
        return tuple(body[start : start + pick.randint(2, 3)])

    def years() -> tuple[int, int]:
        first = pick.randint(2005, 2024)
        return first, min(first + pick.randint(0, 4), 2025)

    makers = {
        "common": lambda group: Case(group, (common(),)),
        "rare": lambda group: Case(group, (rare(),)),
        "and": lambda group: Case(group, (common(), pick.choice([common, middle])())),
        "or": lambda group: Case(group, (common(), middle(), middle()), "or"),
        "phrase": lambda group: Case(group, phrase(), "phrase"),
        "prefix": lambda group: Case(group, (middle()[:4],), "prefix"),
        "dates": lambda group: Case(group, (common(),), years=years()),
        "fielded": lambda group: Case(group, (common(),), outlet=pick.choice(sample).outlet),
        "newest": lambda group: Case(group, (pick.choice([common, middle])(),), newest=True),
        "not": lambda group: Case(group, (common(),), without=common()),
    }
    made = [maker(group) for group, maker in makers.items() for _ in range(21)]
    pick.shuffle(made)
    return made
