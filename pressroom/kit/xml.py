"""The one parser for XML that comes from outside: nothing is fetched, nothing unfolds, nothing nests without end."""

from __future__ import annotations

import re

from lxml import etree

DEEPEST = 100
MOST_ELEMENTS = 20_000
XINCLUDE = "{http://www.w3.org/2001/XInclude}"

TOO_MUCH = "too many parts"

_DECLARES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class RefusedXMLError(ValueError):
    """The document is no XML, or does what no document from outside may do."""


def parse(content: bytes, *, doctype: bool = False) -> etree._Element:
    """The outermost element of *content*, without comments and processing instructions.

    Args:
        doctype: a document type may stand there, as drawing programs write it. Nothing of it is loaded, and its
            entities stay unresolved: whoever asks has to drop them.

    Raises:
        RefusedXMLError: it is broken, declares a type or entities, includes another document, is too deep or too large.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise RefusedXMLError("broken") from error
    # Asked of the tree as well: what declares itself in UTF-16 is not seen by its bytes.
    if not doctype and (_DECLARES.search(content) or _type_of(root)):
        raise RefusedXMLError("a document type")
    _check_shape(root)
    return root


def _check_shape(root: etree._Element) -> None:
    todo, count = [(root, 1)], 0
    while todo:
        element, depth = todo.pop()
        count += 1
        if count > MOST_ELEMENTS or depth > DEEPEST:
            raise RefusedXMLError(TOO_MUCH)
        if isinstance(element.tag, str) and element.tag.startswith(XINCLUDE):
            raise RefusedXMLError("another document included")
        todo.extend((child, depth + 1) for child in element)


def _type_of(root: etree._Element) -> str:
    return str(getattr(root.getroottree().docinfo, "doctype", ""))
