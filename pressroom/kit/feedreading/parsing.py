"""Entries as plain records: what each says, before anybody decides what it means."""

from __future__ import annotations

import io
import re
import signal
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any, BinaryIO
from urllib.parse import urljoin
from xml.parsers import expat

import feedparser

from pressroom.kit.feedreading import decoding, splitting
from pressroom.kit.feedreading.jsonfeed import BrokenError, Stream
from pressroom.kit.feedreading.splitting import Splitter

TOGETHER = 50  # entries that are parsed at once
LARGE = 200_000  # characters, beyond which no more are put together
MOST_ENTRIES = 25_000
LOOSE = 20_000  # bytes of an entry that is not well-formed, up to which feedparser mends it
PATIENCE = 1.5  # seconds of a processor for one parse
LONGEST = 20_000  # characters of a text that are kept
TOO_LONG = f"the entry has more than {splitting.LONGEST_ENTRY // 1000:,} kB"
NOT_CLOSED = "the feed is cut off in this entry"
TOO_MUCH = "reading this entry takes too much time or memory"
NO_ENTRY = "nothing can be read in this entry"

Record = dict[str, Any]

_FEED = re.compile(r"<(?:[\w.-]+:)?(?:rss|feed|rdf|channel)[\s>]", re.IGNORECASE)
_PAGE = re.compile(r"<!doctype\s+html|<html[\s>]|<body[\s>]|<head[\s>]", re.IGNORECASE)
_LINK = re.compile(r"<link\s((?:[^<>\"']|\"[^\"]*\"|'[^']*'){1,3000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_OF_FEEDS = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")

feedparser.datetimes._date_handlers.clear()  # dates are read elsewhere, with their zones; this is a tenth of the time


def records(stream: BinaryIO, *, charset: str, address: str) -> Iterator[Record]:
    """The entries of a feed, each with its number, and last what the feed says of itself, under ``feed``.

    An entry that cannot be read has a ``problem``; whatever else it has can be used. Nothing is raised.
    """
    pieces = decoding.pieces(stream, charset)
    start = ""
    while len(start) < 1000 and (piece := next(pieces, None)) is not None:
        start += piece.lstrip("\ufeff \t\r\n") if not start else piece

    def whole() -> Iterator[str]:
        yield start
        yield from pieces

    if start.startswith("{"):
        yield from _json(whole(), address)
    else:
        yield from _xml(whole(), address)


def _xml(pieces: Iterator[str], address: str) -> Iterator[Record]:
    splitter = Splitter(pieces)
    number, skeleton, base = 0, ("", ""), address
    for batch in _batches(splitter):
        if not number:
            if not _FEED.search(splitter.head) and _PAGE.search(splitter.head):
                break
            skeleton = splitting.outline(splitter.head)
            base = _base(splitter.head, address)
        for offset, record in enumerate(_parsed(batch, skeleton, base), 1):
            yield {"n": number + offset} | record
        number += len(batch)
        if number >= MOST_ENTRIES:
            yield {"n": number + 1, "problem": f"only the first {MOST_ENTRIES:,} entries are read"}
            break
    if splitter.unclosed and number:
        yield {"n": number, "problem": NOT_CLOSED}
    yield {"feed": _about_xml(splitter.head, address, has_entries=number > 0)}


def _batches(splitter: Splitter) -> Iterator[list[str | None]]:
    batch: list[str | None] = []
    size = 0
    for entry in splitter:
        batch.append(entry)
        size += len(entry or "")
        if len(batch) == TOGETHER or size > LARGE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _parsed(batch: Sequence[str | None], skeleton: tuple[str, str], base: str) -> Iterator[Record]:
    """The records of entries: of all at once, or of each by itself where that does not give each."""
    if None not in batch:
        document = _document("".join(splitting.clean(entry or "") for entry in batch), skeleton)
        parsed = _parse(document, base) if _is_well_formed(document) else None
        if parsed is not None and len(parsed.entries) == len(batch):
            yield from map(_record, parsed.entries)
            return
    for entry in batch:
        yield _alone(entry, skeleton, base)


def _alone(entry: str | None, skeleton: tuple[str, str], base: str) -> Record:
    if entry is None:
        return {"problem": TOO_LONG}
    document = _document(splitting.clean(entry), skeleton)
    is_odd = not _is_well_formed(document)
    if is_odd and len(document) > LOOSE:
        document = _recovered(document)  # feedparser's own way takes seconds for a large one
    parsed = _parse(document, base)
    if parsed is None:
        return {"problem": TOO_MUCH}
    record = _record(parsed.entries[0]) if parsed.entries else {"problem": NO_ENTRY}
    return record | {"mended": True} if is_odd else record


def _document(entries: str, skeleton: tuple[str, str]) -> bytes:
    return f'<?xml version="1.0" encoding="utf-8"?>{skeleton[0]}{entries}{skeleton[1]}'.encode("utf-8", "replace")


def _is_well_formed(document: bytes) -> bool:
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(document, True)
    except expat.ExpatError:
        return False
    return True


def _recovered(document: bytes) -> bytes:
    """*document* with its elements closed in their order, as far as they can be."""
    from lxml import etree  # noqa: PLC0415 - memory that most feeds need not

    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError):
        return document
    return document if root is None else etree.tostring(root, encoding="utf-8", xml_declaration=True)


class _TooLongError(Exception):
    """It took too long."""


def _parse(document: bytes, base: str) -> Any:
    """What feedparser makes of *document*; None when that takes too much time or memory."""
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": base}
    signal.signal(signal.SIGPROF, _too_long)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    try:
        return feedparser.parse(
            io.BytesIO(document), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except (_TooLongError, MemoryError, RecursionError):
        return None
    except Exception:  # noqa: BLE001 - whatever it stumbles on is no entry
        return feedparser.FeedParserDict(entries=[], feed={})
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _too_long(_number: int, _frame: object) -> None:
    raise _TooLongError


def _record(entry: Any) -> Record:
    said = dict(dict.items(entry))
    author = said.get("author_detail") or {}
    texts = [part.get("value", "") for part in said.get("content") or () if isinstance(part, dict)]
    source = said.get("source") or {}
    kinds = [link.get("type", "") for link in said.get("links") or () if link.get("rel") == "enclosure"]
    return {
        "title": _text(said.get("title")),
        "title_is_html": (said.get("title_detail") or {}).get("type") != "text/plain",
        "link": _text(said.get("link")),
        "id": _text(said.get("id")),
        "published": _text(said.get("published") or said.get("created")),
        "updated": _text(said.get("updated")),
        "author": _text(author.get("name") or said.get("author")),
        "summary": _text(said.get("summary")) or _text(next(filter(None, texts), "")),
        "source": _text(source.get("title")) if isinstance(source, dict) else "",
        "language": _text((said.get("title_detail") or {}).get("language")),
        "enclosure": _text(next(filter(None, kinds), "")),
    }


def _text(value: object) -> str:
    return value[:LONGEST] if isinstance(value, str) else ""


def _base(head: str, address: str) -> str:
    """Against what relative links are read: the site that the feed names, if it names one as a whole."""
    link = _text(_of_feed(head, address).get("link"))
    return link if link.startswith(("http://", "https://")) else address


def _of_feed(head: str, address: str) -> dict[str, Any]:
    cleaned = splitting.clean(head)
    document = _document(splitting.declared(cleaned.lstrip()), ("", splitting.outline(head)[1]))
    parsed = _parse(document if _is_well_formed(document) else _recovered(document), address)
    return dict(dict.items(parsed.feed)) if parsed is not None else {}


def _about_xml(head: str, address: str, *, has_entries: bool) -> Record:
    is_feed = bool(_FEED.search(head))
    if not is_feed and not has_entries:
        is_page = bool(_PAGE.search(head))
        return {"is": "page" if is_page else "nothing", "feeds": _feeds_of(head, address) if is_page else []}
    said = _of_feed(head, address)
    return {
        "is": "feed",
        "title": _text(said.get("title"))[:500],
        "link": _text(said.get("link"))[:2000],
        "ttl": _text(said.get("ttl"))[:20],
        "period": _text(said.get("sy_updateperiod"))[:20],
        "frequency": _text(said.get("sy_updatefrequency"))[:20],
        "language": _text(said.get("language"))[:40],
    }


def _feeds_of(page: str, address: str) -> list[list[str]]:
    """The feeds that a page names: address and title of each (HTML, 4.6.7.1, ``rel=alternate``)."""
    found: list[list[str]] = []
    for link in _LINK.finditer(page):
        said = {part[1].lower(): unescape(part[2] or part[3] or part[4] or "") for part in _ATTRIBUTE.finditer(link[1])}
        is_one = said.get("type", "").lower().split(";")[0].strip() in _OF_FEEDS
        if is_one and "alternate" in said.get("rel", "").lower().split() and said.get("href"):
            try:
                found.append([urljoin(address, said["href"].strip())[:2000], said.get("title", "")[:200]])
            except ValueError:
                continue
    return found[:20]


def _json(pieces: Iterator[str], address: str) -> Iterator[Record]:
    stream, number = Stream(pieces), 0
    broken = False
    try:
        for item in stream.items():
            number += 1
            if number > MOST_ENTRIES:
                yield {"n": number, "problem": f"only the first {MOST_ENTRIES:,} entries are read"}
                break
            yield {"n": number} | (_item(item, address) if isinstance(item, dict) else {"problem": NO_ENTRY})
    except BrokenError:
        broken = True
        if number:
            yield {"n": number + 1, "problem": "the feed is broken here, and nothing behind it can be read"}
    about = stream.about
    is_feed = number > 0 or (not broken and "jsonfeed.org" in _text(about.get("version")))
    yield {
        "feed": {
            "is": "feed" if is_feed else "broken" if broken else "nothing",
            "title": _text(about.get("title"))[:500],
            "link": _text(about.get("home_page_url"))[:2000],
            "language": _text(about.get("language"))[:40],
        }
    }


def _item(item: dict[str, Any], address: str) -> Record:
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    names = [_text(author.get("name")) for author in (authors or ())[:20] if isinstance(author, dict)]
    link = _text(item.get("url")) or _text(item.get("external_url"))
    try:
        link = urljoin(address, link) if link else ""
    except ValueError:
        link = ""
    number = item.get("id")
    return {
        "title": _text(item.get("title")),
        "title_is_html": False,
        "link": link,
        "id": str(number)[:LONGEST] if isinstance(number, str | int) else "",
        "published": _text(item.get("date_published")),
        "updated": _text(item.get("date_modified")),
        "author": ", ".join(filter(None, names)),
        "summary": _text(item.get("summary")) or _text(item.get("content_html")) or _text(item.get("content_text")),
        "source": "",
        "language": _text(item.get("language")),
        "enclosure": "",
    }
