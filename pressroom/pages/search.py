"""How a page becomes a document; the facts are found through the fact sheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, or_, select

from pressroom.kit import text
from pressroom.kit.db import db
from pressroom.pages import queries, rules
from pressroom.pages.models import Fact, Page
from pressroom.search import Document, Wanted

KIND = "page"


def load(ids: Sequence[int]) -> Iterable[Document]:
    """The public pages among *ids* as documents."""
    for page in db.session.scalars(select(Page).where(Page.id.in_(ids))):
        facts = queries.facts() if page.slug == rules.FACT_SHEET else ()
        yield document(page, facts)


def ids() -> Iterable[int]:
    """The numbers of all public pages."""
    return db.session.scalars(select(Page.id)).all()


def newest(wanted: Wanted) -> Iterable[int]:
    """The numbers of the newest pages that may match; called for the public."""

    def has(part: str) -> ColumnElement[bool]:
        texts = (Page.title, Page.standfirst, Page.body_html)
        facts = (Fact.section, Fact.label, Fact.value, Fact.qualifier, Fact.unit, Fact.detail)
        stated = select(Fact.id).where(or_(*(column.icontains(part, autoescape=True) for column in facts)))
        return or_(
            *(column.icontains(part, autoescape=True) for column in texts),
            (Page.slug == rules.FACT_SHEET) & stated.exists(),
        )

    return db.session.scalars(wanted.narrowed(select(Page.id), has, Page.updated_at)).all()


def document(page: Page, facts: Iterable[Fact]) -> Document:
    """*page* as search sees it, with the *facts* that stand on it."""
    parts = [page.standfirst, text.plain(page.body_html)]
    parts += [". ".join(part for part in (f.section, f.label, f.reading, f.detail) if part) for f in facts]
    return Document(
        kind=KIND,
        id=page.id,
        headline=page.title,
        body="\n".join(part for part in parts if part),
        published=page.updated_at,
        label="Page",
    )
