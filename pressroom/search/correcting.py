"""Did you mean …? Said only if it finds more, and with how many it finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice

from markupsafe import Markup

from pressroom.search import language
from pressroom.search.analysis import Word, stem
from pressroom.search.documents import Correction, Query
from pressroom.search.engines import Engine, Lexicon

ENOUGH = 10  # matches from which on nobody is asked whether something else was meant
RARER = 20  # how many times more frequent than a known word another must be to be offered for it
ATTEMPTS = 3  # spellings that are tried


def correction(engine: Engine, query: Query, found: int) -> Correction | None:
    """What was perhaps meant by the text of *query*, which found *found* documents."""
    typed = language.typed(query.text) if found < ENOUGH else []
    if not typed:
        return None
    lexicon = engine.lexicon()
    better = {word.text: words for word in typed if (words := _better(word.text, lexicon))}
    best = None
    for attempt in range(max(map(len, better.values()), default=0)):
        chosen = {word: words[min(attempt, len(words) - 1)] for word, words in better.items()}
        text, marked = _with(query.text, typed, chosen)
        total = engine.total(language.parse(text).tree, replace(query, text=text))
        if total > (best.total if best else found):
            best = Correction(text, marked, total)
    return best


def _better(word: str, lexicon: Lexicon) -> Sequence[str]:
    """The spellings that may have been meant by *word*, the most frequent first."""
    needed = lexicon.count(word) * RARER
    near = (other for other, count in lexicon.near(word) if count > needed and stem(other) != stem(word))
    return list(islice(near, ATTEMPTS))


def _with(text: str, typed: Sequence[Word], chosen: Mapping[str, str]) -> tuple[str, Markup]:
    """*text* with what was *chosen* in the place of what was *typed*, plain and marked."""
    plain, marked, at = "", Markup(""), 0
    for word in typed:
        if word.text in chosen:
            between = text[at : word.start]
            plain += between + chosen[word.text]
            marked += Markup("{}<b>{}</b>").format(between, chosen[word.text])
            at = word.end
    return plain + text[at:], marked + text[at:]
