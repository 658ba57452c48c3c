"""HTML that is read away from its site."""

from __future__ import annotations

from lxml import etree, html

from pressroom.kit import text


def absolute(source: str, base: str) -> str:
    """*source* with every relative address in it made absolute against *base*.

    Characters that XML forbids can be written in HTML as references; they are dropped too.
    """
    if not source.strip():
        return ""
    root = html.fragment_fromstring(source, create_parent="div")
    root.make_links_absolute(base, resolve_base_href=False, handle_failures="ignore")
    written: str = etree.tostring(root, encoding="unicode", method="html", with_tail=False)
    return text.clean(written).removeprefix("<div>").removesuffix("</div>").strip()


def xhtml(source: str, base: str) -> etree._Element:
    """*source* as a ``<body>`` of XHTML, with its addresses absolute: what XML can hold as it is."""
    body: etree._Element = html.fragment_fromstring(absolute(source, base), create_parent="body")
    html.html_to_xhtml(body)
    return body
