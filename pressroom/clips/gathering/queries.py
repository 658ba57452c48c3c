"""Reads of what is gathered. For the desk and the worker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from pressroom.clips.gathering.models import ClipImport, ImportProblem
from pressroom.clips.rules import UNFINISHED, ImportState
from pressroom.kit.db import db


def an_import(import_id: int) -> ClipImport | None:
    """One import, or None."""
    return db.session.get(ClipImport, import_id)


def imports(limit: int = 10) -> Sequence[ClipImport]:
    """The latest imports that a person or a command began; a source's own batches stand with the source."""
    statement = select(ClipImport).where(ClipImport.source_id.is_(None))
    return db.session.scalars(statement.order_by(ClipImport.id.desc()).limit(limit)).all()


def imported_before(sha256: str, import_id: int) -> ClipImport | None:
    """The last import of the same bytes that came to its end."""
    statement = select(ClipImport).where(
        ClipImport.sha256 == sha256, ClipImport.id != import_id, ClipImport.state == ImportState.DONE
    )
    return db.session.scalars(statement.order_by(ClipImport.id.desc()).limit(1)).first()


def needs_file(sha256: str) -> bool:
    """Whether an import still waits for this uploaded file."""
    open_states = (ImportState.UPLOADED, *UNFINISHED)
    statement = select(ClipImport.id).where(
        ClipImport.sha256 == sha256, ClipImport.stored.is_(True), ClipImport.state.in_(open_states)
    )
    return db.session.scalar(statement.limit(1)) is not None


def forgotten_uploads(before: datetime) -> Sequence[ClipImport]:
    """Uploads from before an instant whose columns nobody confirmed."""
    statement = select(ClipImport).where(ClipImport.state == ImportState.UPLOADED, ClipImport.created_at < before)
    return db.session.scalars(statement).all()


def problems(import_id: int, *, limit: int) -> Sequence[ImportProblem]:
    """The first rows that were refused, in the file's order."""
    statement = select(ImportProblem).where(ImportProblem.import_id == import_id)
    return db.session.scalars(statement.order_by(ImportProblem.line, ImportProblem.id).limit(limit)).all()
