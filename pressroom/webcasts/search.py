"""How webcasts are found: by what they announce, and by every word that was said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pressroom.kit import text
from pressroom.search import Document
from pressroom.webcasts import queries
from pressroom.webcasts.models import Webcast

KIND = "webcast"


def load(ids: Sequence[int]) -> Iterator[Document]:
    """The documents of those of *ids* that are public."""
    return (document(webcast) for webcast in queries.by_ids(ids))


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
