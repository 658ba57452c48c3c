"""What a press room takes in, told by a file's content and never by its name."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from pressroom.kit.text import slugify
from pressroom.media import subrip

MAX_PIXELS = 50_000_000  # a 50-megapixel camera; more is a mistake or an attack on memory
NAME_LENGTH = 100
ORIGINAL = "original"
"""The rendition that is the picture itself, with its words written into it."""
SNIFF = 4096  # bytes from the beginning that tell the type


LENGTHS = {"alt": 500, "caption": 1_000, "credit": 200, "licence": 200}
"""The most characters of what is said about a file."""


class MediaError(ValueError):
    """A file is not taken; the message says why, and what to do, to whoever uploads."""


class UsedError(MediaError):
    """A file cannot be deleted: something shows it."""


class NoRoomError(MediaError):
    """There is no room for the file: the fault is the press room's, and not the file's."""


class Filter(StrEnum):
    """Which files of the library are listed, beside their kind."""

    ALL = "all"
    UNDESCRIBED = "undescribed"
    ENDING = "ending"


class Kind(StrEnum):
    """What a file is for."""

    PICTURE = "picture"
    LOGO = "logo"
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
AVIF = Type("image/avif", ".avif", Kind.PICTURE)
TIFF = Type("image/tiff", ".tif", Kind.PICTURE, inline=False)
SVG = Type("image/svg+xml", ".svg", Kind.LOGO)
WEBM = Type("video/webm", ".webm", Kind.FILM)
MP4 = Type("video/mp4", ".mp4", Kind.FILM)
OGV = Type("video/ogg", ".ogv", Kind.FILM)
MP3 = Type("audio/mpeg", ".mp3", Kind.SOUND)
M4A = Type("audio/mp4", ".m4a", Kind.SOUND)
OGG = Type("audio/ogg", ".ogg", Kind.SOUND)
WAV = Type("audio/wav", ".wav", Kind.SOUND)
FLAC = Type("audio/flac", ".flac", Kind.SOUND)
VTT = Type("text/vtt", ".vtt", Kind.CAPTIONS)
SRT = Type("application/x-subrip", ".srt", Kind.CAPTIONS)  # taken in as WebVTT, and not kept
PDF = Type("application/pdf", ".pdf", Kind.DOCUMENT, inline=False)
_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
DOCX = Type(f"{_OPEN_XML}.wordprocessingml.document", ".docx", Kind.DOCUMENT, inline=False)
XLSX = Type(f"{_OPEN_XML}.spreadsheetml.sheet", ".xlsx", Kind.DOCUMENT, inline=False)
PPTX = Type(f"{_OPEN_XML}.presentationml.presentation", ".pptx", Kind.DOCUMENT, inline=False)
ODT = Type(f"{_ODF}.text", ".odt", Kind.DOCUMENT, inline=False)
ODS = Type(f"{_ODF}.spreadsheet", ".ods", Kind.DOCUMENT, inline=False)
ODP = Type(f"{_ODF}.presentation", ".odp", Kind.DOCUMENT, inline=False)

TYPES = {
    known.media_type: known
    for known in (
        *(PNG, JPEG, WEBP, AVIF, TIFF, SVG),
        *(WEBM, MP4, OGV, MP3, M4A, OGG, WAV, FLAC),
        *(VTT, PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP),
    )
}

TAKEN = (
    "Pictures: JPEG, PNG, WebP, AVIF, TIFF. Logos: SVG. Film: WebM, MP4, Ogg. Sound: MP3, M4A, Ogg, WAV, FLAC. "
    "Captions: WebVTT, SubRip. Documents: PDF, Word, Excel, PowerPoint and OpenDocument."
)
ACCEPTED = {
    Kind.PICTURE: "image/png,image/jpeg,image/webp,image/avif,image/tiff",
    Kind.LOGO: "image/svg+xml",
    Kind.FILM: "video/webm,video/mp4,video/ogg",
    Kind.SOUND: "audio/*",
    Kind.CAPTIONS: ".vtt,.srt,text/vtt",
    Kind.DOCUMENT: ".pdf,.docx,.xlsx,.pptx,.odt,.ods,.odp",
}
"""What a browser's file chooser offers first; what is taken is told by content."""

SOON = timedelta(days=30)
"""How long before the last day of a right the desk begins to say so."""

SEEN = frozenset({Kind.PICTURE, Kind.LOGO})
"""What is looked at, and so is described in words or called decorative."""


def limit_name(kind: Kind) -> str:
    """The setting with the largest size of a file of this kind, in megabytes."""
    return f"max_{kind}_mb"


def check_size(kind: Kind, size: int, megabytes: int) -> None:
    """A file keeps to the limit of its kind.

    Args:
        size: in bytes.
        megabytes: the limit, in megabytes of 1,000,000 bytes.

    Raises:
        MediaError: it is larger.
    """
    if size > megabytes * 1_000_000:
        raise MediaError(
            f"This {kind} file has {size / 1_000_000:,.1f} MB; at most {megabytes:,} MB are taken. Save a smaller copy."
        )


def sniff(head: bytes) -> Type:
    """The type of a file from the first :data:`SNIFF` bytes of it.

    Raises:
        MediaError: it is empty, or of a type that is not taken.
    """
    if not head:
        raise MediaError("The file is empty. Choose one that has content.")
    if words := _captions(head):
        return words
    for begins, found in _MAGIC:
        if re.match(begins, head, re.DOTALL):
            return found(head) if callable(found) else found
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and re.search(rb"<(?:\w+:)?svg[\s>]", head):
        return SVG
    if head.startswith((b"GIF87a", b"GIF89a")):
        raise MediaError("GIF is not taken. Save a still picture as PNG, a moving one as WebM or MP4.")
    raise MediaError(f"This type of file is not taken. {TAKEN}")


def _captions(head: bytes) -> Type | None:
    """The one kind of file that may be UTF-16, as text is saved on Windows."""
    utf16 = head.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    said = head[: len(head) // 2 * 2].decode("utf-16", "replace").encode() if utf16 else head
    if re.match(rb"(?:\xef\xbb\xbf)?WEBVTT(?:[ \t\r\n]|$)", said):
        return VTT
    return SRT if re.match(rb"(?:\xef\xbb\xbf)?" + subrip.BEGINS.encode(), said) else None


def _ogg(head: bytes) -> Type:
    return OGV if b"theora" in head[:200] else OGG


def _iso(head: bytes) -> Type:
    """ISO base media: the brand says whether it is a film, a sound, or a picture format that is not taken."""
    brand = head[8:12]
    brands = {head[at : at + 4] for at in range(8, min(int.from_bytes(head[:4]), len(head)), 4)}
    if brands & {b"avif", b"avis"}:
        return AVIF
    if brand in {b"heic", b"heix", b"hevc", b"mif1", b"msf1"}:
        raise MediaError("HEIC is not taken. Save the picture as JPEG, PNG or AVIF.")
    return M4A if brand in {b"M4A ", b"M4B "} else MP4


def _matroska(head: bytes) -> Type:
    if b"webm" not in head[:64]:
        raise MediaError("Matroska (.mkv) is not taken. Save the film as WebM or MP4.")
    return WEBM


_MAGIC = (
    (rb"\x89PNG\r\n\x1a\n", PNG),
    (rb"\xff\xd8\xff", JPEG),
    (rb"RIFF....WEBP", WEBP),
    (rb"II\*\x00|MM\x00\*", TIFF),
    (rb"\x1a\x45\xdf\xa3", _matroska),
    (rb"....ftyp", _iso),
    (rb"OggS", _ogg),
    (rb"RIFF....WAVE", WAV),
    (rb"fLaC", FLAC),
    (rb"ID3|\xff[\xfa\xfb\xf2\xf3]", MP3),
    (rb"%PDF-\d", PDF),
)


def file_name(name: str, kind: Type) -> str:
    """A name that is safe in an address and on a disk: ASCII words with hyphens, and the suffix of its type.

    >>> file_name("C:\\\\Pictures\\\\Gel élèctro 4.JPEG", JPEG)
    'gel-electro-4.jpg'
    """
    stem = name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    has_words = any(character.isalnum() for character in stem)
    slug = slugify(stem) if has_words else kind.kind.value
    return (f"{slug}-{kind.kind.value}" if slug in _DEVICES else slug) + kind.suffix


_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})
"""Names that no file can have on Windows, whatever its suffix; a press kit with one could not be unpacked there."""


def rendition_name(name: str, media_type: str) -> str:
    """What a rendition in *media_type* of the file *name* is called."""
    return name.rpartition(".")[0] + TYPES[media_type].suffix


def check_alt(kind: Type, alt: str, *, decorative: bool) -> None:
    """What is seen has an alternative text, or somebody chose to call it decorative (WCAG 2.2, 1.1.1).

    Raises:
        MediaError: neither, or both.
    """
    if kind.kind not in SEEN:
        return
    if not alt.strip() and not decorative:
        raise MediaError("Say in a sentence what the picture shows, or mark it as decorative.")
    if alt.strip() and decorative:
        raise MediaError("A decorative picture has no alternative text: clear the text, or the mark.")


def rights_over(until: date | None, now: datetime, zone: str) -> bool:
    """Whether the last day on which a file may be shown is past at *now*.

    Args:
        until: that day; None where the right has no end.
        zone: the organisation's, in which days are counted.
    """
    return until is not None and now.astimezone(ZoneInfo(zone)).date() > until


def rights_note(until: date | None, today: date) -> str:
    """What the desk says of the last day of a right: nothing while it is far."""
    if until is None or until > today + SOON:
        return ""
    if until < today:
        return "ended"
    left = (until - today).days
    return "ends today" if not left else f"ends in {left} day{'' if left == 1 else 's'}"
