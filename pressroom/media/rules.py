"""What a press room takes in, told by a file's content and never by its name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from pressroom.kit.text import slugify

MAX_PIXELS = 50_000_000  # a 50-megapixel camera; more is a mistake or an attack on memory
NAME_LENGTH = 100
SNIFF = 4096  # bytes from the beginning that tell the type


class MediaError(ValueError):
    """A file is not taken; the message says why, and what to do, to whoever uploads."""


class Kind(StrEnum):
    """What a file is for."""

    PICTURE = "picture"
    FILM = "film"
    SOUND = "sound"
    CAPTIONS = "captions"
    DOCUMENT = "document"


@dataclass(frozen=True)
class Type:
    """A type of file that is taken.

    Attributes:
        media_type: as in the header ``Content-Type``.
        suffix: how its name ends.
        kind: what it is for.
        inline: a browser shows it itself; others are offered as a download.
    """

    media_type: str
    suffix: str
    kind: Kind
    inline: bool = True


PNG = Type("image/png", ".png", Kind.PICTURE)
JPEG = Type("image/jpeg", ".jpg", Kind.PICTURE)
WEBP = Type("image/webp", ".webp", Kind.PICTURE)
WEBM = Type("video/webm", ".webm", Kind.FILM)
MP4 = Type("video/mp4", ".mp4", Kind.FILM)
MP3 = Type("audio/mpeg", ".mp3", Kind.SOUND)
M4A = Type("audio/mp4", ".m4a", Kind.SOUND)
OGG = Type("audio/ogg", ".ogg", Kind.SOUND)
OGV = Type("video/ogg", ".ogv", Kind.FILM)
VTT = Type("text/vtt", ".vtt", Kind.CAPTIONS)
PDF = Type("application/pdf", ".pdf", Kind.DOCUMENT, inline=False)

TYPES = {known.media_type: known for known in (PNG, JPEG, WEBP, WEBM, MP4, MP3, M4A, OGG, OGV, VTT, PDF)}

TAKEN = "Pictures: PNG, JPEG, WebP. Film: WebM, MP4, Ogg. Sound: MP3, M4A, Ogg. Captions: WebVTT. Documents: PDF."


def sniff(head: bytes) -> Type:
    """The type of a file from the first :data:`SNIFF` bytes of it.

    Raises:
        MediaError: it is empty, or of a type that is not taken.
    """
    if not head:
        raise MediaError("The file is empty. Choose one that has content.")
    for begins, found in _MAGIC:
        if re.match(begins, head, re.DOTALL):
            return found(head) if callable(found) else found
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"<svg" in head.lower():
        raise MediaError("SVG is not taken yet: it can carry script. Save the picture as PNG or WebP.")
    if head.startswith((b"GIF87a", b"GIF89a")):
        raise MediaError("GIF is not taken. Save a still picture as PNG, a moving one as WebM or MP4.")
    raise MediaError(f"This type of file is not taken. {TAKEN}")


def _ogg(head: bytes) -> Type:
    return OGV if b"theora" in head[:200] else OGG


def _iso(head: bytes) -> Type:
    """ISO base media: the brand says whether it is a film, a sound, or a picture format that is not taken."""
    brand = head[8:12]
    if brand in {b"heic", b"heix", b"mif1", b"avif", b"avis"}:
        raise MediaError("HEIC and AVIF are not taken. Save the picture as JPEG, PNG or WebP.")
    return M4A if brand in {b"M4A ", b"M4B "} else MP4


def _matroska(head: bytes) -> Type:
    if b"webm" not in head[:64]:
        raise MediaError("Matroska (.mkv) is not taken. Save the film as WebM or MP4.")
    return WEBM


_MAGIC = (
    (rb"\x89PNG\r\n\x1a\n", PNG),
    (rb"\xff\xd8\xff", JPEG),
    (rb"RIFF....WEBP", WEBP),
    (rb"\x1a\x45\xdf\xa3", _matroska),
    (rb"....ftyp", _iso),
    (rb"OggS", _ogg),
    (rb"ID3|\xff[\xfa\xfb\xf2\xf3]", MP3),
    (rb"(?:\xef\xbb\xbf)?WEBVTT(?:[ \t\r\n]|$)", VTT),
    (rb"%PDF-\d", PDF),
)


def file_name(name: str, kind: Type) -> str:
    """A name that is safe in an address and on a disk: ASCII words with hyphens, and the suffix of its type.

    >>> file_name("C:\\\\Pictures\\\\Gel élèctro 4.JPEG", JPEG)
    'gel-electro-4.jpg'
    """
    stem = name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    has_words = any(character.isalnum() for character in stem)
    return (slugify(stem) if has_words else kind.kind.value) + kind.suffix


def check_alt(kind: Type, alt: str, *, decorative: bool) -> None:
    """A picture has an alternative text, or somebody chose to call it decorative (WCAG 2.2, 1.1.1).

    Raises:
        MediaError: neither, or both.
    """
    if kind.kind is not Kind.PICTURE:
        return
    if not alt.strip() and not decorative:
        raise MediaError("Say in a sentence what the picture shows, or mark it as decorative.")
    if alt.strip() and decorative:
        raise MediaError("A decorative picture has no alternative text: clear the text, or the mark.")
