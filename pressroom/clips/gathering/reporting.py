"""What became of each row of a batch: kept with it, shown page by page, and given out as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, insert, select

from pressroom.clips.gathering.items import Item
from pressroom.clips.gathering.models import Candidate, ImportRow
from pressroom.clips.gathering.rules import RowOutcome
from pressroom.clips.models import Clip
from pressroom.clips.rules import TAKEN_BACK
from pressroom.kit import text
from pressroom.kit.db import db
from pressroom.kit.spreadsheets import BOM, harmless, record
from pressroom.kit.web import Page

PER_PAGE = 50
BATCH = 1000  # rows of the file in memory at a time
LONGEST = 500

HEAD = ("line", "outcome", "headline", "clip", "reason")


class Told(NamedTuple):
    """What a row was read as.

    Attributes:
        mark: the fingerprint of its story; empty if it was refused.
        reason: why; or what of it was left out.
    """

    line: int
    mark: str = ""
    reason: str = ""


def keep(import_id: int, rows: Sequence[Told], found: Mapping[str, Item], *, polled: bool) -> None:
    """Keep what became of *rows*, in the transaction that brought them. The caller commits.

    Args:
        found: fingerprint → the item that stands for all rows with it.
        polled: a feed was read. It says the same again and again, so what is known of it is counted and not kept.
    """
    marks = list(found)
    clips = {
        row.fingerprint: (row.id, row.import_id == import_id)
        for row in db.session.execute(
            select(Clip.fingerprint, Clip.id, Clip.import_id).where(Clip.fingerprint.in_(marks))
        )
    }
    waiting: dict[str, int] = {}
    if marks:
        ours = select(Candidate.fingerprint, Candidate.id).where(Candidate.import_id == import_id)
        waiting = dict(db.session.execute(ours.where(Candidate.fingerprint.in_(marks))).all())
    told: set[str] = set()  # several rows may stand on one line
    lines: list[dict[str, Any]] = []
    for row in rows:
        clip_id, is_ours = clips.get(row.mark, (None, False))
        first = row.mark in found and found[row.mark].line == row.line and row.mark not in told
        told.add(row.mark)
        outcome = RowOutcome.REFUSED if not row.mark else RowOutcome.KNOWN
        if row.mark and first and (is_ours or row.mark in waiting):
            outcome = RowOutcome.ADDED
        if outcome is not RowOutcome.KNOWN or not polled:
            lines.append(
                {
                    "import_id": import_id,
                    "line": row.line,
                    "outcome": outcome,
                    "clip_id": clip_id,
                    "candidate_id": waiting.get(row.mark) if outcome is RowOutcome.ADDED else None,
                    "reason": text.clean(row.reason)[:LONGEST],
                }
            )
    if lines:
        db.session.execute(insert(ImportRow.metadata.tables[ImportRow.__tablename__]), lines)


def counts(import_id: int) -> dict[RowOutcome, int]:
    """How many rows have which outcome, of those that are kept."""
    statement = select(ImportRow.outcome, func.count()).where(ImportRow.import_id == import_id)
    return {row[0]: row[1] for row in db.session.execute(statement.group_by(ImportRow.outcome))}


def page(import_id: int, outcome: RowOutcome | None, number: int, *, total: int) -> Page[Any]:
    """A page of the report, in the file's order.

    Args:
        outcome: only of these; None for all.
        total: how many these are.
    """
    statement = _rows(import_id, outcome).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    return Page(db.session.execute(statement).all(), total, number, PER_PAGE)


def as_csv(import_id: int) -> Iterator[str]:
    """The whole report as a file, a piece at a time. Each reads for itself, so no transaction is held."""
    yield BOM + record(list(HEAD))
    after = (-1, -1)
    statement = _rows(import_id, None)
    while True:
        later = (ImportRow.line > after[0]) | ((ImportRow.line == after[0]) & (ImportRow.id > after[1]))
        rows = db.session.execute(statement.where(later).limit(BATCH)).all()
        if not rows:
            return
        after = (rows[-1].line, rows[-1].id)
        yield "".join(record([harmless(cell) for cell in _cells(row)]) for row in rows)


def _cells(row: Any) -> tuple[str, ...]:
    outcome = "taken back" if row.origin == TAKEN_BACK else row.outcome.value
    return (str(row.line), outcome, row.headline or "", str(row.clip_id or ""), row.reason)


def _rows(import_id: int, outcome: RowOutcome | None) -> Any:
    """Rows with what they became: ``line``, ``outcome``, ``reason``, ``clip_id``, ``headline`` and ``origin``."""
    headline = func.coalesce(Clip.headline, Candidate.headline).label("headline")
    statement = (
        select(
            ImportRow.id,
            ImportRow.line,
            ImportRow.outcome,
            ImportRow.reason,
            ImportRow.clip_id,
            headline,
            Clip.origin,
            Candidate.id.label("candidate_id"),
        )
        .outerjoin(Clip, Clip.id == ImportRow.clip_id)
        .outerjoin(
            Candidate,
            (Candidate.id == ImportRow.candidate_id) & (Candidate.import_id == ImportRow.import_id),
        )
        .where(ImportRow.import_id == import_id)
        .order_by(ImportRow.line, ImportRow.id)
    )
    return statement if outcome is None else statement.where(ImportRow.outcome == outcome)
