"""An import from where it stands to its end, or taken back, with a commit after each batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from pressroom.clips.gathering import formats, importing, queries, sameness, undoing
from pressroom.clips.gathering.columns import open_table
from pressroom.clips.gathering.importing import TakenOverError
from pressroom.clips.gathering.items import Reader
from pressroom.clips.gathering.models import ClipImport
from pressroom.clips.gathering.rows import Rows
from pressroom.clips.gathering.rules import ImportInto
from pressroom.clips.rules import ImportState
from pressroom.kit import clock, files
from pressroom.kit.daynumbers import DayOrder
from pressroom.kit.db import db
from pressroom.kit.encodings import UnreadableError

SMALL = 500  # rows that are imported, or taken back, while a person waits
IN_MEMORY = 5_000_000  # bytes of a converted workbook
GONE = "The uploaded file is gone. Upload it again."


def nothing(_position: int) -> None:
    """For whoever does not watch."""


def run(import_id: int, token: str, reader: Reader, *, after_batch: Callable[[int], None] = nothing) -> None:
    """Work an import off; an interruption leaves it at its last batch.

    Args:
        after_batch: called with the position after each commit.

    Raises:
        TakenOverError: another process has it now.
    """
    _drive(importing.batches(import_id, token, reader), after_batch)
    try:
        importing.finish(import_id, token, now=clock.now())
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


def undo(import_id: int, token: str, *, after_batch: Callable[[int], None] = nothing) -> None:
    """Take an import back from wherever that stands.

    Raises:
        TakenOverError: another process does it now.
    """
    _drive(undoing.undo(import_id, token), after_batch)


def work(import_id: int, token: str) -> None:
    """Do what an uploaded file's import waits for. What cannot be read is said in its row.

    Raises:
        TakenOverError: another process has it now.
    """
    job = queries.an_import(import_id)
    assert job is not None
    state, sha256 = job.state, job.sha256
    try:
        if state is ImportState.UNDOING:
            db.session.rollback()
            undo(import_id, token)
        else:
            reader = reader_of(job)
            db.session.rollback()
            run(import_id, token, reader)
    except (UnreadableError, FileNotFoundError) as error:
        sentence = str(error) if isinstance(error, UnreadableError) else GONE
        importing.finish(import_id, token, now=clock.now(), failure=sentence)
        db.session.commit()
    discard(sha256)


def work_now(import_id: int) -> None:
    """The same while a person waits. Should it fail, the worker finds it and goes on."""
    token = importing.claim(import_id, now=clock.now())
    db.session.commit()
    if token is not None:
        with suppress(TakenOverError):  # then somebody else does it, and the page shows how far it is
            work(import_id, token)


def reader_of(job: ClipImport) -> Reader:
    """The uploaded file of *job*, opened as it was confirmed.

    Raises:
        UnreadableError: it cannot be read.
        FileNotFoundError: it is gone.
    """
    path = uploads().path(job.sha256)
    if job.format == "feed":
        return sameness.opened(job, path)
    if job.format != "table":
        found = formats.open_file(path, job.file_name)
        if found is None:
            raise UnreadableError("The uploaded file is not what it was. Upload it again.")
        return found
    dated = job.into is ImportInto.ARCHIVE
    return Rows(open_table(path), dict(job.mapping), DayOrder(job.day_order), dated=dated)


def keep(stream: BinaryIO) -> tuple[str, str]:
    """Keep an uploaded file; of a workbook its first sheet as CSV. Gives its name and what of it was not read.

    Raises:
        files.FileError: it could not be stored.
        UnreadableError: it is a workbook that cannot be read.
    """
    stored = uploads().store(stream)
    path = uploads().path(stored.sha256)
    try:
        with SpooledTemporaryFile(max_size=IN_MEMORY) as sheet:
            converted = formats.workbook(path, cast(BinaryIO, sheet))
            if converted is None:
                return stored.sha256, ""
            sheet.seek(0)
            kept = uploads().store(cast(BinaryIO, sheet))
    except UnreadableError:
        discard(stored.sha256)
        raise
    if kept.sha256 != stored.sha256:
        discard(stored.sha256)
    return kept.sha256, converted.problem


def uploads() -> files.Storage:
    """Where uploaded files wait until they are imported."""
    return files.kept_in("imports")


def discard(sha256: str) -> None:
    """Delete an uploaded file, unless another import still needs it."""
    if files.Storage.is_name(sha256) and not queries.needs_file(sha256):
        uploads().remove(sha256)


def _drive(steps: Iterator[int], after_batch: Callable[[int], None]) -> None:
    try:
        for position in steps:
            db.session.commit()
            after_batch(position)
    except BaseException:
        db.session.rollback()
        raise
