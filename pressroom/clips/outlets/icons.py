"""The icon of an outlet: found on its home page or sent, written anew as a small PNG, kept here and never linked."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

from PIL import Image

from pressroom.clips.outlets.rules import OutletError
from pressroom.kit import fetch
from pressroom.kit.fetch import FetchError

SIZE = 64  # pixels at most; it stands as high as a line of text, on a fine screen too
MOST_BYTES = 1_000_000
MOST_PIXELS = 4_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "ICO")
HEAD = 400_000  # bytes of a page in which its icons are looked for
TRIES = 3
SECONDS = 6.0

_PNG = b"\x89PNG\r\n\x1a\n"
_REFUSED = (
    "Send a picture of at most 1 MB: PNG, JPEG, WebP, GIF or ICO. Drawings (SVG) are not taken; save them as PNG."
)


@dataclass(frozen=True)
class Icon:
    """A small PNG in Base64, and the SHA-256 of its bytes."""

    png: str
    sha256: str


def small(content: bytes) -> Icon:
    """*content* as an icon: no larger than it is shown, and nothing else of the file in it.

    Raises:
        OutletError: it is no picture, or too large.
    """
    if not content or len(content) > MOST_BYTES:
        raise OutletError(_REFUSED)
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            _check(picture, content)
            shown = picture.convert("RGBA")
    except OutletError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, UserWarning, MemoryError):
        raise OutletError(_REFUSED) from None
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, ZeroDivisionError):
        raise OutletError(_REFUSED) from None  # what Pillow's readers raise on broken content is not one family
    shown.thumbnail((SIZE, SIZE))
    clean = Image.new("RGBA", shown.size)
    clean.paste(shown)  # without what a file says about itself
    out = BytesIO()
    clean.save(out, "PNG", optimize=True)
    return Icon(base64.b64encode(out.getvalue()).decode("ascii"), hashlib.sha256(out.getvalue()).hexdigest())


def _check(picture: Image.Image, content: bytes) -> None:
    """Refuse what would be large once it is unpacked, also where an ICO has a PNG of another size in it."""
    sizes = [(picture.width, picture.height)]
    at = content.find(_PNG)
    while at >= 0:
        sizes.append((int.from_bytes(content[at + 16 : at + 20]), int.from_bytes(content[at + 20 : at + 24])))
        at = content.find(_PNG, at + 1)
    if any(width * height > MOST_PIXELS for width, height in sizes):
        raise OutletError(_REFUSED)


def of_page(home: str) -> Icon:
    """The icon that the page at *home* names, or the one at ``/favicon.ico``. Hold no transaction meanwhile.

    Raises:
        OutletError: there is none that can be taken, or the page cannot be read.
    """
    fetcher = replace(fetch.fetcher(), seconds=SECONDS, most=MOST_BYTES)
    try:
        page = fetcher.get(home, accept="text/html,application/xhtml+xml;q=0.9")
    except FetchError as error:
        raise OutletError(f"The home page could not be read: {error}") from None
    addresses = named(page.content[:HEAD].decode("latin-1"), page.address)
    for address in [*addresses, urljoin(page.address, "/favicon.ico")]:
        try:
            answer = fetcher.get(address, accept="image/png,image/*;q=0.8")
            if answer.status == 200:
                return small(answer.content)
        except (FetchError, OutletError):
            continue
    raise OutletError("Its home page has no icon that can be taken. Send one as a file.")


def named(html: str, address: str) -> list[str]:
    """The addresses of the icons that a page names, the one to be tried first coming first; at most two. Never raises.

    Args:
        address: of the page.
    """
    finder = _Finder()
    finder.feed(html)
    found: dict[str, int] = {}
    for href, size in finder.icons:
        try:
            target = urljoin(urljoin(address, finder.base), href)
        except ValueError:
            continue
        if target.startswith(("https://", "http://")):
            found.setdefault(target, size)
    return sorted(found, key=lambda target: abs(found[target] - 2 * SIZE))[: TRIES - 1]


class _Finder(HTMLParser):
    """``link rel=icon`` and ``apple-touch-icon``, with the size that each says."""

    def __init__(self) -> None:
        super().__init__()
        self.icons: list[tuple[str, int]] = []
        self.base = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said: dict[str, Any] = {name: value or "" for name, value in attrs}
        if tag == "base" and not self.base:
            self.base = said.get("href", "").strip()
        kinds = set(said.get("rel", "").lower().split()) if tag == "link" else set()
        touch = bool(kinds & {"apple-touch-icon", "apple-touch-icon-precomposed"})
        href = said.get("href", "").strip()
        if not href or not (touch or "icon" in kinds) or len(self.icons) > 50:
            return
        if "svg" in said.get("type", "").lower() or href.lower().partition("?")[0].endswith(".svg"):
            return
        size = re.match(r"(\d{1,4})x\d", said.get("sizes", ""))
        self.icons.append((href, int(size[1]) if size else 180 if touch else 32))
