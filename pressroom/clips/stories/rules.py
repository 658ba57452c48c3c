"""When two clips are placements of one story. Pure decisions; ``docs/decisions/0034-…`` says how they were measured."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from pressroom.clips.rules import Medium
from pressroom.clips.stories import prints

WINDOW = 14
"""Days within which copies of one story appear; what looks alike later is a column, a series or an anniversary."""

BEGINNING = 120
"""Letters of an excerpt that are compared: outlets and alerts cut it at lengths of their own."""

HEADLINE_BANDS = (11, 11, 11, 11, 10, 10)
EXCERPT_BANDS = (9, 9, 9, 9, 9, 9, 10)
"""Two prints are compared if a band is the same in both. Of headlines that is so for all that differ in five bits, of
excerpts in six, and for most that differ in twice as many."""

MOST_ALIKE = 24  # of a band that are looked at; more are the same template, not the same story
MOST_NUMBERS = 200  # characters in which the numbers of a headline are kept

_OUTLET_BEHIND = re.compile(r"\s+[|–—-]\s+[^|–—]{2,30}$")
_DATELINE = re.compile(r"^[A-Z][\w .,'’()/]{1,40}\s[–—-]+\s")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ROMAN = re.compile(r"(?<!\w)[IVX]{2,6}(?!\w)")
_WORDS = re.compile(r"[^\W\d_]+")
_DAYS = frozenset(  # that headlines of a series differ in; without those that mean something else as well: may, march
    """
    monday tuesday wednesday thursday friday saturday sunday january february april june july august september october
    november december montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar juni juli oktober
    dezember lundi mardi mercredi jeudi vendredi samedi dimanche janvier lunes martes jueves viernes enero febrero
    """.split()  # noqa: SIM905 - a list of words reads best as one
)
_DENSE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")


class Reason(StrEnum):
    """Why a clip stands in a story."""

    LIKENESS = "likeness"  # the machine saw it
    ADDRESS = "address"  # by its canonical address it is the same clip as another, which was there first
    HAND = "hand"

    @property
    def label(self) -> str:
        """As it stands on a page."""
        return {"likeness": "Alike", "address": "Same address", "hand": "Joined by hand"}[self.value]


class Act(StrEnum):
    """What a person did to stories."""

    JOIN = "join"
    SPLIT = "split"
    ORIGINAL = "original"

    @property
    def label(self) -> str:
        """As it stands on a page."""
        return {"join": "Joined", "split": "Split off", "original": "Marked as the original"}[self.value]


class StoryError(ValueError):
    """It cannot be done to stories; the message says why, and what to do."""


class Print(NamedTuple):
    """What is compared of a clip.

    Attributes:
        whole: the print of headline and excerpt; likewise ``headline`` and ``excerpt``, 0 of an empty one.
        letters: how many the headline has; one of a script that writes a syllable or a word with it counts for three.
        excerpt_letters: likewise.
        numbers: figures, and names of days and months, of the headline: what episodes of a series differ in.
        outlet: the number of the outlet; 0 where it is not known.
    """

    whole: int
    headline: int
    excerpt: int
    letters: int
    excerpt_letters: int
    numbers: str
    outlet: int = 0


def made(texts: Sequence[tuple[str, str]], outlets: Sequence[int] = ()) -> list[Print]:
    """The prints of clips, of which headline and excerpt are given, and perhaps the numbers of their outlets."""
    headlines = [prints.folded(_bare(headline)) for headline, _ in texts]
    excerpts = [prints.folded(_DATELINE.sub("", excerpt))[:BEGINNING].rstrip() for _, excerpt in texts]
    wholes = [f"{one} {other}".strip() for one, other in zip(headlines, excerpts, strict=True)]
    count = len(texts)
    found = prints.of([*wholes, *headlines, *excerpts])
    return [
        Print(
            found[n],
            found[count + n],
            found[2 * count + n],
            _letters(headlines[n]),
            _letters(excerpts[n]),
            numbers(texts[n][0]),
            outlets[n] if outlets else 0,
        )
        for n in range(count)
    ]


def numbers(headline: str) -> str:
    """The figures, days and months in *headline*, in order, apart by spaces."""
    found = {re.sub(r"[.,]", "", figure) for figure in _NUMBER.findall(headline)} | set(_ROMAN.findall(headline))
    found |= {word for word in _WORDS.findall(headline.casefold()) if word in _DAYS}
    return " ".join(sorted(found))[:MOST_NUMBERS]


def alike(one: Print, other: Print) -> int | None:
    """In how many bits two clips differ, if they are placements of one story; else None.

    By the whole, the more the longer they are; by long excerpts that are nearly the same, whatever an editor wrote
    above them; or by long headlines that are, unless the excerpts tell of something else. Never with headlines that
    count differently, such as two episodes; nor by the excerpt alone within one outlet, whose pages may all have the
    same.
    """
    if one.numbers != other.numbers and one.numbers and other.numbers:
        mine, yours = set(one.numbers.split()), set(other.numbers.split())
        if not (mine <= yours or yours <= mine):
            return None
    if min(one.letters + one.excerpt_letters, other.letters + other.excerpt_letters) < _LEAST:
        return None
    headlines = prints.distance(one.headline, other.headline)
    if one.outlet == other.outlet != 0 and headlines > _ONE_OUTLET:
        return None
    whole = prints.distance(one.whole, other.whole)
    if whole <= _most(min(one.letters + one.excerpt_letters, other.letters + other.excerpt_letters)):
        return whole
    excerpts = prints.distance(one.excerpt, other.excerpt)
    if min(one.excerpt_letters, other.excerpt_letters) >= _LONG_EXCERPT and excerpts <= _EXCERPTS:
        return whole
    long = min(one.letters, other.letters) >= _LONG_HEADLINE
    tells = min(one.excerpt_letters, other.excerpt_letters) >= _SOME_EXCERPT
    if long and headlines <= (_HEADLINES if not tells else _HEADLINES_TOLD):
        return whole
    return None


_LEAST = 20  # letters: less is a placeholder or a rubric, such as "[Russian]" and "Letters"
_ONE_OUTLET = 16
_LONG_EXCERPT, _EXCERPTS = 60, 12
_LONG_HEADLINE, _HEADLINES, _HEADLINES_TOLD, _SOME_EXCERPT = 30, 11, 3, 40


def _most(letters: int) -> int:
    """By how many bits texts of so many letters may differ."""
    if letters >= 100:
        return 13
    return 10 if letters >= 60 else 6 if letters >= 30 else 3


def _bare(headline: str) -> str:
    """*headline* without the outlet's name, which alerts and pages put behind it."""
    bare = _OUTLET_BEHIND.sub("", headline)
    return bare if len(bare) >= 15 else headline


def _letters(text: str) -> int:
    return len(text) + 2 * len(_DENSE.findall(text))


def bands(made: Print) -> tuple[list[int], list[int] | None]:
    """The bands of the headline, and of the excerpt unless it is too short to tell anything."""
    excerpt = prints.bands(made.excerpt, EXCERPT_BANDS) if made.excerpt_letters >= _SOME_EXCERPT else None
    return prints.bands(made.headline, HEADLINE_BANDS), excerpt


@dataclass(frozen=True)
class Placement:
    """What says which placement of a story was the first."""

    clip_id: int
    medium: Medium
    published_on: date
    published_at: datetime | None


def original(placements: Iterable[Placement]) -> int:
    """The clip that the others were made from: a wire service's, the earliest by the day, by the minute, by its number.

    Raises:
        ValueError: there is none.
    """

    def key(each: Placement) -> tuple[Any, ...]:
        minute = each.published_at.timestamp() if each.published_at else float("inf")
        return (each.medium is not Medium.WIRE, each.published_on, minute, each.clip_id)

    return min(placements, key=key).clip_id
