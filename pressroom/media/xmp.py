"""What a picture says about itself: read from XMP, IPTC and EXIF when it comes, written as XMP when it goes.

Names after the IPTC Photo Metadata Standard 2023.1 (https://iptc.org/std/photometadata/specification/).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import date
from io import BytesIO
from typing import IO, Any
from xml.sax.saxutils import escape

from lxml import etree
from PIL import Image, IptcImagePlugin

from pressroom.kit import text, xml
from pressroom.media.pictures import FORMATS
from pressroom.media.rules import LENGTHS

SPACES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
}
JPEG_SIGN = b"http://ns.adobe.com/xap/1.0/\0"
LARGEST_IN_JPEG = 65_533 - len(JPEG_SIGN)  # XMP specification, part 3, section 1.1.3
PNG_KEYWORD = b"XML:com.adobe.xmp\0\0\0\0\0"  # no compression, no language; XMP specification, part 3, section 1.1.5


@dataclass(frozen=True)
class Words:
    """What is said about a picture; empty where nothing is.

    Attributes:
        alt: what it shows, for those who do not see it.
        rights_until: the last day on which it may be shown.
        notice: what whoever uses it must heed: the embargo line.
    """

    caption: str = ""
    alt: str = ""
    credit: str = ""
    licence: str = ""
    rights_until: date | None = None
    notice: str = ""


NONE = Words()


# Reading ----------------------------------------------------------------------------------------------------


def read(stream: IO[bytes]) -> Words:
    """What the picture in *stream* says about itself. Never raises; what cannot be read is empty."""
    with suppress(Exception):  # it comes from outside, and nothing depends on it
        stream.seek(0)
        with Image.open(stream, formats=tuple(FORMATS)) as picture:
            found = [_from_xmp(picture.info.get("xmp")), _from_iptc(picture), _from_exif(picture)]
        return replace(NONE, **{field.name: _first(found, field.name) for field in fields(Words)})
    return NONE


def _first(found: list[Words], name: str) -> Any:
    return next((value for words in found if (value := getattr(words, name))), getattr(NONE, name))


def _from_xmp(packet: bytes | str | None) -> Words:
    if not packet:
        return NONE
    with suppress(xml.RefusedXMLError):
        content = packet.encode() if isinstance(packet, str) else packet
        root = xml.parse(content.strip(b"\0 \r\n\t"))
        return Words(
            caption=_property(root, "dc", "description", "caption"),
            alt=_property(root, "Iptc4xmpCore", "AltTextAccessibility", "alt"),
            credit=_credit(
                _property(root, "dc", "creator", "credit"), _property(root, "photoshop", "Credit", "credit")
            ),
            licence=_property(root, "xmpRights", "UsageTerms", "licence") or _property(root, "dc", "rights", "licence"),
            rights_until=_day(_property(root, "plus", "LicenseEndDate", "licence")),
        )
    return NONE


def _property(root: etree._Element, space: str, name: str, limit: str) -> str:
    """A property of the packet: written as an attribute, as an element, or as its first alternative."""
    tag = f"{{{SPACES[space]}}}{name}"
    for element in root.iter(f"{{{SPACES['rdf']}}}Description"):
        if value := element.get(tag):
            return _tidy(str(value), limit)
    for element in root.iter(tag):
        item = element.find(f".//{{{SPACES['rdf']}}}li")
        return _tidy("".join(map(str, (element if item is None else item).itertext())), limit)
    return ""


def _from_iptc(picture: Image.Image) -> Words:
    said = IptcImagePlugin.getiptcinfo(picture) or {}  # type: ignore[arg-type] # any image, by its documentation

    def value(number: int, limit: str) -> str:
        found = said.get((2, number), b"")
        first = found[0] if isinstance(found, list) else found
        try:
            return _tidy(first.decode(), limit)
        except UnicodeDecodeError:
            return _tidy(first.decode("latin-1"), limit)

    return Words(
        caption=value(120, "caption"),
        credit=_credit(value(80, "credit"), value(110, "credit")),
        licence=value(116, "licence"),
    )


def _from_exif(picture: Image.Image) -> Words:
    said = picture.getexif()

    def value(number: int, limit: str) -> str:
        found = said.get(number, "")
        if not isinstance(found, str):
            return ""
        with suppress(UnicodeError):  # EXIF means ASCII; UTF-8 is what stands there
            found = found.encode("latin-1").decode()
        return _tidy(found, limit)

    return Words(caption=value(0x010E, "caption"), credit=value(0x013B, "credit"), licence=value(0x8298, "licence"))


def _tidy(said: str, limit: str) -> str:
    return " ".join(text.clean(said).split())[: LENGTHS[limit]]


def _credit(creator: str, agency: str) -> str:
    both = dict.fromkeys(part for part in (creator, agency) if part)
    return " / ".join(both)[: LENGTHS["credit"]]


def _day(said: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(said[:10])
    return None


# Writing ----------------------------------------------------------------------------------------------------


def packet(words: Words) -> bytes:
    """*words* as an XMP packet; the same words are the same bytes."""
    said = [
        *_alternatives("dc:description", words.caption),
        *_alternatives("Iptc4xmpCore:AltTextAccessibility", words.alt),
        *_alternatives("xmpRights:UsageTerms", words.licence),
        *_plain("photoshop:Credit", words.credit),
        *_plain("photoshop:Instructions", words.notice),
        *_plain("plus:LicenseEndDate", words.rights_until.isoformat() if words.rights_until else ""),
    ]
    spaces = " ".join(f'xmlns:{name}="{address}"' for name, address in SPACES.items() if name not in {"x", "rdf"})
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        f'<x:xmpmeta xmlns:x="{SPACES["x"]}"><rdf:RDF xmlns:rdf="{SPACES["rdf"]}">'
        f'<rdf:Description rdf:about="" {spaces}>{"".join(said)}</rdf:Description>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()


def _plain(name: str, said: str) -> Iterator[str]:
    if said:
        yield f"<{name}>{escape(said)}</{name}>"


def _alternatives(name: str, said: str) -> Iterator[str]:
    if said:
        yield f'<{name}><rdf:Alt><rdf:li xml:lang="x-default">{escape(said)}</rdf:li></rdf:Alt></{name}>'


def embed(content: bytes, media_type: str, said: bytes) -> bytes | None:
    """*content* with the packet *said* in it, not a pixel changed; None for types that take none in this way."""
    writer = _WRITERS.get(media_type)
    return writer(content, said) if writer else None


def _into_jpeg(content: bytes, said: bytes) -> bytes:
    """After the first segments, APP0 and APP1 (EXIF), where readers look for it."""
    at = 2
    while content[at : at + 2] in {b"\xff\xe0", b"\xff\xe1"}:
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
    body = JPEG_SIGN + said[:LARGEST_IN_JPEG]
    return content[:at] + b"\xff\xe1" + (len(body) + 2).to_bytes(2) + body + content[at:]


def _into_png(content: bytes, said: bytes) -> bytes:
    """After the header."""
    body = b"iTXt" + PNG_KEYWORD + said
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    at = 8 + 25  # signature, IHDR
    return content[:at] + chunk + content[at:]


def _into_webp(content: bytes, said: bytes) -> bytes:
    """At the end; a simple file becomes an extended one (https://developers.google.com/speed/webp/docs/riff_container)."""
    chunks = content[12:]
    if chunks[:4] == b"VP8X":
        flags = chunks[8] | 0x04
        chunks = chunks[:8] + bytes([flags]) + chunks[9:]
    else:
        with Image.open(BytesIO(content)) as picture:
            size = struct.pack("<I", picture.width - 1)[:3] + struct.pack("<I", picture.height - 1)[:3]
            flags = 0x04 | (0x10 if picture.mode == "RGBA" else 0)
        chunks = b"VP8X" + struct.pack("<IB3x", 10, flags) + size + chunks
    chunks += b"XMP " + struct.pack("<I", len(said)) + said + b"\0" * (len(said) % 2)
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks


_WRITERS: dict[str, Callable[[bytes, bytes], bytes]] = {
    "image/jpeg": _into_jpeg,
    "image/png": _into_png,
    "image/webp": _into_webp,
}
