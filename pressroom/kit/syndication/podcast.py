"""What directories and players of podcasts read in an RSS feed, besides what every reader does.

Rules: Apple's requirements (https://podcasters.apple.com/support/823-podcast-requirements) for ``itunes:``, and the
Podcasting 2.0 namespace (https://podcasting2.org/docs/podcast-namespace) for ``podcast:``.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from lxml import etree

from pressroom.kit import text
from pressroom.kit.syndication.addresses import uri

ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PODCAST = "https://podcastindex.org/namespace/1.0"
_FEEDS = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")  # the namespace's own, for podcast:guid


@dataclass(frozen=True)
class Show:
    """A podcast as a whole.

    Attributes:
        author: who stands behind it.
        category: of Apple's list, with an ampersand as it is: ``Science``.
        image: the absolute address of its cover, a square JPEG or PNG of 1,400 to 3,000 pixels; empty without one.
        email: of whoever may move it to another host; ``podcast:locked`` is asked of them. Empty says nobody.
        licence: the name of the terms; ``licence_address`` is where they stand.
    """

    author: str
    category: str = "Science"
    image: str = ""
    email: str = ""
    licence: str = ""
    licence_address: str = ""


@dataclass(frozen=True)
class Transcript:
    """The words of an episode. ``captions`` says that they have times, for showing while it plays."""

    href: str
    type: str
    language: str = ""
    captions: bool = False


@dataclass(frozen=True)
class Episode:
    """One item of a podcast.

    Attributes:
        seconds: how long it is; 0 when nobody knows.
        image: the absolute address of its picture.
        people: the names of who speaks.
        chapters: the absolute address of the JSON chapters; empty without any.
    """

    seconds: int = 0
    image: str = ""
    transcripts: tuple[Transcript, ...] = ()
    people: tuple[str, ...] = ()
    chapters: str = ""


def guid(address: str) -> str:
    """The ``podcast:guid`` of the feed at *address*: of the address without scheme and last slash, so it stays."""
    parts = urlsplit(address)
    return str(uuid5(_FEEDS, f"{parts.netloc}{parts.path}".rstrip("/")))


def write_show(channel: etree._Element, show: Show, address: str) -> None:
    """Add *show* to the channel of the feed at *address*."""
    _add(channel, ITUNES, "author", show.author)
    _add(channel, ITUNES, "type", "episodic")
    _add(channel, ITUNES, "explicit", "false")
    etree.SubElement(channel, f"{{{ITUNES}}}category", text=_clean(show.category))
    if show.image:
        etree.SubElement(channel, f"{{{ITUNES}}}image", href=uri(show.image))
    if show.email:
        owner = etree.SubElement(channel, f"{{{ITUNES}}}owner")
        _add(owner, ITUNES, "name", show.author)
        _add(owner, ITUNES, "email", show.email)
    _add(channel, PODCAST, "guid", guid(address))
    _add(channel, PODCAST, "medium", "podcast")
    _add(channel, PODCAST, "locked", "yes", **({"owner": _clean(show.email)} if show.email else {}))
    if show.licence:
        where = {"url": uri(show.licence_address)} if show.licence_address else {}
        _add(channel, PODCAST, "license", show.licence[:128], **where)


def write_episode(item: etree._Element, episode: Episode) -> None:
    """Add *episode* to its item."""
    _add(item, ITUNES, "episodeType", "full")
    _add(item, ITUNES, "explicit", "false")
    if episode.seconds:
        _add(item, ITUNES, "duration", str(episode.seconds))
    if episode.image:
        etree.SubElement(item, f"{{{ITUNES}}}image", href=uri(episode.image))
    for words in episode.transcripts:
        named = {"url": uri(words.href), "type": words.type}
        named |= {"language": words.language} if words.language else {}
        etree.SubElement(item, f"{{{PODCAST}}}transcript", named | ({"rel": "captions"} if words.captions else {}))
    if episode.chapters:
        where = {"url": uri(episode.chapters), "type": "application/json+chapters"}
        etree.SubElement(item, f"{{{PODCAST}}}chapters", where)
    for name in episode.people:
        _add(item, PODCAST, "person", name[:128], role="guest")


def _add(element: etree._Element, namespace: str, name: str, words: str, **attributes: str) -> None:
    if said := _clean(words):
        etree.SubElement(element, f"{{{namespace}}}{name}", attributes).text = said


def _clean(words: str) -> str:
    return " ".join(text.clean(words).split())
