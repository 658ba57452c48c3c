"""How webcasts are found: by what they announce, and by every word that was said."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, or_, select

from pressroom.kit import text
from pressroom.kit.db import db
from pressroom.search import Document, Passage, Wanted
from pressroom.webcasts import queries, transcript
from pressroom.webcasts.models import Webcast, WebcastSubtitles

KIND = "webcast"


def load(ids: Sequence[int]) -> Iterator[Document]:
    """The documents of those of *ids* that are public."""
    return (document(webcast) for webcast in queries.by_ids(ids))


def newest(wanted: Wanted) -> Iterable[int]:
    """The ids of the newest webcasts that may match; called for the public."""
    plain = (Webcast.title, Webcast.summary, Webcast.description_html, Webcast.transcript_html)
    lists = [cast(column, Text) for column in (Webcast.speakers, Webcast.topics, Webcast.cues, Webcast.chapters)]

    def has(part: str) -> ColumnElement[bool]:
        written = json.dumps(part)[1:-1]  # in a column of JSON a letter beyond ASCII is its number
        translated = cast(WebcastSubtitles.cues, Text).icontains(written, autoescape=True)
        return or_(
            *(column.icontains(part, autoescape=True) for column in plain),
            *(column.icontains(written, autoescape=True) for column in lists),
            Webcast.id.in_(select(WebcastSubtitles.webcast_id).where(translated)),
        )

    published = func.coalesce(Webcast.public_from, Webcast.created_at)
    return db.session.scalars(wanted.narrowed(select(Webcast.id), has, published)).all()


def document(webcast: Webcast) -> Document:
    """*webcast* as search sees it; what is said, in each language, is words of it like any other."""
    said = [passage for source, language in _sources(webcast) for passage in _passages(source.cues, language)]
    texts = [webcast.summary, text.plain(webcast.description_html), text.plain(webcast.transcript_html)]
    texts += [chapter["title"] for chapter in webcast.chapters]
    return Document(
        kind=KIND,
        id=webcast.id,
        headline=webcast.title,
        body="\n".join(filter(None, [*texts, " ".join(passage.text for passage in said)])),
        people=", ".join(speaker["name"] for speaker in webcast.speakers),
        topics=tuple(webcast.topics),
        published=webcast.public_from or webcast.created_at,
        label="Webcast",
        passages=said,
    )


def _sources(webcast: Webcast) -> Iterator[tuple[Webcast | WebcastSubtitles, str]]:
    """Whatever has cues, with the language if it is not the one that is spoken."""
    yield webcast, ""
    for subtitles in webcast.subtitles:
        yield subtitles, subtitles.language


def _passages(cues: Iterable[Mapping[str, Any]], language: str) -> Iterator[Passage]:
    for cue in cues:
        yield Passage(transcript.anchor(float(cue["start"]), language), str(cue["text"]))
