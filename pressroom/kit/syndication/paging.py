"""A feed in several documents (RFC 5005): pages of what a search finds, and archives that stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from pressroom.kit import web
from pressroom.kit.syndication.addresses import uri


@dataclass(frozen=True)
class Near:
    """Another document of the same feed, in whatever format this one is.

    Attributes:
        rel: ``first``, ``previous``, ``next``, ``last`` (section 3), ``current``, ``prev-archive`` or ``next-archive``
            (section 4).
        address: absolute, without the ending.
        query: what follows the ending, without the question mark.
    """

    rel: str
    address: str
    query: str = ""

    def in_format(self, fmt: str) -> str:
        """Its absolute address in *fmt*."""
        return uri(f"{self.address}.{fmt}" + (f"?{self.query}" if self.query else ""))


def pages(path: str, query: Sequence[tuple[str, str]], page: int, last: int) -> tuple[Near, ...]:
    """The links of page *page* of *last*: none where one page is all.

    Args:
        path: of the feed, without its ending.
        query: the parameters of its address, without the page.
    """
    numbers = {"first": 1, "previous": page - 1, "next": page + 1, "last": last} if last > 1 else {}
    there = ((rel, number) for rel, number in numbers.items() if 1 <= number <= last)
    return tuple(Near(rel, web.absolute(path), query_of(query, number)) for rel, number in there)


def query_of(query: Sequence[tuple[str, str]], page: int = 1) -> str:
    """*query* as it stands in an address; the first page is not said."""
    return urlencode([*query, *([("page", str(page))] if page > 1 else [])])


def archives(room: str, *, before: str = "", after: str = "", closed: bool = False) -> tuple[Near, ...]:
    """The links between the documents of ``/feeds/<room>``.

    Args:
        before: the name of the closed document before this one; empty if there is none.
        after: the name of the one after it.
        closed: this is a closed one itself.
    """
    address = web.absolute(f"/feeds/{room}")
    names = {"prev-archive": before, "next-archive": after}
    current = (Near("current", address),) if closed else ()
    return (*current, *(Near(rel, f"{address}/{name}") for rel, name in names.items() if name))


@dataclass(frozen=True)
class View:
    """The feed of what a page shows.

    Attributes:
        path: of the feed, without its ending.
        title: what it is of.
        query: the parameters that narrow it, in the order of the page's address; never the number of a page.
    """

    path: str
    title: str
    query: tuple[tuple[str, str], ...] = ()

    def address(self, fmt: str) -> str:
        """Its path in *fmt*."""
        return f"{self.path}.{fmt}" + (f"?{query_of(self.query)}" if self.query else "")

    def document(self, page: int, last: int, *, counted: bool = True) -> dict[str, Any]:
        """What ``house_feed`` has to know of page *page* of *last*; uncounted, there may be more than *last*."""
        near = pages(self.path, self.query, page, last)
        near = near if counted else tuple(one for one in near if one.rel != "last")
        return {"title": self.title, "query": self.query, "number": page, "near": near}
