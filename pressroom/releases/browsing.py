"""The index's address: what is asked for, and the links that ask for something else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for

from pressroom.kit import web
from pressroom.releases.queries import Facets, Filters
from pressroom.releases.rules import ReleaseKind


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


def read(args: Mapping[str, str]) -> Asked:
    """The filters and the page in an address. Never raises; what means nothing becomes a sentence."""
    problems = []
    year = kind = None
    if written := args.get("year", "").strip():
        year = int(written) if written.isascii() and written.isdigit() and len(written) == 4 else None
        if year is None:
            problems.append(f"“{_short(written)}” is no year. Write four digits, such as 2026.")
    if written := args.get("kind", "").strip():
        kind = ReleaseKind(written) if written in set(ReleaseKind) else None
        if kind is None:
            problems.append(f"There is no kind of release called “{_short(written)}”.")
    topic = args.get("topic", "").strip() or None
    return Asked(Filters(year, kind, topic), web.page_number(args), " ".join(problems))


def unknown_topic(filters: Filters, facets: Facets) -> str:
    """The sentence for a topic that no release has; empty when one has it."""
    if filters.topic is None or filters.topic in facets.names:
        return ""
    return f"There is no topic “{_short(filters.topic)}”."


def address(filters: Filters, page: int = 1) -> str:
    """The index with *filters*; only what is chosen stands in it."""
    chosen: dict[str, Any] = {
        "year": filters.year,
        "kind": filters.kind.value if filters.kind else None,
        "topic": filters.topic,
        "page": page if page > 1 else None,
    }
    return url_for("releases.index", **chosen)


def links(filters: Filters, facets: Facets) -> dict[str, Sequence[Link]]:
    """The rows of the three facets; rows that would show nothing are left out, unless they are chosen."""
    return {
        "years": [
            Link(str(year), address(_turned(filters, year=year)), count, year == filters.year)
            for year, count in facets.years
            if count or year == filters.year
        ],
        "kinds": [
            Link(kind.label, address(_turned(filters, kind=kind)), count, kind is filters.kind)
            for kind, count in facets.kinds
            if count or kind is filters.kind
        ],
        "topics": [
            Link(facets.names[slug], address(_turned(filters, topic=slug)), count, slug == filters.topic)
            for slug, count in facets.topics
            if count or slug == filters.topic
        ],
    }


def chips(filters: Filters, facets: Facets) -> Sequence[Link]:
    """What is chosen, as links that remove it."""
    rows = []
    if filters.year is not None:
        rows.append(Link(str(filters.year), address(replace(filters, year=None)), kind="year"))
    if filters.kind is not None:
        rows.append(Link(filters.kind.label, address(replace(filters, kind=None)), kind="kind"))
    if filters.topic is not None:
        name = facets.names.get(filters.topic, _short(filters.topic))
        rows.append(Link(name, address(replace(filters, topic=None)), kind="topic"))
    return rows


def _turned(filters: Filters, **choice: int | ReleaseKind | str) -> Filters:
    """*filters* with *choice*, or without it when it is chosen already."""
    ((name, value),) = choice.items()
    return replace(filters, **{name: None if getattr(filters, name) == value else value})  # type: ignore[arg-type]


def _short(written: str) -> str:
    printable = "".join(character if character.isprintable() else " " for character in written)
    return printable if len(printable) <= 60 else printable[:59] + "…"
