"""``pressroom import-clips``."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click
from flask.cli import with_appcontext

from pressroom import publishing, search
from pressroom.clips.gathering import bulk, columns, importing, queries, rows, running
from pressroom.clips.gathering.columns import open_table
from pressroom.clips.gathering.importing import TakenOverError
from pressroom.clips.gathering.items import Reader
from pressroom.clips.gathering.models import ClipImport
from pressroom.clips.gathering.rows import RowError, Rows
from pressroom.clips.outlets.names import Called
from pressroom.kit import clock, daynumbers
from pressroom.kit.daynumbers import DayOrder
from pressroom.kit.db import db
from pressroom.kit.encodings import UnreadableError
from pressroom.kit.tables import Table

PROBLEMS_PRINTED = 100
INTERRUPTED = 130  # as a shell says: 128 + SIGINT


@click.command("import-clips")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option(
    "--map",
    "wanted",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="Which column fills a field; may be repeated.",
)
@click.option(
    "--dates",
    type=click.Choice([order.value for order in DayOrder if order]),
    help="How days such as 03/04/2019 are read; without it they are read only if the whole column tells.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be imported; change nothing.")
@with_appcontext
def import_clips(file: Path, wanted: tuple[str, ...], dates: str | None, dry_run: bool) -> None:
    """Import clips from the table FILE (CSV; comma, semicolon, tab or bar; any usual encoding).

    The columns are guessed and shown. Rows that cannot be read are listed with their line and the reason.
    Clips that the archive knows are passed over, so importing a file again adds nothing; an interrupted
    import goes on where it stopped when the same command is given again.
    """
    try:
        table = open_table(file)
        mapping = columns.changed(
            columns.guess(table.header, [row.cells for row in table.sample]), wanted, table.header
        )
        order = DayOrder(dates) if dates else _order(table, mapping)
        _show(file, table, mapping, order)
        columns.check(mapping, table.header)
    except UnreadableError as error:
        raise click.ClickException(str(error)) from None
    with publishing.as_staff():
        if dry_run:
            _try(table, mapping, order)
        else:
            _import(file, table, mapping, order)


def _order(table: Table, mapping: dict[str, int]) -> DayOrder:
    column = mapping.get("published_on")
    if column is None:
        return DayOrder.UNKNOWN
    return daynumbers.guess(row.cells[column] for row in table.rows() if column < len(row.cells))


def _show(file: Path, table: Table, mapping: dict[str, int], order: DayOrder) -> None:
    """The file and its columns, as they were understood."""
    names = columns.shown(table.header)
    delimiter = {"\t": "tab"}.get(table.delimiter, table.delimiter)
    click.echo(f"{file.name}: {table.total:,} rows, {table.encoding}, delimiter {delimiter}")
    for field in columns.FIELDS:
        if field.name in mapping:
            click.echo(f"  {names[mapping[field.name]]:<20} → {field.label}")
    unused = [name for n, name in enumerate(names) if n not in mapping.values()]
    if unused:
        click.echo(f"  not used: {', '.join(unused)}")
    if order:
        click.echo(f"  {order.label}")


def _try(table: Table, mapping: dict[str, int], order: DayOrder) -> None:
    seen: set[str] = set()
    covered, called = bulk.Covered(), Called()
    problems: list[tuple[int, str]] = []
    now = clock.now()
    for row in table.rows():
        try:
            clip = covered.resolve(rows.read(row, mapping, len(table.header), order, now=now))
            called.learn([clip.outlet])
            seen.add(replace(clip, outlet=called.of(clip.outlet)).fingerprint)
        except RowError as error:
            problems.append((row.line, str(error)))
    marks = sorted(seen)
    known = sum(len(bulk.known(marks[n : n + 500])) for n in range(0, len(marks), 500))
    _print_problems(problems, len(problems))
    repeated = table.total - len(problems) - len(seen)
    _print_counts("Would be imported", len(seen) - known, known + repeated, len(problems))


def _import(file: Path, table: Table, mapping: dict[str, int], order: DayOrder) -> None:
    reader = Rows(table, mapping, order)
    job = importing.unfinished(reader, mapping, order)
    if job is None:
        job = importing.begin(reader, file_name=file.name, mapping=mapping, order=order, by=None, now=clock.now())
    elif job.rows_read:
        click.echo(f"Going on after row {job.rows_read:,}, where this import stopped.")
    import_id, position = job.id, job.rows_read
    token = importing.claim(import_id, now=clock.now(), by_force=True)
    db.session.commit()
    assert token is not None
    try:
        _run(import_id, token, reader, position)
    except TakenOverError:
        raise click.ClickException("Another process imports this file now. Leave it to it, or stop it first.") from None
    except KeyboardInterrupt:
        _stopped(import_id, token)
    done = db.session.get_one(ClipImport, import_id, populate_existing=True)
    lines = [(problem.line, problem.reason) for problem in queries.problems(import_id, limit=PROBLEMS_PRINTED)]
    _print_problems(lines, done.refused)
    _print_counts("Imported", done.added, done.known, done.refused)
    db.session.rollback()
    try:
        _index()
    except KeyboardInterrupt:
        click.echo("\nThe clips are in. The worker, or the next search, puts the rest into the index.", err=True)
        raise SystemExit(INTERRUPTED) from None


def _run(import_id: int, token: str, reader: Reader, position: int) -> None:
    with click.progressbar(length=reader.total, label="Importing", file=sys.stderr) as bar:
        bar.update(position)

        def after_batch(at: int) -> None:
            bar.update(at - bar.pos)

        running.run(import_id, token, reader, after_batch=after_batch)


def _stopped(import_id: int, token: str) -> None:
    importing.stop(import_id, token)
    db.session.commit()
    job = db.session.get_one(ClipImport, import_id, populate_existing=True)
    click.echo(
        f"\nStopped after row {job.rows_read:,} of {job.rows_total:,}. Give the same command to go on.",
        err=True,
    )
    raise SystemExit(INTERRUPTED)


def _print_problems(problems: list[tuple[int, str]], total: int) -> None:
    for line, reason in problems[:PROBLEMS_PRINTED]:
        click.echo(f"line {line}: {reason}", err=True)
    if total > PROBLEMS_PRINTED:
        click.echo(f"… and {total - PROBLEMS_PRINTED:,} more rows that could not be read", err=True)


def _print_counts(what: str, added: int, known: int, refused: int) -> None:
    click.echo(f"{what}: {added:,} added, {known:,} already known, {refused:,} refused.")


def _index() -> None:
    """Put what came in into the search index. Interrupting it loses nothing: the queue is still there."""
    with click.progressbar(length=1, label="Indexing ", file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        search.sweep(progress)
        bar.update((bar.length or 0) - bar.pos)
