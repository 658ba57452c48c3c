"""What a story's own page says about it: headline, outlet, day, by-line, summary, language.

Everything in a page is somebody else's word. It becomes text in a form, as if it had been typed, and a person reads it
before it is saved.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urljoin

import orjson
from lxml import etree

from pressroom.clips import addresses, rules
from pressroom.clips.addresses import AddressError
from pressroom.clips.gathering.rows import instant
from pressroom.kit import dates, fetch, markup, text
from pressroom.kit.dates import DateError
from pressroom.kit.fetch import Fetched, FetchError

ACCEPT = "text/html, application/xhtml+xml;q=0.9"
MEDIA_TYPES = frozenset({"", "text/html", "application/xhtml+xml"})
REFUSING = frozenset({401, 402, 403, 429, 451})
GONE = frozenset({404, 410})
TOO_MANY, FAILING = 429, 500


@dataclass(frozen=True)
class Told:
    """What a page says; empty where it says nothing that can be used.

    Attributes:
        published_on: as in ``2026-11-24``.
        language: one of ``rules.LANGUAGES``.
        url: what the page calls its own address.
        published_at: the instant, where the page gives one with its zone.
    """

    headline: str = ""
    outlet: str = ""
    published_on: str = ""
    byline: str = ""
    excerpt: str = ""
    language: str = ""
    url: str = ""
    published_at: datetime | None = None


class PageError(FetchError):
    """The site answered, and with no page that can be read.

    Attributes:
        later: whether asking again may help.
        wait: for how long the site wants to be left alone; None where it does not say.
    """

    def __init__(self, sentence: str, *, later: bool = False, wait: timedelta | None = None) -> None:
        super().__init__(sentence)
        self.later, self.wait = later, wait


def ask(address: str) -> Told:
    """What the page at *address* says. It may take ten seconds: hold no transaction.

    Raises:
        FetchError: it could not be read; with a sentence.
    """
    fetched = fetch.get(address, accept=ACCEPT)
    if fetched.status in REFUSING:
        is_busy = fetched.status == TOO_MANY
        raise PageError(
            f"The site lets no program read this page ({fetched.status}). Copy what you need by hand.",
            later=is_busy,
            wait=_wait(fetched) if is_busy else None,
        )
    if fetched.status in GONE:
        raise PageError(f"The site has no page at this address ({fetched.status}). Check the address.")
    if fetched.status != 200:
        raise PageError(
            f"The site answered with an error ({fetched.status}). Try again later.",
            later=fetched.status >= FAILING,
            wait=_wait(fetched),
        )
    if fetched.media_type not in MEDIA_TYPES:
        raise PageError("There is a file at this address, and no page that says something about itself.")
    return read(decoded(fetched), fetched.address)


def _wait(fetched: Fetched) -> timedelta | None:
    """``Retry-After`` in seconds (RFC 9110, section 10.2.3), at most a day."""
    said = fetched.headers.get("retry-after", "").strip()
    return timedelta(seconds=min(int(said), 86_400)) if re.fullmatch(r"[0-9]{1,9}", said) else None


def decoded(fetched: Fetched) -> str:
    """The text of a page: by its byte-order mark, by what its header says, by what it says itself, else as UTF-8 or as
    browsers read what says nothing (WHATWG Encoding, windows-1252). Never raises."""
    content = fetched.content
    if content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-8-sig" if content.startswith(b"\xef") else "utf-16", "replace")
    said = _CHARSET.search(content[:4096])
    named = fetched.charset or (fetch.codec(said[1].decode("ascii")) if said else "")
    for codec in (named, "utf-8"):
        try:
            return content.decode(codec or "utf-8")
        except ValueError:
            continue
    return content.decode(named or "cp1252", "replace")


def read(page: str, address: str) -> Told:
    """What *page*, which was found at *address*, says about itself. Never raises.

    Structured data comes first (schema.org in JSON-LD), then what is meant for sharing (Open Graph), then HTML.
    """
    parser = etree.HTMLParser(recover=True, no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    root = etree.fromstring(f"{markup.tamed(page)}<p>".encode("utf-8", "replace"), parser)
    if root is None:
        return Told()
    data, meta = _article(root), _Meta(root)
    outlet = _name(data.get("publisher")) or meta.first("og:site_name", "application-name")
    dated = (data.get("datePublished"), *meta.each(*_DATES), *_times(root))
    told = Told(
        headline=_words(data.get("headline")) or meta.first("og:title", "twitter:title") or _title(root, outlet),
        outlet=outlet,
        published_on=_day(*dated),
        byline=_authors(data.get("author")) or _no_address(meta.first("author", "article:author", "byl", "dc.creator")),
        excerpt=_words(data.get("description")) or meta.first("og:description", "description"),
        language=rules.read_language(_words(data.get("inLanguage")) or root.get("lang", "") or meta.first("og:locale")),
        url=_link(address, _first(root, "//link[@rel='canonical']/@href"), meta.first("og:url")),
        published_at=_instant(*dated),
    )
    short: dict[str, Any] = {name: _short(getattr(told, name), most) for name, most in _MOST.items()}
    return replace(told, **short)


_MOST = {
    "headline": rules.LONGEST_HEADLINE,
    "outlet": rules.LONGEST_OUTLET,
    "byline": rules.LONGEST_BYLINE,
    "excerpt": rules.LONGEST_EXCERPT,
}
NAMES = tuple(field.name for field in fields(Told) if field.name not in {"url", "published_at"})
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([a-zA-Z0-9_.:-]{1,40})", re.IGNORECASE)
_DATES = ("article:published_time", "og:article:published_time", "date", "pubdate", "publish-date", "publication_date",
          "parsely-pub-date", "sailthru.date", "dc.date", "dc.date.issued", "dcterms.created", "citation_date",
          "datepublished")  # fmt: skip
_KINDS = re.compile(r"(?:\w*Article|\w*Posting|Report|VideoObject|AudioObject|\w*Episode|CreativeWork)")
_MOST_NODES = 500  # of structured data that are looked at
_TIMES = (
    "//*[@itemprop='datePublished']/@*[name()='datetime' or name()='content']",
    "//time[@pubdate]/@datetime",
    "(//article | //main)//time/@datetime",
    "//time/@datetime",
)


class _Meta:
    """What ``meta`` elements say, by name, property or itemprop."""

    def __init__(self, root: etree._Element) -> None:
        self._said: dict[str, str] = {}
        for element in root.iter("meta"):
            for key in ("property", "name", "itemprop"):
                if (name := element.get(key)) and (said := _words(element.get("content"))):
                    self._said.setdefault(name.lower(), said)

    def each(self, *names: str) -> Iterator[str]:
        """What is said under these names, in their order."""
        return (self._said[name] for name in names if name in self._said)

    def first(self, *names: str) -> str:
        """The first of that."""
        return next(self.each(*names), "")


def _article(root: etree._Element) -> dict[str, Any]:
    """The structured data about the story, of all that stands in the page; empty when there is none."""
    waiting: list[Any] = []
    for script in root.iter("script"):
        if (script.get("type") or "").strip().lower() == "application/ld+json" and script.text:
            try:
                waiting.append(orjson.loads(script.text))
            except ValueError:
                continue
    found: list[dict[str, Any]] = []
    for node in waiting:  # grows while it is read
        if isinstance(node, list):
            waiting += node[:_MOST_NODES]
        elif isinstance(node, dict):
            waiting += [node[name] for name in ("@graph", "mainEntity") if name in node]
            kinds = node.get("@type")
            if any(isinstance(kind, str) and _KINDS.fullmatch(kind) for kind in _listed(kinds)):
                found.append(node)
        if len(waiting) > _MOST_NODES:
            break
    return next((node for node in found if node.get("headline")), found[0] if found else {})


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _words(value: Any) -> str:
    """A text on one line, from what should be one; its entities read once more, as many write them twice."""
    return " ".join(text.clean(html.unescape(value)).split()) if isinstance(value, str) else ""


def _name(value: Any) -> str:
    for each in _listed(value):
        if said := _words(each.get("name") if isinstance(each, dict) else each):
            return _no_address(said)
    return ""


def _authors(value: Any) -> str:
    return ", ".join(dict.fromkeys(filter(None, (_name(each) for each in _listed(value)[:20]))))


def _no_address(said: str) -> str:
    return "" if said.startswith(("http:", "https:")) else said


def _first(root: etree._Element, path: str) -> str:
    found = root.xpath(path)
    return str(found[0]) if isinstance(found, list) and found else ""


def _title(root: etree._Element, outlet: str) -> str:
    """The page's title, without the outlet's name behind it."""
    title = _words(_first(root, "//title/text()"))
    return re.sub(rf"\s+[-–—|·:]\s+{re.escape(outlet)}$", "", title) if outlet else title


def _times(root: etree._Element) -> Iterator[str]:
    for path in _TIMES:
        yield _first(root, path)


def _day(*said: Any) -> str:
    """The first of these that is a day, in the zone in which it is written; a day in numbers only as in 2026-11-24."""
    for written in said:
        words = _words(written)
        try:
            if re.match(r"\d{4}-\d\d-\d\d", words):
                return date.fromisoformat(words[:10]).isoformat()
            if re.search(r"[^\W\d_]{3}", words):
                return dates.parse_day(words).isoformat()
        except (DateError, ValueError):
            continue
    return ""


def _instant(*said: Any) -> datetime | None:
    """The instant of the first that is a day, if it is told to the minute and with a zone."""
    first = next(filter(_day, said), None)
    return instant(_words(first)) if first is not None else None


def _link(address: str, *said: str) -> str:
    """The first of these that may be linked to, whole."""
    for link in filter(None, said):
        try:
            return addresses.checked(urljoin(address, link.strip()))
        except (AddressError, ValueError):
            continue
    return ""


def _short(said: str, most: int) -> str:
    return said if len(said) <= most else said[: most - 1].rstrip() + "…"
