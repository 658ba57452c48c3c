"""WordPress exports (WXR 1.0 to 1.2), read as a stream: one item is in memory at a time, however large the file is.

The parser resolves no entity, loads nothing, and stops at a document type: an export has none, and attacks begin there.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import etree

from pressroom.kit import dates, text
from pressroom.releases.importing import fromhtml, instants
from pressroom.releases.importing.items import MOST_ITEMS, Item, Term, UnreadableError, fingerprint

DEEPEST = 40
PIECE = 1 << 16  # bytes of one line that are handed to the parser at a time
LONGEST_TEXT = 5_000_000  # characters of one field
MOST_META, LONGEST_KEY, LONGEST_META = 200, 200, 4_000  # fields that a site made for itself
VERSIONS = ("1.0", "1.1", "1.2")

_WP = re.compile(r"\{http://wordpress\.org/export/[0-9.]+/\}")
_EXCERPT = re.compile(r"\{http://wordpress\.org/export/[0-9.]+/excerpt/\}")
_PREFIXES = {"{http://purl.org/rss/1.0/modules/content/}": "content:", "{http://purl.org/dc/elements/1.1/}": "dc:"}
# What XML forbids and WordPress exports all the same; UTF-8 has these bytes for nothing else.
_CONTROLS = bytes(number for number in range(32) if number not in (9, 10, 13))
_FIELDS = {
    *("title", "link", "pubDate", "guid", "dc:creator", "content:encoded", "excerpt:encoded", "wp:post_id"),
    *("wp:post_date", "wp:post_date_gmt", "wp:post_modified", "wp:post_modified_gmt", "wp:post_name", "wp:status"),
    *("wp:post_type", "wp:post_password", "wp:meta_key", "wp:meta_value"),
}


@dataclass
class Raw:
    """An item as it stands in the file.

    Attributes:
        terms: its categories and tags.
        taxonomies: the names that it has in others, which a site made for itself.
        meta: its fields, the first characters of each.
    """

    line: int
    fields: dict[str, str] = field(default_factory=dict)
    terms: list[Term] = field(default_factory=list)
    taxonomies: dict[str, list[str]] = field(default_factory=dict)
    meta: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """A field, empty where there is none."""
        return self.fields.get(name, "").strip()


@dataclass
class Channel:
    """What the export says of itself, as far as it was read."""

    version: str = ""
    link: str = ""
    site: str = ""
    blog: str = ""
    authors: dict[str, str] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The site's address, by which its items are known again."""
        address = fromhtml.resolved("", self.blog or self.link or self.site)
        return address.partition("://")[2].rstrip("/").lower() or "an export without an address"


@dataclass(frozen=True)
class Export:
    """A WXR file."""

    path: Path
    name: str
    sha256: str

    def items(self, zone: str) -> Iterator[Item]:
        """Its items, in the order of the file."""
        channel = Channel()
        for count, raw in enumerate(stream(self.path, channel), start=1):
            if count > MOST_ITEMS:
                raise UnreadableError(f"The file has more than {MOST_ITEMS:,} items. Export year by year.")
            yield _item(raw, channel, zone)


class _RefusedError(Exception):
    """Stops the parser; the message is a sentence."""


class _Target:
    """What the parser calls; it gathers one item after another."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.line = 1
        self.open: list[str] = []
        self.found: list[Raw] = []
        self.raw: Raw | None = None
        self.kept: list[str] | None = None
        self.length = 0
        self.term: dict[str, str] = {}
        self.author: dict[str, str] = {}
        self.has_items = False

    def doctype(self, *_: object) -> None:
        raise _RefusedError(
            "The file has a document type (<!DOCTYPE …>), which no WordPress export has and which can hide attacks. "
            "Export it again, or delete that part."
        )

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _name(tag)
        self.open.append(name)
        if len(self.open) > DEEPEST:
            raise _RefusedError(f"Elements lie more than {DEEPEST} deep inside each other; an export never does that.")
        if len(self.open) == 1 and name != "rss":
            raise _RefusedError(
                f"The file begins with <{text.clean(name)[:40]}>; a WordPress export begins with <rss>."
            )
        if self.open == ["rss", "channel", "item"]:
            self.raw, self.has_items = Raw(self.line), True
        self.kept, self.length = [], 0
        if name == "category" and len(self.open) == 4:
            self.term = dict(attributes)

    def data(self, data: str) -> None:
        if self.kept is not None:
            self.length += len(data)
            if self.length <= LONGEST_TEXT:
                self.kept.append(data)

    def end(self, _tag: str) -> None:
        name, depth = self.open.pop(), len(self.open) + 1
        said, self.kept = "".join(self.kept or ()), None
        if self.raw is not None:
            self._of_item(name, said, depth)
        elif depth == 3:
            self._of_channel(name, said)
        elif depth == 4 and self.open[-1] == "wp:author":
            self.author[name] = said.strip()

    def close(self) -> None:
        pass

    def _of_item(self, name: str, said: str, depth: int) -> None:
        raw = self.raw
        assert raw is not None
        if depth == 3:
            self.found.append(raw)
            self.raw = None
        elif depth == 4 and name == "category":
            self._categorised(raw, said)
        elif depth == 4 and name in _FIELDS:
            raw.fields[name] = said
            if self.length > LONGEST_TEXT:
                raw.fields["too long"] = name
        elif depth == 5 and self.open[-1] == "wp:postmeta" and name in _FIELDS:
            raw.fields[name] = said
            key = raw.fields.get("wp:meta_key", "")
            if name == "wp:meta_value" and 0 < len(key) <= LONGEST_KEY and len(raw.meta) < MOST_META:
                raw.meta.setdefault(key, said[:LONGEST_META])

    def _categorised(self, raw: Raw, said: str) -> None:
        name = " ".join(text.clean(said).split())
        taxonomy = {"category": "category", "post_tag": "tag", "tag": "tag"}.get(
            self.term.get("domain", "category"), ""
        )
        if name and not taxonomy and len(raw.taxonomies) < MOST_META:
            raw.taxonomies.setdefault(self.term.get("domain", "")[:LONGEST_KEY], []).append(name[:LONGEST_KEY])
        if not name or not taxonomy:
            return
        term = Term(text.slugify(unquote(self.term.get("nicename") or name)), name, taxonomy)
        if all((one.name, one.taxonomy) != (name, taxonomy) for one in raw.terms):  # WXR 1.0 says each twice
            raw.terms.append(term)

    def _of_channel(self, name: str, said: str) -> None:
        channel, said = self.channel, said.strip()
        if name == "wp:wxr_version":
            channel.version = said
        elif name == "wp:base_site_url":
            channel.site = said
        elif name == "wp:base_blog_url":
            channel.blog = said
        elif name == "link":
            channel.link = said
        elif name == "wp:author" and (login := self.author.get("wp:author_login")):
            channel.authors[login] = self.author.get("wp:author_display_name") or login
            self.author = {}


def _name(tag: str) -> str:
    if not tag.startswith("{"):
        return tag
    if (found := _EXCERPT.match(tag)) or (found := _WP.match(tag)):
        return ("excerpt:" if "excerpt" in found[0] else "wp:") + tag[found.end() :]
    for namespace, prefix in _PREFIXES.items():
        if tag.startswith(namespace):
            return prefix + tag[len(namespace) :]
    return tag


def stream(path: Path, channel: Channel) -> Iterator[Raw]:
    """The items of the file, each as soon as it was read."""
    target = _Target(channel)
    parser = etree.XMLParser(
        target=target,  # type: ignore[arg-type]  # XML gives it text, never bytes
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        dtd_validation=False,
        huge_tree=False,
    )
    with path.open("rb") as file:
        is_wide = file.read(4).startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"<\0", b"\0<"))
        file.seek(0)
        try:
            while piece := file.readline(PIECE):
                parser.feed(piece if is_wide else piece.translate(None, _CONTROLS))
                target.line += piece.endswith(b"\n")
                yield from _checked(target, channel)
            parser.close()
        except _RefusedError as error:
            raise UnreadableError(str(error)) from None
        except etree.XMLSyntaxError as error:
            raise UnreadableError(_sentence(error, target)) from None
    yield from _checked(target, channel)
    if not target.has_items:
        raise UnreadableError("The file has no items. In WordPress choose Tools, Export, All content.")


def _checked(target: _Target, channel: Channel) -> Iterator[Raw]:
    found, target.found[:] = list(target.found), []
    if found and channel.version not in VERSIONS:
        what = f"of version {text.clean(channel.version)[:20]}" if channel.version else "no WordPress export"
        raise UnreadableError(
            f"The file is {what}; read are WordPress exports (WXR) of versions 1.0 to 1.2. "
            "In WordPress choose Tools, Export."
        )
    yield from found


def _sentence(error: etree.XMLSyntaxError, target: _Target) -> str:
    line = error.lineno or target.line
    if not target.open and target.line <= 2:
        return "The file is no XML. Choose the .xml file that WordPress’s export gave you."
    said = re.sub(r", line \d+, column \d+.*$", "", text.clean(error.msg or "").partition("\n")[0])[:200]
    hint = " Perhaps the file was cut off while it was copied." if target.open and "Premature" in said else ""
    return f"The XML is wrong on line {line:,}: {said}. Export the file again, or put that line right.{hint}"


def _item(raw: Raw, channel: Channel, zone: str) -> Item:
    link, guid = raw.get("link"), raw.get("guid") or raw.get("link") or raw.get("wp:post_id")
    remarks: list[str] = []
    problem = ""
    try:
        at = _published(raw, zone)
        changed_at = instants.stamp(raw.get("wp:post_modified_gmt"), "UTC")
    except dates.DateError as error:
        at = changed_at = None
        problem = f"Its date cannot be read. {error}"
    if thumbnail := raw.meta.get("_thumbnail_id", "").strip():
        remarks.append(f"Its featured picture (attachment {text.clean(thumbnail)[:20]}) is not brought in.")
    if "too long" in raw.fields:
        problem = f"One of its texts has more than {LONGEST_TEXT:,} characters."
    creator = raw.get("dc:creator")
    said = [raw.get(name) for name in sorted(_FIELDS - {"wp:meta_key", "wp:meta_value", "guid"})]
    return Item(
        source=channel.source[:200],
        guid=guid[:500] if guid else f"the item on line {raw.line}",
        fingerprint=fingerprint(said, raw.terms),
        where=f"line {raw.line:,}",
        headline=title(raw.get("title")),
        what=raw.get("wp:post_type") or "post",
        status="password" if raw.get("wp:post_password") else raw.get("wp:status") or "publish",
        at=at,
        changed_at=changed_at,
        content=raw.fields.get("content:encoded", ""),
        base=fromhtml.resolved(channel.link or channel.blog, link),
        slug=unquote(raw.get("wp:post_name")),
        author=" ".join(text.clean(channel.authors.get(creator, creator)).split())[:200],
        terms=tuple(raw.terms),
        paths=(link,) if link else (),
        fields={"subhead": title(raw.get("excerpt:encoded"))},
        remarks=tuple(remarks),
        problem=problem,
    )


def _published(raw: Raw, zone: str) -> Any:
    """When it was given out: in UTC as it stands there, else in the site's zone, else as the feed says."""
    return (
        instants.stamp(raw.get("wp:post_date_gmt"), "UTC")
        or instants.stamp(raw.get("wp:post_date"), zone)
        or instants.posted(raw.get("pubDate"))
    )


def title(written: str) -> str:
    """A title in one line, without mark-up."""
    if "<" in written or "&" in written:
        written = "".join(map(str, etree.HTML(f"<p>{text.clean(written)}</p>").itertext())) if written.strip() else ""
    return " ".join(text.clean(written).split())
