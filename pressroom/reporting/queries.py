"""Reads of the glossary and of the experts. For the public, the gate leaves out what is not, or no longer, public."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from pressroom import publishing
from pressroom.kit import lasting
from pressroom.kit.db import UTCDateTime, db
from pressroom.kit.prepared import Columns
from pressroom.releases.models import Release
from pressroom.releases.rules import ReleaseKind
from pressroom.releases.terms import Term as Linked
from pressroom.reporting.models import Expert, ExpertConsent, ExpertContact, Term

STATEMENTS = (ReleaseKind.POLICY, ReleaseKind.STATEMENT)
"""What is a position of the organisation."""

_entry = Columns(Term, "id", "slug", "term", "forms", "definition_html", "source", "see_also", "updated_at")
_terms = publishing.Read(lambda: select(*_entry.read).order_by(Term.term, Term.id))
_one = publishing.Read(lambda: select(*_entry.read).where(Term.slug == bindparam("slug")))
_links = publishing.Read(lambda: select(Term.slug, Term.term, Term.forms).order_by(Term.id))


def glossary() -> list[Term]:
    """The public terms, as people look them up."""
    return sorted((_entry.made(row) for row in _terms()), key=lambda row: row.term.casefold())


def term(slug: str) -> Term | None:
    """The public term at ``/glossary/<slug>``."""
    rows = _one(slug=slug)
    return _entry.made(rows[0]) if rows else None


def linked() -> list[Linked]:
    """What the text of a release is looked through for."""
    return [Linked(f"/glossary/{slug}", (name, *forms)) for slug, name, forms in _links()]


def terms() -> Sequence[Term]:
    """All terms, for the desk."""
    return db.session.scalars(select(Term).order_by(func.lower(Term.term), Term.id)).all()


def term_by_id(number: int) -> Term | None:
    """The term numbered *number*."""
    return db.session.scalar(select(Term).where(Term.id == number))


def experts() -> Sequence[Expert]:
    """The experts that the reader may see, by name."""
    return db.session.scalars(select(Expert).order_by(func.lower(Expert.name), Expert.id)).unique().all()


def expert(slug: str) -> Expert | None:
    """The expert at ``/experts/<slug>``."""
    return db.session.scalar(select(Expert).where(Expert.slug == slug))


def expert_by_id(number: int) -> Expert | None:
    """The expert numbered *number*."""
    return db.session.scalar(select(Expert).where(Expert.id == number))


def consents(row: Expert) -> Sequence[ExpertConsent]:
    """What an expert agreed to, the last first. For the desk."""
    statement = select(ExpertConsent).where(ExpertConsent.expert_id == row.id)
    return db.session.scalars(statement.order_by(ExpertConsent.id.desc())).all()


_ends = Columns(Expert, "id", "slug", "name", "public_from", "withdrawn_at")
_ending = publishing.StaffRead(
    lambda: (
        select(*_ends.read)
        .where(
            Expert.public_from <= bindparam("now", type_=UTCDateTime()),
            Expert.withdrawn_at > bindparam("now", type_=UTCDateTime()),
            Expert.withdrawn_at <= bindparam("until", type_=UTCDateTime()),
        )
        .order_by(Expert.withdrawn_at, Expert.id)
    )
)


_ends_then = publishing.StaffRead(
    lambda: select(func.min(Expert.withdrawn_at)).where(Expert.withdrawn_at > bindparam("until", type_=UTCDateTime()))
)


def ending(now: datetime, within: timedelta) -> Sequence[Expert]:
    """The public experts whose consent ends within that time, the first to end first. For staff, to be shown."""
    for (then,) in _ends_then(until=now + within):
        lasting.until(then and then - within)  # it is among them from then on
    return [_ends.made(row) for row in _ending(now=now, until=now + within)]


_statement = Columns(Release, "id", "year", "slug", "kind", "headline", "subhead", "public_from", "corrected_at")
_statements = publishing.Read(
    lambda: (
        select(*_statement.read)
        .where(or_(*(Release.kind == kind for kind in STATEMENTS)), Release.public_from.is_not(None))
        .order_by(Release.public_from.desc(), Release.id.desc())
        .limit(bindparam("limit"))
    )
)


def statements(limit: int) -> Sequence[Any]:
    """The newest statements and policy statements, as a list shows them."""
    return [_statement.made(row) for row in _statements(limit=limit)]


def private(row: Expert) -> ExpertContact | None:
    """How an expert is reached. For the desk."""
    return db.session.scalar(select(ExpertContact).where(ExpertContact.expert_id == row.id))


def terms_by_ids(ids: Sequence[int]) -> Sequence[Term]:
    """The terms with these numbers, in no order."""
    return db.session.scalars(select(Term).where(Term.id.in_(ids))).all()
