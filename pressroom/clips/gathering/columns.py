"""Which column of a table means which field of a clip."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from pressroom.clips.addresses import AddressError, checked
from pressroom.kit import columns, tables
from pressroom.kit.columns import Field, shown
from pressroom.kit.dates import DateError, parse_day
from pressroom.kit.tables import Table

FIELDS = (
    Field(
        "headline",
        "Headline",
        (
            "headline", "title", "article title", "story", "article", "titel", "titre", "titulo",
            "titolo", "uberschrift", "titular", "name",
        ),
    ),
    Field(
        "published_on",
        "Date published",
        (
            "date", "published", "publication date", "published on", "pub date", "day", "date published",
            "datum", "fecha", "data", "published at",
        ),
    ),
    Field(
        "outlet",
        "Outlet",
        (
            "outlet", "venue", "publication", "source", "publisher", "media outlet", "newspaper",
            "media", "news outlet", "site", "medio", "zeitung", "journal",
        ),
    ),
    Field(
        "url",
        "Web address",
        (
            "url", "link", "address", "web address", "href", "permalink", "article url", "uri",
            "enlace", "lien",
        ),
    ),
    Field(
        "byline",
        "By-line",
        (
            "byline", "by line", "author", "authors", "reporter", "journalist", "writer", "autor",
            "auteur", "by",
        ),
    ),
    Field(
        "excerpt",
        "Excerpt",
        (
            "excerpt", "summary", "quote", "snippet", "description", "abstract", "extract",
        ),
    ),
    Field(
        "medium",
        "Medium",
        (
            "medium", "media type", "type", "format", "channel", "kind",
        ),
    ),
    Field(
        "language",
        "Language",
        (
            "language", "lang", "sprache", "idioma", "langue",
        ),
    ),
    Field(
        "topics",
        "Topics",
        (
            "topics", "topic", "tags", "tag", "subject", "category", "categories", "keywords",
            "theme", "project", "thema",
        ),
    ),
    Field(
        "featured",
        "Featured",
        (
            "featured", "selected", "highlight", "highlighted", "pick",
        ),
    ),
    Field(
        "releases",
        "Releases covered",
        (
            "releases", "press release", "press releases", "covers", "release doi",
        ),
    ),
    Field(
        "page",
        "Page",
        (
            "printed on", "pages", "page number", "page no", "print page", "seite", "pagina",
        ),
    ),
    Field(
        "section",
        "Section",
        (
            "section", "rubric", "ressort", "seccion", "rubrique",
        ),
    ),
    Field(
        "programme",
        "Programme",
        (
            "programme", "program", "show", "broadcast", "sendung", "emission", "programa",
        ),
    ),
    Field(
        "time_code",
        "Time code",
        (
            "time code", "timecode", "timestamp", "start time",
        ),
    ),
)  # fmt: skip
BY_NAME = {field.name: field for field in FIELDS}


def open_table(path: Path) -> Table:
    """*path* as a table of clips.

    Raises:
        UnreadableError: it is empty, no text, or has no row that names columns.
    """
    return tables.open_table(path, guess, "date, outlet, title, link")


def guess(header: Sequence[str], sample: Sequence[Sequence[str]] = ()) -> dict[str, int]:
    """Field → column number for what can be told. Never raises; a column fills at most one field."""
    return columns.guess(FIELDS, header, sample, {"url": _is_address, "published_on": _is_day})


def _is_address(cell: str) -> bool:
    try:
        return bool(checked(cell))
    except AddressError:
        return False


def _is_day(cell: str) -> bool:
    try:
        return bool(parse_day(cell))
    except DateError:
        return False


def key(header: Sequence[str]) -> str:
    """What tables with columns of the same names share, in whatever order and case they stand."""
    names = sorted(" ".join(name.split()).casefold() for name in header)
    return hashlib.sha256("\n".join(names).encode("utf-8", "replace")).hexdigest()


def moved(mapping: Mapping[str, int], before: Sequence[str], now: Sequence[str]) -> dict[str, int]:
    """A mapping of a table with the columns *before*, for one with these columns in another order.

    Of two columns of one name the first is the first.
    """
    places: dict[tuple[str, int], int] = {}
    for number, name in enumerate(_counted(now)):
        places[name] = number
    named = _counted(before)
    found = {field: places.get(named[number]) for field, number in mapping.items() if number < len(named)}
    return {field: number for field, number in found.items() if number is not None and field in BY_NAME}


def _counted(header: Sequence[str]) -> list[tuple[str, int]]:
    """Each name with how many of the same stand before it."""
    seen: Counter[str] = Counter()
    names = []
    for name in header:
        plain = " ".join(name.split()).casefold()
        names.append((plain, seen[plain]))
        seen[plain] += 1
    return names


def changed(mapping: Mapping[str, int], wanted: Sequence[str], header: Sequence[str]) -> dict[str, int]:
    """*mapping* with what ``--map field=column`` says; an empty column takes a field out.

    Raises:
        UnreadableError: there is no such field or column.
    """
    return columns.changed(FIELDS, mapping, wanted, header)


def check(mapping: Mapping[str, int], header: Sequence[str], *, dated: bool = True) -> None:
    """Refuse a mapping without which no row could become a clip.

    Args:
        dated: whether each row must have a day, as in the archive.

    Raises:
        UnreadableError: a sentence that says which field is missing and lists the columns.
    """
    needed = ("headline", "published_on") if dated else ("headline",)
    missing = [BY_NAME[name].label for name in needed if name not in mapping]
    if "outlet" not in mapping and "url" not in mapping:
        missing.append("Outlet")
    columns.refuse_missing(missing, header)


__all__ = ["BY_NAME", "FIELDS", "changed", "check", "guess", "open_table", "shown"]
