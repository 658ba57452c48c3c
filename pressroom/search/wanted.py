"""What a thing must have in the database to match a question: a net with wide meshes, for a search without an index.

SQL knows no stems, accents or phrases. So a question becomes parts of words that each match has, and days between which
it was published; what they let through is read and looked at exactly (``matching.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any as Anything
from typing import TypeAlias

from sqlalchemy import ColumnElement, Date, Select, or_
from sqlalchemy.orm import InstrumentedAttribute

from pressroom.search.analysis import plain_words, stem, words
from pressroom.search.documents import Query
from pressroom.search.tree import All, Any, Between, Filed, Node, Prefix, Words

MOST_GROUPS = 8  # that a database is asked for; the longest ones
SHORTEST = 2  # letters of a part that is worth asking for, if they are of ASCII
ZONES = timedelta(days=1)  # a day begins earlier or later, by the zone in which it is counted

Group = tuple[str, ...]
Column: TypeAlias = ColumnElement[Anything] | InstrumentedAttribute[Anything]


@dataclass(frozen=True)
class Wanted:
    """What each match has.

    Attributes:
        groups: of each group at least one is a part of the text, whatever the case of its letters.
        first: it was not published before that day.
        last: it was not published after that day.
        most: of more the newest are enough.
    """

    groups: tuple[Group, ...] = ()
    first: date | None = None
    last: date | None = None
    most: int = 0

    def narrowed(
        self, ids: Select[Anything], has: Callable[[str], ColumnElement[bool]], published: Column
    ) -> Select[Anything]:
        """*ids* of the newest things that may match.

        Args:
            ids: selects the ids, and nothing else.
            has: whether a text of the thing has a part.
            published: the day or the instant by which the documents are dated.
        """
        days = [published >= self._begin(published)] if self.first and self.first > date.min else []
        days += [published < self._end(published)] if self.last and self.last < date.max - 2 * ZONES else []
        texts = [or_(*map(has, group)) for group in self.groups]
        newest = (published.desc(), ids.selected_columns[0].desc())
        return ids.where(*texts, *days).order_by(*newest).limit(self.most)

    def _begin(self, published: Column) -> date | datetime:
        assert self.first
        return self.first if isinstance(published.type, Date) else _instant(self.first - ZONES)

    def _end(self, published: Column) -> date | datetime:
        assert self.last
        after = self.last + timedelta(days=1)
        return after if isinstance(published.type, Date) else _instant(after + ZONES)


def wanted(tree: Node, query: Query, most: int) -> Wanted:
    """What each match of *tree*, within the filters of *query*, has."""
    nodes = [tree, *_filters(query)]
    groups = sorted({group for node in nodes for group in _groups(node)}, key=_length, reverse=True)
    found = Wanted(tuple(groups[:MOST_GROUPS]), most=most)
    for between in (each for node in nodes for each in _betweens(node)):
        first = max(filter(None, (found.first, between.first)), default=None)
        last = min(filter(None, (found.last, between.last)), default=None)
        found = replace(found, first=first, last=last)
    return found


def _filters(query: Query) -> Iterable[Node]:
    """The chosen outlets, topics and years as nodes; names are part of the text."""
    for facet in ("outlet", "topic"):
        names = [(name, plain_words(name)) for name in sorted(query.chosen[facet])]
        if names and all(found for _, found in names):
            yield Any(tuple(Filed(facet, found, shown=name) for name, found in names))
    with suppress(ValueError):
        years = [int(year) for year in query.chosen["year"]]
        if years:
            yield Between(date(min(years), 1, 1), date(max(years), 12, 31))


def _groups(node: Node) -> list[Group]:
    match node:
        case Words():
            return _of_words(node.words, node.shown, _stemmed if node.within == "text" else str)
        case Prefix():
            return _of_words((node.start,), node.shown, str)
        case Filed() if node.facet in ("outlet", "topic"):
            return _of_words(node.words, node.shown, str)
        case All():
            return [group for child in node.nodes for group in _groups(child)]
        case Any():
            best = [max(_groups(child), key=_length, default=()) for child in node.nodes]
            return [tuple(part for group in best for part in group)] if best and all(best) else []
    return []


def _betweens(node: Node) -> Iterable[Between]:
    if isinstance(node, Between):
        yield node
    elif isinstance(node, All):
        for child in node.nodes:
            yield from _betweens(child)


def _of_words(compared: Sequence[str], shown: str, part_of: Callable[[str], str]) -> list[Group]:
    """A group for each word: its part as it is compared, and as it was typed if that has accents."""
    typed = {word.text: shown[word.start : word.end] for word in words(shown)}
    groups = []
    for word in compared:
        part, written = part_of(word), typed.get(word, word)
        if part.isascii() and len(part) < SHORTEST:
            continue
        parts = [part]
        if not written.isascii():  # a database may know the capitals of ASCII only
            begin = written[: len(part)]
            parts += [begin, begin.lower(), begin.upper(), begin.capitalize()]
        groups.append(tuple(dict.fromkeys(parts)))
    return groups


def _stemmed(word: str) -> str:
    """What the forms of *word* begin with alike: "therap" of "therapies", of "therapy" too."""
    stemmed = stem(word)
    common = 0
    for ours, theirs in zip(stemmed, word, strict=False):
        if ours != theirs:
            break
        common += 1
    # The stemmer puts an i in the place of a y, takes an e away or adds one, and makes "die" of "dying".
    return stemmed[:common].rstrip("iye")


def _length(group: Group) -> int:
    return min(map(len, group), default=0)


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
