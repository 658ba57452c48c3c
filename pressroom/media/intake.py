"""A file on its way in: told by its content, held to the limit of its kind, and cleaned. Nothing is stored yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from flask import current_app

from pressroom.kit import files
from pressroom.media import captions, containers, documents, drawings, films, pictures, xmp
from pressroom.media.rules import (
    PDF,
    SNIFF,
    SRT,
    VTT,
    Kind,
    MediaError,
    NoRoomError,
    Type,
    check_size,
    limit_name,
    sniff,
)
from pressroom.media.xmp import NONE, Words

TOLD = 3  # of what is wrong with captions
ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class Intake:
    """A file that may be stored.

    Attributes:
        stream: the clean bytes, from their beginning.
        width: of what is seen, in pixels; None for what is not.
        removed: what was left out of it, in words for whoever uploads.
        words: what a picture says about itself.
    """

    type: Type
    stream: IO[bytes]
    width: int | None = None
    height: int | None = None
    removed: tuple[str, ...] = ()
    words: Words = NONE


def examine(file: IO[bytes]) -> Intake:
    """What becomes of *file*, an open binary file that can seek.

    Raises:
        MediaError: it is not taken; the message is for whoever uploads.
        NoRoomError: the disk was full while it came.
    """
    with refusing_when_full():
        kind = type_of(file)
        _check_limit(file, kind)
        return _cleaned(file, kind)


def type_of(file: IO[bytes]) -> Type:
    """The type of *file*, by content; it is left at its beginning.

    Raises:
        MediaError: empty, or of a type that is not taken.
        NoRoomError: the disk was full while it came.
    """
    with refusing_when_full():
        file.seek(0)
        head = file.read(SNIFF)
        file.seek(0)
        return documents.office_type(file) if head.startswith(ZIP) else sniff(head)


@contextmanager
def refusing_when_full() -> Iterator[None]:
    """What the storage says of a full disk, as a refusal for whoever uploads."""
    try:
        yield
    except files.StorageFullError as error:
        raise NoRoomError(str(error)) from error


def _check_limit(file: IO[bytes], kind: Type) -> None:
    size = file.seek(0, 2)
    file.seek(0)
    check_size(kind.kind, size, current_app.config[limit_name(kind.kind).upper()])


def _cleaned(file: IO[bytes], kind: Type) -> Intake:
    if kind.kind is Kind.PICTURE:
        picture, words = pictures.clean(file), xmp.read(file)
        return Intake(picture.type, picture.stream, picture.width, picture.height, words=words)
    if kind.kind is Kind.LOGO:
        drawing = drawings.clean(file)
        return Intake(kind, drawing.stream, drawing.width, drawing.height, drawing.removed)
    if kind is PDF:
        documents.check_pdf(file)
    if kind in (VTT, SRT):
        return Intake(VTT, _captions(file))
    containers.check_whole(file, kind)
    width, height = films.size(file, kind) or (None, None)
    file.seek(0)
    return Intake(kind, file, width, height)


def _captions(file: IO[bytes]) -> IO[bytes]:
    """Captions as WebVTT, which is what browsers show; others are read, and never kept."""
    file.seek(0)
    content = file.read()
    if problems := captions.read(content).problems:
        raise MediaError(" ".join(problems[:TOLD]))
    return BytesIO(captions.as_webvtt(content))
