"""Something that a release points at, in one line of text: ``webcast 7``, or an address and what it is called. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

MOST = 20

# "release 12: Its title, which is there for people": only kind and number are read.
_OURS = re.compile(r"([a-z]{1,20}) ([1-9][0-9]{0,8})(?::.*)?")


@dataclass(frozen=True)
class Item:
    """A thing of this press room by kind and number, or an outside address with its title."""

    kind: str = ""
    item_id: int | None = None
    url: str = ""
    title: str = ""

    def __str__(self) -> str:
        """As a revision keeps it."""
        return f"{self.kind} {self.item_id}" if self.item_id is not None else f"{self.url} {self.title}".strip()


def numbered(line: str) -> Item | None:
    """The thing of this press room that *line* names by kind and number."""
    found = _OURS.fullmatch(line.strip())
    return Item(found[1], int(found[2])) if found else None


def outside(line: str) -> Item | None:
    """The outside address at the beginning of *line*, with the rest of the line as its title."""
    url, _, title = line.strip().partition(" ")
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    return Item(url=url, title=" ".join(title.split()))


def named(item: Item) -> str:
    """What an outside address is called: by its title, else by its host and path."""
    return item.title or re.sub(r"^https?://(?:www\.)?", "", item.url).rstrip("/")
