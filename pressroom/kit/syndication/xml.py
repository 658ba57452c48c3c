"""RSS 2.0 and Atom, written by feedgen with an extension that mends what it gets wrong.

feedgen 1.0.0: the channel's ``<link>`` in RSS is the last link that was added, whatever its ``rel``; links of
Atom entries lose ``rel``, ``type`` and ``hreflang``; ``lastBuildDate`` is the time of writing; entries are
prepended; dates are written in a way that is not safe with threads. So feedgen is told of one link only, the
page, and the extension below writes all others.

Rules: RSS 2.0 with the RSS Advisory Board's Best Practices Profile; RFC 4287; RFC 5005 for archives; RFC 6721 for what
is gone, which RSS cannot say: there the item itself says it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.utils import format_datetime
from html import escape

import feedgen.entry
import feedgen.feed
from lxml import etree

from pressroom.kit.dates import iso
from pressroom.kit.syndication import media, podcast
from pressroom.kit.syndication.feed import Extent, Feed, Item, Link, Tombstone
from pressroom.kit.syndication.prose import absolute

ATOM = "http://www.w3.org/2005/Atom"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
DC = "http://purl.org/dc/elements/1.1/"
HISTORY = "http://purl.org/syndication/history/1.0"
XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def _rfc_822(moment: object) -> str:
    # feedgen's own switches the locale of the whole process and back for each date. With several threads, one
    # may save what another switched to, and leave the process in the wrong locale for good.
    return format_datetime(moment, usegmt=True)  # type: ignore[arg-type]


feedgen.feed.formatRFC2822 = feedgen.entry.formatRFC2822 = _rfc_822


def rss(feed: Feed) -> bytes:
    """*feed* as RSS 2.0."""
    written: bytes = _generator(feed, "rss").rss_str(pretty=True)
    return _TITLE.sub(_plainly, written)


_TITLE = re.compile(rb"<title>[^<]*&[^<]*</title>")


def _plainly(title: re.Match[bytes]) -> bytes:
    """A title in which no reader takes a sign for mark-up: the profile wants ``&`` and ``<`` as numbers there."""
    return title[0].replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;").replace(b"&gt;", b"&#x3E;")


def atom(feed: Feed) -> bytes:
    """*feed* as Atom."""
    written: bytes = _generator(feed, "atom").atom_str(pretty=True)
    return written


class ChannelExtension:
    """What feedgen leaves out of a feed's head."""

    feed: Feed
    links: Sequence[Link] = ()
    tombstones: Sequence[Tombstone] = ()

    def extend_ns(self) -> dict[str, str]:
        """Prefixes: that of RSS, and of what this feed says besides."""
        there = {
            "at": TOMBSTONES if self.tombstones else "",
            "fh": HISTORY if self.feed.extent.value else "",
            "media": media.NAMESPACE if any(item.media for item in self.feed.items) else "",
            "itunes": podcast.ITUNES if self.feed.podcast else "",
            "podcast": podcast.PODCAST if self.feed.podcast else "",
        }
        return {"dc": DC} | {prefix: name for prefix, name in there.items() if name}

    def extend_rss(self, root: etree._Element) -> None:
        """Every link but the page, as ``atom:link``."""
        for link in self.links:
            etree.SubElement(root[0], f"{{{ATOM}}}link", link.attributes)
        self._extent(root[0])
        if self.feed.podcast:
            podcast.write_show(root[0], self.feed.podcast, self.feed.own_address("rss"))

    def extend_atom(self, root: etree._Element) -> None:
        """Every link, with all that is known of it. feedgen writes Atom without a namespace in the tree."""
        _replace_links(root, self.links)
        self._extent(root)
        for stone in self.tombstones:
            _bury(root, stone)

    def _extent(self, element: etree._Element) -> None:
        if self.feed.extent is not Extent.NEWEST:
            etree.SubElement(element, f"{{{HISTORY}}}{self.feed.extent.value}")


class ItemExtension:
    """What feedgen leaves out of an item."""

    item: Item

    def extend_ns(self) -> dict[str, str]:
        """None: the feed's are in force."""
        return {}

    def extend_rss(self, element: etree._Element) -> None:
        """The author's name, because RSS's own ``author`` is an e-mail address; and the language, which it lacks."""
        if self.item.author:
            etree.SubElement(element, f"{{{DC}}}creator").text = self.item.author
        if self.item.language:
            etree.SubElement(element, f"{{{DC}}}language").text = self.item.language
        media.write(element, self.item.media)
        if self.item.episode:
            podcast.write_episode(element, self.item.episode)

    def extend_atom(self, element: etree._Element) -> None:
        """Links with all their attributes, and the language."""
        page = Link(self.item.link, type="text/html")
        _replace_links(element, (page, *self.item.enclosures, *self.item.links))
        media.write(element, self.item.media)
        if self.item.language:
            element.set(XML_LANGUAGE, self.item.language)


def _replace_links(element: etree._Element, links: Sequence[Link]) -> None:
    for written in element.findall("link"):
        element.remove(written)
    for link in links:
        etree.SubElement(element, "link", link.attributes)


def _bury(root: etree._Element, stone: Tombstone) -> None:
    """A deleted entry (RFC 6721, section 3): which, when, by whom, why, and the page that stays."""
    named = {"ref": stone.id, "when": iso(stone.withdrawn)}
    gone = etree.SubElement(root, f"{{{TOMBSTONES}}}deleted-entry", named)
    etree.SubElement(etree.SubElement(gone, f"{{{TOMBSTONES}}}by"), "name").text = stone.by
    etree.SubElement(gone, f"{{{TOMBSTONES}}}comment").text = stone.reason
    etree.SubElement(gone, "link", Link(stone.link, type="text/html").attributes)


def _generator(feed: Feed, fmt: str) -> feedgen.feed.FeedGenerator:
    generator = feedgen.feed.FeedGenerator()
    generator.register_extension("press", ChannelExtension, ItemExtension)
    generator.id(feed.id)
    generator.title(feed.title)
    generator.description(feed.description or feed.title)
    generator.link(href=feed.link)
    generator.author(name=feed.author)
    generator.language(feed.language)
    generator.updated(feed.changed)
    generator.generator("Pressroom")
    generator.docs("https://www.rssboard.org/rss-specification")
    if feed.rights:
        generator.rights(feed.rights)
    if feed.icon:
        generator.icon(feed.icon)
    own, *others = feed.beside(fmt)
    page = () if fmt == "rss" else (Link(feed.link, type="text/html"),)
    generator.press.feed = feed
    generator.press.links = (own, *page, *others)
    if fmt == "atom":
        generator.press.tombstones = feed.tombstones
    for item in feed.items if fmt == "atom" else feed.items_and_notices:
        _add(generator, item, fmt)
    return generator


def _add(generator: feedgen.feed.FeedGenerator, item: Item, fmt: str) -> None:
    entry = generator.add_entry(order="append")
    entry.press.item = item
    entry.id(item.id)  # in RSS a guid that is no permalink
    entry.title(item.title)
    entry.link(href=item.link)
    entry.published(item.published)
    entry.updated(item.updated)
    if item.summary:
        entry.summary(escape(item.summary, quote=False) if fmt == "rss" else item.summary)
    if item.html:
        entry.content(absolute(item.html, item.link), type="html")
    if item.author:
        entry.author(name=item.author)
    for category in item.filed:
        entry.category(**category.attributes)
    for file in item.enclosures[:1]:
        entry.enclosure(file.href, file.length, file.type)
