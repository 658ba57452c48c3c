"""How a clip is found. Only what may be shown for good is indexed: a word beyond the excerpt's cap is in no index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from pressroom.clips import queries, rights
from pressroom.clips.models import Clip, Outlet, Topic, clip_topic
from pressroom.kit.db import contains, db
from pressroom.search import Document, Wanted

KIND = "clip"


def load(ids: Sequence[int]) -> Iterable[Document]:
    """The documents of those of *ids* that the reader may see; called for the public.

    Every index is read by this: no object is made of a row.
    """
    topics = queries.topics_of(ids)
    return [
        _document(row, topics.get(row.id, ()), rights.lasting(row.excerpt, row.words))
        for row in queries.columns_of(ids)
    ]


def shown(ids: Sequence[int]) -> Iterable[Document]:
    """The same for a page of results, with all that may be shown now."""
    return [
        _document(
            row,
            tuple(name for name, _ in topics),
            rights.shown(row.excerpt, row.words, row.licensed_until),
            source=(row, topics),
        )
        for row, topics in queries.shown(ids)
    ]


def newest(wanted: Wanted) -> Iterable[int]:
    """The ids of the newest clips that may match; called for the public."""

    def has(part: str) -> ColumnElement[bool]:
        outlets = select(Outlet.id).where(contains(Outlet.name, part))
        topics = select(Topic.id).where(contains(Topic.name, part))
        return or_(
            *(contains(column, part) for column in (Clip.headline, Clip.excerpt, Clip.byline)),
            Clip.outlet_id.in_(outlets),
            Clip.id.in_(select(clip_topic.c.clip_id).where(clip_topic.c.topic_id.in_(topics))),
        )

    return db.session.scalars(wanted.narrowed(select(Clip.id), has, Clip.published_on)).all()


def _document(row: Any, topics: tuple[str, ...], excerpt: str, *, source: object = None) -> Document:
    """A clip as search sees it. A day has no hour; noon in UTC stands for it, so that no zone moves it."""
    return Document(
        kind=KIND,
        id=row.id,
        headline=row.headline,
        body=excerpt,
        people=row.byline,
        outlet=row.outlet,
        medium=row.medium.value,
        language=row.language,
        topics=topics,
        published=datetime.combine(row.published_on, time(12), UTC),
        label=row.medium.label,
        source=source,
    )
