"""What search found, over all kinds, as lines of a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import url_for
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import load_only

from pressroom import search
from pressroom.clips.models import Clip
from pressroom.kit.db import db
from pressroom.meetings.models import Abstract, Meeting
from pressroom.pages.models import Page
from pressroom.pages.rules import address_of
from pressroom.releases.models import Release
from pressroom.reporting.models import Expert, Term
from pressroom.search import Hit, Results
from pressroom.search.tree import Leaf
from pressroom.webcasts import transcript
from pressroom.webcasts.models import Webcast

KINDS = {
    "release": "Releases",
    "clip": "Clips",
    "webcast": "Webcasts",
    "page": "Pages",
    "meeting": "Annual meetings",
    "term": "Glossary",
    "expert": "Experts",
    "abstract": "Abstracts",
}


TOLD_NOBODY = frozenset({"expert"})
"""Kinds of which no alert and no feed tells: what was sent would outlive somebody's consent."""


@dataclass(frozen=True)
class Line:
    """A hit with its address.

    Attributes:
        words: what stands above the headline: the outlet, or what the kind is called, first.
        when: the day that it bears; None for what has no day of its own.
        places: the seconds of a recording at which the words are said, each with its address.
    """

    kind: str
    id: int
    href: str
    headline: Markup
    snippet: Markup
    words: tuple[str, ...]
    when: datetime | None
    places: Sequence[Place] = ()


@dataclass(frozen=True)
class Place:
    """A second of a recording: ``label`` as in 01:42, ``words`` what is said there, marked."""

    href: str
    label: str
    words: Markup


PLACES = 3  # of a recording


def of(results: Results) -> list[Line]:
    """The hits of *results* as lines; those of recordings with the seconds at which the words are said."""
    hits = {(hit.kind, hit.id): hit for hit in results.hits}
    found = []
    for line in shown(results.hits):
        hit = hits[line.kind, line.id]
        if hit.document.passages:
            line = replace(line, places=_places(hit, line.href, results.leaves))
        found.append(line)
    return found


def _places(hit: Hit, href: str, leaves: Sequence[Leaf]) -> list[Place]:
    return [
        Place(f"{href}#{passage.place}", transcript.when(passage.place), words)
        for passage, words in search.passages(hit.document, leaves, PLACES)
    ]


def shown(hits: Sequence[Hit]) -> list[Line]:
    """*hits* in their order, with addresses: one query for each kind. What is public no more is left out."""
    addresses = {
        (kind, number): href
        for kind in {hit.kind for hit in hits}
        for number, href in _addresses(kind, [hit.id for hit in hits if hit.kind == kind])
    }
    return [_line(hit, addresses[hit.kind, hit.id]) for hit in hits if (hit.kind, hit.id) in addresses]


def _line(hit: Hit, href: str) -> Line:
    document = hit.document
    dated = hit.kind in {"release", "clip", "webcast"}
    label = document.label or KINDS.get(hit.kind, "")
    words = (document.outlet, document.people, label) if hit.kind == "clip" else (label,)
    return Line(
        kind=hit.kind,
        id=hit.id,
        href=href,
        headline=hit.headline,
        snippet=hit.snippet,
        words=tuple(word for word in words if word),
        when=document.published if dated else None,
    )


Addresses = Iterable[tuple[int, str]]


def _addresses(kind: str, ids: Sequence[int]) -> Addresses:
    return _READERS[kind](ids) if kind in _READERS else ()


def _releases(ids: Sequence[int]) -> Addresses:
    statement = select(Release).options(load_only(Release.id, Release.year, Release.slug)).where(Release.id.in_(ids))
    return ((release.id, release.address) for release in db.session.scalars(statement))


def _clips(ids: Sequence[int]) -> Addresses:
    public = db.session.scalars(select(Clip.id).where(Clip.id.in_(ids)))
    return ((number, url_for("clips.show", clip_id=number)) for number in public)


def _webcasts(ids: Sequence[int]) -> Addresses:
    statement = select(Webcast).options(load_only(Webcast.id, Webcast.slug)).where(Webcast.id.in_(ids))
    return ((webcast.id, webcast.address) for webcast in db.session.scalars(statement))


def _pages(ids: Sequence[int]) -> Addresses:
    slugs = db.session.execute(select(Page.id, Page.slug).where(Page.id.in_(ids)))
    return ((number, address_of(slug)) for number, slug in slugs)


def _meetings(ids: Sequence[int]) -> Addresses:
    years = db.session.execute(select(Meeting.id, Meeting.year).where(Meeting.id.in_(ids)))
    return ((number, url_for("meetings.of_year", year=year)) for number, year in years)


def _terms(ids: Sequence[int]) -> Addresses:
    slugs = db.session.execute(select(Term.id, Term.slug).where(Term.id.in_(ids)))
    return ((number, url_for("glossary.show", slug=slug)) for number, slug in slugs)


def _experts(ids: Sequence[int]) -> Addresses:
    slugs = db.session.execute(select(Expert.id, Expert.slug).where(Expert.id.in_(ids)))
    return ((number, url_for("experts.show", slug=slug)) for number, slug in slugs)


def _abstracts(ids: Sequence[int]) -> Addresses:
    columns = select(Abstract.id, Abstract.slug, Meeting.year).join(Meeting, Meeting.id == Abstract.meeting_id)
    rows = db.session.execute(columns.where(Abstract.id.in_(ids)))
    return ((number, url_for("meetings_schedule.abstract", year=year, slug=slug)) for number, slug, year in rows)


_READERS: dict[str, Callable[[Sequence[int]], Addresses]] = {
    "release": _releases,
    "clip": _clips,
    "webcast": _webcasts,
    "page": _pages,
    "meeting": _meetings,
    "term": _terms,
    "expert": _experts,
    "abstract": _abstracts,
}
