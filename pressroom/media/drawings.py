"""Logos: an SVG is read, and written anew from what is on a list, so that it draws and does nothing else.

Lists after SVG 2 (https://www.w3.org/TR/SVG2/): shapes, text, gradients, clips and masks. What can run, move,
load or lead elsewhere is left out, and whoever uploads is told what it was.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from lxml import etree

from pressroom.kit import xml
from pressroom.media.rules import MediaError

SVG_SPACE = "http://www.w3.org/2000/svg"
LINK = "{http://www.w3.org/1999/xlink}href"

ELEMENTS = frozenset(
    (  # noqa: SIM905 - lists of names read best as text; so below
        "svg g defs symbol use title desc style path rect circle ellipse line polyline polygon text tspan textPath "
        "linearGradient radialGradient stop clipPath mask pattern marker switch"
    ).split()
)
SHAPES = frozenset("path rect circle ellipse line polyline polygon text use".split())  # noqa: SIM905
ATTRIBUTES = frozenset(
    (  # noqa: SIM905
        "id class style transform viewBox preserveAspectRatio width height version x y x1 y1 x2 y2 cx cy r rx ry fx fy "
        "fr d points pathLength dx dy rotate textLength lengthAdjust startOffset method spacing offset gradientUnits "
        "gradientTransform spreadMethod patternUnits patternContentUnits patternTransform clipPathUnits maskUnits "
        "maskContentUnits markerUnits markerWidth markerHeight refX refY orient color opacity display visibility "
        "overflow fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin "
        "stroke-miterlimit stroke-dasharray stroke-dashoffset stop-color stop-opacity clip-path clip-rule mask "
        "marker-start marker-mid marker-end paint-order vector-effect shape-rendering text-rendering color-rendering "
        "font-family font-size font-style font-weight font-stretch font-variant letter-spacing word-spacing "
        "text-anchor text-decoration dominant-baseline alignment-baseline baseline-shift writing-mode direction "
        "mix-blend-mode isolation lang role focusable type enable-background"
    ).split()
)

_OWN = re.compile(r"url\(\s*(['\"]?)#[\w.:-]+\1\s*\)")
_UNSAFE = re.compile(
    r"(?:url|expression|image|image-set|src)\s*\(|[@\\<]|(?:javascript|behavior|-moz-binding)\s*:", re.IGNORECASE
)
_NUMBER = re.compile(r"\s*([0-9]*\.?[0-9]+)(?:px)?\s*")


@dataclass(frozen=True)
class Drawing:
    """A clean copy.

    Attributes:
        width: in CSS pixels, from the viewBox or the size; None when it says neither.
        removed: what was left out, in words, each once.
    """

    stream: BytesIO
    width: int | None
    height: int | None
    removed: tuple[str, ...]


def clean(stream: IO[bytes]) -> Drawing:
    """The drawing in *stream* with nothing in it that runs, loads or leads elsewhere.

    Raises:
        MediaError: it is no SVG that can be read, or nothing is left to be seen.
    """
    stream.seek(0)
    root = _parsed(stream.read())
    if root.tag != f"{{{SVG_SPACE}}}svg":
        raise MediaError("This is no SVG: its outermost element is another one. Export the logo again.")
    removed: dict[str, None] = {}
    _clean_below(root, removed)
    _clean_attributes(root, removed)
    if not any(etree.QName(element).localname in SHAPES for element in root.iter(etree.Element)):
        raise MediaError("Nothing is drawn in this SVG but what cannot be taken. Save it as paths, or as PNG.")
    etree.cleanup_namespaces(root)
    width, height = _size(root)
    return Drawing(BytesIO(etree.tostring(root, encoding="utf-8")), width, height, tuple(removed))


def _parsed(content: bytes) -> etree._Element:
    try:
        return xml.parse(content, doctype=True)  # drawing programs write one; its entities are left out below
    except xml.RefusedXMLError as refusal:
        if str(refusal) == xml.TOO_MUCH:
            raise MediaError(
                "The SVG has too many parts. Simplify it where it was drawn, or save it as PNG."
            ) from refusal
        raise MediaError("The SVG is broken or cut off. Export the logo again.") from refusal


def _clean_below(element: etree._Element, removed: dict[str, None]) -> None:
    for child in list(element):
        if not isinstance(child.tag, str):  # an entity that was not resolved
            _drop(child, "an entity", removed)
            continue
        if child.tag == f"{{{SVG_SPACE}}}a":  # what stands in a link is drawn; the link leads nowhere
            removed["a link"] = None
            child.tag = f"{{{SVG_SPACE}}}g"
            for link in {"href", LINK} & set(child.attrib):
                del child.attrib[link]
        name = etree.QName(child)
        if name.namespace != SVG_SPACE or name.localname not in ELEMENTS:
            # What editors note for themselves stands in other namespaces; nobody misses it.
            editors = name.namespace != SVG_SPACE or name.localname == "metadata"
            _drop(child, "" if editors else name.localname, removed)
        elif name.localname == "style" and not _harmless(child.text or ""):
            _drop(child, "a style that loads something", removed)
        else:
            _clean_attributes(child, removed)
            _clean_below(child, removed)


def _drop(child: etree._Element, what: str, removed: dict[str, None]) -> None:
    """Take *child* out; the text after it stays."""
    if what:
        removed[what] = None
    parent, before = child.getparent(), child.getprevious()
    assert parent is not None
    if child.tail and before is not None:
        before.tail = (before.tail or "") + child.tail
    elif child.tail:
        parent.text = (parent.text or "") + child.tail
    parent.remove(child)


def _clean_attributes(element: etree._Element, removed: dict[str, None]) -> None:
    for name, value in list(element.attrib.items()):
        text = str(value)
        local = etree.QName(name).localname
        if name in {"href", LINK}:
            if not re.fullmatch(r"#[\w.:-]+", text):
                removed["a link"] = None
                del element.attrib[name]
        elif name not in ATTRIBUTES or not _harmless(text):
            if local.lower().startswith("on") or name in ATTRIBUTES:
                removed[local] = None
            del element.attrib[name]


def _harmless(text: str) -> bool:
    """Whether a style or a value only points into the drawing itself."""
    return not _UNSAFE.search(_OWN.sub("", text))


def _size(root: etree._Element) -> tuple[int | None, int | None]:
    box = re.split(r"[\s,]+", str(root.get("viewBox", "")).strip())
    sizes = box[2:] if len(box) == 4 else [str(root.get("width", "")), str(root.get("height", ""))]
    numbers = [float(found[1]) for size in sizes if (found := _NUMBER.fullmatch(size))]
    if len(numbers) != 2 or min(numbers) <= 0 or max(numbers) > 1_000_000:
        return None, None
    return max(1, round(numbers[0])), max(1, round(numbers[1]))
