"""How a clip is found. Only what may be shown is indexed: a word beyond the excerpt's cap is in no index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time
from typing import Any

from pressroom.clips import queries
from pressroom.clips.rules import capped
from pressroom.search import Document

KIND = "clip"


def load(ids: Sequence[int]) -> Iterable[Document]:
    """The documents of those of *ids* that the reader may see; called for the public.

    Every page of results is read by this, and every index: no object is made of a row.
    """
    topics = queries.topics_of(ids)
    return [_document(row, topics.get(row.id, ())) for row in queries.columns_of(ids)]


def _document(row: Any, topics: tuple[str, ...]) -> Document:
    """A clip as search sees it. A day has no hour; noon in UTC stands for it, so that no zone moves it."""
    return Document(
        kind=KIND,
        id=row.id,
        headline=row.headline,
        body=capped(row.excerpt),
        people=row.byline,
        outlet=row.outlet,
        medium=row.medium.value,
        language=row.language,
        topics=topics,
        published=datetime.combine(row.published_on, time(12), UTC),
        label=row.medium.label,
    )
