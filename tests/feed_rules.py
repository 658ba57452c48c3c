"""The rules of each format that we publish, as functions that name what breaks one; nothing is fetched.

RSS 2.0 with the RSS Advisory Board's Best Practices Profile, Atom (RFC 4287), JSON Feed 1.1, archives (RFC 5005),
tombstones (RFC 6721), Media RSS, what podcast directories require, and iCalendar (RFC 5545, RFC 7986). Warnings of the
usual validators count like errors.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from icalendar import Calendar
from lxml import etree, html

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
DC = "{http://purl.org/dc/elements/1.1/}"
MEDIA = "{http://search.yahoo.com/mrss/}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
STONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)")
URI = re.compile(
    r"https?://[A-Za-z0-9\-._~%!$&'()*+,;=:\[\]@]+(?:[/?#](?:[A-Za-z0-9\-._~:/?#@!$&'()*+,;=]|%[0-9A-F]{2})*)?", re.I
)
TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")  # BCP 47, roughly
MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
RELS = {"self", "alternate", "hub", "license", "related", "enclosure"}
RELS_OF_PAGES = {"first", "last", "previous", "next"}
RELS_OF_ARCHIVES = {"current", "prev-archive", "next-archive"}

Problems = Iterator[str]


def rss(body: bytes, own: str = "") -> Problems:
    """What is wrong with an RSS 2.0 feed. *own*: the absolute address at which it was read."""
    root = _tree(body)
    if root.tag != "rss" or root.get("version") != "2.0" or len(root) != 1:
        yield f"{root.tag} is no RSS 2.0"
        return
    channel = root[0]
    for name in ("title", "link", "description", "language", "lastBuildDate", "generator", "docs"):
        if len(channel.findall(name)) != 1:
            yield f"the channel has {len(channel.findall(name))} {name}"
        yield from _said(channel, name)
    yield from _address(channel.findtext("link"), "link of the channel")
    yield from _rfc_822(channel.findtext("lastBuildDate"))
    if not TAG.fullmatch(channel.findtext("language") or ""):
        yield "the language is no tag"
    yield from _links(channel, own)
    yield from _raw_titles(body)
    items = channel.findall("item")
    if list(channel)[len(channel) - len(items) :] != items:
        yield "something stands after the first item"
    for item in items:
        yield from _rss_item(item)
    yield from _unique([item.findtext("guid") for item in items])
    dates = [parsedate_to_datetime(item.findtext("pubDate") or "") for item in items]
    built = parsedate_to_datetime(channel.findtext("lastBuildDate") or "")
    if any(date > built for date in dates):
        yield "it was built before an item was published"


def _rss_item(item: etree._Element) -> Problems:
    for name in ("title", "link", "guid", "pubDate"):
        if len(item.findall(name)) != 1:
            yield f"an item has {len(item.findall(name))} {name}"
        yield from _said(item, name)
    for name in ("description", "enclosure", CONTENT, f"{DC}creator", f"{DC}language", "source", "author", "comments"):
        if len(item.findall(name)) > 1:
            yield f"an item has several {name}"
    if item.find("author") is not None:
        yield "author is an e-mail address, which nobody gave"
    if item.find("guid").get("isPermaLink") != "false" or ":" not in (item.findtext("guid") or ""):
        yield "a guid is neither an IRI nor marked as no permalink"
    yield from _address(item.findtext("link"), "link of an item")
    yield from _rfc_822(item.findtext("pubDate"))
    names = [child.tag for child in item]
    if CONTENT in names and "description" in names and names.index(CONTENT) < names.index("description"):
        yield "content stands before the description"
    for enclosure in item.findall("enclosure"):
        yield from _address(enclosure.get("url"), "enclosure")
        if not (enclosure.get("length") or "").isdigit() or not MEDIA_TYPE.fullmatch(enclosure.get("type") or ""):
            yield f"an enclosure of {enclosure.get('length')} bytes of {enclosure.get('type')}"
    for category in item.findall("category"):
        if not (category.text or "").strip():
            yield "an empty category"
    yield from _html(item.findtext(CONTENT) or "")
    yield from _media(item)


def atom(body: bytes, own: str = "") -> Problems:
    """What is wrong with an Atom feed."""
    feed = _tree(body)
    if feed.tag != f"{ATOM}feed":
        yield f"{feed.tag} is no Atom feed"
        return
    entries = feed.findall(f"{ATOM}entry")
    for element in [feed, *entries]:
        where = etree.QName(element).localname
        for name in ("id", "title", "updated"):
            if len(element.findall(f"{ATOM}{name}")) != 1:
                yield f"a {where} has {len(element.findall(f'{ATOM}{name}'))} {name}"
            yield from _said(element, f"{ATOM}{name}")
        if not re.match(r"[a-z][a-z0-9+.-]*:\S+$", element.findtext(f"{ATOM}id") or ""):
            yield f"{element.findtext(f'{ATOM}id')!r} is no IRI"
        for name in ("updated", "published"):
            for date in element.findall(f"{ATOM}{name}"):
                if not RFC_3339.fullmatch(date.text or ""):
                    yield f"{date.text!r} is no date"
        alternates = [(link.get("type"), link.get("hreflang")) for link in _of(element, "alternate")]
        if len(alternates) != len(set(alternates)) or not alternates:
            yield f"a {where} has the alternates {alternates}"
        for category in element.findall(f"{ATOM}category"):
            if not category.get("term"):
                yield "a category without a term"
    if not feed.findtext(f"{ATOM}author/{ATOM}name"):
        yield "nobody is the author of the feed"
    yield from _links(feed, own)
    for entry in entries:
        yield from _atom_entry(entry, feed.findtext(f"{ATOM}updated") or "")
    yield from _unique([entry.findtext(f"{ATOM}id") for entry in entries])
    for stone in feed.findall(STONE):
        if ":" not in (stone.get("ref") or "") or not RFC_3339.fullmatch(stone.get("when") or ""):
            yield f"a tombstone of {dict(stone.attrib)}"
    if both := {stone.get("ref") for stone in feed.findall(STONE)} & {entry.findtext(f"{ATOM}id") for entry in entries}:
        yield f"{both} are there, and gone"


def _atom_entry(entry: etree._Element, feed_updated: str) -> Problems:
    published, updated = (entry.findtext(f"{ATOM}{name}") or "" for name in ("published", "updated"))
    if not published <= updated <= feed_updated:
        yield f"published {published}, updated {updated}, the feed {feed_updated}"
    for name in ("content", "summary", "published", "rights"):
        if len(entry.findall(f"{ATOM}{name}")) > 1:
            yield f"an entry has several {name}"
    for link in entry.findall(f"{ATOM}link"):
        yield from _address(link.get("href"), "link of an entry")
        if link.get("rel") not in RELS:
            yield f"a link of an entry is {link.get('rel')}"
        if link.get("length") and not (link.get("length") or "").isdigit():
            yield "a length is no number"
    yield from _html(entry.findtext(f"{ATOM}content") or "")
    yield from _media(entry)


def jsonfeed(body: bytes, own: str = "") -> Problems:
    """What is wrong with a JSON Feed."""
    feed = json.loads(body.decode())
    if feed.get("version") != "https://jsonfeed.org/version/1.1" or not feed.get("title"):
        yield "it has no version or no title"
    for name in ("home_page_url", "feed_url"):
        yield from _address(feed.get(name), name)
    if own and feed.get("feed_url") != own:
        yield f"it says that it is at {feed.get('feed_url')}, and not at {own}"
    if "next_url" in feed and (feed["next_url"] == feed["feed_url"] or list(_address(feed["next_url"], "next"))):
        yield f"next_url is {feed['next_url']}"
    if not TAG.fullmatch(feed.get("language", "")):
        yield "the language is no tag"
    for item in feed["items"]:
        yield from _json_item(item)
    yield from _unique([item["id"] for item in feed["items"]])
    if "author" in feed or any("author" in item for item in feed["items"]):
        yield "author is of version 1.0; authors follows it"


def _json_item(item: dict[str, Any]) -> Problems:
    if not isinstance(item.get("id"), str) or not item["id"]:
        yield "an item has no id"
    for name in ("url", "external_url", "image"):
        if name in item or name == "url":
            yield from _address(item.get(name), name)
    if not item.get("content_html") and not item.get("content_text"):
        yield "an item says nothing"
    for name in ("date_published", "date_modified"):
        if not RFC_3339.fullmatch(item.get(name, "")):
            yield f"{name} is {item.get(name)}"
    if item["date_modified"] < item["date_published"]:
        yield "an item was changed before it was published"
    if any(not isinstance(tag, str) or not tag for tag in item.get("tags", [])):
        yield "an empty tag"
    for author in item.get("authors", []):
        if not author.get("name"):
            yield "an author without a name"
    for file in item.get("attachments", []):
        yield from _address(file.get("url"), "attachment")
        if not MEDIA_TYPE.fullmatch(file.get("mime_type", "")):
            yield f"an attachment of {file.get('mime_type')}"
    yield from _html(item.get("content_html", ""))


def podcast(body: bytes, own: str = "") -> Problems:
    """What is wrong with a podcast, besides what is wrong with it as RSS; without a cover, which is a setting."""
    yield from rss(body, own)
    channel = _tree(body)[0]
    for name in (f"{ITUNES}author", f"{ITUNES}category", f"{ITUNES}explicit", f"{ITUNES}type", f"{PODCAST}guid"):
        if len(channel.findall(name)) != 1:
            yield f"the podcast has {len(channel.findall(name))} {name}"
    if channel.findtext(f"{ITUNES}explicit") not in {"true", "false"}:
        yield "explicit is neither true nor false"
    if UUID(channel.findtext(f"{PODCAST}guid") or "").version != 5:
        yield "its guid is not made of its address"
    if channel.findtext(f"{PODCAST}locked") not in {"yes", "no"}:
        yield "locked is neither yes nor no"
    for item in channel.findall("item"):
        (file,) = item.findall("enclosure") or [etree.Element("enclosure")]
        if not (file.get("type") or "").startswith(("audio/", "video/")) or not int(file.get("length") or 0):
            yield f"an episode of {file.get('length')} bytes of {file.get('type')}"
        if not (item.findtext(f"{ITUNES}duration") or "").isdigit():
            yield "an episode has no length"
        for words in item.findall(f"{PODCAST}transcript"):
            yield from _address(words.get("url"), "transcript")
            if words.get("type") not in {"text/vtt", "text/plain", "text/html", "application/json"}:
                yield f"a transcript is {words.get('type')}"
        for person in item.findall(f"{PODCAST}person"):
            if not 0 < len(person.text or "") <= 128:
                yield "a person's name is empty or too long"


def calendar(body: bytes, own: str = "") -> Problems:
    """What is wrong with a calendar; read by icalendar, and looked at line by line."""
    lines = body.split(b"\r\n")
    if any(len(line) > 75 for line in lines) or any(b"\n" in line or b"\r" in line for line in lines):
        yield "a line is too long, or ends in another way"
    if not body.endswith(b"\r\n"):
        yield "it does not end with a line end"
    if re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", body):
        yield "it has a control character"
    read = Calendar.from_ical(body)
    if read["version"] != "2.0" or not read["prodid"]:
        yield "it has no version or no maker"
    if own and str(read.get("source", "")) != own:
        yield f"it says that it is at {read.get('source')}, and not at {own}"
    zones = {str(zone["tzid"]) for zone in read.walk("VTIMEZONE")}
    events = read.walk("VEVENT")
    for event in events:
        for name in ("uid", "dtstamp", "dtstart", "summary"):
            if not event.get(name):
                yield f"an event has no {name}"
        if ("dtend" in event) is ("duration" in event):
            yield "an event has an end and a duration, or neither"
        zone = event["dtstart"].params.get("TZID")
        if zone and zone not in zones:
            yield f"the rules of {zone} are not in it"
        if "url" in event:
            yield from _address(str(event["url"]), "url")
        if event.errors:
            yield f"an event could not be read: {event.errors}"
    yield from _unique([str(event["uid"]) for event in events])
    if Calendar.from_ical(read.to_ical()).to_ical() != read.to_ical():
        yield "it is another one when it is read and written"


CHECKS: dict[str, Callable[[bytes, str], Problems]] = {
    "rss": rss,
    "atom": atom,
    "json": jsonfeed,
    "podcast": podcast,
    "ics": calendar,
}
"""The ending of an address → what is wrong with what is there."""


def _tree(body: bytes) -> etree._Element:
    """The tree of a body; a parser that forgives nothing, as no reader is as strict."""
    body.decode("utf-8")  # and not in surrogates
    return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, recover=False))


def _said(element: etree._Element, path: str) -> Problems:
    for found in element.findall(path):
        if not (found.text or "").strip() or len(found):
            yield f"{path} is empty, or holds elements"


def _address(address: str | None, what: str) -> Problems:
    if not URI.fullmatch(address or "") or not urlsplit(address or "").hostname:
        yield f"{what}: {address!r} is no absolute URI"


def _rfc_822(date: str | None) -> Problems:
    if format_datetime(parsedate_to_datetime(date or ""), usegmt=True) != date:
        yield f"{date!r} is no date as RSS writes it"


def _unique(names: list[Any]) -> Problems:
    if len(set(names)) != len(names):
        yield f"ids twice: {[name for name in names if names.count(name) > 1]}"


def _of(element: etree._Element, rel: str) -> list[etree._Element]:
    return [link for link in element.findall(f"{ATOM}link") if link.get("rel") == rel]


def _links(element: etree._Element, own: str) -> Problems:
    """The links of a feed's head, and what RFC 5005 says of them."""
    selves = [link.get("href") for link in _of(element, "self")]
    if len(selves) != 1 or (own and selves != [own]):
        yield f"it says that it is at {selves}, and not at {own}"
    rels = [link.get("rel") for link in element.findall(f"{ATOM}link")]
    for link in element.findall(f"{ATOM}link"):
        yield from _address(link.get("href"), f"link {link.get('rel')}")
    if unknown := set(rels) - RELS - RELS_OF_PAGES - RELS_OF_ARCHIVES:
        yield f"links {unknown}"
    if any(rels.count(rel) > 1 for rel in (RELS_OF_PAGES | RELS_OF_ARCHIVES | {"self"})):
        yield "a link of a kind stands there twice"
    archive, complete = (element.find(f"{HISTORY}{name}") is not None for name in ("archive", "complete"))
    if archive and "current" not in rels:
        yield "an archive does not lead to what is current (section 4)"
    if complete and (set(rels) & (RELS_OF_PAGES | RELS_OF_ARCHIVES) or archive):
        yield "a complete feed leads to other documents of it (section 2)"
    if "current" in rels and not archive:
        yield "what is current is no archive"


def _raw_titles(body: bytes) -> Problems:
    """The profile, "Character data": & and < of a plain text as numbers, which no reader takes for mark-up."""
    for title in re.findall(rb"<title>([^<]*)</title>", body):
        if re.search(rb"&(?:amp|lt|gt);", title):
            yield f"a title has {title!r}"


def _html(content: str) -> Problems:
    """What is read away from its site: no relative address, and nothing that runs or dresses."""
    if not content.strip():
        return
    root = html.fragment_fromstring(content, create_parent="div")
    for element in root.iter():
        if element.tag in {"script", "style", "iframe", "object", "embed", "form", "input", "meta", "link", "base"}:
            yield f"content has a {element.tag}"
        for name, value in element.attrib.items():
            if name in {"href", "src"} and not value.startswith(("http://", "https://", "mailto:", "tel:")):
                yield f"content leads to {value!r}"
            if name.startswith("on") or name in {"style", "id"}:
                yield f"content has the attribute {name}"


def _media(element: etree._Element) -> Problems:
    for file in element.findall(f"{MEDIA}content"):
        yield from _address(file.get("url"), "media:content")
        if not MEDIA_TYPE.fullmatch(file.get("type") or "") or file.get("medium") not in {
            "image",
            "audio",
            "video",
            "document",
        }:
            yield f"media of {file.get('type')} as {file.get('medium')}"
        for name in ("fileSize", "width", "height", "duration"):
            if file.get(name) is not None and not int(file.get(name) or "0") > 0:
                yield f"{name} of media is {file.get(name)}"
        for child in file:
            if child.tag != f"{MEDIA}thumbnail" and not (child.text or "").strip():
                yield f"{child.tag} is empty"
            if child.tag == f"{MEDIA}thumbnail":
                yield from _address(child.get("url"), "thumbnail")
