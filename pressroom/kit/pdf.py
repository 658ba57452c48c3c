"""Pages on paper: HTML and CSS to a PDF that anybody can read (PDF/UA), the same bytes for the same words.

WeasyPrint does the work; it comes with the extra ``pdf`` and needs a few libraries of the system. Without them
:func:`missing` says so in a sentence, and nothing else here is called.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from PIL import ImageFile

LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz.so.0": "libharfbuzz0b",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    "libfontconfig.so.1": "libfontconfig1",
}
"""What WeasyPrint loads → the package of Debian that has it."""

VARIANT = "pdf/ua-1"

_making = threading.Lock()  # a process sets one at a time: it takes a second of a whole core


class PdfError(RuntimeError):
    """No PDF could be made of it; the message says why, without its words."""


@dataclass(frozen=True)
class Picture:
    """A picture that a page may show: its bytes, and what they are."""

    content: bytes
    media_type: str


@lru_cache(1)
def missing() -> str:
    """Why no PDF can be made here, as a sentence for whoever runs the press room; empty when it can.

    Cheap: pages ask for it. So it looks for the package and the libraries, and loads neither WeasyPrint nor fonts.
    """
    if importlib.util.find_spec("weasyprint") is None:
        return "PDF files need WeasyPrint: pip install 'pressroom[pdf]'."
    if packages := [package for library, package in LIBRARIES.items() if not loads(library)]:
        return f"PDF files need libraries of the system. On Debian: apt-get install {' '.join(packages)}"
    return ""


def loads(library: str) -> bool:
    """Whether the system has this library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def version() -> str:
    """Of what sets the pages: another one may set them otherwise."""
    return str(_weasyprint().VERSION)


def write(html: str, styles: str, pictures: Mapping[str, Picture], *, base: str, closer: Sequence[str] = ()) -> bytes:
    """The PDF of a page.

    Args:
        html: a whole document, with ``lang``, title, and author and dates as ``<meta>``.
        styles: all of its CSS.
        pictures: the address of each picture that the page shows; nothing else is fetched, from nowhere.
        base: the absolute address to which its links are relative.
        closer: more CSS, of which one after the other is tried until all stands on one page, or there is no more.

    Raises:
        PdfError: it could not be made.
    """
    engine = _weasyprint()
    fetcher = _fetcher()(pictures)
    with _making:
        try:
            page = engine.HTML(string=html, base_url=base, url_fetcher=fetcher)
            for more in ("", *closer):
                sheet = engine.CSS(string=styles + more, url_fetcher=fetcher)
                options = {"stylesheets": [sheet], "pdf_variant": VARIANT, "custom_metadata": False}
                options["pdf_identifier"] = hashlib.sha256((html + styles + more).encode()).digest()[:16]
                document = page.render(**options)
                if len(document.pages) == 1:
                    break
            written: bytes = document.write_pdf(**options)
        except Exception as error:  # of the many things that a page can ask for, one it could not do
            raise PdfError(f"the page could not be set ({type(error).__name__})") from error
    return written


@lru_cache(1)
def _weasyprint() -> Any:
    """Deferred: it takes half a second and 40 MB, which only a process that makes a PDF should pay."""
    # What they tell names addresses and words of the page, which may be under embargo.
    for name in ("weasyprint", "weasyprint.progress", "fontTools"):
        logger = logging.getLogger(name)
        logger.disabled, logger.propagate = True, False
    import weasyprint.images  # noqa: PLC0415

    # This makes Pillow take pictures that are cut off, everywhere in this process; uploads that are must be refused.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return weasyprint


@lru_cache(1)
def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 - as in _weasyprint

    class Handed(URLFetcher):  # type: ignore[misc]
        """Gives what it was handed, and reaches for nothing: no network, no file."""

        def __init__(self, pictures: Mapping[str, Picture]) -> None:
            super().__init__(allowed_protocols=())
            self._pictures = pictures

        def fetch(self, url: str, headers: object = None) -> Any:
            """The picture of this address."""
            found = self._pictures.get(url)
            if found is None:
                raise ValueError("nothing is fetched from outside")
            return URLFetcherResponse(url, found.content, {"Content-Type": found.media_type})

    return Handed
