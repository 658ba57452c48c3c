"""What the press room offers to search engines: where a copy begins; and the same for the copy itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

import lxml.etree
from lxml.etree import _Element

from pressroom.freezing import links
from pressroom.freezing.rules import FreezeError
from pressroom.freezing.stranger import Stranger

SITEMAP, ROBOTS = "/sitemap.xml", "/robots.txt"
_PART = re.compile(r"\.xml\?\w+=(\d+)$")
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"  # the first of an entry, as the protocol has it


def each(stranger: Stranger) -> Iterator[tuple[str, _Element]]:
    """Each site map that ``robots.txt`` names, and each that one of them names, by its address.

    Raises:
        FreezeError: one cannot be had.
    """
    robots = stranger.ask(ROBOTS).text.splitlines()
    named = [line.partition(":")[2].strip() for line in robots if line.lower().startswith("sitemap:")]
    maps = [there for href in named if (there := links.inner(href, "/", stranger.site))] or [SITEMAP]
    for address in maps:
        answer = stranger.ask(address)
        if answer.status_code != 200:
            raise FreezeError(
                f"{address} answered {answer.status_code}; nothing was changed. Mend that, and try again."
            )
        tree = lxml.etree.fromstring(answer.get_data())
        if is_index(tree):
            maps += [there for _, there in entries(tree, stranger.site)]
        yield address, tree


def is_index(tree: _Element) -> bool:
    """Whether *tree* names site maps, not pages."""
    return str(tree.tag).endswith("}sitemapindex")


def entries(tree: _Element, site: str) -> Iterator[tuple[_Element, str]]:
    """Each entry of *tree*, and the inner address in it."""
    for entry in tree:
        if there := links.inner((entry.findtext(LOC) or "").strip(), "/", site):
            yield entry, there


def write(stranger: Stranger, folder: Path, kept: Collection[str]) -> None:
    """Write the site maps of a copy into *folder*: those of the press room, with the entries of *kept* paths.

    A part, as ``/sitemap.xml?part=2``, becomes a file, ``/sitemap-2.xml``: a web server overlooks the parameter.
    """
    for address, tree in each(stranger):
        for entry, there in list(entries(tree, stranger.site)):
            if is_index(tree):
                entry[0].text = stranger.site + _name(there)
            elif links.path_of(there) not in kept:
                tree.remove(entry)
        file = folder / _name(address).lstrip("/")
        file.write_bytes(lxml.etree.tostring(tree, xml_declaration=True, encoding="utf-8"))
        file.chmod(0o644)


def _name(address: str) -> str:
    return _PART.sub(r"-\1.xml", address)
