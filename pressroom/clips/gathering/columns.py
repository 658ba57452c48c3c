"""Which column of a table means which field of a clip: guessed from names, then from what stands in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pressroom.clips.addresses import AddressError, checked
from pressroom.clips.gathering.encodings import UnreadableError
from pressroom.kit.dates import DateError, parse_day


@dataclass(frozen=True)
class Field:
    """A field that a column can fill.

    Attributes:
        name: of the column in the table ``clip``, and in ``--map``.
        label: for people.
        names: what such a column is called in lists, the surest first, in the form of :func:`plain_name`.
    """

    name: str
    label: str
    names: tuple[str, ...]


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
)  # fmt: skip
BY_NAME = {field.name: field for field in FIELDS}
_SHARE = 0.6  # of the filled cells of a column that have to look like the field


def guess(header: Sequence[str], sample: Sequence[Sequence[str]]) -> dict[str, int]:
    """Field → column number for what can be told. Never raises; a column fills at most one field.

    Args:
        header: the names of the columns.
        sample: cells of some rows, for columns whose names say nothing.
    """
    names = [plain_name(name) for name in header]
    found: dict[str, int] = {}
    for matches in (_is, _has):
        for field in FIELDS:
            if field.name not in found:
                _take(
                    found,
                    field.name,
                    (n for wanted in field.names for n, name in enumerate(names) if matches(name, wanted)),
                )
    for field_name, looks in (("url", _is_address), ("published_on", _is_day)):
        if field_name not in found:
            _take(found, field_name, (n for n in range(len(header)) if _mostly(looks, _cells(sample, n))))
    return {field.name: found[field.name] for field in FIELDS if field.name in found}


def _take(found: dict[str, int], field: str, candidates: object) -> None:
    free = (n for n in candidates if n not in found.values())  # type: ignore[attr-defined]
    if (column := next(free, None)) is not None:
        found[field] = column


def plain_name(name: str) -> str:
    """A column's name as words in lower case without accents: "Date (published)" is "date published"."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z]+", letters))


def _is(name: str, wanted: str) -> bool:
    return name == wanted


def _has(name: str, wanted: str) -> bool:
    return len(wanted) > 2 and f" {wanted} " in f" {name} "


def _cells(sample: Sequence[Sequence[str]], column: int) -> list[str]:
    return [row[column] for row in sample if column < len(row) and row[column].strip()]


def _mostly(looks: Callable[[str], bool], cells: Sequence[str]) -> bool:
    return bool(cells) and sum(map(looks, cells)) >= _SHARE * len(cells)


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


def changed(mapping: Mapping[str, int], wanted: Sequence[str], header: Sequence[str]) -> dict[str, int]:
    """*mapping* with what ``--map field=column`` says; an empty column takes a field out.

    Raises:
        UnreadableError: there is no such field or column.
    """
    result = dict(mapping)
    for text in wanted:
        field, sign, column = (part.strip() for part in text.partition("="))
        if not sign or field not in BY_NAME:
            raise UnreadableError(f"--map {text}: write FIELD=COLUMN, where FIELD is one of {', '.join(BY_NAME)}.")
        result.pop(field, None)
        if column:
            number = _column(column, header)
            result = {name: n for name, n in result.items() if n != number} | {field: number}
    return result


def _column(name: str, header: Sequence[str]) -> int:
    """The number of the column called *name*, or whose number from 1 it is."""
    for n, title in enumerate(header):
        if title.casefold() == name.casefold():
            return n
    if name.isascii() and name.isdigit() and 0 < int(name[:9]) <= len(header):
        return int(name) - 1
    raise UnreadableError(f"There is no column “{name[:80]}”. {columns_found(header)}")


def check(mapping: Mapping[str, int], header: Sequence[str]) -> None:
    """Refuse a mapping without which no row could become a clip.

    Raises:
        UnreadableError: a sentence that says which field is missing and lists the columns.
    """
    missing = [BY_NAME[name].label for name in ("headline", "published_on") if name not in mapping]
    if "outlet" not in mapping and "url" not in mapping:
        missing.append("Outlet")
    if missing:
        what = " and ".join(f"“{label}”" for label in missing)
        raise UnreadableError(f"No column was found for {what}. {columns_found(header)}")


def columns_found(header: Sequence[str]) -> str:
    """The sentence that lists the columns of a file."""
    return f"The columns in this file are: {', '.join(shown(header))}."


def shown(header: Sequence[str]) -> list[str]:
    """The columns' names for people; one without a name is called by its number."""
    return [name or f"column {n}" for n, name in enumerate(header, start=1)]
