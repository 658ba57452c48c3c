"""Reads of what is gathered. For the desk and the worker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from pressroom import publishing
from pressroom.clips.gathering import columns
from pressroom.clips.gathering.models import ClipImport, ImportRow
from pressroom.clips.gathering.rules import RowOutcome
from pressroom.clips.rules import UNFINISHED, ImportState
from pressroom.kit.db import db
from pressroom.kit.web import Page, paginate


def an_import(import_id: int) -> ClipImport | None:
    """One import, or None."""
    return db.session.get(ClipImport, import_id)


def imports(limit: int = 10) -> Sequence[ClipImport]:
    """The latest imports that a person or a command began; a source's own batches stand with the source."""
    statement = select(ClipImport).where(ClipImport.source_id.is_(None))
    return db.session.scalars(statement.order_by(ClipImport.id.desc()).limit(limit)).all()


class Line(NamedTuple):
    """A line of the board."""

    id: int
    file_name: str
    by_name: str
    created_at: datetime
    rows_read: int
    rows_total: int
    added: int
    refused: int


_lines = publishing.StaffRead(
    lambda: (
        select(*(getattr(ClipImport, name) for name in Line._fields))
        .where(ClipImport.source_id.is_(None))
        .order_by(ClipImport.id.desc())
        .limit(bindparam("limit"))
    )
)


def import_lines(limit: int) -> tuple[Line, ...]:
    """The same with what a line of the board shows."""
    return tuple(Line(*row) for row in _lines(limit=limit))


def of_addresses(limit: int) -> Sequence[ClipImport]:
    """The latest lists of addresses."""
    statement = select(ClipImport).where(ClipImport.format == "addresses").order_by(ClipImport.id.desc())
    return db.session.scalars(statement.limit(limit)).all()


def every_import(page: int) -> Page[ClipImport]:
    """A page of all imports, the latest first."""
    return paginate(select(ClipImport).order_by(ClipImport.id.desc()), page, 30)


def remembered(header: Sequence[str], source_name: str = "") -> ClipImport | None:
    """The last import of a table with columns of these names that somebody confirmed; of that source, if there is one.

    One that was taken back is none: perhaps its columns were wrong.
    """
    confirmed = (ImportState.DONE, *UNFINISHED)
    statement = select(ClipImport).where(
        ClipImport.header_key == columns.key(header), ClipImport.format == "table", ClipImport.state.in_(confirmed)
    )
    statement = statement.order_by((ClipImport.source_name == source_name).desc(), ClipImport.id.desc())
    return db.session.scalars(statement.limit(1)).first()


def source_names() -> Sequence[str]:
    """The names of places that files came from."""
    named = select(ClipImport.source_name).where(ClipImport.source_name != "").distinct()
    return db.session.scalars(named.order_by(ClipImport.source_name).limit(100)).all()


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


def problems(import_id: int, *, limit: int) -> Sequence[ImportRow]:
    """The first rows that were refused, in the file's order."""
    statement = select(ImportRow).where(ImportRow.import_id == import_id, ImportRow.outcome == RowOutcome.REFUSED)
    return db.session.scalars(statement.order_by(ImportRow.line, ImportRow.id).limit(limit)).all()
