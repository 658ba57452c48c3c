"""What an enquiry may be about: a page of this site that everybody may see. A room says which pages are its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import current_app

from pressroom.enquiries.rules import LENGTHS
from pressroom.kit import text
from pressroom.releases import public

Find = Callable[[str], str | None]

_finders: list[Find] = []
_RELEASE = re.compile(r"/releases/([0-9]{4})/([a-z0-9-]{1,100})")


def register(find: Find) -> None:
    """Have *find* asked for the title of the page at a path, as the public may see it; None where it knows none."""
    _finders.append(find)


def read(written: str) -> tuple[str, str] | None:
    """(path, title) of the page that *written* names by its address or its path; None where there is no such page."""
    try:
        parts = urlsplit(written.strip())
    except ValueError:  # a bracket that is not closed, a letter that would be two
        return None
    ours = urlsplit(str(current_app.config["SITE_URL"])).netloc
    if parts.netloc not in {"", ours} or len(parts.path) > LENGTHS["about"] or not parts.path.isprintable():
        return None
    path = parts.path.rstrip("/")
    for find in (_release, *_finders):
        if title := find(path):
            return path, title
    return None


def _release(path: str) -> str | None:
    found = _RELEASE.fullmatch(path)
    if not found or found[2] != text.slugify(found[2]):
        return None
    release = public.by_address(int(found[1]), found[2])
    return release.headline if release else None
