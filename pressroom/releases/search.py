"""How a release is found: as a document of headline, subhead and text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Text, cast, or_, select

from pressroom.kit import text
from pressroom.kit.db import db
from pressroom.kit.settings import setting
from pressroom.releases.models import Release
from pressroom.search import Document, Wanted

KIND = "release"


def load(ids: Sequence[int]) -> Iterable[Document]:
    """The documents of those of *ids* that the reader may see; called for the public."""
    zone = ZoneInfo(setting("time_zone"))
    releases = db.session.scalars(
        select(Release).where(Release.id.in_(ids), Release.public_from.is_not(None)).order_by(Release.id)
    )
    return [document(release, zone) for release in releases]


def public_ids() -> Iterable[int]:
    """All ids that the reader may see; called for the public."""
    return db.session.scalars(select(Release.id).where(Release.public_from.is_not(None)).order_by(Release.id)).all()


def newest(wanted: Wanted) -> Iterable[int]:
    """The ids of the newest releases that may match; called for the public."""
    study = (Release.study_title, Release.study_journal, Release.study_doi, Release.study_funders)
    texts = (Release.headline, Release.subhead, Release.dateline, Release.body_html, Release.notes_html, *study)

    def has(part: str) -> ColumnElement[bool]:
        columns = (*texts, cast(Release.topics, Text))
        return or_(*(column.icontains(part, autoescape=True) for column in columns))

    public = select(Release.id).where(Release.public_from.is_not(None))
    return db.session.scalars(wanted.narrowed(public, has, Release.public_from)).all()


def document(release: Release, zone: ZoneInfo) -> Document:
    """*release* as search sees it; its day and year are those in *zone*."""
    assert release.public_from is not None
    study = (release.study_title, release.study_journal, release.study_doi, release.study_funders)
    parts = (
        release.subhead,
        release.dateline,
        text.plain(release.body_html),
        text.plain(release.notes_html),
        *study,
    )
    return Document(
        kind=KIND,
        id=release.id,
        headline=release.headline,
        body="\n".join(part for part in parts if part),
        topics=release.topics,
        published=release.public_from.astimezone(zone),
        label=release.kind.label,
    )
