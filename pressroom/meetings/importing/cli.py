"""``pressroom import-abstracts`` and ``pressroom undo-abstracts``."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from pressroom import publishing, search
from pressroom.kit import clock
from pressroom.kit import columns as headings
from pressroom.kit.db import db
from pressroom.kit.encodings import UnreadableError
from pressroom.kit.tables import Table
from pressroom.meetings import queries
from pressroom.meetings.importing import actions, columns
from pressroom.meetings.models import AbstractImport, Meeting
from pressroom.meetings.rules import MeetingError

SHOWN = 20  # problems; the desk has them all


@click.command("import-abstracts")
@click.argument("year", type=int)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--map", "wanted", multiple=True, metavar="FIELD=COLUMN", help="Which column fills a field; repeatable.")
@click.option("--dry-run", is_flag=True, help="Say what would come in; change nothing.")
@with_appcontext
def import_abstracts(year: int, file: Path, wanted: tuple[str, ...], dry_run: bool) -> None:
    """Import abstracts, and their sessions, of the meeting of YEAR from the table FILE (CSV; any usual encoding).

    The columns are guessed and shown. Rows that cannot be read, and numbers that stand there twice, are listed with
    their line. What came in before is not added again: what changed is updated, and the rest stays untouched.
    """
    try:
        table = columns.open_table(file)
        mapping = headings.changed(columns.FIELDS, columns.guess(table.header), wanted, table.header)
        _show(table, mapping)
        columns.check(mapping, table.header)
        with publishing.as_staff():
            _import(_meeting(year), table, mapping, name=file.name, dry_run=dry_run)
    except (UnreadableError, MeetingError) as error:
        raise click.ClickException(str(error)) from None


@click.command("undo-abstracts")
@click.argument("number", type=int)
@with_appcontext
def undo_abstracts(number: int) -> None:
    """Take the import NUMBER of abstracts back: what it added goes, what it changed is as it was."""
    with publishing.as_staff():
        job = db.session.get(AbstractImport, number)
        meeting = queries.by_id(job.meeting_id) if job else None
        if job is None or meeting is None:
            raise click.ClickException(f"There is no import {number} of abstracts.")
        try:
            actions.undo(job, meeting, by=None, now=clock.now())
        except MeetingError as error:
            raise click.ClickException(str(error)) from None
        left = job.left_alone
        db.session.commit()
    search.sweep()
    click.echo(f"Undone. {left:,} changed since, and stay as they are." if left else "Undone.")


def _import(meeting: Meeting, table: Table, mapping: dict[str, int], *, name: str, dry_run: bool) -> None:
    now = clock.now()
    job = actions.begin(table, meeting, file_name=name, mapping=mapping, by=None, now=now)
    actions.run(job, table, meeting, by=None, now=now)
    _report(job, dry_run=dry_run)
    if dry_run:
        db.session.rollback()
        return
    db.session.commit()
    search.sweep()


def _show(table: Table, mapping: dict[str, int]) -> None:
    click.echo(f"{table.total:,} rows, {table.encoding}, delimiter {table.delimiter!r}")
    names = headings.shown(table.header)
    for field in columns.FIELDS:
        if field.name in mapping:
            click.echo(f"  {field.name:14} {names[mapping[field.name]]}")


def _report(job: AbstractImport, *, dry_run: bool) -> None:
    for line, sentence in job.problems[:SHOWN]:
        click.echo(f"line {line}: {sentence}", err=True)
    if len(job.problems) > SHOWN:
        click.echo(f"… and {len(job.problems) - SHOWN:,} more.", err=True)
    counts = f"{job.added:,} added, {job.updated:,} updated, {job.unchanged:,} unchanged, {job.refused:,} refused"
    click.echo(f"{counts}; {job.sessions:,} new sessions")
    click.echo("Nothing was changed." if dry_run else f"pressroom undo-abstracts {job.id} takes it back.")


def _meeting(year: int) -> Meeting:
    meeting = queries.by_year(year)
    if meeting is None:
        raise click.ClickException(f"There is no meeting of {year}. Add it at the desk first.")
    return meeting
