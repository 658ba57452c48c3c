"""Reads of pages and facts. For the public, the gate leaves out what is not public."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from pressroom import publishing
from pressroom.kit.db import db
from pressroom.kit.prepared import Columns
from pressroom.pages.models import Fact, FactRevision, Page, PageRevision


def page(slug: str) -> Page | None:
    """The page with the address *slug*."""
    return db.session.scalar(select(Page).where(Page.slug == slug))


def pages() -> Sequence[Page]:
    """All pages, by title."""
    return db.session.scalars(select(Page).order_by(Page.title)).all()


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
