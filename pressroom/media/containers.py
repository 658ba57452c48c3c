"""Films and sounds that say how long they are: whether all of it came. What is in them is not read."""

from __future__ import annotations

from typing import IO

from pressroom.media.rules import M4A, MP4, WAV, WEBM, MediaError, Type

MOST_PARTS = 200_000  # on the top level; a film in pieces of a second has some ten thousand
SEGMENT = 0x18538067
STREAMED = frozenset({0, 0xFFFFFFFF})  # what a recorder writes that does not know yet how long it will be


def check_whole(file: IO[bytes], kind: Type) -> None:
    """Refuse what ends before it says it does; other kinds do not say it.

    Raises:
        MediaError: it is cut off, or has no parts that can be told apart.
    """
    size = file.seek(0, 2)
    file.seek(0)
    if kind in (MP4, M4A):
        _check_boxes(file, size)
    elif kind is WEBM:
        _check_elements(file, size)
    elif kind is WAV:
        file.seek(4)
        said = int.from_bytes(file.read(4), "little")
        if said not in STREAMED and said + 8 > size:
            raise _cut_off()
    file.seek(0)


def _cut_off() -> MediaError:
    return MediaError("The file is cut off: it ends before it says it does. Save it again where it was made.")


def _check_boxes(file: IO[bytes], size: int) -> None:
    """Boxes follow each other, each with its size, to the end; one is the index, one the film (ISO/IEC 14496-12, 8)."""
    at, missing = 0, {b"moov", b"mdat"}
    for _ in range(MOST_PARTS):
        if size - at < 8:  # a few bytes behind the last box are no harm
            break
        file.seek(at)
        head = file.read(16)
        length, kind = int.from_bytes(head[:4]), head[4:8]
        if length == 1:  # the size stands behind the name, in eight bytes
            length = int.from_bytes(head[8:16])
        elif length == 0:  # to the end
            length = size - at
        if length < 8 or at + length > size:
            raise _cut_off()
        missing.discard(kind)
        at += length
    if missing or size - at >= 8:
        raise _cut_off()


def _check_elements(file: IO[bytes], size: int) -> None:
    """An element with a head, then the segment with all the rest, each with its size (RFC 8794, sections 4 to 6)."""
    at = 0
    for _ in range(MOST_PARTS):
        file.seek(at)
        name, after = number(file.read(4), marked=True)
        file.seek(at + after)
        length, more = number(file.read(8), marked=False)
        if not after or not more:
            break
        at += after + more + length
        if name == SEGMENT and length == (1 << 7 * more) - 1:
            return  # unknown: it was recorded as a stream, and ends where it ends
        if at > size:
            break
        if name == SEGMENT:
            return
    raise _cut_off()


def number(content: bytes, *, marked: bool) -> tuple[int, int]:
    """A number that says its own length, and that length in bytes; 0 bytes when it is none.

    Args:
        marked: the mark of the length belongs to it, as in the names of elements.
    """
    length = 9 - content[0].bit_length() if content and content[0] else 0
    if not length or len(content) < length:
        return 0, 0
    value = int.from_bytes(content[:length])
    return (value if marked else value & ((1 << 7 * length) - 1)), length
