"""Pictures, sound and film in RSS and Atom, with who made them and on which terms: Media RSS 1.5.1.

The specification: https://www.rssboard.org/media-rss
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree

from pressroom.kit import text
from pressroom.kit.syndication.addresses import uri

NAMESPACE = "http://search.yahoo.com/mrss/"
MEDIUMS = ("image", "audio", "video", "document")


@dataclass(frozen=True)
class Media:
    """A file that belongs to an item.

    Attributes:
        href: its absolute address.
        type: its media type, which says what it is.
        length: in bytes; ``width`` and ``height`` in pixels; ``seconds`` it lasts. 0 when nobody knows.
        title: its name for people.
        caption: what is on it.
        credit: who made it.
        terms: who may use it, and how.
        thumbnail: the absolute address of a small picture of it.
        language: a BCP 47 tag.
    """

    href: str
    type: str
    length: int = 0
    width: int = 0
    height: int = 0
    seconds: int = 0
    title: str = ""
    caption: str = ""
    credit: str = ""
    terms: str = ""
    thumbnail: str = ""
    language: str = ""

    @property
    def medium(self) -> str:
        """One of :data:`MEDIUMS`."""
        found = self.type.partition("/")[0]
        return found if found in MEDIUMS else "document"


def write(element: etree._Element, files: tuple[Media, ...]) -> None:
    """Add *files* to an item of RSS or an entry of Atom."""
    for file in files:
        numbers = {"fileSize": file.length, "width": file.width, "height": file.height, "duration": file.seconds}
        named: dict[str, Any] = {"url": uri(file.href), "type": file.type, "medium": file.medium, "lang": file.language}
        named |= {name: str(number) for name, number in numbers.items() if number}
        content = etree.SubElement(element, _name("content"), {name: value for name, value in named.items() if value})
        _say(content, "title", file.title, type="plain")
        _say(content, "description", file.caption, type="plain")
        _say(content, "credit", file.credit, role="author")
        _say(content, "copyright", file.terms)
        if file.thumbnail:
            etree.SubElement(content, _name("thumbnail"), url=uri(file.thumbnail))


def _say(element: etree._Element, name: str, words: str, **attributes: str) -> None:
    if said := text.clean(words).strip():
        etree.SubElement(element, _name(name), attributes).text = said


def _name(local: str) -> str:
    return f"{{{NAMESPACE}}}{local}"
