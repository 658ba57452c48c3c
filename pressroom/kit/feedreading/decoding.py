"""The text of a feed, whatever it says of its encoding, in pieces and without what no text has."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from html.entities import html5
from typing import BinaryIO

PIECE = 1 << 16
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})")
_SEVEN_BITS = re.compile(r"iso-?2022|hz|utf-?7", re.IGNORECASE)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&(?:(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{0,31});)?")
_OF_XML = frozenset({"lt", "gt", "amp", "quot", "apos"})


def pieces(stream: BinaryIO, charset: str = "") -> Iterator[str]:
    """The text of *stream*, which can be sought. Never raises; what cannot be decoded becomes U+FFFD.

    Args:
        charset: what the server said, a codec of Python's or empty.
    """
    name = encoding(stream, charset)
    decoder = codecs.getincrementaldecoder(name)("replace")
    stream.seek(0)
    while piece := stream.read(PIECE):
        yield CONTROL.sub("", decoder.decode(piece))
    yield CONTROL.sub("", decoder.decode(b"", True))


def encoding(stream: BinaryIO, charset: str = "") -> str:
    """The encoding of *stream*: by its mark, as UTF-8 if it is that, as somebody says if that fits, else as browsers
    read what says nothing.

    Bytes that are good UTF-8 and no ASCII are UTF-8, whatever is declared: no text in another encoding looks so.
    """
    stream.seek(0)
    head = stream.read(1024)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if head[:4] in {b"<\0?\0", b"<\0r\0", b"<\0f\0", b"{\0\n\0"}:
        return "utf-16-le"
    if head[:4] in {b"\0<\0?", b"\0<\0r", b"\0<\0f"}:
        return "utf-16-be"
    found = _DECLARED.search(head)
    said = [name for name in (charset, found[1].decode("ascii") if found else "") if _is_of_text(name)]
    if seven := next((name for name in said if _SEVEN_BITS.match(name)), ""):
        return seven
    others = [name for name in said if codecs.lookup(name).name != "utf-8"]
    return next((name for name in ("utf-8", *others) if _fits(stream, name)), others[0] if others else "cp1252")


def _is_of_text(name: str) -> bool:
    try:
        return bool(name) and codecs.lookup(name)._is_text_encoding
    except (LookupError, ValueError):
        return False


def _fits(stream: BinaryIO, name: str) -> bool:
    stream.seek(0)
    try:
        decoder = codecs.getincrementaldecoder(name)()
        while piece := stream.read(PIECE):
            decoder.decode(piece)
        decoder.decode(b"", True)
    except (ValueError, LookupError):
        return False
    return True


def mended(markup: str) -> str:
    """*markup* (XML without CDATA) with references that XML knows only: what HTML names is put in, what nobody names
    and a bare ampersand become text."""
    return _REFERENCE.sub(_known, markup)


def _known(reference: re.Match[str]) -> str:
    name = reference[1]
    if name is None:
        return "&amp;"
    if name.startswith("#"):
        number = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
        letter = chr(number) if number < 0x110000 else ""
        return "" if not letter or CONTROL.match(letter) else reference[0]
    if name in _OF_XML:
        return reference[0]
    letters = html5.get(f"{name};", "")
    return letters.replace("&", "&amp;").replace("<", "&lt;") if letters else f"&amp;{name};"
