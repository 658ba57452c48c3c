"""How a term and an expert become documents; and where their pages are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Text, or_, select, type_coerce
from sqlalchemy.orm import lazyload

from pressroom.kit import text
from pressroom.kit.db import db
from pressroom.releases import languages
from pressroom.reporting.models import Expert, Term
from pressroom.search import Document, Wanted

TERM, EXPERT = "term", "expert"


def load_terms(ids: Sequence[int]) -> Iterable[Document]:
    """The public terms among *ids* as documents."""
    return (term_document(row) for row in db.session.scalars(select(Term).where(Term.id.in_(ids))))


def load_experts(ids: Sequence[int]) -> Iterable[Document]:
    """The experts among *ids* who are public as documents."""
    rows = db.session.scalars(select(Expert).where(Expert.id.in_(ids)).options(lazyload(Expert.photo)))
    return (expert_document(row) for row in rows)


def term_ids() -> Iterable[int]:
    """The numbers of all public terms."""
    return db.session.scalars(select(Term.id)).all()


def expert_ids() -> Iterable[int]:
    """The numbers of all public experts."""
    return db.session.scalars(select(Expert.id)).all()


def newest_terms(wanted: Wanted) -> Iterable[int]:
    """The numbers of the newest terms that may match; called for the public."""

    def has(part: str) -> ColumnElement[bool]:
        return _any(part, Term.term, type_coerce(Term.forms, Text), Term.definition_html)

    return db.session.scalars(wanted.narrowed(select(Term.id), has, Term.updated_at)).all()


def newest_experts(wanted: Wanted) -> Iterable[int]:
    """The numbers of the newest experts who may match; called for the public."""

    def has(part: str) -> ColumnElement[bool]:
        lists = (type_coerce(column, Text) for column in (Expert.topics, Expert.languages))
        texts = (Expert.name, Expert.title, Expert.institution, Expert.media_experience, Expert.availability)
        return _any(part, *texts, *lists)

    return db.session.scalars(wanted.narrowed(select(Expert.id), has, Expert.updated_at)).all()


def _any(part: str, *columns: Any) -> ColumnElement[bool]:
    return or_(*(column.icontains(part, autoescape=True) for column in columns))


def term_document(row: Term) -> Document:
    """A term as search sees it."""
    return Document(
        kind=TERM,
        id=row.id,
        headline=row.term,
        body="\n".join(filter(None, (", ".join(row.forms), text.plain(row.definition_html)))),
        published=row.updated_at,
        label="Glossary",
    )


def expert_document(row: Expert) -> Document:
    """An expert as search sees them."""
    spoken = ", ".join(languages.NAMES.get(tag, tag) for tag in row.languages)
    said = (row.title, row.institution, ", ".join(row.topics), spoken, row.media_experience, row.availability)
    return Document(
        kind=EXPERT,
        id=row.id,
        headline=row.name,
        body="\n".join(filter(None, said)),
        people=row.name,
        published=row.updated_at,
        label="Expert",
    )
