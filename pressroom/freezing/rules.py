"""What goes into a copy, and where it lies there, so that each address stays what it is."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import parse_qs, urlencode

HTML = "text/html"
INDEX = "index.html"
SEARCH = "/search/"
NOT_FOUND = "404.html"

LEFT_OUT = frozenset(
    """
    accounts.change_password accreditation.received clips_exports.export clips_exports.suggest clips_feeds.archived
    embargo.agreement enquiries.status experts.index experts.show front.suggest health.alive health.ready
    logos.everything logos.file logos.terms meetings_registration.received metrics.show
    """.split()  # noqa: SIM905 - a list of names reads best as one
)
"""What only a running press room answers, by endpoint; the archives of the feed of clips, which hold them all; and
experts, whose consent may end while a copy is still about."""

CLOSED = ("/desk/", "/embargo/mailings/", "/sign-out", "/sign-in/code")
"""Where nothing is for a stranger, by the beginning of the address."""

LISTS = ("/search", "/clips/", "/releases/", "/webcasts/")
"""Lists that the press room narrows by parameters; in a copy, its search stands in their place."""

KINDS = {
    "releases.show": "release",
    "clips.show": "clip",
    "webcasts.show": "webcast",
    "meetings_schedule.abstract": "abstract",
}
PAGES = ("pages.", "meetings.", "glossary.", "check.", "experts.statements")
PAPERS = (".pdf", "/press-kit.zip")
_PAPER = re.compile(r"/releases/[0-9]{4}/[^/]+(\.pdf|/press-kit\.zip)")
_CLIP = re.compile(r"/clips/[0-9]+")
_PROGRAMME = re.compile(r"/annual-meeting/[0-9]{4}/(?:schedule|abstracts)")  # lists as well, of each meeting


class FreezeError(Exception):
    """No copy was made, and the one before stays; the message is a sentence for the operator."""


@dataclass(frozen=True)
class Scope:
    """How much of what is many goes into a copy.

    Attributes:
        clips: so many of the newest clips have a page, and besides those that a page of another kind leads to.
        papers: so many of the newest releases have their press kit and their PDF; each takes a second to make.
        media: files with these keys only; None for all.
    """

    clips: int
    papers: int
    media: Collection[str] | None = None


def place(path: str, media_type: str) -> str:
    """Where in the folder that is which the press room has at *path*.

    A page lies in a folder of its own, as ``index.html``: beside ``/releases/2026/a-slug`` there is also
    ``/releases/2026/a-slug/press-kit.zip``. What has no ending, and is no page, gets the one of its type, by which a
    web server tells it.

    Raises:
        ValueError: the path leads out of the folder.
    """
    parts = path.strip("/").split("/") if path.strip("/") else []
    if any(part in {"", ".", ".."} or "\0" in part for part in parts):
        raise ValueError(f"{path} is no address of a page")
    if media_type == HTML and not path.endswith(".html"):
        return "/".join([*parts, INDEX])
    if not parts or path.endswith("/"):
        raise ValueError(f"{path} has no name for a file")
    ending = "" if PurePosixPath(path).suffix else mimetypes.guess_extension(media_type) or ""
    return "/".join(parts) + ending


def is_page(place: str) -> bool:
    """Whether what lies at *place* is asked for without the name of its file."""
    return place == INDEX or place.endswith(f"/{INDEX}")


def is_version(query: str) -> bool:
    """Whether *query* says only which version of a file is meant, so that a web server may overlook it."""
    return list(parse_qs(query, keep_blank_values=True)) == ["v"]


def searched(path: str, query: str) -> str | None:
    """Where the copy's search answers what a list was asked for; None where *path* is no list."""
    listed = any(path == one or (one.endswith("/") and path.startswith(one)) for one in LISTS)
    if not listed and not _PROGRAMME.fullmatch(path):
        return None
    words = parse_qs(query).get("q", [""])[0]
    asked = {"q": words, "kind": "clip" if path.startswith("/clips/") and words else ""}
    chosen = urlencode({name: value for name, value in asked.items() if value})
    return f"{SEARCH}?{chosen}" if chosen else SEARCH


def kind_of(endpoint: str) -> str:
    """What search calls the page of *endpoint*; empty where it does not look."""
    return KINDS.get(endpoint) or ("page" if endpoint.startswith(PAGES) else "")


def is_paper(path: str) -> bool:
    """Whether *path* is that of a release as PDF, or of its press kit: what takes a second to make."""
    return _PAPER.fullmatch(path) is not None


def is_clip(path: str) -> bool:
    """Whether *path* is that of a clip."""
    return _CLIP.fullmatch(path) is not None
