"""A letter of assignment on its way in: for an application, and for whatever else asks for one."""

from __future__ import annotations

from werkzeug.datastructures import FileStorage

from pressroom.accreditation.actions import LETTER_BYTES, letter_type
from pressroom.kit import files
from pressroom.media.rules import SNIFF, Type

MOST_BYTES = LETTER_BYTES + 500_000
"""Of a request with a letter: the form needs some as well."""


def letter(sent: FileStorage | None) -> tuple[str, Type, str] | None:
    """Keep an uploaded letter: its SHA-256, its type by content, and the name it came with.

    Raises:
        AccreditationError: it is neither a PDF nor a picture.
        FileError: it is too large, or the disk is full.
    """
    if sent is None or not sent.filename:
        return None
    kind = letter_type(sent.stream.read(SNIFF))
    sent.stream.seek(0)
    stored = files.store(sent.stream, limit=LETTER_BYTES)  # type: ignore[arg-type] # it reads bytes
    return stored.sha256, kind, sent.filename
