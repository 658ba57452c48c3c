"""Marks: where a page of an answer begins and ends, so that the next page begins just there.

A page by its number is cut out of the answer as it is now: a clip added meanwhile moves everything by one, and the
deeper the page the more has to be sorted for it. A mark says the place itself, as the hit at the edge of the page has
it: score, instant, id and kind, all of which stand on a public page. It is a place, not a reference: it holds when the
hit is withdrawn. In an address it stands beside the number of the page, sealed with what it is a mark of, so that
a mark of another question, size or page does not fit and is not used.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from hashlib import blake2b
from typing import NamedTuple

from pressroom.search.documents import Query

LONGEST = 100  # of a mark; what is longer is none of ours
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Mark(NamedTuple):
    """The place of a hit in its order.

    Attributes:
        sort: "relevance", "newest" or "oldest".
        score: in millionths; 0 where the order does not ask for it.
        published: microseconds since 1970.
    """

    sort: str
    score: int
    published: int
    id: int
    kind: str

    def __str__(self) -> str:
        """In characters that an address takes as they are."""
        numbers = (self.score, self.published, self.id)
        return ".".join([self.sort[:1], *map(_written, numbers), self.kind])


def read(text: str, sort: str) -> Mark | None:
    """The mark that *text* is, if it is one of the order *sort*. Never raises."""
    order, *parts = text[: LONGEST + 1].split(".", 4)
    if order != sort[:1] or len(parts) != 4 or len(text) > LONGEST:
        return None
    try:
        score, published, id = (int(part, 36) for part in parts[:3])
    except ValueError:
        return None
    within = max(abs(score), abs(published), abs(id)) < 1 << 62
    return Mark(sort, score, published, id, parts[3]) if within else None


def sealed(mark: str, query: Query, page: int) -> str:
    """*mark* for an address that asks for *page* of *query*; empty if there is none."""
    return f"{_seal(query, page)}.{mark}" if mark else ""


def opened(query: Query) -> Query:
    """*query* with the marks of its address as the engine gave them, and without those that do not fit."""
    if not (query.after or query.before):
        return query
    seal = _seal(query, query.page) + "."
    after, before = (mark[len(seal) :] if mark.startswith(seal) else "" for mark in (query.after, query.before))
    return replace(query, after=after, before=before)


def _seal(query: Query, page: int) -> str:
    """Four characters that are others for another question, size or page: against mistakes, not against people."""
    chosen = [(facet, *sorted(values)) for facet, values in query.chosen.items()]
    asked = repr((query.text, chosen, query.sort, query.per_page, page))
    return _letters(blake2b(asked.encode("utf-8", "surrogatepass"), digest_size=4).digest())


def _letters(raw: Iterable[int]) -> str:
    return "".join(DIGITS[byte % 36] for byte in raw)


def _written(number: int) -> str:
    """*number* to the base of 36."""
    left, digits = abs(number), ""
    while left or not digits:
        left, digit = divmod(left, 36)
        digits = DIGITS[digit] + digits
    return "-" * (number < 0) + digits
