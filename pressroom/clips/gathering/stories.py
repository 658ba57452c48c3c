"""What a feed or an alert says of a story, read as a clip; or why it cannot be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pressroom.clips import addresses, rules
from pressroom.clips.addresses import AddressError
from pressroom.clips.gathering import feed_dates
from pressroom.clips.gathering.items import Found, Item
from pressroom.clips.rules import Medium
from pressroom.kit import text

EXCERPT_WORDS = 200  # that are kept for the desk; the public is shown fewer
LONGEST_ID = 500

_TAGS = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_GOOGLE = re.compile(r"(?:www|news)\.google\.[a-z]{2,3}(?:\.[a-z]{2})?")


def item(record: Mapping[str, Any], *, outlet: str = "", language: str = "", now: datetime) -> Item:
    """The story of a *record* (``kit.feedreading``), with its number.

    Args:
        outlet: whose stories they all are; without it the record's own source names it, else its host.
        language: of the feed, where an entry says none.
        now: a day after it is none.
    """
    number, problem = int(record.get("n") or 0), str(record.get("problem") or "")
    if problem and "title" not in record:
        return Item(number, problem=problem)
    headline = words(record.get("title"), rules.LONGEST_HEADLINE)
    if not headline:
        return Item(number, problem="the headline is missing")
    url, note = _link(record)
    named = outlet or words(record.get("source"), rules.LONGEST_OUTLET) or addresses.host(url)[: rules.LONGEST_OUTLET]
    if not named:
        return Item(number, problem=note or "there is no web address, and no outlet to name it by")
    dates = [str(record.get(name) or "") for name in ("published", "updated")]
    when = feed_dates.read(*dates, now=now)
    if when.day is None and any(dates):
        is_to_come = feed_dates.is_to_come(*dates, now=now)
        said = next(filter(None, dates))[:40]
        note = note or (f"the day “{said}” is still to come" if is_to_come else f"no day can be read in “{said}”")
    language = str(record.get("language") or "") or language
    found = Found(
        headline=headline,
        outlet=named,
        published_on=when.day,
        published_at=when.at,
        url=url,
        byline=_byline(record.get("author")),
        excerpt=_excerpt(record.get("summary"), headline),
        medium=Medium.PODCAST if str(record.get("enclosure") or "").startswith("audio/") else Medium.ONLINE,
        language=rules.read_language(language) or rules.language_of_headline(headline),
        external_id=_line(str(record.get("id") or ""))[:LONGEST_ID],
    )
    return Item(number, found, note)


def target(address: str) -> str:
    """Where an address leads that Google counts clicks with; any other as it is.

    >>> target("https://www.google.com/url?rct=j&url=https://o.example/a%3Fb%3D1&usg=x")
    'https://o.example/a?b=1'
    """
    try:
        parts = urlsplit(address)
        if parts.path == "/url" and _GOOGLE.fullmatch(parts.hostname or ""):
            said = dict(parse_qsl(parts.query))
            return said.get("url") or said.get("q") or address
    except ValueError:
        pass
    return address


def _link(record: Mapping[str, Any]) -> tuple[str, str]:
    """Its address, and what is wrong with it; the id where that is one and nothing else is."""
    note = ""
    for said in (record.get("link"), record.get("id")):
        address = target(_line(str(said or "")).replace(" ", "%20"))
        if not address:
            continue
        try:
            return addresses.checked(address), ""
        except AddressError as error:
            note = note or str(error)
    return "", note


def checked_or_nothing(address: str) -> str:
    """*address* if it may be linked to, else nothing."""
    try:
        return addresses.checked(address)
    except AddressError:
        return ""


def _line(value: str) -> str:
    return " ".join(text.clean(value).split())


def words(value: Any, most: int) -> str:
    """One line of plain words, of what may be HTML, and may be escaped twice."""
    said = str(value or "")[:4000]
    for _ in range(2):
        said = _TAGS.sub("", said)
        if not _ENTITY.search(said):
            break
        said = unescape(said)
    said = _line(said)
    return said if len(said) <= most else said[: most - 1].rstrip() + "…"


def _byline(value: Any) -> str:
    """Names; an e-mail address is none."""
    said = words(value, rules.LONGEST_BYLINE)
    return "" if "@" in said or said.startswith(("http:", "https:")) else said


def _excerpt(value: Any, headline: str) -> str:
    """The first words of a summary in HTML; none where it only repeats the headline."""
    said = str(value or "")
    if not said.strip():
        return ""
    words = rules.capped(text.plain(f"<p>{said}</p>"), EXCERPT_WORDS)
    return "" if words.casefold() == headline.casefold() else words[: rules.LONGEST_EXCERPT]
