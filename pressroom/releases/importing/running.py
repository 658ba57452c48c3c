"""An import worked on from where it stands, with a commit after each batch; by a request, the worker or a command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

from pressroom.kit import clock, files
from pressroom.kit.db import db
from pressroom.releases.importing import batches, reads, sources
from pressroom.releases.importing.batches import TakenOverError
from pressroom.releases.importing.items import Source, UnreadableError
from pressroom.releases.importing.rules import ImportState

SMALL_BYTES = 1_000_000  # of an uploaded file that is read while a person waits
SMALL = 50  # items that are brought in or taken back while a person waits

FOLDER = "release-imports"  # clips have one of their own, and throw away what they cannot read

GONE = "The uploaded file is gone. Upload it again."


def nothing(_position: int) -> None:
    """For whoever does not watch."""


def drive(steps: Iterator[int], after_batch: Callable[[int], None] = nothing) -> None:
    """Do *steps*, with a commit after each; an interruption leaves everything at the last one.

    Args:
        after_batch: called with the position after each commit.
    """
    try:
        for position in steps:
            db.session.commit()
            after_batch(position)
    except BaseException:
        db.session.rollback()
        raise


def work(import_id: int, token: str) -> None:
    """Do what an uploaded file's import waits for. What cannot be read is said in its row.

    Raises:
        TakenOverError: another process has it now.
    """
    job = reads.an_import(import_id)
    assert job is not None
    state, sha256, name = job.state, job.sha256, job.file_name
    by = batches.actor(job.undone_by_id, job.undone_by_name)
    db.session.rollback()
    try:
        if state is ImportState.UNDOING:
            drive(batches.undo(import_id, token, by=by))
        else:
            source = opened(sha256, name)
            steps = batches.check if state is ImportState.CHECKING else batches.bring_in
            drive(steps(import_id, token, source))
    except (UnreadableError, FileNotFoundError) as error:
        sentence = str(error) if isinstance(error, UnreadableError) else GONE
        batches.fail(import_id, token, sentence, now=clock.now())
        db.session.commit()
    discard(sha256)


def work_now(import_id: int) -> None:
    """The same while a person waits. Should it be interrupted, the worker finds it and goes on."""
    token = batches.claim(import_id, now=clock.now())
    db.session.commit()
    if token is not None:
        with suppress(TakenOverError):  # then somebody else does it, and the page shows how far it is
            work(import_id, token)


def opened(sha256: str, name: str) -> Source:
    """An uploaded file as a source.

    Raises:
        UnreadableError: it cannot be read.
        FileNotFoundError: it is gone.
    """
    return sources.open_source(uploads().path(sha256), name, sha256)


def uploads() -> files.Storage:
    """Where uploaded files wait until they are imported."""
    return files.kept_in(FOLDER)


def discard(sha256: str) -> None:
    """Delete an uploaded file, unless an import still needs it."""
    if not reads.needs_file(sha256):
        uploads().remove(sha256)
