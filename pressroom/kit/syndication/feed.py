"""What a feed says, whatever the format. Values are checked and cleaned when it is made."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from pressroom.kit import text
from pressroom.kit.syndication.addresses import uri

if TYPE_CHECKING:
    from pressroom.kit.syndication.media import Media
    from pressroom.kit.syndication.paging import Near
    from pressroom.kit.syndication.podcast import Episode, Show

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
        _absolute(self, "href")

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
            _absolute(self, "scheme")

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
        media: pictures, sound and film that belong to it, each with its credit and terms.
        episode: what a podcast says of it besides.
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
    media: tuple[Media, ...] = ()
    episode: Episode | None = None

    def __post_init__(self) -> None:
        _clean(self)
        _absolute(self, "link")
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
        _absolute(self, "link")
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


class Extent(Enum):
    """How much of a feed one document is (RFC 5005)."""

    NEWEST = ""
    COMPLETE = "complete"  # all of it: what is missing in it is gone
    ARCHIVE = "archive"  # a part that is closed


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
        rights: a sentence on who may use what it brings, and how.
        licence: the absolute address of those terms (RFC 4946).
        icon: the absolute address of a square picture.
        hub: the absolute address of a WebSub hub that tells subscribers of news at once; empty without one.
        tombstones: what was taken back, the last first; none of them is among the items.
        near: the other documents of the same feed (RFC 5005).
        extent: how much of the feed this document is.
        podcast: what directories of podcasts want to know of it.
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
    licence: str = ""
    hub: str = ""
    near: tuple[Near, ...] = ()
    extent: Extent = Extent.NEWEST
    podcast: Show | None = None

    def __post_init__(self) -> None:
        _clean(self)
        _identified(self.id)
        for name in ("link", "address", "icon", "hub", "licence"):
            if getattr(self, name) or name in ("link", "address"):
                _absolute(self, name)
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

    def beside(self, fmt: str) -> tuple[Link, ...]:
        """Where the feed is, in *fmt*, and where its other documents, its hub and its terms are."""
        media_type = FORMATS[fmt][1]
        return (
            Link(self.own_address(fmt), rel="self", type=media_type),
            *(Link(near.in_format(fmt), rel=near.rel, type=media_type) for near in self.near),
            *([Link(self.hub, rel="hub")] if self.hub else []),
            *([Link(self.licence, rel="license")] if self.licence else []),
            *self.links,
        )


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


def _absolute(thing: Any, name: str) -> None:
    """Have the address in that field be one that can be read away from its site.

    Raises:
        FeedError: it is none.
    """
    try:
        object.__setattr__(thing, name, uri(getattr(thing, name)))
    except ValueError as error:
        raise FeedError(str(error)) from None
