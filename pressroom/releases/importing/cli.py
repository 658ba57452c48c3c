"""``pressroom import-releases`` and ``pressroom undo-import``."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from pressroom import publishing, search
from pressroom.kit import clock, dates, text
from pressroom.kit.db import db
from pressroom.kit.settings import setting
from pressroom.releases.importing import batches, plan, reads, running, sources
from pressroom.releases.importing.batches import TakenOverError
from pressroom.releases.importing.items import Source, UnreadableError
from pressroom.releases.importing.plan import OptionError, Options, Planned, Planner
from pressroom.releases.importing.rules import UNDOABLE, ImportState, Outcome, undo_problem
from pressroom.releases.rules import ReleaseKind

INTERRUPTED = 130  # as a shell says: 128 + SIGINT
ORDER = (Outcome.MAKE, Outcome.MADE, Outcome.KNOWN, Outcome.CHANGED, Outcome.LEFT, Outcome.UNDONE, Outcome.STAYS)


@click.command("import-releases")
@click.argument("path", type=click.Path(exists=True, readable=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would come in; change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask before importing.")
@click.option("--zone", help="Zone of days and times that name none; the organisation’s when it is not given.")
@click.option(
    "--type", "types", multiple=True, metavar="TYPE", help="Types of items that come in: post (default), page."
)
@click.option(
    "--category", "categories", multiple=True, metavar="NAME", help="Only items of this category; repeatable."
)
@click.option(
    "--kind", "kinds", multiple=True, metavar="CATEGORY=KIND", help="What kind of release a category means; repeatable."
)
@click.option(
    "--topic",
    "topics",
    multiple=True,
    metavar="TAG=TOPIC",
    help="Which topic a tag becomes; nothing behind = leaves it out; repeatable.",
)
@click.option(
    "--default-kind",
    type=click.Choice([kind.value for kind in ReleaseKind]),
    default=ReleaseKind.STATEMENT.value,
    show_default=True,
    help="The kind where no category says one.",
)
@click.option("--drafts", is_flag=True, help="Bring drafts in, as drafts.")
@click.option("--scheduled", is_flag=True, help="Bring in what lies ahead; it waits for its time.")
@with_appcontext
def import_releases(
    path: Path,
    dry_run: bool,
    yes: bool,
    zone: str | None,
    types: tuple[str, ...],
    categories: tuple[str, ...],
    kinds: tuple[str, ...],
    topics: tuple[str, ...],
    default_kind: str,
    drafts: bool,
    scheduled: bool,
) -> None:
    """Import old releases from PATH: a WordPress export (.xml), a folder of Markdown files, or a ZIP of one.

    Everything is shown before anything is imported. Each release keeps its date, its author and, where it can, its
    address; what came in before is passed over, so importing a file again adds nothing.
    """
    with publishing.as_staff():
        try:
            options = Options(
                zone=dates.named_zone(zone or setting("time_zone")).key,
                types=types or ("post",),
                categories=tuple(text.slugify(name) for name in categories),
                kinds={slug: plan.kind_named(kind) for slug, kind in plan.read_pairs(kinds, "--kind").items()},
                topics=plan.read_pairs(topics, "--topic"),
                default_kind=ReleaseKind(default_kind),
                drafts=drafts,
                scheduled=scheduled,
            )
            source = sources.open_source(path)
            made = _show(source, options)
        except (UnreadableError, OptionError, dates.DateError) as error:
            raise click.ClickException(str(error)) from None
        if dry_run or not made:
            return
        if not yes and not click.confirm(f"Import {made:,} {_releases(made)}?"):
            click.echo("Nothing was imported.")
            return
        _import(source, options)


def _releases(count: int) -> str:
    return "release" if count == 1 else "releases"


def _show(source: Source, options: Options) -> int:
    """The dry run, printed. Gives how many releases would come in."""
    planner = batches.planner(options, clock.now())
    db.session.rollback()
    counts: dict[Outcome, int] = {}
    click.echo(f"{source.name}: days and times without a zone are read in {options.zone}")
    for item in source.items(options.zone):
        planned = planner.plan(item)
        counts[planned.outcome] = counts.get(planned.outcome, 0) + 1
        _print(planned, options.zone)
    _print_terms(planner, options)
    click.echo(_counted(counts))
    return counts.get(Outcome.MAKE, 0)


def _print(planned: Planned, zone: str) -> None:
    item = planned.item
    headline = item.headline or item.where
    if planned.outcome is not Outcome.MAKE:
        click.echo(f"- {item.where}: {headline}: {planned.outcome.label.lower()}: {planned.reason}")
    else:
        kind, topics = planned.fields["kind"].label, ", ".join(planned.fields["topics"])
        click.echo(f"+ {item.where}: {headline}")
        click.echo(f"    {_when(planned.at, zone)}{' (ahead)' if planned.waits else ''}  {planned.address}")
        click.echo(f"    {kind}{f'; {topics}' if topics else ''}{f'; by {item.author}' if item.author else ''}")
        for path in planned.paths:
            click.echo(f"    {path} will lead there")
    for remark in planned.remarks:
        click.echo(f"    ! {remark}")


def _when(at: datetime | None, zone: str) -> str:
    return dates.moment(at, zone) if at else "a draft"


def _print_terms(planner: Planner, options: Options) -> None:
    rows = plan.table(planner.terms, options)
    if rows:
        click.echo("Categories and tags:")
    for row in rows:
        becomes = f"kind {row['kind']}" if row["kind"] else f"topic {row['topic']}" if row["topic"] else "left out"
        click.echo(f"  {row['name']} ({row['taxonomy']}, {row['count']:,}) → {becomes}")


def _counted(counts: dict[Outcome, int]) -> str:
    said = [f"{outcome.label.lower()}: {counts[outcome]:,}" for outcome in ORDER if counts.get(outcome)]
    return ("; ".join(said) or "nothing is in it").capitalize() + "."


def _import(source: Source, options: Options) -> None:
    job = reads.unfinished(source.sha256, options)
    if job is None:
        job = batches.begin(source, options, state=ImportState.IMPORTING, by=None, now=clock.now(), stored=False)
    elif job.position:
        click.echo(f"Going on after item {job.position:,}, where this import stopped.")
    job.state = ImportState.IMPORTING
    db.session.flush()
    import_id = job.id
    token = batches.claim(import_id, now=clock.now(), by_force=True)
    db.session.commit()
    assert token is not None
    try:
        running.drive(batches.bring_in(import_id, token, source), _tick)
    except TakenOverError:
        raise click.ClickException("Another process imports this file now. Leave it to it, or stop it first.") from None
    except UnreadableError as error:
        batches.fail(import_id, token, str(error), now=clock.now())
        db.session.commit()
        raise click.ClickException(str(error)) from None
    except KeyboardInterrupt:
        batches.stop(import_id, token)
        db.session.commit()
        click.echo("\nStopped. Give the same command to go on.", err=True)
        raise SystemExit(INTERRUPTED) from None
    _print_left(import_id)
    click.echo(_counted(reads.counts(import_id)))
    click.echo(f"This is import {import_id}. Within 24 hours, pressroom undo-import {import_id} takes it back.")
    db.session.rollback()
    search.sweep()


def _print_left(import_id: int) -> None:
    """What the dry run could not know."""
    for line in reads.items(import_id, Outcome.LEFT).items:
        click.echo(f"- {line.place}: {line.headline}: left out: {line.reason}", err=True)


def _tick(position: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{position:,} items", nl=False, err=True)


@click.command("undo-import")
@click.argument("number", type=int)
@with_appcontext
def undo_import(number: int) -> None:
    """Take back the releases of import NUMBER that nobody changed since; for 24 hours."""
    with publishing.as_staff():
        job = reads.an_import(number)
        if job is None:
            raise click.ClickException(f"There is no import {number}.")
        made, now = reads.counts(number).get(Outcome.MADE, 0), clock.now()
        if sentence := undo_problem(job.state, made=made, finished_at=job.finished_at, now=now):
            raise click.ClickException(sentence)
        batches.send_on(number, before=UNDOABLE, to=ImportState.UNDOING)
        token = batches.claim(number, now=now, by_force=True)
        db.session.commit()
        assert token is not None
        running.drive(batches.undo(number, token, by=None), _tick)
        for line in reads.items(number, Outcome.STAYS).items:
            click.echo(f"- {line.headline}: {line.reason}")
        click.echo(_counted(reads.counts(number)))
        db.session.rollback()
        search.sweep()
