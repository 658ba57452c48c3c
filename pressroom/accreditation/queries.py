"""Reads for the desk, in contexts of staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from pressroom.accreditation.models import (
    Acceptance,
    Agreement,
    Application,
    Journalist,
    LedgerEntry,
    Told,
)
from pressroom.accreditation.reading import Notice, changes_since, holds_text, may_have_changed
from pressroom.accreditation.rules import Decision
from pressroom.kit.db import db
from pressroom.kit.web import Page, paginate
from pressroom.mail import queries as messages
from pressroom.releases.models import Release, ReleaseRevision

PER_PAGE = 50


def waiting() -> Sequence[Application]:
    """Applications that nobody has decided, the oldest first."""
    return db.session.scalars(
        select(Application).where(Application.decision == Decision.WAITING).order_by(Application.applied_at)
    ).all()


def application(application_id: int) -> Application | None:
    """One application."""
    return db.session.get(Application, application_id)


def applications_of(email: str) -> Sequence[Application]:
    """Everything that was sent from one address, the newest first."""
    return db.session.scalars(
        select(Application).where(Application.email == email).order_by(Application.applied_at.desc())
    ).all()


def declined(page: int) -> Page[Application]:
    """Applications that were declined, the newest decision first."""
    statement = select(Application).where(Application.decision == Decision.DECLINED)
    return paginate(statement.order_by(Application.decided_at.desc()), page, PER_PAGE)


def journalists() -> Sequence[Journalist]:
    """Everybody who was ever accredited, by name."""
    return db.session.scalars(select(Journalist).order_by(func.lower(Journalist.name), Journalist.id)).all()


def journalist(journalist_id: int) -> Journalist | None:
    """One of them."""
    return db.session.get(Journalist, journalist_id)


def by_email(email: str) -> Journalist | None:
    """The journalist with this address, as it is stored."""
    return db.session.scalar(select(Journalist).where(Journalist.email == email))


def agreements() -> Sequence[tuple[Agreement, int]]:
    """Every version of the agreement with how many accepted it, the newest first."""
    accepted = select(func.count()).where(Acceptance.agreement_id == Agreement.id).scalar_subquery()
    rows = db.session.execute(select(Agreement, accepted).order_by(Agreement.number.desc())).all()
    return [(agreement, count) for agreement, count in rows]


def agreement(number: int) -> Agreement | None:
    """One version of the agreement."""
    return db.session.scalar(select(Agreement).where(Agreement.number == number))


def acceptances(journalist_id: int) -> Sequence[Acceptance]:
    """Which versions somebody accepted, the newest first."""
    return db.session.scalars(
        select(Acceptance).where(Acceptance.journalist_id == journalist_id).order_by(Acceptance.at.desc())
    ).all()


def who_accepted() -> set[int]:
    """Who accepted the agreement in force; nobody while there is none."""
    newest = select(Agreement.id).order_by(Agreement.number.desc()).limit(1).scalar_subquery()
    return set(db.session.scalars(select(Acceptance.journalist_id).where(Acceptance.agreement_id == newest)))


def handed_out(page: int, *, release_id: int | None = None, journalist_id: int | None = None) -> Page[LedgerEntry]:
    """The ledger in pages, the newest entry first."""
    statement = select(LedgerEntry).order_by(LedgerEntry.number.desc())
    if release_id is not None:
        statement = statement.where(LedgerEntry.release_id == release_id)
    if journalist_id is not None:
        statement = statement.where(LedgerEntry.journalist_id == journalist_id)
    return paginate(statement, page, PER_PAGE)


@dataclass(frozen=True)
class Line:
    """A release on the desk's list of what is or was under embargo."""

    release_id: int
    headline: str
    public_from: datetime | None
    zone: str
    holders: int
    openings: int


def releases_read(now: datetime) -> list[Line]:
    """What is under embargo, the soonest lift first, then what was read under it, the newest first."""
    opened = (
        select(
            LedgerEntry.release_id,
            func.count(LedgerEntry.journalist_id.distinct()).label("holders"),
            func.count().label("openings"),
        )
        .group_by(LedgerEntry.release_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Release.id,
            Release.headline,
            Release.public_from,
            Release.zone,
            func.coalesce(opened.c.holders, 0),
            func.coalesce(opened.c.openings, 0),
        )
        .outerjoin(opened, opened.c.release_id == Release.id)
        .where((opened.c.openings > 0) | (Release.embargoed & (Release.public_from > now)))
        .order_by(Release.public_from.desc(), Release.id.desc())
        .limit(100)
    ).all()
    lines = [Line(*row) for row in rows]
    coming = [line for line in lines if line.public_from and line.public_from > now]
    return coming[::-1] + [line for line in lines if line not in coming]


@dataclass(frozen=True)
class Holder:
    """Somebody who read a release under embargo.

    Attributes:
        version: the newest that they were given.
        at: when they were given it.
        openings: how often they were given anything of this release.
        notice: what changed since; None when they hold what is said now.
        told_at: when the desk told them of it.
    """

    journalist_id: int
    name: str
    outlet: str
    email: str
    version: int
    at: datetime
    openings: int
    notice: Notice | None
    told_at: datetime | None


def newest_version(release_id: int) -> int:
    """The number of the newest revision of a release."""
    newest = select(func.max(ReleaseRevision.number)).where(ReleaseRevision.release_id == release_id)
    return db.session.scalar(newest) or 0


def holders(release_id: int, now: datetime) -> list[Holder]:
    """Who holds a release, and in which version; those with an older one first."""
    read = LedgerEntry.release_id == release_id
    rows = db.session.execute(
        select(
            Journalist.id,
            Journalist.name,
            Journalist.outlet,
            Journalist.email,
            func.max(LedgerEntry.version).filter(holds_text()),
            func.max(LedgerEntry.at),
            func.count(),
        )
        .join(LedgerEntry, LedgerEntry.journalist_id == Journalist.id)
        .where(read)
        .group_by(Journalist.id, Journalist.name, Journalist.outlet, Journalist.email)
        .order_by(func.lower(Journalist.name))
    ).all()
    told = _told(release_id, now)
    since: dict[int, Notice | None] = {}
    found = []
    for number, name, outlet, email, version, at, openings in rows:
        if version is not None and version not in since:
            since[version] = changes_since(release_id, version, now)
        notice = since.get(version)
        found.append(Holder(number, name, outlet, email, version or 0, at, openings, notice, told.get(number)))
    return sorted(found, key=lambda holder: holder.notice is None)


def _told(release_id: int, now: datetime) -> dict[int, datetime]:
    """Who was told of what the release says now, and when: nothing that a reader would notice came after it."""
    rows = db.session.scalars(select(Told).where(Told.release_id == release_id).order_by(Told.version, Told.id)).all()
    still_true = {version: changes_since(release_id, version, now) is None for version in {row.version for row in rows}}
    return {row.journalist_id: row.at for row in rows if still_true[row.version]}


def change_once(release_id: int, version: int, journalist_id: int, name: str = "change") -> str:
    """By which a notice of a version to one person is known in the outbox."""
    return f"{name}:{release_id}:{version}:{journalist_id}"


def to_be_told(now: datetime) -> list[tuple[int, str, int]]:
    """Releases of which somebody holds an older version and was not told: number, headline, how many.

    Whoever has a message on its way that met no trouble so far is not among them.
    """
    ids = db.session.scalars(
        select(LedgerEntry.release_id)
        .join(Release, Release.id == LedgerEntry.release_id)
        .where(may_have_changed(now))
        .distinct()
    ).all()
    found = []
    for release_id in ids:
        open_ones = [one for one in holders(release_id, now) if one.notice and not one.told_at]
        newest = newest_version(release_id)
        mails = messages.by_once([change_once(release_id, newest, one.journalist_id) for one in open_ones])
        on_its_way = {once for once, mail in mails.items() if mail.state.is_open and not mail.problem}
        open_ones = [one for one in open_ones if change_once(release_id, newest, one.journalist_id) not in on_its_way]
        if open_ones and open_ones[0].notice:
            found.append((release_id, open_ones[0].notice.headline, len(open_ones)))
    return found
