"""What a journalist may read, as values: read in a context of its own, and shown by the public.

The gate of the request stays closed. Each function here opens it in a context that ends before anything is shown,
reads one thing, and gives back copies that belong to no session: nothing can be reached from them that was not named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, request
from sqlalchemy import ColumnElement, String, and_, cast, false, func, inspect, literal, not_, or_, select
from sqlalchemy.orm import RelationshipProperty, load_only, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from pressroom import publishing
from pressroom.accounts.passwords import fingerprint
from pressroom.accreditation import rules
from pressroom.accreditation.models import (
    Acceptance,
    Agreement,
    Journalist,
    JournalistSession,
    LedgerEntry,
)
from pressroom.accreditation.rules import READ, SHOWN_DAYS, Standing, What
from pressroom.kit.db import Base, db
from pressroom.kit.headers import host_cookie
from pressroom.mail.models import Mail
from pressroom.mail.rules import State as MailState
from pressroom.media.models import Asset
from pressroom.publishing import Part
from pressroom.releases import queries as releases
from pressroom.releases.models import Release, ReleaseRevision
from pressroom.releases.rules import State

COOKIE = "journalist"  # over https it bears a prefix: see cookie_name


def cookie_name() -> str:
    """What the cookie of a journalist is called here."""
    return host_cookie(COOKIE, secure=current_app.config["SECURE_COOKIES"])


@dataclass(frozen=True)
class Reader:
    """A journalist who is signed in, or whose feed is asked for.

    Attributes:
        agreement: the number of the agreement in force; 0 when none was written yet.
        accepted: whether they accepted that one.
        session_id: the row of the sign-in; 0 for a feed.
        feed_made_at: since when they have a feed.
        mailings_ended: they want no releases by e-mail.
    """

    id: int
    name: str
    email: str
    outlet: str
    valid_until: datetime
    standing: Standing
    agreement: int
    accepted: bool
    session_id: int = 0
    feed_made_at: datetime | None = None
    mailings_ended: bool = False

    @property
    def may_read(self) -> bool:
        """Whether anything under embargo is shown to them."""
        return self.standing is Standing.ACCREDITED and self.accepted


@dataclass(frozen=True)
class Copy:
    """A release under embargo, detached from every session.

    Attributes:
        id: of the release.
        version: the number of its newest revision.
        release: an object of its own with the columns and the parts of the release, and nothing else.
    """

    id: int
    version: int
    release: Release


@dataclass(frozen=True)
class Notice:
    """That a release changed since a journalist read it.

    Attributes:
        address: where it is read; empty when its time was taken away.
        changed: what changed, in words.
    """

    headline: str
    address: str
    changed: str
    at: datetime
    release_id: int


def current(now: datetime) -> Reader | None:
    """Who is signed in, by the cookie of this request; None for everybody else, at no cost.

    Args:
        now: the instant.
    """
    token = request.cookies.get(cookie_name(), "")
    if not token:
        return None
    with publishing.as_staff():
        found = db.session.scalar(
            select(JournalistSession).where(
                JournalistSession.token_hash == fingerprint(token),
                JournalistSession.ended_at.is_(None),
                JournalistSession.expires_at > now,
            )
        )
        if found is None or found.journalist.standing(now) is Standing.ENDED:
            return None
        return _reader(found.journalist, now, found.id)


def by_feed(secret: str, now: datetime) -> Reader | None:
    """Whose feed has this secret, if anything is shown to them."""
    with publishing.as_staff():
        found = db.session.scalar(select(Journalist).where(Journalist.feed_hash == fingerprint(secret)))
        reader = _reader(found, now) if found else None
    return reader if reader and reader.may_read else None


def _reader(journalist: Journalist, now: datetime, session_id: int = 0) -> Reader:
    newest = db.session.execute(select(Agreement.id, Agreement.number).order_by(Agreement.number.desc()).limit(1))
    agreement = newest.first()
    accepted = agreement and db.session.scalar(
        select(func.count()).where(Acceptance.journalist_id == journalist.id, Acceptance.agreement_id == agreement.id)
    )
    return Reader(
        id=journalist.id,
        name=journalist.name,
        email=journalist.email,
        outlet=journalist.outlet,
        valid_until=journalist.valid_until,
        standing=journalist.standing(now),
        agreement=agreement.number if agreement else 0,
        accepted=bool(accepted),
        session_id=session_id,
        feed_made_at=journalist.feed_made_at if journalist.feed_hash else None,
        mailings_ended=journalist.mailings_ended_at is not None,
    )


def reader_of(journalist: Journalist, now: datetime) -> Reader:
    """*journalist* as somebody who reads. In a context of staff."""
    return _reader(journalist, now)


def agreement_text() -> tuple[int, str, datetime] | None:
    """Number, HTML and date of the agreement in force."""
    with publishing.as_staff():
        newest = db.session.scalar(select(Agreement).order_by(Agreement.number.desc()).limit(1))
        return (newest.number, newest.body_html, newest.at) if newest else None


def embargoed(now: datetime) -> list[Copy]:
    """Every release under embargo at *now*, the soonest lift first."""
    with publishing.as_staff():
        under = Release.embargoed & (Release.public_from > now)
        # Versions first: when somebody saves in between, the ledger names the older one, and its holder is told.
        ids = db.session.scalars(select(Release.id).where(under)).all()
        versions = dict.fromkeys(ids, 0) | _versions(ids)
        rows = db.session.scalars(
            select(Release).where(under).order_by(Release.public_from, Release.id).options(*_with_parts())
        ).all()
        return [_copy(row, versions[row.id]) for row in rows if row.id in versions]


def release_at(year: int, slug: str, now: datetime) -> Copy | None:
    """The release at this address, if it is under embargo at *now*."""
    with publishing.as_staff():
        number = db.session.scalar(select(Release.id).where(Release.year == year, Release.slug == slug))
        versions = _versions([number] if number else [])  # before the text, as in :func:`embargoed`
        found = releases.by_address(year, slug)
        if found is None or found.state(now) is not State.EMBARGOED:
            return None
        return _copy(found, versions.get(found.id, 0))


def release_of(release_id: int, now: datetime) -> Copy | None:
    """The release with this number, if it is under embargo at *now*. In a context of staff."""
    versions = _versions([release_id])  # before the text, as in :func:`embargoed`
    found = releases.by_id(release_id)
    if found is None or found.state(now) is not State.EMBARGOED:
        return None
    return _copy(releases.within_rights(found), versions.get(found.id, 0))


def release_of_asset(key: str, now: datetime) -> Copy | None:
    """A release under embargo at *now* that shows the file with this key in its address."""
    with publishing.as_staff():
        ways = publishing.shown_by(Asset, Release)
        file = select(Asset.id).where(Asset.key == key)
        shows = or_(
            false(),
            *(
                Release.id.in_(select(way.table.c[way.owner_column]).where(way.table.c[way.column].in_(file)))
                for way in ways
            ),
        )
        under = select(Release).where(Release.embargoed, Release.public_from > now, shows)
        found = db.session.scalars(under.order_by(Release.public_from).limit(1)).first()
        if found is None or found.state(now) is not State.EMBARGOED:
            return None
        return _copy(found, _versions([found.id]).get(found.id, 0))


def notices(reader: Reader, now: datetime) -> list[Notice]:
    """What *reader* opened under embargo and what says something else by now."""
    with publishing.as_staff():
        held = db.session.execute(
            select(LedgerEntry.release_id, func.max(LedgerEntry.version))
            .join(Release, Release.id == LedgerEntry.release_id)
            .where(LedgerEntry.journalist_id == reader.id, holds_text(), may_have_changed(now))
            .group_by(LedgerEntry.release_id)
        ).all()
        changed = (changes_since(release_id, version, now) for release_id, version in held)
        return [notice for notice in changed if notice]


def holds_text() -> ColumnElement[bool]:
    """The entries of the ledger by which somebody holds a text: of a message only one that was not kept back.

    A message is on the ledger before it goes out, and may not go out after all.
    """
    numbers = (LedgerEntry.release_id, LedgerEntry.version, LedgerEntry.journalist_id)
    once: ColumnElement[str] = literal("release")
    for number in numbers:
        once = once + literal(":") + cast(number, String)
    kept_back = (MailState.WAITING, MailState.FAILED, MailState.CANCELLED)
    not_sent = select(Mail.id).where(Mail.once == once, Mail.state.in_(kept_back)).exists()
    return and_(LedgerEntry.what.in_(READ), or_(LedgerEntry.what != What.MAIL, not_(not_sent)))


def may_have_changed(now: datetime) -> ColumnElement[bool]:
    """The releases of which somebody may have to be told: not public yet, or corrected or withdrawn lately."""
    lately = now - timedelta(days=SHOWN_DAYS)
    return or_(
        Release.public_from.is_(None),
        Release.public_from > now,
        Release.corrected_at >= lately,
        Release.withdrawn_at >= lately,
    )


def changes_since(release_id: int, version: int, now: datetime) -> Notice | None:
    """What changed in a release since *version*, as a reader would know it; None when nothing did.

    Of what is public by now, only a correction counts, for :data:`SHOWN_DAYS`. In a context of staff.
    """
    release = db.session.get(Release, release_id, options=[load_only(*_LINE)])
    newest = releases.last_revision(release_id)
    before = releases.revision(release_id, version)
    if release is None or newest is None or before is None or newest.number <= version:
        return None
    if release.state(now).is_out:
        corrected = max(filter(None, (release.corrected_at, release.withdrawn_at)), default=None)
        if corrected is None or corrected <= before.at or corrected < now - timedelta(days=SHOWN_DAYS):
            return None
    fields = rules.changed_fields(before.fields, newest.fields)
    if release.withdrawn_at is not None:
        said = "withdrawn"
    elif release.state(now) is State.DRAFT:
        said = "taken back; it is no longer announced"
    else:
        said = rules.in_words(fields)
    if not said:
        return None
    address = release.address if release.state(now) is not State.DRAFT else ""
    return Notice(release.headline, address, said, newest.at, release_id)


_LINE = (
    Release.headline,
    Release.year,
    Release.slug,
    Release.public_from,
    Release.embargoed,
    Release.corrected_at,
    Release.withdrawn_at,
)


def _copy(release: Release, version: int) -> Copy:
    """*release* and its parts as objects that belong to no session.

    A relationship to anything that is no part (related releases, coverage) stays empty.
    """
    copied: Any = _columns(release)
    for name in _parts():
        setattr(copied, name, [_part(part) for part in getattr(release, name)])
    return Copy(release.id, version, copied)


def _parts() -> list[str]:
    """The relationships to what the gate calls a :class:`~pressroom.publishing.Part` of a release.

    These rows are public as far as their release is, so they may be shown to whoever may be shown the release.
    """
    return [
        relation.key
        for relation in inspect(Release).relationships
        if relation.uselist and issubclass(relation.mapper.class_, Part) and _belongs_to(relation.mapper.class_)
    ]


def _with_parts() -> Iterator[ORMOption]:
    """Load the parts of many releases, and what they show, in a query for each kind."""
    for name in _parts():
        parts = selectinload(getattr(Release, name))
        yield parts
        for relation in inspect(Release).relationships[name].mapper.relationships:
            if _is_shown(relation):
                yield parts.selectinload(relation.class_attribute)


def _versions(release_ids: Sequence[int]) -> dict[int, int]:
    """The number of the newest revision of each of these releases."""
    rows = db.session.execute(
        select(ReleaseRevision.release_id, func.max(ReleaseRevision.number).label("newest"))
        .where(ReleaseRevision.release_id.in_(release_ids))
        .group_by(ReleaseRevision.release_id)
    )
    return {row.release_id: row.newest for row in rows}


def _belongs_to(part: type[Part]) -> bool:
    """Whether rows of *part* are public through the release whose number they hold."""
    table = part.__table__  # type: ignore[attr-defined]
    keys = table.c[part.__public_through__].foreign_keys if part.__public_through__ else ()
    return any(key.column.table is Release.__table__ for key in keys)


def _is_shown(relation: RelationshipProperty[Any]) -> bool:
    """Whether a part leads to something that has no owner and is opened by what shows it: a file, a contact."""
    shown = relation.mapper.class_
    return not relation.uselist and issubclass(shown, Part) and not shown.__public_through__


def _part(part: Base) -> Base:
    copied: Any = _columns(part)
    for relation in inspect(type(part)).relationships:
        if _is_shown(relation):
            shown = getattr(part, relation.key)
            setattr(copied, relation.key, _columns(shown) if shown is not None else None)
    return copied  # type: ignore[no-any-return]


def _columns(row: Base) -> Base:
    """An object of the same class with the same columns, which no session knows."""
    mapper = inspect(type(row))
    return type(row)(**{attribute.key: getattr(row, attribute.key) for attribute in mapper.column_attrs})
