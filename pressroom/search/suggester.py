"""How a question that is being typed may go on: words, and the names of outlets and topics, each with its number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from pressroom.search import finding, language
from pressroom.search.analysis import COMMON, plain_words, stem
from pressroom.search.documents import Query
from pressroom.search.engines import Engine
from pressroom.search.tree import EVERYTHING

SHORTEST = 2  # letters of a word that is completed
TRIED = 24  # words that are counted, of which the best are offered
WORDS = 6  # that are offered
NAMES = 3  # of outlets that are offered, and of topics
ALL = 1_000_000  # values of a facet
FACETS = ("outlet", "topic")


@dataclass(frozen=True)
class Suggestion:
    """How the question may go on.

    Attributes:
        kind: "word", or the facet that ``text`` is a value of.
        text: the whole question with its last word completed; or a name.
        count: how many documents it finds.
    """

    kind: str
    text: str
    count: int


def suggest(query: Query, *, now: datetime, facets: Sequence[str] = FACETS) -> list[Suggestion]:
    """The words that complete the last one of *query*'s text, then the values of *facets* with such a name.

    Nothing but what is public at *now* is in it. Never raises for what was typed, nor for the state of the index.
    """
    return finding.asked(now, lambda engine: [*_words(engine, query), *_names(engine, query, facets)]) or []


def _words(engine: Engine, query: Query) -> Sequence[Suggestion]:
    typed = language.typed(query.text)
    if not typed or typed[-1].end != len(query.text) or len(typed[-1].text) < SHORTEST:
        return []
    before = query.text[: typed[-1].start]
    found: dict[str, Suggestion] = {}
    for word, _ in engine.lexicon().beginning(typed[-1].text, TRIED):
        if word in COMMON or stem(word) in found:
            continue
        text = before + word
        total = engine.total(language.parse(text).tree, replace(query, text=text))
        if total:
            found[stem(word)] = Suggestion("word", text, total)
        if len(found) == WORDS and not before.strip():
            break  # the lexicon's order is that of the numbers
    return sorted(found.values(), key=lambda one: -one.count)[:WORDS]


def _names(engine: Engine, query: Query, names: Sequence[str]) -> Iterator[Suggestion]:
    start = plain_words(query.text)
    if not names or not start or len(start[-1]) < SHORTEST:
        return
    facets = engine.search(EVERYTHING, replace(query, text="", facet_size=ALL)).facets
    for facet in names:
        fitting = (Suggestion(facet, name, count) for name, count in facets[facet] if count and _goes_on(start, name))
        yield from sorted(fitting, key=lambda one: -one.count)[:NAMES]


def _goes_on(start: tuple[str, ...], name: str) -> bool:
    """Whether *name* has the words of *start* in a row, the last one perhaps only begun."""
    words, size = _name_words(name), len(start)
    return any(
        words[n : n + size - 1] == start[:-1] and words[n + size - 1].startswith(start[-1])
        for n in range(len(words) - size + 1)
    )


_name_words = lru_cache(20_000)(plain_words)
