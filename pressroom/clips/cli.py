"""``pressroom import-clips``, ``undo-clips`` and ``import-addresses``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO

import click
from flask.cli import with_appcontext

from pressroom import jobs, publishing, search
from pressroom.clips.gathering import asking, bulk, columns, formats, importing, queries, running, undoing
from pressroom.clips.gathering.columns import open_table
from pressroom.clips.gathering.importing import TakenOverError
from pressroom.clips.gathering.items import Reader
from pressroom.clips.gathering.models import ClipImport
from pressroom.clips.gathering.rows import RowError, Rows
from pressroom.clips.gathering.rules import FORMATS, ImportInto, undo_problem
from pressroom.clips.outlets.names import Called
from pressroom.clips.rules import ImportState
from pressroom.kit import clock, daynumbers
from pressroom.kit.daynumbers import DayOrder
from pressroom.kit.db import db
from pressroom.kit.encodings import UnreadableError
from pressroom.kit.tables import Table

PROBLEMS_PRINTED = 100
TRIED = 500  # fingerprints that are looked up at a time
LONGEST_LIST = 500_000  # characters
INTERRUPTED = 130  # as a shell says: 128 + SIGINT


@click.command("import-clips")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option(
    "--into",
    type=click.Choice([into.value for into in ImportInto]),
    default=ImportInto.ARCHIVE.value,
    show_default=True,
    help="Into the archive at once, or into the queue of what is to be judged.",
)
@click.option(
    "--map",
    "wanted",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="Which column of a table fills a field; may be repeated.",
)
@click.option(
    "--dates",
    type=click.Choice([order.value for order in DayOrder if order]),
    help="How days such as 03/04/2019 are read; without it they are read only if the whole column tells.",
)
@click.option("--source", default="", metavar="NAME", help="Where it comes from; the columns are remembered for it.")
@click.option("--dry-run", is_flag=True, help="Say what would be imported; change nothing.")
@with_appcontext
def import_clips(file: Path, into: str, wanted: tuple[str, ...], dates: str | None, source: str, dry_run: bool) -> None:
    """Import clips from FILE.

    FILE is a table (CSV, TSV or XLSX; any usual encoding), a WordPress export, BibTeX, RIS, JSON lines or a saved
    Google Alert; which of them, is told by what stands in it. The columns of a table are guessed, or taken from the
    last import of a table with the same ones, and shown.

    Rows that cannot be read are listed with their line and the reason. Clips that the archive knows are passed over, so
    importing a file again adds nothing; an interrupted import goes on where it stopped when the same command is given
    again.
    """
    try:
        with _table_of(file) as path, publishing.as_staff():
            other = None if path != file else formats.of(path, file.name)
            options = {"file_name": file.name, "into": ImportInto(into), "source_name": source}
            if other is not None:
                reader = other.opens(path)
                click.echo(f"{file.name}: {FORMATS[other.name]}, {reader.total:,} entries")
                _do(reader, dry_run=dry_run, format=other.name, **options)
                return
            table = open_table(path)
            mapping, order = _columns(table, wanted, dates, source)
            _show(file, table, mapping, order)
            columns.check(mapping, table.header, dated=into == ImportInto.ARCHIVE)
            reader = Rows(table, mapping, order, dated=into == ImportInto.ARCHIVE)
            _do(reader, dry_run=dry_run, mapping=mapping, order=order, header=table.header, **options)
    except UnreadableError as error:
        raise click.ClickException(str(error)) from None


@contextmanager
def _table_of(file: Path) -> Iterator[Path]:
    """The file, or of a workbook its sheet as CSV, for as long as it is read."""
    with TemporaryDirectory(prefix="pressroom-import-") as folder:
        path = Path(folder) / "sheet.csv"
        with path.open("wb") as out:
            converted = formats.workbook(file, out)
        if converted is None:
            yield file
            return
        click.echo(f"{file.name}: sheet “{converted.sheet}”")
        if converted.problem:
            click.echo(converted.problem, err=True)
        yield path


def _columns(table: Table, wanted: tuple[str, ...], dates: str | None, source: str) -> tuple[dict[str, int], DayOrder]:
    """The columns as they were confirmed the last time, or as they are guessed; changed by what was said."""
    before = queries.remembered(table.header, source)
    if before is None:
        mapping, order = columns.guess(table.header, [row.cells for row in table.sample]), DayOrder.UNKNOWN
    else:
        mapping, order = columns.moved(before.mapping, before.columns, table.header), DayOrder(before.day_order)
    mapping = columns.changed(mapping, wanted, table.header)
    db.session.rollback()
    return mapping, DayOrder(dates) if dates else order or _order(table, mapping)


@click.command("undo-clips")
@click.argument("number", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def undo_clips(number: int, yes: bool) -> None:
    """Take the import NUMBER back: what it added, and nobody changed since, leaves the archive, search and the feeds.

    Interrupted, it goes on when the same command is given again, or by the worker.
    """
    with publishing.as_staff():
        job = queries.an_import(number)
        if job is None:
            raise click.ClickException(f"There is no import {number}. The desk lists them under Clips, Import.")
        if job.state is not ImportState.UNDOING:
            if problem := undo_problem(job.state, added=job.added):
                raise click.ClickException(problem)
            going = undoing.going(job)
            click.echo(
                f"{job.file_name}: {going.clips:,} clips and {going.candidates:,} that wait to be judged would go,"
            )
            click.echo(f"{going.stay:,} would stay, because somebody changed or judged them.")
            db.session.rollback()
            if not yes:
                click.confirm("Take it back?", abort=True)
            undoing.begin(number, by=None)
        token = importing.claim(number, now=clock.now(), by_force=True)
        db.session.commit()
        assert token is not None
        try:
            running.undo(number, token)
        except TakenOverError:
            raise click.ClickException("Another process takes this import back now. Leave it to it.") from None
        done = db.session.get_one(ClipImport, number, populate_existing=True)
        click.echo(f"Taken back: {done.undone:,}; kept: {done.kept:,}.")
        db.session.rollback()
        _index()


@click.command("import-addresses")
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"))
@with_appcontext
def import_addresses(file: TextIO) -> None:
    """Have the pages of the addresses in FILE read (- for the standard input), one on a line; they wait to be judged.

    The worker reads them, a few of each site at a time; the desk shows how far it is.
    """
    pasted = asking.listed(file.read(LONGEST_LIST))
    if len(pasted.addresses) > asking.MOST:
        raise click.ClickException(f"There are {len(pasted.addresses):,} addresses; {asking.MOST} is the most.")
    _print_problems(list(pasted.problems), len(pasted.problems))
    if not pasted.addresses:
        raise click.ClickException("There is no address in it. Write one on each line.")
    with publishing.as_staff():
        job = asking.begin(pasted, name=Path(file.name).name, by=None, now=clock.now())
        number = job.id
        db.session.commit()
    jobs.wake()
    click.echo(
        f"{len(pasted.addresses):,} pages are to be read. This is import {number}; the desk shows how far it is."
    )


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


def _do(reader: Reader, *, dry_run: bool, **options: Any) -> None:
    if dry_run:
        _try(reader, options["into"])
    else:
        _import(reader, **options)


def _try(reader: Reader, into: ImportInto) -> None:
    seen: set[str] = set()
    covered, called = bulk.Covered(), Called()
    problems: list[tuple[int, str]] = []
    known = 0
    items = reader.items(0, now=clock.now())
    while batch := list(islice(items, TRIED)):
        marks: set[str] = set()
        called.learn(item.found.outlet for item in batch if item.found)
        for item in batch:
            try:
                clip = covered.resolve(importing.taken(item, into))
                marks.add(replace(clip, outlet=called.of(clip.outlet)).fingerprint)
            except RowError as error:
                problems.append((item.line, str(error)))
        known += len(bulk.known(marks - seen))
        seen |= marks
    _print_problems(problems, len(problems))
    repeated = reader.total - len(problems) - len(seen)
    _print_counts("Would be imported", len(seen) - known, known + repeated, len(problems))


def _import(reader: Reader, *, file_name: str, into: ImportInto, **options: Any) -> None:
    job = importing.unfinished(reader, options.get("mapping"), options.get("order", DayOrder.UNKNOWN), into)
    if job is None:
        job = importing.begin(reader, file_name=file_name, into=into, by=None, now=clock.now(), **options)
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
    click.echo(f"This is import {import_id}; “pressroom undo-clips {import_id}” takes it back.")
    db.session.rollback()
    if into is ImportInto.TRIAGE:
        return
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
