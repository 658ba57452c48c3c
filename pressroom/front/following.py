"""What the page of feeds and its OPML offer: the feeds of the house, and those of the views that there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pressroom import search
from pressroom.clips import browsing as clips
from pressroom.clips import queries as clip_queries
from pressroom.kit.syndication import View
from pressroom.meetings import programme
from pressroom.meetings import queries as meetings
from pressroom.releases import archive
from pressroom.releases import browsing as releases
from pressroom.releases.archive import Filters

SHOWN = 12  # of the topics and of the outlets, those with the most

HOUSE = (
    (
        "releases",
        "Releases",
        "Every press release, from the second it is public. A correction replaces what you have.",
    ),
    ("clips", "Coverage", "Stories about our field and our work, as they enter the clip archive."),
    ("webcasts", "Webcasts", "Briefings announced, and recordings when they are ready."),
)
"""The name in addresses, what it is called, what it is for."""


@dataclass(frozen=True)
class Group:
    """Feeds of one sort of views."""

    title: str
    feeds: tuple[tuple[str, View], ...]


def groups(now: datetime) -> list[Group]:
    """The feeds of kinds, topics and years of releases, of topics and outlets of clips, and of meetings."""
    return [group for group in (*_of_releases(), *_of_clips(now), _of_meetings()) if group.feeds]


def _of_releases() -> list[Group]:
    facets = archive.facets(Filters())
    titles = {"kind": "Releases by kind", "topic": "Releases by topic", "year": "Releases by year"}
    titles |= {name: f"Releases: {label.title.lower()}" for name, label in releases.LABELS.items() if name != "kind"}

    def rows(name: str) -> tuple[tuple[str, View], ...]:
        found = ((Filters(**{name: value}), value) for value, _ in facets.counts[name][:SHOWN])
        return tuple((releases.label_of(name, value, facets), releases.feed(chosen, facets)) for chosen, value in found)

    return [Group(title, rows(name)) for name, title in titles.items()]


def _of_clips(now: datetime) -> list[Group]:
    found = search.find(search.Query(kinds=("clip",), per_page=1, facet_size=SHOWN), now=now).facets
    names = {facet: [name for name, _ in found[facet]] for facet in ("topic", "outlet")}
    slugs = clip_queries.slugs_of(names["outlet"], names["topic"])

    def rows(facet: str) -> tuple[tuple[str, View], ...]:
        known = ((name, slugs[facet, name]) for name in names[facet] if (facet, name) in slugs)
        return tuple((name, clips.view(clips.Asked(chosen={facet: (slug,)}), (name,))) for name, slug in known)

    return [Group("Coverage by topic", rows("topic")), Group("Coverage by outlet", rows("outlet"))]


def _of_meetings() -> Group:
    found = tuple((one.title, programme.view(one)) for one in meetings.meetings()[:SHOWN])
    return Group("Annual meetings", (("All of them", programme.EVERY), *found) if found else ())
