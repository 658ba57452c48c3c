"""A WordPress export of a site that collects press coverage: a post is a story, its address a field or the first link.

The file is read by the same careful parser that reads exports of releases (``releases.importing.wxr``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from lxml import etree

from pressroom.clips import addresses
from pressroom.clips.addresses import AddressError
from pressroom.clips.gathering import columns
from pressroom.clips.gathering.entries import Entry
from pressroom.kit import dates, text
from pressroom.kit.columns import plain_name
from pressroom.kit.dates import DateError
from pressroom.kit.encodings import UnreadableError
from pressroom.releases.importing import instants, wxr
from pressroom.releases.importing.items import UnreadableError as BrokenError
from pressroom.releases.importing.wxr import Channel, Raw

EXCERPT = 600  # characters of a post that has no excerpt of its own
MOST_CONTENT = 300_000  # characters of a post that are looked at
_NO_STORIES = {
    "attachment": "a file of the media library",
    "nav_menu_item": "an entry of a menu",
    "page": "a page",
    "revision": "an earlier version",
    "custom_css": "a style sheet",
    "wp_block": "a block",
    "feedback": "a message of a form",
}
_ANY_OTHER = re.compile(r"wp_|acf-|elementor|oembed|customize_|user_request|product|shop_|wpcf7|mc4wp|tribe_|jetpack")
_ADDRESSES = re.compile(r"\b(?:url|link|links to|address|permalink|href|website)\b")
_OUTLETS = re.compile(r"outlet|publication|publisher|newspaper|venue|media|source|magazine|journal|medium")
_OWN_META = re.compile(r"_(?:wp|edit|oembed|thumbnail|elementor|yoast|aioseo|jetpack|menu|encloseme|pingme)")
_SHARING = re.compile(
    r"(?:^|\.)(?:facebook\.com|twitter\.com|x\.com|linkedin\.com|wa\.me|pinterest\.\w+|addtoany\.com|wordpress\.(?:org|com)"
    r"|gravatar\.com|wp\.com)$"
)
_NOT_TOPICS = frozenset(
    {"uncategorized", "uncategorised", "news", "press", "in the news", "press coverage", "media coverage"}
)


def read(path: Path) -> Iterator[Entry]:
    """The items of an export, by their lines; those that are no stories with the reason.

    Raises:
        UnreadableError: nothing of it can be read.
    """
    channel, last = Channel(), 0
    try:
        for raw in wxr.stream(path, channel):
            yield _entry(raw, channel)
            last = raw.line
    except BrokenError as error:
        if not last:
            raise UnreadableError(str(error)) from None
        yield Entry(last, problem=f"What stands behind this item was not read. {error}")


def _entry(raw: Raw, channel: Channel) -> Entry:
    if problem := _no_story(raw):
        return Entry(raw.line, problem=problem)
    site = addresses.host(channel.blog or channel.site or channel.link)
    meta = {plain_name(key.replace("_", " ")): value for key, value in raw.meta.items() if not _OWN_META.match(key)}
    address, outlet = _address(raw, meta, site), _outlet(raw, meta)
    if not address and not outlet:
        address = raw.get("link")  # it was printed by the site itself
    guessed = {name: list(meta.values())[n] for name, n in columns.guess(list(meta)).items()}
    at = _instant(raw)
    day = _day(guessed.get("published_on", ""), raw, at)
    told = {
        "headline": wxr.title(raw.get("title")),
        "outlet": outlet,
        "url": address,
        "byline": guessed.get("byline", ""),
        "excerpt": wxr.title(raw.get("excerpt:encoded")) or _beginning(raw),
        "medium": guessed.get("medium", ""),
        "language": guessed.get("language", ""),
        "topics": "; ".join(term.name for term in raw.terms if term.name.casefold() not in _NOT_TOPICS),
        "published_on": day,
    }
    is_same_day = at is not None and abs((at.date() - dates.parse_day(day)).days) <= 1 if day else False
    return Entry(raw.line, told, external_id=raw.get("guid") or raw.get("wp:post_id"), at=at if is_same_day else None)


def _no_story(raw: Raw) -> str:
    kind, status = raw.get("wp:post_type") or "post", raw.get("wp:status") or "publish"
    if kind in _NO_STORIES or _ANY_OTHER.match(kind):
        return f"it is {_NO_STORIES.get(kind, f'of the kind “{text.clean(kind)[:40]}”')} and no story"
    if raw.get("wp:post_password"):
        return "it is behind a password"
    if status != "publish":
        return f"it is not public there (“{text.clean(status)[:40]}”)"
    if "too long" in raw.fields:
        return f"one of its texts has more than {wxr.LONGEST_TEXT:,} characters"
    return ""


def _address(raw: Raw, meta: Mapping[str, str], site: str) -> str:
    """Where the story is: a field with an address, by its name first; else the first link that leads off the site."""
    named = [value for key, value in meta.items() if _ADDRESSES.search(key)]
    for value in (*named, *meta.values()):
        if _leads_off(value, site):
            return value.strip()
    link = raw.get("link")
    if site and _leads_off(link, site):
        return link
    return next((href for href in _links(raw) if _leads_off(href, site)), "")


def _leads_off(value: str, site: str) -> bool:
    try:
        host = addresses.host(addresses.checked(value))
    except AddressError:
        return False
    return host != site and not host.endswith(f".{site}") and not _SHARING.search(host)


def _outlet(raw: Raw, meta: Mapping[str, str]) -> str:
    for domain, names in raw.taxonomies.items():
        if _OUTLETS.search(plain_name(domain.replace("_", " "))):
            return names[0]
    for key, value in meta.items():
        if _OUTLETS.search(key) and not _ADDRESSES.search(key) and value.strip() and not value.strip().isdigit():
            return "" if value.startswith(("http:", "https:")) else value[:200]
    return ""


def _tree(raw: Raw) -> etree._Element | None:
    content = raw.fields.get("content:encoded", "")[:MOST_CONTENT]
    if not content.strip():
        return None
    try:
        return etree.HTML(f"<div>{text.clean(content)}</div>")
    except (etree.XMLSyntaxError, ValueError):
        return None


def _links(raw: Raw) -> Iterator[str]:
    tree = _tree(raw)
    if tree is not None:
        for link in tree.iter("a"):
            yield (link.get("href") or "").strip()
        for found in re.finditer(r"https?://[^\s<>\"'\[\]]+", raw.fields.get("content:encoded", "")[:MOST_CONTENT]):
            yield found[0].rstrip(".,;)")


def _beginning(raw: Raw) -> str:
    """The first words of a post, at most :data:`EXCERPT` characters."""
    tree = _tree(raw)
    if tree is None:
        return ""
    words = " ".join("".join(map(str, tree.itertext())).split())[: EXCERPT * 5]
    words = re.sub(r"\[/?[a-z_-]+[^\]]*\]", "", words).strip()
    return words if len(words) <= EXCERPT else words[:EXCERPT].rsplit(" ", 1)[0] + " …"


def _instant(raw: Raw) -> datetime | None:
    """To the minute, in UTC as it stands there, or as the feed says; a time without a zone is none."""
    try:
        return instants.stamp(raw.get("wp:post_date_gmt"), "UTC") or instants.posted(raw.get("pubDate"))
    except DateError:
        return None


def _day(written: str, raw: Raw, at: datetime | None) -> str:
    """The day that a field of its own tells, else that of the post as its site writes it."""
    for said in (written, raw.get("wp:post_date")[:10]):
        try:
            return dates.parse_day(said).isoformat()
        except DateError:
            continue
    return at.date().isoformat() if at else ""
