"""Reads. Called for the public, the gate answers with what is public; called for staff, with everything."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, bindparam, func, literal, or_, select
from sqlalchemy.orm import defer, load_only, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from pressroom import publishing
from pressroom.kit import clock
from pressroom.kit.db import UTCDateTime, db
from pressroom.kit.prepared import Columns
from pressroom.kit.settings import setting
from pressroom.kit.web import Page
from pressroom.media.models import Asset
from pressroom.releases import revisions, rules
from pressroom.releases.models import (
    Boilerplate,
    Contact,
    ContactListing,
    Correction,
    FormerAddress,
    OldAddress,
    Release,
    ReleaseBoilerplate,
    ReleaseContact,
    ReleaseFile,
    ReleasePicture,
    ReleaseRelated,
    ReleaseRevision,
    UnsavedText,
    address,
)
from pressroom.releases.rules import Review

PER_PAGE = 20

COMES_ALONG = {
    ReleaseRevision.__tablename__,
    Correction.__tablename__,
    OldAddress.__tablename__,
    ReleaseBoilerplate.__tablename__,
    ReleaseContact.__tablename__,
    ReleaseRelated.__tablename__,
    "release_origin",
    "release_import_item",
    "clip_release_refused",  # that a clip does not cover it is nothing that it would be kept for
}
"""Tables whose rows are made with a release and go with it."""

# What a line of a list shows; texts of 200,000 characters stay in the database.
_of_a_line = Columns(
    Release,
    *("id", "uid", "year", "slug", "kind", "headline", "subhead", "topics", "language", "translation_of_id"),
    *("embargoed", "zone", "public_from", "withdrawn_at", "corrected_at", "review", "review_at", "review_by_name"),
    *("author_name", "created_at", "updated_at", "version"),
)
_LINE = load_only(*_of_a_line.read)
_WHOLE = (
    selectinload(Release.corrections),
    selectinload(Release.pictures).selectinload(ReleasePicture.asset),
    selectinload(Release.files).selectinload(ReleaseFile.asset),
)

_SHOWN = (defer(Release.body), defer(Release.notes))  # their HTML is shown; the source is the desk's


def _newest_first() -> Select[Release]:
    return (
        select(Release).where(Release.public_from.is_not(None)).order_by(Release.public_from.desc(), Release.id.desc())
    )


def by_address(year: int, slug: str) -> Release | None:
    """The release at ``/releases/<year>/<slug>``, without what may no longer be shown. For staff and commands."""
    release = db.session.scalar(select(Release).where(Release.year == year, Release.slug == slug).options(*_WHOLE))
    return within_rights(release) if release else None


def whole() -> Select[Release]:
    """Releases with all that a feed shows of them, newest first; for :func:`in_full`."""
    return _newest_first().options(*_SHOWN, *_WHOLE[:2])


def in_full(releases: Iterable[Release]) -> list[Release]:
    """*releases* of :func:`whole`, without pictures that may no longer be shown."""
    return [within_rights(release, "pictures") for release in releases]


def by_ids(ids: Sequence[int]) -> list[Release]:
    """The releases with these numbers, in no order, for feeds."""
    return in_full(db.session.scalars(whole().where(Release.id.in_(ids))))


def between(begins: datetime, ends: datetime) -> Sequence[Release]:
    """What became public from *begins* on and before *ends*, newest first, for feeds."""
    return in_full(db.session.scalars(whole().where(Release.public_from >= begins, Release.public_from < ends)))


def after(moment: datetime) -> datetime | None:
    """When the first release became public that did so at *moment* or later."""
    return db.session.scalar(select(func.min(Release.public_from)).where(Release.public_from >= moment))


def within_rights(release: Release, *lists: str) -> Release:
    """*release* without what may no longer be shown of its pictures and files; for pages, which write nothing.

    Args:
        lists: those that are looked through, where it is not both.
    """
    now, zone = clock.now(), setting("time_zone")
    for name in lists or ("pictures", "files"):
        every = getattr(release, name)
        shown = [row for row in every if not row.asset.rights_over(now, zone)]
        if len(shown) < len(every):
            set_committed_value(release, name, shown)
    return release


def by_uid(uid: str) -> Release | None:
    """The release with this uid."""
    if rules.uid_problem(uid):
        return None
    return db.session.scalar(select(Release).where(Release.uid == uid))


def made_of(headline: str, body: str, *, by: int, since: datetime) -> Release | None:
    """The newest release that the person *by* began since then, if it still has just these words; for staff."""
    same = select(Release).where(Release.headline == headline, Release.body == body, Release.author_id == by)
    lately = same.where(Release.created_at >= since, Release.withdrawn_at.is_(None))
    return db.session.scalar(lately.order_by(Release.id.desc()).limit(1))


def by_id(release_id: int) -> Release | None:
    """The release with this id, with corrections and pictures. For the desk."""
    return db.session.scalar(select(Release).where(Release.id == release_id).options(*_WHOLE))


def lines() -> Select[Release]:
    """Releases with what a line of a list shows, newest first."""
    return _newest_first().options(_LINE)


def withdrawn(year: int, slug: str, now: datetime) -> RowMapping | None:
    """Title, instant and reason of a release that was public at this address and was withdrawn."""
    table = Release.__table__
    return publishing.withdrawal_notice(
        Release, table.c.year == year, table.c.slug == slug, title=Release.headline, now=now
    )


def withdrawn_last(limit: int, now: datetime, *where: ColumnElement[bool]) -> list[dict[str, Any]]:
    """What a feed may say of the *limit* releases that were withdrawn last, newest first; of those in its view."""
    named = (Release.uid, Release.year, Release.slug)
    found = publishing.withdrawal_notices(
        Release, title=Release.headline, named=named, now=now, limit=limit, where=where
    )
    return [{**row, "address": address(row["year"], row["slug"])} for row in found]


def withdrawn_item(year: int, slug: str, now: datetime) -> dict[str, Any] | None:
    """What agencies may be told of a release that was public at this address and was withdrawn."""
    table = Release.__table__
    named = (Release.uid, Release.version, Release.year, Release.slug)
    where = (table.c.year == year, table.c.slug == slug)
    found = publishing.withdrawal_notices(Release, title=Release.headline, named=named, now=now, limit=1, where=where)
    return {**found[0], "address": address(year, slug)} if found else None


def moved(year: int, slug: str) -> Release | None:
    """The release that was public at this address before it got another one, if the reader may see it."""
    at = FormerAddress.year == year, FormerAddress.slug == slug
    statement = select(Release).options(load_only(Release.year, Release.slug))
    return db.session.scalar(statement.join(FormerAddress, FormerAddress.release_id == Release.id).where(*at))


def by_old_path(path: str) -> Release | None:
    """The release that another site had at *path*, if the reader may see it."""
    statement = select(Release).options(load_only(Release.year, Release.slug))
    return db.session.scalar(
        statement.join(OldAddress, OldAddress.release_id == Release.id).where(OldAddress.path == path)
    )


def has_left(release_id: int, year: int, slug: str) -> bool:
    """Whether this release was public at this address before. For the desk."""
    at = FormerAddress.release_id == release_id, FormerAddress.year == year, FormerAddress.slug == slug
    return bool(db.session.scalar(select(FormerAddress.id).where(*at)))


def slug_is_free(slug: str, year: int, *, but: int | None = None, drafts: bool = False) -> bool:
    """Whether no other release of *year* has this slug, or had it while it was public. For the desk.

    One statement asks for both, so that no address falls between them.

    Args:
        but: the id of the release that asks.
        drafts: no draft may have it either.
    """
    taken = Release.year == year
    now = select(func.count()).select_from(Release).where(Release.slug == slug)
    now = now.where(or_(taken, Release.year.is_(None)) if drafts else taken)
    before = select(func.count()).select_from(FormerAddress)
    before = before.where(FormerAddress.slug == slug, FormerAddress.year == year)
    if but is not None:
        now, before = now.where(Release.id != but), before.where(FormerAddress.release_id != but)
    return not db.session.scalar(select(now.scalar_subquery() + before.scalar_subquery()))


@dataclass(frozen=True)
class Board:
    """What the desk has in hand, what is due next first; what waits for review, the longest first."""

    drafts: Sequence[Release]
    review: Sequence[Release]
    scheduled: Sequence[Release]
    embargoed: Sequence[Release]


_NOW = bindparam("now", type_=UTCDateTime())
_waiting = publishing.StaffRead(
    lambda: select(*_of_a_line.read).where(Release.public_from > _NOW).order_by(Release.public_from, Release.id)
)
# Asked for what is not withdrawn as well, SQLite goes through all of that.
_timeless = publishing.StaffRead(
    lambda: (
        select(*_of_a_line.read)
        .where(Release.public_from.is_(None))
        .order_by(Release.updated_at.desc(), Release.id.desc())
    )
)
_out = publishing.StaffRead(
    lambda: (
        select(*_of_a_line.read)
        .where(Release.public_from <= _NOW)
        .order_by(Release.public_from.desc(), Release.id.desc())
        .limit(bindparam("limit"))
        .offset(bindparam("before"))
    )
)


def _all_that_are_out() -> Select[Any]:
    """All but those that are to come: SQLite counts a whole table at once, a part of it row by row."""
    every = select(func.count()).select_from(Release)
    to_come, timeless = every.where(Release.public_from > _NOW), every.where(Release.public_from.is_(None))
    return select(every.scalar_subquery() - to_come.scalar_subquery() - timeless.scalar_subquery())


_out_in_all = publishing.StaffRead(_all_that_are_out)


def board(now: datetime) -> Board:
    """Drafts and approved ones, last touched first; what waits for review or for its time. For staff, to be shown."""
    waiting = [_of_a_line.made(row) for row in _waiting(now=now)]
    timeless = (_of_a_line.made(row) for row in _timeless())
    drafts = [release for release in timeless if release.withdrawn_at is None]
    review = [release for release in drafts if release.review is Review.WAITING]
    return Board(
        drafts=[release for release in drafts if release.review is not Review.WAITING],
        review=sorted(review, key=lambda release: (release.review_at or now, release.id)),
        scheduled=[release for release in waiting if not release.embargoed],
        embargoed=[release for release in waiting if release.embargoed],
    )


def out(page: int = 1, *, now: datetime, per_page: int = PER_PAGE) -> Page[Release]:
    """What is or was public, withdrawn ones too, newest first. For staff, to be shown."""
    rows = _out(now=now, limit=per_page, before=(page - 1) * per_page)
    return Page([_of_a_line.made(row) for row in rows], _out_in_all(now=now)[0][0], page, per_page)


def saves(release_id: int) -> Sequence[ReleaseRevision]:
    """Every save of a release, newest first, without the texts. For staff."""
    return db.session.scalars(
        select(ReleaseRevision)
        .options(
            load_only(
                ReleaseRevision.number,
                ReleaseRevision.at,
                ReleaseRevision.author_name,
                ReleaseRevision.act,
                ReleaseRevision.note,
                ReleaseRevision.changed,
            )
        )
        .where(ReleaseRevision.release_id == release_id)
        .order_by(ReleaseRevision.number.desc())
    ).all()


def revision(release_id: int, number: int) -> ReleaseRevision | None:
    """One save of a release. For staff."""
    return db.session.scalar(
        select(ReleaseRevision).where(ReleaseRevision.release_id == release_id, ReleaseRevision.number == number)
    )


def last_revision(release_id: int) -> ReleaseRevision | None:
    """The newest save of a release. For staff."""
    return db.session.scalar(
        select(ReleaseRevision)
        .where(ReleaseRevision.release_id == release_id)
        .order_by(ReleaseRevision.number.desc())
        .limit(1)
    )


def last_number(release_id: int) -> int:
    """The number of the newest save of a release. For staff."""
    statement = select(func.max(ReleaseRevision.number)).where(ReleaseRevision.release_id == release_id)
    return db.session.scalar(statement) or 0


def unsaved(user_id: int, uid: str) -> UnsavedText | None:
    """What this person typed for the release with this uid and has not saved. For the desk."""
    mine = UnsavedText.user_id == user_id, UnsavedText.uid == uid
    return db.session.scalar(select(UnsavedText).where(*mine))


def is_written_on(uid: str) -> bool:
    """Whether anybody typed something for the release with this uid and has not saved it. For the desk."""
    return bool(db.session.scalar(select(UnsavedText.id).where(UnsavedText.uid == uid).limit(1)))


def is_tied(release_id: int) -> bool:
    """Whether a row of another room, or of another release, speaks of this one: coverage, for instance. For the desk.

    Rooms above are not known here by name, so the tables themselves are asked which of them point at a release.
    """
    ties = [
        select(literal(1)).select_from(table).where(column == release_id)
        for table in Release.metadata.tables.values()
        if table.name not in COMES_ALONG
        for column in table.columns
        if any(key.column.table is Release.__table__ for key in column.foreign_keys)
    ]
    return any(db.session.scalar(tie.limit(1)) for tie in ties)


def unsaved_new(user_id: int) -> Sequence[UnsavedText]:
    """What this person typed for releases that there are not yet, newest first. For the desk."""
    is_there = select(Release.id).where(Release.uid == UnsavedText.uid).exists()
    mine = select(UnsavedText).where(UnsavedText.user_id == user_id, ~is_there)
    return db.session.scalars(mine.order_by(UnsavedText.at.desc(), UnsavedText.id.desc())).all()


def assets(ids: Collection[int]) -> Sequence[Asset]:
    """The stored files with these ids. For staff."""
    return db.session.scalars(select(Asset).where(Asset.id.in_(ids))).all() if ids else []


def last_change(release_id: int) -> ReleaseRevision | None:
    """The newest save that changed text or pictures. For staff."""
    return db.session.scalar(
        select(ReleaseRevision)
        .options(load_only(ReleaseRevision.number, ReleaseRevision.at, ReleaseRevision.author_name))
        .where(ReleaseRevision.release_id == release_id, ReleaseRevision.act.in_(revisions.CHANGES))
        .order_by(ReleaseRevision.number.desc())
        .limit(1)
    )


def last_approval(release_id: int) -> int | None:
    """The number of the save that was approved last. For staff."""
    approved = ReleaseRevision.release_id == release_id, ReleaseRevision.act == "approve"
    return db.session.scalar(select(func.max(ReleaseRevision.number)).where(*approved))


def translations_of(release_id: int) -> Sequence[Release]:
    """The translations of a release, oldest first."""
    mine = select(Release).where(Release.translation_of_id == release_id)
    return db.session.scalars(mine.options(_LINE).order_by(Release.id)).all()


def is_pointed_at(release_id: int) -> bool:
    """Whether a release has this one among its related items.

    No foreign key says so, and a number that were free again would lead to something else. For staff.
    """
    pointing = select(ReleaseRelated.id).where(ReleaseRelated.kind == "release", ReleaseRelated.item_id == release_id)
    return db.session.scalar(pointing.limit(1)) is not None


# What is kept once ---------------------------------------------------------------------------------------


def boilerplates() -> Sequence[Boilerplate]:
    """Every boilerplate that the reader may see, in the order of the desk."""
    return db.session.scalars(select(Boilerplate).order_by(Boilerplate.position, Boilerplate.id)).all()


def boilerplate(number: int) -> Boilerplate | None:
    """The boilerplate with this id. For the desk."""
    return db.session.scalar(select(Boilerplate).where(Boilerplate.id == number))


def contacts() -> Sequence[Contact]:
    """Every contact that the reader may see, in the order of the desk."""
    return db.session.scalars(select(Contact).order_by(Contact.position, Contact.id)).all()


def contact(number: int) -> Contact | None:
    """The contact with this id. For the desk."""
    return db.session.scalar(select(Contact).where(Contact.id == number))


def contact_called(slug: str) -> Contact | None:
    """The contact with this address, if the reader may see it."""
    return db.session.scalar(select(Contact).where(Contact.slug == slug))


def listed_contacts() -> Sequence[Contact]:
    """Those that stand on the contact page."""
    listed = select(Contact).join(ContactListing, ContactListing.contact_id == Contact.id)
    return db.session.scalars(listed.order_by(Contact.position, Contact.id)).all()


def listing(contact_id: int) -> ContactListing | None:
    """The row by which a contact stands on the contact page. For the desk."""
    return db.session.scalar(select(ContactListing).where(ContactListing.contact_id == contact_id))


def listed_ids() -> set[int]:
    """The ids of the contacts on the contact page. For the desk."""
    return set(db.session.scalars(select(ContactListing.contact_id)))


def with_boilerplate(number: int, limit: int = 20) -> Sequence[Release]:
    """The releases that end with this boilerplate, newest first. For the desk."""
    ties = select(ReleaseBoilerplate.release_id).where(ReleaseBoilerplate.boilerplate_id == number)
    return _tied(ties, limit)


def with_contact(number: int, limit: int = 20) -> Sequence[Release]:
    """The releases that name this contact, newest first. For the desk."""
    return _tied(select(ReleaseContact.release_id).where(ReleaseContact.contact_id == number), limit)


def _tied(ties: Select[int], limit: int) -> Sequence[Release]:
    tied = select(Release).options(_LINE).where(Release.id.in_(ties))
    return db.session.scalars(tied.order_by(Release.updated_at.desc(), Release.id.desc()).limit(limit)).all()


def count_uses(tie: type[ReleaseBoilerplate] | type[ReleaseContact]) -> dict[int, int]:
    """How many releases use each boilerplate, or each contact. For the desk."""
    of = tie.boilerplate_id if tie is ReleaseBoilerplate else tie.contact_id  # type: ignore[union-attr]
    return {row[0]: row[1] for row in db.session.execute(select(of, func.count()).group_by(of))}
