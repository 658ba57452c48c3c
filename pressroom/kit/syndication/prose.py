"""HTML that is read away from its site."""

from __future__ import annotations

import re
import sys

from lxml import etree, html

from pressroom.kit import text

_REFERENCE = re.compile("&#(x[0-9a-f]+|[0-9]+);?", re.IGNORECASE)


def _allowed(found: re.Match[str]) -> str:
    """A character written as a number, unless XML forbids it: the parser would stop there."""
    number = int(found[1][1:], 16) if found[1][0] in "xX" else int(found[1])
    return found[0] if number <= sys.maxunicode and text.clean(chr(number)) else ""


def absolute(source: str, base: str) -> str:
    """*source* with every relative address in it made absolute against *base*.

    Characters that XML forbids can be written in HTML as references; they are dropped too.
    """
    if not source.strip():
        return ""
    root = html.fragment_fromstring(_REFERENCE.sub(_allowed, source), create_parent="div")
    root.make_links_absolute(base, resolve_base_href=False, handle_failures="ignore")
    written: str = etree.tostring(root, encoding="unicode", method="html", with_tail=False)
    return text.clean(written).removeprefix("<div>").removesuffix("</div>").strip()


def xhtml(source: str, base: str) -> etree._Element:
    """*source* as a ``<body>`` of XHTML, with its addresses absolute: what XML can hold as it is."""
    body: etree._Element = html.fragment_fromstring(absolute(source, base), create_parent="body")
    html.html_to_xhtml(body)
    return body
