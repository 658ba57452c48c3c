"""A release as NewsML-G2 2.34, an item in XML of the International Press Telecommunications Council.

Rules: NewsML-G2 2.34, conformance level Power; the order of the elements is that of its schema. Codes are of IPTC’s
own vocabularies, which the catalogue names.
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Response
from lxml import etree

from pressroom.kit import dates, text, web
from pressroom.kit.settings import setting
from pressroom.kit.syndication import prose
from pressroom.media.models import Asset
from pressroom.releases.wire import Wire

ENDING = ".newsml.xml"
NAME = "NewsML-G2"
MEDIA_TYPE = "application/vnd.iptc.g2.newsitem+xml"
SPACE = "http://iptc.org/std/nar/2006-10-01/"
XHTML = "http://www.w3.org/1999/xhtml"
CATALOG = "http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_40.xml"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

Element = etree._Element


def answer(wire: Wire) -> Response:
    """*wire* as an answer to the request in hand."""
    written = etree.tostring(item(wire), xml_declaration=True, encoding="utf-8")
    return Response(written, content_type=f"{MEDIA_TYPE}; charset=utf-8")


def item(wire: Wire) -> Element:
    """*wire* as a ``newsItem``."""
    root = etree.Element(f"{{{SPACE}}}newsItem", nsmap=_default(SPACE))
    root.set("guid", wire.uri)
    root.set("version", str(wire.version))
    root.set("standard", "NewsML-G2")
    root.set("standardversion", "2.34")
    root.set("conformance", "power")
    root.set(_LANGUAGE, wire.language)
    _add(root, "catalogRef", href=CATALOG)
    _rights(root)
    _item_meta(root, wire)
    _content_meta(root, wire)
    if wire.body_html:
        _content_set(root, wire)
    return root


def _rights(root: Element) -> None:
    holder = _add(_add(root, "rightsInfo"), "copyrightHolder", uri=web.absolute("/"))
    _add(holder, "name", setting("organisation_name"))


def _item_meta(root: Element, wire: Wire) -> None:
    """About the item: what it is, from whom, and what may be done with it."""
    meta = _add(root, "itemMeta")
    _add(meta, "itemClass", qcode="ninat:text")
    _add(_add(meta, "provider", uri=web.absolute("/")), "name", setting("organisation_name"))
    _add(meta, "versionCreated", dates.iso(wire.changed))
    _add(meta, "firstCreated", dates.iso(min(wire.first, wire.changed)))
    if wire.embargoed:
        _add(meta, "embargoed", dates.iso(wire.embargoed))
    _add(meta, "pubStatus", qcode=f"stat:{wire.status}")
    _add(meta, "generator", "Pressroom")
    _add(meta, "profile", "press-release")
    _add(meta, "title", wire.headline)
    _add(meta, "edNote", wire.note)
    for kind, href in wire.renditions:
        _add(meta, "altRep", href, contenttype=kind)
    for asset in wire.pictures:
        _picture(meta, asset)


def _picture(meta: Element, asset: Asset) -> None:
    """A picture that goes with it, at its address."""
    link = _add(meta, "link", rel="irel:seeAlso", href=web.absolute(quote(asset.shown.src)))
    link.set("contenttype", asset.media_type)
    _add(link, "title", asset.caption or asset.alt or asset.name)
    if asset.credit:
        _add(link, "creditline", asset.credit)


def _content_meta(root: Element, wire: Wire) -> None:
    """About the text: since when, by whom, in which language, of what."""
    meta = _add(root, "contentMeta")
    _add(meta, "contentCreated", dates.iso(min(wire.first, wire.changed)))
    _add(meta, "contentModified", dates.iso(wire.changed))
    if wire.place:
        _add(_add(meta, "located"), "name", wire.place)
    source = _add(meta, "infoSource", uri=web.absolute("/"))
    _add(source, "name", setting("organisation_name"))
    _add(meta, "language", tag=wire.language)
    if wire.kind:
        _add(_add(meta, "genre"), "name", wire.kind)
    for topic in wire.topics:
        _add(meta, "keyword", topic)
    _add(meta, "slugline", wire.slug)
    _add(meta, "headline", wire.headline)
    if wire.place:
        _add(meta, "dateline", wire.place)
    _add(meta, "by", setting("organisation_name"))
    _add(meta, "creditline", setting("organisation_name"))
    if wire.subhead:
        _add(meta, "description", wire.subhead)


def _content_set(root: Element, wire: Wire) -> None:
    """The text as XHTML."""
    inline = _add(_add(root, "contentSet"), "inlineXML", contenttype="application/xhtml+xml")
    inline.set("wordcount", str(wire.words))
    page = etree.SubElement(inline, f"{{{XHTML}}}html", nsmap=_default(XHTML))
    head = etree.SubElement(page, f"{{{XHTML}}}head")
    etree.SubElement(head, f"{{{XHTML}}}title").text = text.clean(wire.headline)
    page.append(prose.xhtml(wire.body_html, wire.address))


def _default(space: str) -> dict[str, str]:
    """*space* as the one whose names have no prefix."""
    return {None: space}  # type: ignore[dict-item]  # so lxml wants it


def _add(parent: Element, name: str, words: str = "", **attributes: str) -> Element:
    """Another child of *parent*; characters that XML forbids are left out of its words."""
    child = etree.SubElement(
        parent, f"{{{SPACE}}}{name}", {key: text.clean(value) for key, value in attributes.items()}
    )
    if words:
        child.text = text.clean(words)
    return child
