"""Readers of feeds: what somebody has on their shelf who polls an address again and again.

Two that share no code: one reads with feedparser, as most programs in Python do; the other with a parser that forgives
nothing, and knows tombstones. A third reads JSON Feed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import feedparser
from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
STONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"


@dataclass
class Shelf:
    """What a reader shows: id → title, in the order in which things came; and what it would say is new."""

    shown: dict[str, str] = field(default_factory=dict)
    announced: list[str] = field(default_factory=list)

    def put(self, number: str, title: str) -> None:
        """An item, new or again."""
        if number not in self.shown:
            self.announced.append(number)
        self.shown[number] = title


class Forgiving(Shelf):
    """Reads by feedparser: RSS and Atom."""

    def read(self, body: bytes) -> None:
        """What a poll brought."""
        found = feedparser.parse(body)
        assert not found.bozo, found.get("bozo_exception")
        for entry in found.entries:
            self.put(entry.id, entry.title)


class Strict(Shelf):
    """Reads by a parser that stops at the first fault: RSS and Atom with tombstones."""

    def read(self, body: bytes) -> None:
        """What a poll brought."""
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, recover=False))
        for item in root.iterfind("channel/item"):
            self.put(str(item.findtext("guid")), str(item.findtext("title")))
        for entry in root.iterfind(f"{ATOM}entry"):
            self.put(str(entry.findtext(f"{ATOM}id")), str(entry.findtext(f"{ATOM}title")))
        for stone in root.iterfind(STONE):
            self.shown.pop(str(stone.get("ref")), None)


class Json(Shelf):
    """Reads JSON Feed."""

    def read(self, body: bytes) -> None:
        """What a poll brought."""
        for item in json.loads(body)["items"]:
            self.put(item["id"], item["title"])
