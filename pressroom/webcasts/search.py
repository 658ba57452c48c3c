"""How webcasts are found: by what they announce, and by every word that was said."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import ColumnElement, Text, cast, func, or_, select

from pressroom.kit import text
from pressroom.kit.db import db
from pressroom.search import Document, Wanted
from pressroom.webcasts import queries
from pressroom.webcasts.models import Webcast

KIND = "webcast"


def load(ids: Sequence[int]) -> Iterator[Document]:
    """The documents of those of *ids* that are public."""
    return (document(webcast) for webcast in queries.by_ids(ids))


def newest(wanted: Wanted) -> Iterable[int]:
    """The ids of the newest webcasts that may match; called for the public."""
    plain = (Webcast.title, Webcast.summary, Webcast.description_html, Webcast.transcript_html)
    lists = [cast(column, Text) for column in (Webcast.speakers, Webcast.topics, Webcast.cues)]

    def has(part: str) -> ColumnElement[bool]:
        written = json.dumps(part)[1:-1]  # in a column of JSON a letter beyond ASCII is its number
        return or_(
            *(column.icontains(part, autoescape=True) for column in plain),
            *(column.icontains(written, autoescape=True) for column in lists),
        )

    published = func.coalesce(Webcast.public_from, Webcast.created_at)
    return db.session.scalars(wanted.narrowed(select(Webcast.id), has, published)).all()


def document(webcast: Webcast) -> Document:
    """*webcast* as search sees it; the transcript is words of it like any other."""
    said = webcast.transcript_html or " ".join(str(cue["text"]) for cue in webcast.cues)
    texts = [webcast.summary, text.plain(webcast.description_html), text.plain(said)]
    return Document(
        kind=KIND,
        id=webcast.id,
        headline=webcast.title,
        body="\n".join(filter(None, texts)),
        people=", ".join(speaker["name"] for speaker in webcast.speakers),
        topics=tuple(webcast.topics),
        published=webcast.public_from or webcast.created_at,
        label="Webcast",
    )
