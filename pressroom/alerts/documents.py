"""What is new, as the public may see it now: its document, what it is filed under, and the line of a message.

Always read in a session of the public: what is not public at this instant is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from pressroom import search
from pressroom.clips import queries as clips
from pressroom.clips.models import Clip
from pressroom.kit import text, web
from pressroom.kit.db import db
from pressroom.meetings.models import Abstract, Meeting
from pressroom.pages.models import Page
from pressroom.releases import archive
from pressroom.releases.models import Release
from pressroom.reporting.models import Term
from pressroom.search import Document, Key
from pressroom.webcasts.models import Webcast

MODELS: dict[str, type[Any]] = {
    "release": Release,
    "clip": Clip,
    "webcast": Webcast,
    "page": Page,
    "meeting": Meeting,
    "term": Term,
    "abstract": Abstract,
}

_PATHS: dict[str, Callable[[Any], str]] = {
    "release": lambda row: str(row.address),
    "clip": lambda row: str(row.address),
    "webcast": lambda row: str(row.address),
    "page": lambda row: row.address,
    "meeting": lambda row: f"/annual-meeting/{row.year}",
    "term": lambda row: str(row.address),
    "abstract": lambda row: str(row.address),
}

EXCERPT = 40  # words


@dataclass(frozen=True)
class Item:
    """Something as a message lists it; plain text throughout.

    Attributes:
        line: what stands with its headline: outlet, by-line, what the kind is called.
        when: its day, an instant.
        address: absolute.
        fingerprint: of its text as it is now.
    """

    key: Key
    headline: str
    line: str
    when: datetime
    excerpt: str
    address: str
    fingerprint: int


def since(keys: Collection[Key]) -> dict[Key, datetime]:
    """From when on those of *keys* are public that are public now."""
    found: dict[Key, datetime] = {}
    with search.public_session():
        for kind, ids in _by_kind(keys).items():
            model = MODELS[kind]
            for row in db.session.execute(select(model.id, model.public_from).where(model.id.in_(ids))):
                found[Key(kind, row[0])] = row[1]
    return found


def versions(keys: Collection[Key]) -> dict[int, int]:
    """The version of each release among *keys* that is public now, by its number.

    What a whole release says beside what is searched, such as corrections and contacts, changes with its version.
    """
    ids = _by_kind(keys).get("release", ())
    with search.public_session():
        rows = db.session.execute(select(Release.id, Release.version).where(Release.id.in_(ids)).order_by(Release.id))
        return {row.id: row.version for row in rows}


def items(keys: Collection[Key]) -> dict[Key, Item]:
    """Those of *keys* that are public now, as a message lists them."""
    documents = search.public_documents(keys)
    paths: dict[Key, str] = {}
    with search.public_session():
        for kind, ids in _by_kind(documents).items():
            model = MODELS[kind]
            for row in db.session.scalars(select(model).where(model.id.in_(ids))):
                paths[Key(kind, row.id)] = _PATHS[kind](row)
    return {key: _item(key, document, paths[key]) for key, document in documents.items() if key in paths}


def _item(key: Key, document: Document, path: str) -> Item:
    said = (document.outlet, document.people if key.kind == "clip" else "", document.label)
    return Item(
        key=key,
        headline=document.headline,
        line=", ".join(filter(None, said)),
        when=document.published,
        excerpt=text.excerpt(document.body, EXCERPT) if document.body else "",
        address=web.absolute(path),
        fingerprint=document.fingerprint,
    )


def filed(documents: Sequence[Document]) -> Callable[[Document], Mapping[str, Iterable[str]]]:
    """What each of *documents* is filed under, as the addresses of the pages write it."""
    with search.public_session():
        clip_names = _clip_slugs([one for one in documents if one.kind == "clip"])
        former = clips.former_slugs([slug for (facet, _), slug in clip_names.items() if facet == "outlet"])
        ids = [one.id for one in documents if one.kind == "release"]
        columns = (Release.id, Release.topics, *(getattr(Release, name) for name in archive.LABELS))
        rows = db.session.execute(select(*columns).where(Release.id.in_(ids))) if ids else ()
        labels = {row.id: _labels(row) for row in rows}

    def of(document: Document) -> Mapping[str, Iterable[str]]:
        if document.kind == "clip":
            return {"kind": ("clip",), **_clip(document, clip_names, former)}
        return {"kind": (document.kind,), **(labels.get(document.id, {}) if document.kind == "release" else {})}

    return of


def _clip_slugs(documents: Sequence[Document]) -> dict[tuple[str, str], str]:
    outlets = {one.outlet for one in documents}
    topics = {topic for one in documents for topic in one.topics}
    return clips.slugs_of(sorted(outlets), sorted(topics))


def _clip(
    document: Document, slugs: Mapping[tuple[str, str], str], former: Mapping[str, Sequence[str]]
) -> Mapping[str, Iterable[str]]:
    outlet = slugs.get(("outlet", document.outlet), "")
    return {
        # an alert may be older than the merge of its outlet into this one
        "clip outlet": [outlet, *former.get(outlet, ())] if outlet else [],
        "clip topic": [slugs[key] for topic in document.topics if (key := ("topic", topic)) in slugs],
        "clip medium": (document.medium,),
        "clip language": (document.language,),
        "clip year": (str(document.published.year),),
    }


def _labels(row: Any) -> Mapping[str, Iterable[str]]:
    said = {f"release {name}": (value,) for name in archive.LABELS if (value := getattr(row, name)) is not None}
    return {**said, "release topic": [archive.topic_slug(name) for name in row.topics]}


def _by_kind(keys: Iterable[Key]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for key in keys:
        if key.kind in MODELS:
            found.setdefault(key.kind, []).append(key.id)
    return found
