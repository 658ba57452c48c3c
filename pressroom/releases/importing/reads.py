"""Reads for imports; all of them are for staff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select

from pressroom.kit.db import db
from pressroom.kit.web import Page, paginate
from pressroom.releases.importing.models import ImportItem, ReleaseImport, ReleaseOrigin
from pressroom.releases.importing.plan import Here, Options
from pressroom.releases.importing.rules import AT_WORK, ImportState, Outcome
from pressroom.releases.models import FormerAddress, OldAddress, Release

SHOWN = 10
PER_PAGE = 50


def here() -> Here:
    """What the press room has already, in five narrow statements."""
    slugs: set[tuple[int | None, str]] = {
        (year, slug) for year, slug in db.session.execute(select(Release.year, Release.slug))
    }
    slugs |= {(year, slug) for year, slug in db.session.execute(select(FormerAddress.year, FormerAddress.slug))}
    origins = select(ReleaseOrigin.source, ReleaseOrigin.guid, ReleaseOrigin.fingerprint, ReleaseOrigin.release_id)
    return Here(
        slugs=slugs,
        origins={(source, guid): (mark, number) for source, guid, mark, number in db.session.execute(origins)},
        paths=set(db.session.scalars(select(OldAddress.path))),
    )


def imports() -> Sequence[ReleaseImport]:
    """The latest imports, newest first."""
    return db.session.scalars(select(ReleaseImport).order_by(ReleaseImport.id.desc()).limit(SHOWN)).all()


def an_import(import_id: int) -> ReleaseImport | None:
    """The import with this number."""
    return db.session.get(ReleaseImport, import_id, populate_existing=True)


def counts(import_id: int) -> dict[Outcome, int]:
    """How many items of an import became what."""
    statement = select(ImportItem.outcome, func.count()).where(ImportItem.import_id == import_id)
    rows = db.session.execute(statement.group_by(ImportItem.outcome))
    return {row[0]: row[1] for row in rows}


def items(import_id: int, outcome: Outcome | None = None, page: int = 1) -> Page[ImportItem]:
    """A page of the report of an import."""
    statement = select(ImportItem).where(ImportItem.import_id == import_id).order_by(ImportItem.position)
    if outcome is not None:
        statement = statement.where(ImportItem.outcome == outcome)
    return paginate(statement, page, PER_PAGE)


def made(import_id: int, limit: int) -> Sequence[ImportItem]:
    """Items that came in with an import and were not taken back yet, the last one first."""
    statement = select(ImportItem).where(ImportItem.import_id == import_id, ImportItem.outcome == Outcome.MADE)
    return db.session.scalars(statement.order_by(ImportItem.position.desc()).limit(limit)).all()


def unfinished(sha256: str, options: Options) -> ReleaseImport | None:
    """A command's interrupted import of the same bytes, read in the same way."""
    statement = select(ReleaseImport).where(
        ReleaseImport.sha256 == sha256,
        ReleaseImport.state.in_((ImportState.IMPORTING, ImportState.STOPPED)),
        ReleaseImport.stored.is_(False),
    )
    jobs = db.session.scalars(statement.order_by(ReleaseImport.id.desc()))
    return next((job for job in jobs if job.options == options.as_json()), None)


def next_waiting(now: datetime) -> int | None:
    """The number of an uploaded file's import that nobody works on and somebody should."""
    return db.session.scalar(
        select(ReleaseImport.id)
        .where(
            ReleaseImport.stored.is_(True),
            ReleaseImport.state.in_(AT_WORK),
            or_(ReleaseImport.claimed_until.is_(None), ReleaseImport.claimed_until < now),
        )
        .order_by(ReleaseImport.id)
        .limit(1)
    )


def needs_file(sha256: str) -> bool:
    """Whether an import still reads the uploaded file with these bytes."""
    states = (ImportState.CHECKING, ImportState.CHECKED, ImportState.IMPORTING)
    statement = select(ReleaseImport.id).where(
        ReleaseImport.sha256 == sha256, ReleaseImport.stored.is_(True), ReleaseImport.state.in_(states)
    )
    return db.session.scalar(statement.limit(1)) is not None


def forgotten(before: datetime) -> Sequence[ReleaseImport]:
    """Uploads that were read and never imported."""
    statement = select(ReleaseImport).where(
        ReleaseImport.state == ImportState.CHECKED, ReleaseImport.stored.is_(True), ReleaseImport.created_at < before
    )
    return db.session.scalars(statement).all()
