"""Reads of logos and terms. For the public, the gate leaves out what is not public."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from pressroom.kit.db import db
from pressroom.media.models import Asset
from pressroom.media.rules import TYPES, Kind
from pressroom.pages.logos.models import Logo, LogoFile, LogoTerms

OFFERED = 100
_DRAWN = [name for name, known in TYPES.items() if known.kind in {Kind.LOGO, Kind.PICTURE, Kind.DOCUMENT}]


def logos() -> Sequence[Logo]:
    """The logos in their order, with their files."""
    whole = selectinload(Logo.files).joinedload(LogoFile.asset)
    return db.session.scalars(select(Logo).options(whole).order_by(Logo.position, Logo.id)).all()


def logo(number: int) -> Logo | None:
    """The logo with this number."""
    return db.session.scalar(select(Logo).where(Logo.id == number))


def file(number: int) -> LogoFile | None:
    """The file with this number, of a logo that the reader may see."""
    return db.session.scalar(select(LogoFile).where(LogoFile.id == number))


def terms() -> LogoTerms | None:
    """The terms that hold; None where there are none."""
    return db.session.scalar(select(LogoTerms).order_by(LogoTerms.id.desc()).limit(1))


def last_position() -> int:
    """The highest position in use; -1 when there is no logo."""
    last = db.session.scalar(select(func.max(Logo.position)))
    return -1 if last is None else last


def offered() -> Sequence[Asset]:
    """The newest files of the library that can be a logo. For staff."""
    newest = select(Asset).where(Asset.media_type.in_(_DRAWN)).order_by(Asset.id.desc()).limit(OFFERED)
    return db.session.scalars(newest).all()
