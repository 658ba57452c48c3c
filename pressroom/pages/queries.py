"""Reads of pages and facts. For the public, the gate leaves out what is not public."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Date, RowMapping, and_, bindparam, func, or_, select

from pressroom import publishing
from pressroom.kit.db import db
from pressroom.kit.prepared import Columns
from pressroom.pages import rules
from pressroom.pages.models import Fact, FactRevision, FormerPageAddress, Page, PageRevision


def page(slug: str) -> Page | None:
    """The page with the address *slug*."""
    return db.session.scalar(select(Page).where(Page.slug == slug))


def pages() -> Sequence[Page]:
    """All pages, by title."""
    return db.session.scalars(select(Page).order_by(Page.title)).all()


def moved_from(slug: str) -> Page | None:
    """The page that had this slug before, as far as the reader may see it."""
    former = select(Page).join(FormerPageAddress, FormerPageAddress.page_id == Page.id)
    return db.session.scalar(former.where(FormerPageAddress.slug == slug))


def former_addresses(page: Page) -> Sequence[FormerPageAddress]:
    """The slugs that *page* had. For staff."""
    return db.session.scalars(select(FormerPageAddress).where(FormerPageAddress.page_id == page.id)).all()


def slug_holder(slug: str) -> int | None:
    """The number of the page that has this slug, or had it. For staff."""
    now = db.session.scalar(select(Page.id).where(Page.slug == slug))
    return now or db.session.scalar(select(FormerPageAddress.page_id).where(FormerPageAddress.slug == slug))


def withdrawn(slug: str, now: datetime) -> RowMapping | None:
    """That a page with this slug was taken off: its title, when, and why; nothing of one that never was public."""
    return publishing.withdrawal_notice(Page, Page.__table__.c.slug == slug, title=Page.title, now=now)


def revision(page: Page, number: int) -> PageRevision | None:
    """The version *number* of *page*. For staff."""
    statement = select(PageRevision).where(PageRevision.page_id == page.id, PageRevision.number == number)
    return db.session.scalar(statement)


def by_ids(ids: Sequence[int]) -> Sequence[Page]:
    """The pages with these numbers, in no order."""
    return db.session.scalars(select(Page).where(Page.id.in_(ids))).all()


def facts() -> Sequence[Fact]:
    """The facts in their order; staff get those that were taken off as well."""
    return db.session.scalars(select(Fact).order_by(Fact.position, Fact.id)).all()


_fact = Columns(Fact)
_figures = publishing.Read(lambda: select(*_fact.read).where(Fact.headline_figure).order_by(Fact.position, Fact.id))


def headline_facts() -> Sequence[Fact]:
    """The figures that stand in the table and on the home page, as everybody may see them, in their order."""
    return [_fact.made(row) for row in _figures()]


def fact(id: int) -> Fact | None:
    """The fact numbered *id*."""
    return db.session.scalar(select(Fact).where(Fact.id == id))


def fact_keys() -> Sequence[str]:
    """The keys in use, withdrawn facts' too."""
    return db.session.scalars(select(Fact.key)).all()


def last_position() -> int:
    """The highest position in use; -1 when there is no fact."""
    last = db.session.scalar(select(func.max(Fact.position)))
    return -1 if last is None else last


def revisions(page: Page, limit: int = 30) -> Sequence[PageRevision]:
    """The earlier versions of *page*, newest first. For staff."""
    statement = select(PageRevision).where(PageRevision.page_id == page.id)
    return db.session.scalars(statement.order_by(PageRevision.number.desc()).limit(limit)).all()


def fact_revisions(fact: Fact, limit: int = 30) -> Sequence[FactRevision]:
    """The earlier versions of *fact*, newest first. For staff."""
    statement = select(FactRevision).where(FactRevision.fact_id == fact.id)
    return db.session.scalars(statement.order_by(FactRevision.number.desc()).limit(limit)).all()


def fact_revision(fact: Fact, number: int) -> FactRevision | None:
    """The version *number* of *fact*. For staff."""
    statement = select(FactRevision).where(FactRevision.fact_id == fact.id, FactRevision.number == number)
    return db.session.scalar(statement)


_fact = Columns(Fact)
_to_review = publishing.StaffRead(
    lambda: (
        select(*_fact.read)
        .where(or_(Fact.review_by < bindparam("today", type_=Date()), Fact.as_of.is_(None)))
        .where(Fact.withdrawn_at.is_(None))
        .order_by(Fact.review_by.is_(None), Fact.review_by, Fact.position)
    )
)


def to_review(today: date) -> Sequence[Fact]:
    """The facts on the sheet that are to be looked at: overdue, or without a date; the longest overdue first."""
    return [_fact.made(row) for row in _to_review(today=today)]


# The past of the sheet. Through the gate: what was taken back for cause is found at no instant. ------------


def facts_at(moment: datetime) -> Sequence[FactRevision]:
    """The facts that stood on the sheet at *moment*, in their order then."""
    statement = select(FactRevision).where(_stood(FactRevision, moment))
    return db.session.scalars(statement.order_by(FactRevision.position, FactRevision.fact_id)).all()


def text_at(moment: datetime) -> PageRevision | None:
    """The text of the sheet that stood there at *moment*."""
    statement = select(PageRevision).join(Page, Page.id == PageRevision.page_id)
    statement = statement.where(Page.slug == rules.FACT_SHEET, _stood(PageRevision, moment))
    return db.session.scalar(statement.order_by(PageRevision.number.desc()).limit(1))


def sheet_begun() -> datetime | None:
    """The first instant of which the sheet can be shown."""
    begun = select(func.min(PageRevision.public_from)).where(PageRevision.withdrawn_at.is_(None))
    return db.session.scalar(begun)


def public_fact(key: str) -> Fact | None:
    """The fact with this key, if it is on the sheet."""
    return db.session.scalar(select(Fact).where(Fact.key == key))


def past_of(fact: Fact) -> Sequence[FactRevision]:
    """The versions of *fact* that stood on the sheet, newest first."""
    was = FactRevision.public_from.is_not(None), FactRevision.withdrawn_at.is_(None)
    statement = select(FactRevision).where(FactRevision.fact_id == fact.id, *was)
    return db.session.scalars(statement.order_by(FactRevision.number.desc())).all()


def _stood(row: type[FactRevision] | type[PageRevision], moment: datetime) -> ColumnElement[bool]:
    return and_(
        row.public_from <= moment,
        or_(row.ended_at.is_(None), row.ended_at > moment),
        row.withdrawn_at.is_(None),
    )
