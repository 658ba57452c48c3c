"""A page of the copy: what it was, with a banner, without forms, and with links that lead to what is in the copy."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

import lxml.html
from lxml.html import HtmlElement

from pressroom.freezing import links
from pressroom.freezing.crawling import Found
from pressroom.freezing.rules import INDEX, SEARCH, is_page, is_version, searched

DESK, ENTRY = "/desk", "/sign-in"
LONGEST = 240  # characters of a summary


@dataclass(frozen=True)
class Line:
    """What search and the lists say of a page.

    Attributes:
        day: as ISO 8601 has it; empty where a page has none.
    """

    kind: str
    title: str
    href: str
    day: str
    summary: str

    @property
    def date(self) -> date:
        """:attr:`day` as a day."""
        return date.fromisoformat(self.day)


class Pages:
    """Turns pages into those of the copy."""

    def __init__(self, folder: Path, found: Found, site: str, banner: str, instead: str) -> None:
        """The pages in *folder*, as they were answered.

        Args:
            found: where everything lies.
            site: the address of the press room.
            banner: what stands on top of each page, as HTML.
            instead: what stands in the place of a form, as HTML.
        """
        self.folder, self.found, self.site = folder, found, site
        self.banner, self.instead = (lxml.html.fragment_fromstring(html.strip()) for html in (banner, instead))
        self.lost: dict[str, str] = {}

    def turn(self, path: str, place: str) -> HtmlElement:
        """Make the page at *path*, which lies at *place*, one of the copy, and give it."""
        file = self.folder / place
        tree = links.parsed(file.read_bytes())
        self._forms(tree)
        links.change(tree, lambda href: self.href(href, path))
        for shared in tree.xpath("//meta[@property='og:image']"):
            if self.href(shared.get("content", ""), path) is None:
                shared.drop_tree()
        tree.body.insert(1, deepcopy(self.banner))  # behind the way past the navigation
        file.write_bytes(links.written(tree))
        return tree

    def href(self, href: str, page: str) -> str | None:
        """What stands in the place of *href* on *page*; None if that is not in the copy."""
        inner = links.inner(href, page, self.site)
        if inner is None:
            return href
        parts, path = urlsplit(inner), links.path_of(inner)
        if path.startswith(DESK):
            path, parts = ENTRY, parts._replace(query="")
        if parts.query and not is_version(parts.query):
            return searched(path, parts.query)
        target = self.found.target(path)
        if target is None:
            if path in self.found.missing:
                self.lost.setdefault(path, page)
            return None
        place = self.found.places[target]
        there = quote(target if is_page(place) else f"/{place}")
        return urlunsplit(("", "", there, parts.query, parts.fragment))

    def _forms(self, tree: HtmlElement) -> None:
        """Search goes to the copy's own; whatever else is sent needs the press room, and one sentence says so."""
        instead = [deepcopy(self.instead)]
        for form in tree.xpath("//form"):
            if searched(form.get("action", ""), "") and form.get("method", "get").lower() == "get":
                self._search(form)
            elif instead:
                form.getparent().replace(form, _with_tail(instead.pop(), form.tail))
            else:
                form.drop_tree()

    @staticmethod
    def _search(form: HtmlElement) -> None:
        kind = "clip" if form.get("action", "").startswith("/clips/") else ""
        form.set("action", SEARCH)
        for field in form.xpath(".//input[@type='hidden']"):
            field.drop_tree()
        for field in form.xpath(".//input"):
            field.attrib.pop("data-suggest", None)
        if kind:
            form.append(lxml.html.Element("input", type="hidden", name="kind", value=kind))


def _with_tail(element: HtmlElement, tail: str | None) -> HtmlElement:
    element.tail = tail
    return element


def line(tree: HtmlElement, kind: str, href: str, zone: ZoneInfo) -> Line:
    """What search says of the page *tree*, taken from the page itself, so that it says no more; days are of *zone*."""
    title = " ".join(tree.xpath("string((//main//h1)[1])").split())
    dated = tree.xpath("(//main//header//time/@datetime)[1]") if kind != "page" else []
    summary = " ".join(tree.xpath("string(//meta[@name='description']/@content)").split())
    return Line(kind, title, href, _day(str(dated[0]), zone) if dated else "", summary[:LONGEST])


def _day(written: str, zone: ZoneInfo) -> str:
    """The day of an instant, or of a day."""
    return datetime.fromisoformat(written).astimezone(zone).date().isoformat() if "T" in written else written


def unlinked(html: bytes, page: str, site: str, folder: Path) -> Iterator[str]:
    """Every link of a page for which a web server would find nothing in *folder*."""
    for found in links.found(links.parsed(html), page, site):
        path = links.path_of(found)
        there = folder / path.strip("/")
        if not (there.is_file() and not path.endswith("/")) and not (there / INDEX).is_file():
            yield found
