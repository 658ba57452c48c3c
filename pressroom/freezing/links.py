"""The addresses in a page: finding them, and putting others in their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote, urljoin, urlsplit

import lxml.html
from lxml.html import HtmlElement

ATTRIBUTES = ("href", "src", "poster", "srcset", "data-copy-from")
WITH_LINKS = f"//*[{' or '.join(f'@{name}' for name in ATTRIBUTES)}]"
STAYS = frozenset({"canonical"})
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_NO_END = re.compile(rb"</(?:source|track|wbr)>")  # which lxml, of an older HTML, does not know to have none
_PARSER = lxml.html.HTMLParser(encoding="utf-8")

Change = Callable[[str], "str | None"]


def parsed(html: bytes) -> HtmlElement:
    """*html* as a tree."""
    tree: HtmlElement = lxml.html.document_fromstring(html, parser=_PARSER)
    return tree


def written(tree: HtmlElement) -> bytes:
    """The page of *tree*."""
    html: bytes = lxml.html.tostring(tree, encoding="utf-8", doctype="<!doctype html>")
    return _NO_END.sub(b"", html)


def inner(href: str, page: str, site: str) -> str | None:
    """*href*, as it stands on *page*, from the root of *site*; None if it leads elsewhere, or stays on the page."""
    if href.startswith(f"{site}/"):
        return href.removeprefix(site)
    if not href or href.startswith("#") or _SCHEME.match(href):
        return None
    return urljoin(page, href)


def path_of(address: str) -> str:
    """The path of an inner *address*, as it was before it was written as an address."""
    return unquote(urlsplit(address).path)


def found(tree: HtmlElement, page: str, site: str) -> Iterator[str]:
    """Every inner address in *tree*, pictures for those who share the page among them."""
    for element in tree.xpath(WITH_LINKS):
        for name in ATTRIBUTES:
            for href in _each(name, element.get(name, "")):
                if address := inner(href, page, site):
                    yield address
    for shared in tree.xpath("//meta[@property='og:image']/@content"):
        if address := inner(str(shared), page, site):
            yield address


def in_text(text: str, site: str) -> Iterator[str]:
    """Every inner address that stands in *text*, of a feed for instance, written in full."""
    for match in re.finditer(re.escape(site) + r"(/[^\s\"'<>\\?#&]*)(?=[\s\"'<>\\]|$)", text):
        yield match[1]


def change(tree: HtmlElement, to: Change) -> None:
    """Put *to* of each address in its place; what it gives None for leads nowhere any more."""
    for element in tree.xpath(WITH_LINKS):
        if element.get("rel") in STAYS:
            continue
        for name in ATTRIBUTES:
            if name in element.attrib:
                _put(element, name, to)


def _put(element: HtmlElement, name: str, to: Change) -> None:
    if name == "srcset":
        parts = [part.split(maxsplit=1) for part in element.get(name).split(",") if part.strip()]
        kept = [" ".join([there, *rest]) for href, *rest in parts if (there := to(href)) is not None]
        value = ", ".join(kept) or None
    else:
        value = to(element.get(name))
    if value is not None:
        element.set(name, value)
    elif element.tag == "link":
        element.drop_tree()
    else:
        del element.attrib[name]
        if element.tag == "a":
            element.set("title", "Not in this copy")


def _each(name: str, value: str) -> list[str]:
    if name != "srcset":
        return [value] if value else []
    return [part.split()[0] for part in value.split(",") if part.strip()]
