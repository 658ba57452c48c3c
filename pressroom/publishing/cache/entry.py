"""A kept answer: its bytes in each encoding, its headers, and from when to when it is right."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache

import brotli

from pressroom.kit import requests

Header = tuple[str, str]

OVERHEAD = 2_000  # bytes that an entry takes besides its bodies, roughly

# Said anew with each answer, or by the server; of ranges nothing is said, since who asks for one goes past the cache.
OWN = frozenset({"accept-ranges", "cache-control", "content-length", "date", "etag", "expires", "server", "vary"})

# All that a kept answer may say. One that says something else is not kept: it may be meant for one reader.
KNOWN = OWN | frozenset(
    """
    access-control-allow-origin content-disposition content-language content-security-policy content-type
    cross-origin-opener-policy cross-origin-resource-policy last-modified link permissions-policy referrer-policy
    strict-transport-security x-content-type-options x-permitted-cross-domain-policies x-robots-tag
    """.split()  # noqa: SIM905 - a list of names reads best as one
)

# What describes a body, and has no place on a 304 (RFC 9110, section 15.4.5).
OF_A_BODY = frozenset({"content-disposition", "content-language", "content-type", "last-modified"})

IDENTITY = ""
COMPRESSED = (
    *("text/", "application/json", "application/feed+json", "application/xml", "application/rss+xml"),
    *("application/atom+xml", "application/javascript", "image/svg+xml"),
    *("application/opensearchdescription+xml", "application/vnd.iptc.g2.newsitem+xml"),
)

IMMUTABLE = "immutable"


class Entry:
    """What stands at an address, from one edition and instant on.

    Attributes:
        headers: what it says besides what is said anew each time; ``brief``: what of it a 304 says.
        begins: the instant for which it was made.
        ends: the first instant at which it may be another one; None if time does not end it.
        control: its own Cache-Control where its address changes with its content, so that nothing ends it; else empty.
        tag: the hash of the body, which is the ETag without its quotes.
        modified: the Last-Modified; empty without one.
        pattern: of its address, as the log has it; see :mod:`pressroom.kit.requests`.
        size: bytes in memory, all encodings together.
    """

    __slots__ = (
        *("begins", "bodies", "brief", "compressed", "control", "edition", "ends", "headers", "modified", "pattern"),
        *("size", "tag"),
    )

    def __init__(
        self,
        body: bytes,
        headers: Iterable[Header],
        *,
        edition: int,
        begins: datetime,
        ends: datetime | None,
        pattern: str = requests.NOWHERE,
    ) -> None:
        said = list(headers)
        low = {name.lower(): value for name, value in said}
        self.edition, self.begins, self.ends, self.pattern = edition, begins, ends, pattern
        self.control = low.get("cache-control", "") if IMMUTABLE in low.get("cache-control", "") else ""
        self.tag = hashlib.sha256(body).hexdigest()[:32]
        self.modified = low.get("last-modified", "")
        self.compressed = low.get("content-type", "").startswith(COMPRESSED)
        self.headers = [header for header in said if header[0].lower() not in OWN]
        if self.compressed:
            self.headers.append(("Vary", "Accept-Encoding"))
        self.brief = [header for header in self.headers if header[0].lower() not in OF_A_BODY]
        self.bodies = {IDENTITY: (self._said(IDENTITY, body), body)}
        self.size = OVERHEAD + len(body)

    def holds(self, edition: int, now: datetime) -> bool:
        """Whether it is what would be rendered in *edition* at *now*. Before it was made it says nothing."""
        if self.control:
            return True
        return self.edition == edition and self.begins <= now and (self.ends is None or now < self.ends)

    def encoding(self, accepted: str) -> str:
        """The encoding for a reader who accepts *accepted*."""
        return chosen(accepted) if accepted and self.compressed and len(accepted) <= 200 else IDENTITY

    def etag(self, encoding: str) -> str:
        """The ETag of the answer in *encoding*; each has its own, since their bytes differ (RFC 9110, 8.8.3.3)."""
        return f'"{self.tag}-{encoding}"' if encoding else f'"{self.tag}"'

    def add(self, encoding: str) -> tuple[list[Header], bytes]:
        """Compress the body, and keep that as well."""
        level = 1 if self.control else 0  # what never changes is compressed once, and as far as it goes
        body = PACKERS[encoding][level](self.bodies[IDENTITY][1])
        self.bodies[encoding] = found = self._said(encoding, body), body
        self.size += len(body)
        return found

    def take_over(self, before: Entry) -> None:
        """Where *before* said the same, be it with what was compressed for that already."""
        if before.tag == self.tag and before.headers == self.headers:
            self.bodies, self.size = dict(before.bodies), before.size

    def unchanged(self, asked: str | None, since: str | None) -> bool:
        """Whether the reader has just this.

        Args:
            asked: If-None-Match; it alone counts if it is there (RFC 9110, section 13.2.2), in any encoding.
            since: If-Modified-Since, which counts only when it is exactly ours: what is taken out of a page can make
                its newest change older.
        """
        if asked is None:
            return bool(since) and since == self.modified
        return asked.strip() == "*" or any(_bare(tag) == self.tag for tag in asked.split(","))

    def _said(self, encoding: str, body: bytes) -> list[Header]:
        said = [*self.headers, ("ETag", self.etag(encoding)), ("Content-Length", str(len(body)))]
        return [*said, ("Content-Encoding", encoding)] if encoding else said


Packer = Callable[[bytes], bytes]

PACKERS: dict[str, tuple[Packer, Packer]] = {
    "br": (lambda body: brotli.compress(body, quality=5), lambda body: brotli.compress(body, quality=11)),
    "gzip": (lambda body: gzip.compress(body, 6, mtime=0), lambda body: gzip.compress(body, 9, mtime=0)),
}
"""encoding → a quick packer, and a thorough one; the better encoding first."""


@lru_cache(256)
def chosen(accepted: str) -> str:
    """The best of our encodings that an Accept-Encoding takes (RFC 9110, section 12.5.3)."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        try:
            weights[name.strip()] = float(weight.replace(" ", "").removeprefix("q=") or 1)
        except ValueError:
            weights[name.strip()] = 0
    return next((name for name in PACKERS if weights.get(name, 0) > 0), IDENTITY)


def _bare(tag: str) -> str:
    """A tag as others send it back, without what weakens it or says its encoding."""
    return tag.strip().removeprefix("W/").strip('"').removesuffix("-gzip").removesuffix("-br")
