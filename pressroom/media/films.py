"""How large the picture of a film is, as its container says. A film that does not say it is taken all the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from pressroom.media.containers import number
from pressroom.media.rules import MP4, WEBM, Type

Size = tuple[int, int]
Span = tuple[int, int]  # where the content of a part begins, and where it ends

MOST_PARTS = 10_000  # looked at on one level
LARGEST = 1 << 15  # pixels; more is a mistake

SEGMENT, TRACKS, ENTRY, VIDEO, WIDTH, HEIGHT = 0x18538067, 0x1654AE6B, 0xAE, 0xE0, 0xB0, 0xBA


def size(file: IO[bytes], kind: Type) -> Size | None:
    """Width and height in pixels of the film in *file*; None where it is none, or does not say. Never raises."""
    if kind not in (MP4, WEBM):
        return None
    whole = (0, file.seek(0, 2))
    found = max(_mp4(file, whole) if kind is MP4 else _webm(file, whole), default=None)
    file.seek(0)
    return found


def _mp4(file: IO[bytes], whole: Span) -> Iterator[Size]:
    """Of each track its header (ISO/IEC 14496-12, 8.3.2), which ends with two numbers of 16 bits and a fraction."""
    for film in _boxes(file, whole, b"moov"):
        for track in _boxes(file, film, b"trak"):
            for begins, ends in _boxes(file, track, b"tkhd"):
                if ends - begins >= 8:
                    file.seek(ends - 8)
                    said = file.read(8)
                    yield from _sane(int.from_bytes(said[:2]), int.from_bytes(said[4:6]))


def _boxes(file: IO[bytes], within: Span, wanted: bytes) -> Iterator[Span]:
    at, end = within
    for _ in range(MOST_PARTS):
        if end - at < 8:
            return
        file.seek(at)
        head = file.read(16)
        length, begins = int.from_bytes(head[:4]), 8
        if length == 1:
            length, begins = int.from_bytes(head[8:16]), 16
        elif length == 0:
            length = end - at
        if length < begins or at + length > end:
            return
        if head[4:8] == wanted:
            yield at + begins, at + length
        at += length


def _webm(file: IO[bytes], whole: Span) -> Iterator[Size]:
    """Of each video track PixelWidth and PixelHeight (RFC 9559, section 5.1.4.1.28)."""
    for segment in _elements(file, whole, SEGMENT):
        for tracks in _elements(file, segment, TRACKS):
            for entry in _elements(file, tracks, ENTRY):
                for video in _elements(file, entry, VIDEO):
                    widths, heights = (list(_numbers(file, video, name)) for name in (WIDTH, HEIGHT))
                    for width, height in zip(widths[:1], heights[:1], strict=False):
                        yield from _sane(width, height)
            return


def _elements(file: IO[bytes], within: Span, wanted: int) -> Iterator[Span]:
    at, end = within
    for _ in range(MOST_PARTS):
        if at >= end:
            return
        file.seek(at)
        head = file.read(12)
        name, after = number(head[:4], marked=True)
        length, more = number(head[after : after + 8], marked=False)
        if not after or not more:
            return
        begins = at + after + more
        unknown = length == (1 << 7 * more) - 1
        ends = end if unknown else min(end, begins + length)
        if name == wanted:
            yield begins, ends
        at = ends


def _numbers(file: IO[bytes], within: Span, wanted: int) -> Iterator[int]:
    for begins, ends in _elements(file, within, wanted):
        file.seek(begins)
        yield int.from_bytes(file.read(min(8, ends - begins)))


def _sane(width: int, height: int) -> Iterator[Size]:
    if 0 < width <= LARGEST and 0 < height <= LARGEST:
        yield width, height
