"""What a feed says, whatever the format. Values are checked and cleaned when it is made."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from pressroom.kit import text

FORMATS = {
    "rss": ("RSS 2.0", "application/rss+xml"),
    "atom": ("Atom", "application/atom+xml"),
    "json": ("JSON Feed", "application/feed+json"),
}
"""The formats by the ending of a feed's address: what people call it, and its media type."""

UNTITLED = "Untitled"
WITHDRAWN = "Withdrawn:"


class FeedError(ValueError):
    """A feed would not be valid: a naive datetime, an address that is not absolute, an empty id."""


@dataclass(frozen=True)
class Link:
    """A link that goes with a feed or an item.

    Attributes:
        href: an absolute address.
        rel: what it is to the item; ``enclosure`` is a file, ``related`` something the item is about.
        type: its media type.
        title: for people.
        length: in bytes; 0 when nobody knows.
    """

    href: str
    rel: str = "alternate"
    type: str = ""
    title: str = ""
    length: int = 0
    hreflang: str = ""

    def __post_init__(self) -> None:
        _clean(self)
        _absolute(self.href)

    @property
    def attributes(self) -> dict[str, str]:
        """As Atom writes it (RFC 4287, section 4.2.7)."""
        named = {"rel": self.rel, "type": self.type, "hreflang": self.hreflang, "title": self.title}
        length = {"length": str(self.length)} if self.length else {}
        return {"href": self.href} | {name: value for name, value in named.items() if value} | length


@dataclass(frozen=True)
class Category:
    """A word under which an item is filed.

    Attributes:
        term: the word as a program compares it; never changes.
        label: the word for people; the term when it is empty.
        scheme: an absolute address that says which list of words it is from; empty for a free word.
    """

    term: str
    label: str = ""
    scheme: str = ""

    def __post_init__(self) -> None:
        _clean(self)
        if not self.label:
            object.__setattr__(self, "label", self.term)
        if self.scheme:
            _absolute(self.scheme)

    @property
    def attributes(self) -> dict[str, str]:
        """As Atom writes it (RFC 4287, section 4.2.2); a label that says the same as the term is left out."""
        named = {"scheme": self.scheme, "label": self.label if self.label != self.term else ""}
        return {"term": self.term} | {name: value for name, value in named.items() if value}


@dataclass(frozen=True)
class Item:
    """One thing that a feed tells of.

    Attributes:
        id: an IRI that never changes, such as ``urn:uuid:…``.
        title: plain text.
        link: the absolute address of its page.
        published: when it became public; this never changes.
        updated: when what readers see last changed; never before ``published``.
        html: the whole of it; relative addresses in it are read against ``link``.
        summary: plain text.
        author: a person's name.
        categories: what it is filed under; plain words will do.
        enclosures: files; RSS names the first one only.
        links: other links, such as the article that a clip is about (``rel="related"``).
        language: a BCP 47 tag, where it differs from the feed's.
    """

    id: str
    title: str
    link: str
    published: datetime
    updated: datetime
    html: str = ""
    summary: str = ""
    author: str = ""
    categories: tuple[Category | str, ...] = ()
    enclosures: tuple[Link, ...] = ()
    links: tuple[Link, ...] = ()
    language: str = ""

    def __post_init__(self) -> None:
        _clean(self)
        _absolute(self.link)
        _identified(self.id)
        put = object.__setattr__
        put(self, "title", " ".join(self.title.split()) or UNTITLED)
        put(self, "published", _instant(self.published))
        put(self, "updated", max(_instant(self.updated), self.published))
        filed = (one if isinstance(one, Category) else Category(one) for one in self.categories)
        put(self, "categories", tuple(dict.fromkeys(one for one in filed if one.term)))

    @property
    def filed(self) -> tuple[Category, ...]:
        """Its categories, each once."""
        return tuple(one for one in self.categories if isinstance(one, Category))


@dataclass(frozen=True)
class Tombstone:
    """That an item was taken back (RFC 6721). It says what the item's page says from then on, and no more.

    Attributes:
        id: of the item.
        title: of the item.
        link: the absolute address of its page, which stays.
        published: when the item became public.
        withdrawn: when it was taken back.
        reason: a plain sentence.
        by: who took it back: an organisation.
    """

    id: str
    title: str
    link: str
    published: datetime
    withdrawn: datetime
    reason: str
    by: str

    def __post_init__(self) -> None:
        _clean(self)
        _absolute(self.link)
        _identified(self.id)
        put = object.__setattr__
        put(self, "published", _instant(self.published))
        put(self, "withdrawn", max(_instant(self.withdrawn), self.published))

    def as_item(self) -> Item:
        """For formats that have no tombstones: the item again, with its id and its date, saying that it is gone."""
        return Item(
            id=self.id,
            title=f"{WITHDRAWN} {self.title}",
            link=self.link,
            published=self.published,
            updated=self.withdrawn,
            summary=self.reason,
            author=self.by,
        )


@dataclass(frozen=True)
class Feed:
    """A feed, newest item first.

    Attributes:
        id: an IRI that never changes.
        title: plain text.
        description: plain text; RSS requires it.
        link: the absolute address of the page that shows the same.
        address: the absolute address of the feed without its ending; ``.rss`` and the others are added.
        updated: of an empty feed, and of one where something was taken out after the last item changed.
        query: what follows the ending, without the question mark.
        author: a person or an organisation; Atom requires it.
        language: a BCP 47 tag.
        rights: a sentence.
        icon: the absolute address of a square picture.
        tombstones: what was taken back, the last first; none of them is among the items.
    """

    id: str
    title: str
    description: str
    link: str
    address: str
    updated: datetime
    author: str
    items: tuple[Item, ...] = ()
    query: str = ""
    language: str = "en"
    rights: str = ""
    icon: str = ""
    links: tuple[Link, ...] = ()
    tombstones: tuple[Tombstone, ...] = ()

    def __post_init__(self) -> None:
        _clean(self)
        _identified(self.id)
        for address in (self.link, self.address, *filter(None, [self.icon])):
            _absolute(address)
        put = object.__setattr__
        put(self, "title", " ".join(self.title.split()) or UNTITLED)
        put(self, "updated", _instant(self.updated))
        put(self, "items", tuple(self.items))

    @property
    def changed(self) -> datetime:
        """The newest change in it; never the time of asking, so that the same content is the same bytes."""
        gone = (stone.withdrawn for stone in self.tombstones)
        return max([self.updated, *(item.updated for item in self.items), *gone])

    @property
    def items_and_notices(self) -> list[Item]:
        """The items, and among them, where each stood by its date, what says of another one that it is gone."""
        rows = list(self.items)
        for stone in self.tombstones:
            later = (n for n, item in enumerate(rows) if item.published < stone.published)
            rows.insert(next(later, len(rows)), stone.as_item())
        return rows

    def own_address(self, fmt: str) -> str:
        """The absolute address of this feed in *fmt*."""
        return f"{self.address}.{fmt}" + (f"?{self.query}" if self.query else "")


def _clean(thing: Any) -> None:
    """Without what XML forbids, in every text."""
    for field in fields(thing):
        if isinstance(value := getattr(thing, field.name), str):
            object.__setattr__(thing, field.name, text.clean(value).strip())


def _instant(value: datetime) -> datetime:
    """In UTC and whole seconds, which is what RSS and HTTP can say.

    Raises:
        FeedError: it has no zone.
    """
    if value.tzinfo is None:
        raise FeedError(f"naive datetime {value!r}: a feed needs instants")
    return value.astimezone(UTC).replace(microsecond=0)


def _identified(name: str) -> None:
    if ":" not in name:
        raise FeedError(f"id {name!r} is no IRI; use urn:uuid: or an address")


def _absolute(address: str) -> None:
    try:
        parts = urlsplit(address)
    except ValueError:
        raise FeedError(f"{address!r} is no address") from None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise FeedError(f"{address!r} is no absolute address; a feed is read away from its site")
