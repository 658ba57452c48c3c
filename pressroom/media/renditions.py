"""Renditions of a picture: sizes for pages, and the original, each with its credit, licence and embargo line.

They are derived: made by a job, thrown away and made again at will. The same picture with the same words gives the
same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any

from PIL import Image

from pressroom.media import xmp
from pressroom.media.pictures import FORMATS
from pressroom.media.rules import JPEG, ORIGINAL, PNG, TIFF, WEBP, Type
from pressroom.media.xmp import Words

VERSION = 1
"""Raise it when the way in which renditions are made changes: all are made again."""

WIDTHS = {"thumbnail": 320, "small": 640, "medium": 1024, "large": 1600}
QUALITY = 82
MODES = {"1": "L", "P": "RGBA", "PA": "RGBA", "LA": "RGBA", "La": "RGBA", "RGBa": "RGBA", "CMYK": "RGB", "YCbCr": "RGB"}


@dataclass(frozen=True)
class Rendition:
    """One rendition as the row of its asset lists it."""

    name: str
    media_type: str
    width: int
    height: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Made:
    """A rendition with its bytes, before it is stored."""

    name: str
    type: Type
    width: int
    height: int
    content: bytes


def recipe(sha256: str, words: Words) -> str:
    """What the renditions of a picture are made of, as one number: another one means that they are out of date."""
    said = repr((VERSION, sorted(WIDTHS.items()), QUALITY, sha256, sorted(asdict(words).items())))
    return hashlib.sha256(said.encode()).hexdigest()


def make(content: bytes, kind: Type, words: Words) -> Iterator[Made]:
    """The renditions of a clean picture, the original first, then from the largest down.

    Args:
        content: the bytes as they were stored.
        kind: their type.
        words: what is written into each.
    """
    said = xmp.packet(words)
    with Image.open(BytesIO(content), formats=tuple(FORMATS)) as picture:
        picture.load()
        whole = xmp.embed(content, kind.media_type, said)
        yield Made(ORIGINAL, kind, *picture.size, whole or _saved(picture, kind, said, quality=95))
        shown = _for_pages(picture)
        target = _web_type(kind, shown)
        widths = sorted(WIDTHS.items(), key=lambda pair: -pair[1])
        widths = [pair for pair in widths if pair[1] < picture.width] or [("thumbnail", picture.width)]
        if kind is TIFF and picture.width <= max(WIDTHS.values()) and widths[0][1] != picture.width:
            widths.insert(0, ("large", picture.width))  # browsers show no TIFF, so one of its full size is needed
        for name, width in widths:
            height = max(1, round(picture.height * width / picture.width))
            smaller = shown.resize((width, height), Image.Resampling.LANCZOS) if width != picture.width else shown
            yield Made(name, target, width, height, _saved(smaller, target, said, quality=QUALITY))


def _web_type(kind: Type, shown: Image.Image) -> Type:
    """JPEG for photographs; WebP for what may be a drawing, or is seen through."""
    return WEBP if kind is PNG or shown.mode == "RGBA" else JPEG


def _for_pages(picture: Image.Image) -> Image.Image:
    """In eight bits of red, green and blue (or grey), and transparent only if it really is."""
    if picture.mode in {"I", "I;16", "I;16B", "I;16L", "F"}:
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    shown = picture.convert(MODES[picture.mode]) if picture.mode in MODES else picture
    if picture.mode == "CMYK":
        shown.info.pop("icc_profile", None)  # it is about inks, of which there are none any more
    if shown.mode == "RGBA" and shown.getchannel("A").getextrema() == (255, 255):
        return shown.convert("RGB")
    return shown if shown.mode in {"L", "RGB", "RGBA"} else shown.convert("RGB")


def _saved(picture: Image.Image, kind: Type, said: bytes, *, quality: int) -> bytes:
    name = next(name for name, known in FORMATS.items() if known is kind)
    options: dict[str, Any] = {"exif": b"", "icc_profile": picture.info.get("icc_profile") or None}
    if picture.mode == "L":
        options["icc_profile"] = None
    if kind is TIFF:
        options = {"compression": "tiff_adobe_deflate", "tiffinfo": {700: said}}
        picture = picture.copy()
    else:
        options |= {"xmp": said, "quality": quality}
    if kind is JPEG:
        options |= {"optimize": True, "progressive": True}
    out = BytesIO()
    picture.save(out, name, **options)
    return out.getvalue()
