"""Players of others: from the address of a film elsewhere to that of a player for a frame. Pure.

Nothing of them is loaded before a reader asks for it, because what is loaded tells them who reads.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import parse_qs, urlencode, urlsplit

YOUTUBE = "www.youtube-nocookie.com"
VIMEO = "player.vimeo.com"
HOSTS = (YOUTUBE, VIMEO)
"""Whose players are shown unless a setting says otherwise."""

NAMES = {YOUTUBE: "YouTube", VIMEO: "Vimeo"}
"""What people call them."""

_YOUTUBE_PATH = re.compile(r"/(?:live|shorts|embed|v)/([\w-]{6,20})/?")
_VIMEO_PATH = re.compile(r"/(?:video/)?(\d{4,15})(?:/([0-9a-f]{6,20}))?/?")
_ID = re.compile(r"[\w-]{6,20}")


def player(address: str, hosts: Collection[str]) -> str:
    """The address of the player for the film at *address*; empty where none of *hosts* has it.

    >>> player("https://youtu.be/dQw4w9WgXcQ", HOSTS)
    'https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ'
    """
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
        plain = parts.port is None and parts.scheme == "https"
    except ValueError:
        return ""
    if not plain:
        return ""
    found = _youtube(host, parts.path, parts.query) or _vimeo(host, parts.path, parts.query)
    if not found and host in hosts:
        found = address
    return found if urlsplit(found).hostname in hosts else ""


def host(address: str) -> str:
    """Whose player it is, for a policy and for people.

    >>> host("https://player.vimeo.com/video/1?dnt=1")
    'player.vimeo.com'
    """
    return urlsplit(address).hostname or ""


def _youtube(host: str, path: str, query: str) -> str:
    bare = host.removeprefix("www.").removeprefix("m.")
    if bare not in {"youtube.com", "youtu.be", "youtube-nocookie.com"}:
        return ""
    said = parse_qs(query).get("v", [""])[0] if path == "/watch" else path.strip("/") if bare == "youtu.be" else ""
    if not said and (inside := _YOUTUBE_PATH.fullmatch(path)):
        said = inside[1]
    return f"https://{YOUTUBE}/embed/{said}" if _ID.fullmatch(said) else ""


def _vimeo(host: str, path: str, query: str) -> str:
    """Without cookies (``dnt``); a film that is not listed has a second part in its address."""
    inside = _VIMEO_PATH.fullmatch(path)
    if host.removeprefix("www.") not in {"vimeo.com", VIMEO} or not inside:
        return ""
    hidden = inside[2] or parse_qs(query).get("h", [""])[0]
    known = {"h": hidden} if re.fullmatch(r"[0-9a-f]{6,20}", hidden) else {}
    return f"https://{VIMEO}/video/{inside[1]}?{urlencode(known | {'dnt': '1'})}"
