"""An import from where it stands to its end, with a commit after each batch."""

from __future__ import annotations

from collections.abc import Callable

from pressroom.clips.gathering import importing, queries, sameness
from pressroom.clips.gathering.columns import open_table
from pressroom.clips.gathering.items import Reader
from pressroom.clips.gathering.models import ClipImport
from pressroom.clips.gathering.rows import Rows
from pressroom.kit import clock, files
from pressroom.kit.daynumbers import DayOrder
from pressroom.kit.db import db

SMALL = 500  # rows that are imported while a person waits


def run(
    import_id: int, token: str, reader: Reader, *, after_batch: Callable[[int], None] = lambda _position: None
) -> None:
    """Work an import off; an interruption leaves it at its last batch.

    Args:
        after_batch: called with the position after each commit.

    Raises:
        TakenOverError: another process has it now.
    """
    try:
        for position in importing.batches(import_id, token, reader):
            db.session.commit()
            after_batch(position)
        importing.finish(import_id, token, now=clock.now())
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


def reader_of(job: ClipImport) -> Reader:
    """The uploaded file of *job*, opened as it was confirmed.

    Raises:
        UnreadableError: it cannot be read.
        FileNotFoundError: it is gone.
    """
    if job.format == "feed":
        return sameness.opened(job, uploads().path(job.sha256))
    return Rows(open_table(uploads().path(job.sha256)), dict(job.mapping), DayOrder(job.day_order))


def uploads() -> files.Storage:
    """Where uploaded files wait until they are imported."""
    return files.kept_in("imports")


def discard(sha256: str) -> None:
    """Delete an uploaded file, unless another import still needs it."""
    if not queries.needs_file(sha256):
        uploads().remove(sha256)
