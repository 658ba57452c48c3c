"""The index's address: what is asked for, and the links that ask for something else.

A year and a month are parts of the path (``/releases/2026/11/``); all else stands in the query.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from werkzeug.routing import BaseConverter

from pressroom.kit import dates, web
from pressroom.kit.labels import Labelled
from pressroom.kit.syndication import View
from pressroom.publishing.cache import once
from pressroom.releases import archive
from pressroom.releases.archive import Facets, Filters
from pressroom.releases.models import Release
from pressroom.releases.rules import Evidence, PeerReview, ReleaseKind, Subject


@dataclass(frozen=True)
class Facet:
    """A filter by a label.

    Attributes:
        parameter: of the address; it never changes.
        title: above its rows.
        values: what may be chosen.
        unknown: the sentence for what may not.
    """

    parameter: str
    title: str
    values: type[Labelled]
    unknown: str


LABELS = {
    "kind": Facet("kind", "Kind", ReleaseKind, "There is no kind of release called “{}”."),
    "peer_review": Facet("peer-review", "Peer review", PeerReview, "“{}” says nothing about peer review."),
    "evidence": Facet("study-type", "Type of study", Evidence, "There is no type of study called “{}”."),
    "subject": Facet("subject", "Studied in", Subject, "There is no subject called “{}”."),
}
TOPIC = "topic"
_YEAR = re.compile("[1-9][0-9]{3}")
PARAMETERS = {name: facet.parameter for name, facet in LABELS.items()} | {"topic": TOPIC}

ADDRESS = ("year", *PARAMETERS.values(), "page")
"""Every parameter that an address of the index may have."""


class MonthConverter(BaseConverter):
    """``03/``: a month with the slash behind it, so that it is never taken for the last part of a release's address.

    A rule that ends in a slash also claims the address without it; this one does not.
    """

    regex = "(?:0[1-9]|1[0-2])/"
    part_isolating = False

    def to_python(self, value: str) -> int:
        """The number of the month."""
        return int(value[:-1])

    def to_url(self, value: int) -> str:
        """Two digits and the slash."""
        return f"{int(value):02}/"


@dataclass(frozen=True)
class Asked:
    """What an address asks for, as far as it was understood, and a sentence for what was not."""

    filters: Filters
    page: int
    problem: str = ""


@dataclass(frozen=True)
class Link:
    """A filter as a link: chosen ones lead away from the choice."""

    label: str
    href: str
    count: int = 0
    current: bool = False
    kind: str = ""


def read(args: Mapping[str, str], year: int | None = None, month: int | None = None) -> Asked:
    """The filters and the page in an address. Never raises; what means nothing becomes a sentence.

    Args:
        args: its query.
        year: of its path; a year in the query then says nothing.
        month: of its path.
    """
    problems = []
    if year is None and (written := args.get("year", "").strip()):
        year = int(written) if _YEAR.fullmatch(written) else None
        if year is None:
            problems.append(f"“{_short(written)}” is no year. Write four digits, such as 2026.")
    chosen: dict[str, Any] = {}
    for name, facet in LABELS.items():
        if written := args.get(facet.parameter, "").strip():
            if written in set(facet.values):
                chosen[name] = facet.values(written)
            else:
                problems.append(facet.unknown.format(_short(written)))
    topic = args.get(TOPIC, "").strip() or None
    return Asked(Filters(year, month, topic=topic, **chosen), web.page_number(args), " ".join(problems))


def unknown(filters: Filters, facets: Facets, *, real: bool) -> str:
    """The sentence for a topic that no release has, or an address of a month with none; else empty.

    Args:
        filters: what is asked for.
        facets: what there is.
        real: the year stands in the path, so that the address promises something.
    """
    if filters.topic is not None and filters.topic not in facets.names:
        return f"There is no topic “{_short(filters.topic)}”."
    there = facets.months if filters.month else {year for year, _ in facets.months}
    asked: Any = (filters.year, filters.month) if filters.month else filters.year
    return f"There is no release of {period(filters)}." if real and asked not in there else ""


def period(filters: Filters) -> str:
    """The year or month that is chosen, in words; empty without one."""
    if filters.year is None:
        return ""
    return f"{dates.MONTHS[filters.month - 1]} {filters.year}" if filters.month else str(filters.year)


@lru_cache(1024)  # every page leads to the same few lists
def address(filters: Filters, page: int = 1) -> str:
    """The index with *filters*; only what is chosen stands in it, so the same choice has one address."""
    chosen = {parameter: getattr(filters, name) for name, parameter in PARAMETERS.items()}
    if page > 1:
        chosen["page"] = page
    query = urlencode({name: str(value) for name, value in chosen.items() if value is not None})
    return f"/releases/{_path(filters.year, filters.month)}" + (f"?{query}" if query else "")


def feed(filters: Filters, facets: Facets) -> View:
    """The feed of what the index shows with *filters*."""
    chosen = ((parameter, getattr(filters, name)) for name, parameter in PARAMETERS.items())
    query = tuple((parameter, str(value)) for parameter, value in chosen if value is not None)
    named = [chip.label for chip in chips(filters, facets) if chip.kind not in ("year", "month")]
    title = f"press releases of {period(filters)}" if filters.year is not None else "press releases"
    title += f": {', '.join(named)}" if named else ""
    return View(f"/releases/{_path(filters.year, filters.month)}feed", title, query)


def _path(year: int | None, month: int | None) -> str:
    return (f"{year:04}/" if year is not None else "") + (f"{month:02}/" if year is not None and month else "")


@once
def links(filters: Filters) -> dict[str, Sequence[Link]]:
    """The rows of each facet by its filter; rows that would show nothing are left out, unless they are chosen."""
    facets = archive.facets(filters)
    return {
        name: [
            Link(label_of(name, value, facets), address(_turned(filters, name, value)), count, chosen)
            for value, count in rows
            if (chosen := value == getattr(filters, name)) or count
        ]
        for name, rows in facets.counts.items()
    }


def chips(filters: Filters, facets: Facets) -> Sequence[Link]:
    """What is chosen, as links that remove it; a month before its year."""
    kinds = {"year": "year", "month": "month", "topic": "topic"} | {name: one.title for name, one in LABELS.items()}
    return [
        Link(label_of(name, value, facets), address(_turned(filters, name, value)), kind=kinds[name].lower())
        for name in ("year", "month", *LABELS, "topic")
        if (value := getattr(filters, name)) is not None
    ]


def label_of(name: str, value: Any, facets: Facets) -> str:
    """A value of a filter in words."""
    if name == "month":
        return dates.MONTHS[value - 1]
    if name == "topic":
        return facets.names.get(value, _short(value))
    return archive.said(value) if isinstance(value, StrEnum) else str(value)


def _turned(filters: Filters, name: str, value: Any) -> Filters:
    """*filters* with that choice, or without it when it is chosen already. A month goes with its year."""
    changed: dict[str, Any] = {name: None if getattr(filters, name) == value else value}
    return replace(filters, **changed | ({"month": None} if name == "year" else {}))


def groups(releases: Sequence[Release], filters: Filters) -> list[tuple[str, str, str, list[Release]]]:
    """The lines of a page under headings: years, or months where a year is chosen.

    Gives id, heading, the address of all that belongs under it (empty where this page is that address), lines.
    """
    found: dict[Filters, list[Release]] = {}
    for release in releases:
        month = archive.month_of(release) if filters.year is not None else None
        found.setdefault(Filters(release.year, month), []).append(release)
    return [
        (
            f"month-{part.year}-{part.month:02}" if part.month else f"year-{part.year}",
            period(part),
            address(part) if part.month != filters.month or part.year != filters.year else "",
            lines,
        )
        for part, lines in found.items()
    ]


def label_address(value: Labelled) -> str:
    """The index narrowed to a label that a release carries."""
    name = next(name for name, facet in LABELS.items() if isinstance(value, facet.values))
    return address(Filters(**{name: value}))  # type: ignore[arg-type]


def archive_address(release: Release, *, month: bool = False) -> str:
    """The list of the year, or of the month, in which *release* stands."""
    return address(Filters(release.year, archive.month_of(release) if month else None))


def month_name(release: Release) -> str:
    """The name of the month in whose list *release* stands."""
    return dates.MONTHS[archive.month_of(release) - 1]


def _short(written: str) -> str:
    printable = "".join(character if character.isprintable() else " " for character in written)
    return printable if len(printable) <= 60 else printable[:59] + "…"
