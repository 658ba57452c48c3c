"""The body of a response, unpacked no further than it may be long."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from pressroom.kit.fetch.targets import FetchError

if TYPE_CHECKING:
    from urllib3 import HTTPResponse

PACKINGS = "gzip, deflate"  # what is asked for; both are in Python's own library
PIECE = 1 << 16
CUT_OFF = "The answer of the site was cut off. Try again later."


def read(response: HTTPResponse, most: int, *, cut: bool = False) -> bytes:
    """All of the body, unpacked.

    Args:
        most: bytes, packed and unpacked.
        cut: of more than that the beginning is given.

    Raises:
        FetchError: there is more and it is not to be cut, it is cut off, or packed in a way that nobody asked for.
    """
    claimed = response.headers.get("Content-Length", "")
    if claimed.isascii() and claimed.isdecimal() and len(claimed) < 20 and int(claimed) > most and not cut:
        raise _too_large(most)
    packing = response.headers.get("Content-Encoding", "").strip().lower()
    if packing in {"", "identity"}:
        return _plain(response, most, cut=cut)
    if packing not in {"gzip", "x-gzip", "deflate"}:
        raise FetchError("The site packed its answer in a way that was not asked for.")
    return _unpacked(response, most, gzip=packing != "deflate", cut=cut)


def _plain(response: HTTPResponse, most: int, *, cut: bool) -> bytes:
    content = bytearray()
    for piece in response.stream(PIECE, decode_content=False):
        content += piece
        if len(content) > most:
            if cut:
                return bytes(content[:most])
            raise _too_large(most)
    return bytes(content)


def _unpacked(response: HTTPResponse, most: int, *, gzip: bool, cut: bool) -> bytes:
    """What follows the first gzip member is not read: no server of pages sends more."""
    content, unpack = bytearray(), None
    for piece in response.stream(PIECE, decode_content=False):
        unpack = unpack or zlib.decompressobj(31 if gzip else _window(piece))
        try:
            content += unpack.decompress(piece, most + 1 - len(content))
        except zlib.error:
            raise FetchError("The answer of the site is broken.") from None
        if len(content) > most:
            if cut:
                return bytes(content[:most])
            raise _too_large(most)
        if unpack.eof:
            break
    if unpack is not None and not unpack.eof:
        raise FetchError(CUT_OFF)
    return bytes(content)


def _window(piece: bytes) -> int:
    """``deflate`` is zlib's format (RFC 9110, section 8.4.1.2), and some send it without zlib's two bytes."""
    has_head = len(piece) > 1 and piece[0] & 15 == 8 and int.from_bytes(piece[:2]) % 31 == 0
    return 15 if has_head else -15


def _too_large(most: int) -> FetchError:
    return FetchError(f"What stands there is larger than {most / 1_000_000:g} MB, so it was not read.")
