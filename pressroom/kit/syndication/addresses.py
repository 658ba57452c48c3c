"""Addresses as feeds need them: absolute, and of the characters that a URI has."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from pressroom.kit import text

_HEX = "%[0-9A-Fa-f]{2}"
_WRITTEN = re.compile(rf"[a-z]+://[A-Za-z0-9\-._~:/?#@!$&'()*+,;=]*(?:{_HEX}[A-Za-z0-9\-._~:/?#@!$&'()*+,;=]*)*")
_FOREIGN = re.compile(r"%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]")


def uri(address: str) -> str:
    """*address* with what no URI has percent-encoded, and its host in ASCII (RFC 3987, section 3.1).

    Raises:
        ValueError: it is none of the web, or not absolute.
    """
    address = text.clean(address).strip()
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValueError(f"{address!r} is no absolute address; a feed is read away from its site")
    if _WRITTEN.fullmatch(address):
        return address
    host, rest = parts.netloc, address.split(parts.netloc, 1)[1]
    return f"{parts.scheme}://{_in_ascii(host)}{_FOREIGN.sub(_encoded, rest)}"


def _in_ascii(host: str) -> str:
    if host.isascii():
        return "".join(_encoded_outside_host(character) for character in host)
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return _FOREIGN.sub(_encoded, host)


def _encoded_outside_host(character: str) -> str:
    return character if character in "[]" or not _FOREIGN.match(character) else quote(character, safe="")


def _encoded(found: re.Match[str]) -> str:
    return quote(found[0], safe="")
