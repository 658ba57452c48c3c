"""Why one may think that a clip covers a release: what a release gives away of itself, and how much of that a clip has.

Pure decisions. The order is by what a press officer would believe first: the study's DOI, a link to the release, a
sentence that was quoted, the study's title, the people, then words of the headline.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pressroom.clips import rules
from pressroom.kit import text as texts
from pressroom.releases.models import Release
from pressroom.releases.quotations import Quotation

PLACEMENT, DOI, PAGE, QUOTED, TITLE, NAMED, WORDS = 1000, 300, 200, 120, 100, 25, 40
"""What each reason counts."""

_RUN = 5  # words in a row that two texts do not share by chance
_LEAST_QUOTED = 25  # characters of something quoted; less is a term
_LEAST_TITLE = 25
_MOST_QUOTES = 20
_WORDS = re.compile(r"\w+")
_INLINE = re.compile('[“„«"]([^“”„«»"]{25,600})[”“»"]')
_ADDRESSED = re.compile(r"^(?:(?:dr|prof|professor|mr|mrs|ms|sir|dame)\.?\s+)+", re.IGNORECASE)


@dataclass(frozen=True)
class Quote:
    """Something that is quoted in a release.

    Attributes:
        shown: its beginning, for a page.
        telling: its longest words: a text without them does not have it.
        runs: words in a row, of which a text that quotes it has at least one.
    """

    shown: str
    telling: tuple[str, ...]
    runs: frozenset[str]


@dataclass(frozen=True)
class Signs:
    """By what a clip about a release is known. All in small letters.

    Attributes:
        beginnings: of the telling words of the headline (``rules.beginnings``).
        people: the names of those who are quoted.
    """

    doi: tuple[str, ...]
    page: tuple[str, ...]
    title: str
    people: tuple[str, ...]
    quotes: tuple[Quote, ...]
    beginnings: Mapping[str, str]


@dataclass(frozen=True)
class Judged:
    """How sure it is, and why."""

    score: int
    reasons: tuple[str, ...]


def signs(release: Release) -> Signs:
    """What gives away that a clip is about *release*."""
    quoted = [*(each.text for each in release.quotations), *_INLINE.findall(texts.plain(release.body_html))]
    title = _plain(release.study_title)
    return Signs(
        doi=rules.names_of(release.study_doi, ""),
        page=rules.names_of("", release.address),
        title=title if len(title) >= _LEAST_TITLE else "",
        people=tuple(dict.fromkeys(filter(None, map(_name, release.quotations)))),
        quotes=tuple(_quotes(quoted)),
        beginnings=rules.beginnings(release.headline),
    )


def sieve(known: Signs) -> Callable[[str], bool]:
    """A quick look at a clip's address, headline and excerpt in small letters: False if :func:`judge` would say None.

    It is asked of every clip of a year, so it takes a few microseconds.
    """
    enough = rules.enough(known.beginnings)
    words = sorted(known.beginnings, key=len, reverse=True)
    some = words[: len(words) - enough + 1] if len(words) >= enough else []  # one of these is there if enough are
    sure = tuple(filter(None, (*known.doi, *known.page, known.title, *known.people)))
    sure += tuple(word for quote in known.quotes for word in quote.telling)
    open_ended = any(not quote.telling for quote in known.quotes)

    signs_too = (*some, *sure)

    def passes(text: str) -> bool:
        for sign in signs_too:  # a loop, as it takes half the time of any()
            if sign in text:
                return True
        return open_ended or ("’" in text and any(sign in _plain(text) for sign in sure))

    return passes


def judge(headline: str, excerpt: str, url: str, known: Signs) -> Judged | None:
    """Whether a clip may be about a release with these signs; None if nothing says so."""
    text = _plain(f"{headline} {excerpt}")
    about = f"{url} {excerpt}".lower()
    reasons: list[str] = []
    score = 0
    if any(name in about for name in known.doi):
        score, reasons = score + DOI, [*reasons, "Names the DOI of the study"]
    if any(name in about for name in known.page):
        score, reasons = score + PAGE, [*reasons, "Links to the release"]
    if quotes := _quoted(text, known.quotes):
        score += QUOTED + 10 * min(len(quotes) - 1, 2)
        reasons += [f"Quotes “{quote.shown}”" for quote in quotes[:2]]
    if known.title and known.title in text:
        score, reasons = score + TITLE, [*reasons, "Names the title of the study"]
    sure = bool(reasons)
    people = [name for name in known.people if name in text]
    if people:
        score += NAMED * min(len(people), 2)
        reasons.append(f"Names {', '.join(name.title() for name in people[:3])}")
    shared = [word for beginning, word in known.beginnings.items() if beginning in text]
    if shared:
        score += WORDS * len(shared) // len(known.beginnings)
        reasons.append(f"Has {len(shared)} of {len(known.beginnings)} words of the headline: {', '.join(shared)}")
    if sure or len(shared) >= rules.enough(known.beginnings) or (people and shared):
        return Judged(score, tuple(reasons))
    return None


def _quoted(text: str, quotes: Iterable[Quote]) -> list[Quote]:
    near = [quote for quote in quotes if all(word in text for word in quote.telling)]
    if not near:
        return []
    words = " ".join(_WORDS.findall(text))
    return [quote for quote in near if any(run in words for run in quote.runs)]


def _quotes(written: Iterable[str]) -> Iterable[Quote]:
    """Each sentence of what is quoted, once."""
    seen: set[str] = set()
    for sentence in (one for whole in written for one in re.split(r"(?<=[.!?。！？])\s*", whole)):
        bare = sentence.strip(" \n“”„«»\"'")
        words = _WORDS.findall(_plain(bare))
        if len(bare) < _LEAST_QUOTED and len(words) < _RUN and not any(len(word) >= 8 for word in words):
            continue
        key = " ".join(words)
        if not words or key in seen or len(seen) >= _MOST_QUOTES:
            continue
        seen.add(key)
        runs = {" ".join(words[n : n + _RUN]) for n in range(len(words) - _RUN + 1)}
        if not runs:  # few words, or a script without spaces: each long piece stands for itself
            runs = {word[n : n + 10] for word in words if len(word) >= 10 for n in range(0, len(word) - 9, 5)}
        if runs:
            telling = tuple(sorted(words, key=len, reverse=True)[:1]) if len(words) >= _RUN else ()
            yield Quote(bare if len(bare) <= 90 else bare[:89].rstrip() + "…", telling, frozenset(runs))


def _name(quotation: Quotation) -> str:
    """Who is quoted, in small letters; empty without a full name."""
    name = " ".join(_ADDRESSED.sub("", quotation.speaker.partition(",")[0].strip()).lower().split())
    return name if " " in name or (len(name) >= 2 and not name.isascii()) else ""


def _plain(text: str) -> str:
    """In small letters, with one kind of apostrophe."""
    return text.lower().replace("’", "'")
