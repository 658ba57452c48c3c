"""What is put into the index, what is asked of it, and what it answers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Literal, NamedTuple

from markupsafe import Markup

from pressroom.search.tree import Leaf

Sort = Literal["relevance", "newest", "oldest"]
FACETS = ("kind", "outlet", "topic", "medium", "language", "year")
MOST_PER_PAGE = 100


class Passage(NamedTuple):
    """A part of a body that can be opened by itself, such as what is said in the recording from some second on.

    ``place`` is for the room that the document is of; search hands it back.
    """

    place: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Document:
    """One public thing, as search sees it. Plain text throughout, no markup.

    Attributes:
        kind: "release", "clip", "webcast", "page" …; with ``id`` it names the thing.
        body: everything else that is to be found: text, subhead, transcript.
        people: by-line, speakers, authors; found by plain words and by ``by:``.
        published: aware. Its own calendar (zone) decides the day and the year it is filed under.
        label: what the kind calls it ("Policy statement"); shown, not searched.
        passages: parts of ``body`` with places of their own, in order; it has their words already.
        source: what it was made of, for the room's own page of results, which then reads nothing again.
    """

    kind: str
    id: int
    headline: str
    body: str
    published: datetime
    people: str = ""
    outlet: str = ""
    medium: str = ""
    language: str = ""
    topics: tuple[str, ...] = ()
    label: str = ""
    passages: Sequence[Passage] = ()
    source: object = field(default=None, compare=False, repr=False)

    @property
    def fingerprint(self) -> int:
        """63 bits of everything that is searched: another number means that the index has another state of it."""
        texts = (self.headline, self.body, self.people, self.outlet, self.medium, self.language, *self.topics)
        whole = "\x1e".join((self.kind, str(self.id), self.published.isoformat(), *texts))
        return int.from_bytes(blake2b(whole.encode("utf-8", "replace"), digest_size=8).digest()) >> 1


@dataclass(frozen=True, kw_only=True)
class Query:
    """What somebody asks. Any value of a filter will do; all filters hold together; empty means no filter.

    Attributes:
        text: in the query language (``language.py``); anything at all may be in it.
        sort: "relevance" without a word to rank by is "newest". An unknown one is "relevance".
        page: from 1; a page past the last one is empty.
        whole: every match is asked for, not a page of them.
        after: the mark of the page before, from ``Results.after``; what follows it is the page, however many pages
            went before, also when something was added meanwhile. A mark that does not fit is not used.
        before: the mark of the page after, from ``Results.before``; what goes before it is the page.
        facet_size: at most so many values in a facet, the most frequent first; chosen ones are always there.
    """

    text: str = ""
    kinds: Sequence[str] = ()
    outlets: Sequence[str] = ()
    topics: Sequence[str] = ()
    mediums: Sequence[str] = ()
    languages: Sequence[str] = ()
    years: Sequence[int | str] = ()
    sort: str = "relevance"
    page: int = 1
    per_page: int = 20
    whole: bool = False
    after: str = ""
    before: str = ""
    facet_size: int = 100

    @property
    def chosen(self) -> dict[str, frozenset[str]]:
        """The chosen values by facet; years as text."""
        values = (self.kinds, self.outlets, self.topics, self.mediums, self.languages, self.years)
        return {facet: frozenset(map(str, chosen)) for facet, chosen in zip(FACETS, values, strict=True)}

    @property
    def window(self) -> slice:
        """Which of the ordered matches are on the page."""
        if self.whole:
            return slice(0, sys.maxsize)
        size = min(max(self.per_page, 1), MOST_PER_PAGE)
        start = (max(self.page, 1) - 1) * size
        return slice(start, start + size)


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One match. ``headline`` and ``snippet`` are safe HTML with the words that matched in ``<mark>``."""

    kind: str
    id: int
    headline: Markup
    snippet: Markup
    document: Document


@dataclass(frozen=True)
class Correction:
    """What was perhaps meant.

    Attributes:
        text: to be asked instead, in the query language.
        marked: the same as safe HTML, with what changed in ``<b>``.
        total: how many it finds; always more than what was asked.
    """

    text: str
    marked: Markup
    total: int


@dataclass(frozen=True, kw_only=True)
class Results:
    """One page of an answer.

    Attributes:
        total: how many match, exactly.
        facets: per facet of :data:`FACETS` the values with how many would match, the most frequent first
            (years: the newest first). What is chosen in a facet does not narrow that facet's own counts.
        reading: how the text was understood, a sentence as safe HTML; empty for an empty text.
        correction: what was perhaps meant, where little was found.
        after: the mark with which the next page is asked for; empty if there is none.
        before: the mark with which the page before is asked for; empty if there is none, or it is the first one.
        first: the number of the first hit among all, from 1.
        newest: 0 with an index. Without one, while it is made again, how many of each kind were looked at: the
            newest in the database that have the words. Say so.
        leaves: what was looked for, for :func:`pressroom.search.snippets.passages`.
    """

    hits: Sequence[Hit] = ()
    total: int = 0
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=lambda: {facet: [] for facet in FACETS})
    reading: Markup = field(default_factory=Markup)
    page: int = 1
    per_page: int = 20
    correction: Correction | None = None
    after: str = ""
    before: str = ""
    first: int = 1
    newest: int = 0
    leaves: Sequence[Leaf] = ()

    @property
    def degraded(self) -> bool:
        """Whether this is an answer without an index: not of all there is."""
        return self.newest > 0

    @property
    def pages(self) -> int:
        """How many pages there are; at least one, and as many as a reader has seen who goes from mark to mark."""
        seen = self.page + bool(self.after) if self.hits else 1
        return max(seen, -(-self.total // self.per_page))
