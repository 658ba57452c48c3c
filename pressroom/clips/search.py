"""How a clip is found. Only what may be shown is indexed: a word beyond the excerpt's cap is in no index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time

from pressroom.clips import queries
from pressroom.clips.models import Clip
from pressroom.kit.db import db
from pressroom.search import Document

KIND = "clip"


def load(ids: Sequence[int]) -> Iterable[Document]:
    """The documents of those of *ids* that the reader may see; called for the public."""
    return [document(clip) for clip in db.session.scalars(queries.whole().where(Clip.id.in_(ids)))]


def document(clip: Clip) -> Document:
    """*clip* as search sees it. A day has no hour; noon in UTC stands for it, so that no zone moves it."""
    return Document(
        kind=KIND,
        id=clip.id,
        headline=clip.headline,
        body=clip.short_excerpt,
        people=clip.byline,
        outlet=clip.outlet.name,
        medium=clip.medium.value,
        language=clip.language,
        topics=tuple(topic.name for topic in clip.topics),
        published=datetime.combine(clip.published_on, time(12), UTC),
        label=clip.medium.label,
    )
