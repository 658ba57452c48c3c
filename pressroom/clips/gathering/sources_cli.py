"""``pressroom sources``."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from pressroom import publishing
from pressroom.clips.gathering import opml, polling, source_queries, sources, trying
from pressroom.clips.gathering.models import ClipSource
from pressroom.clips.gathering.opml import OPMLError
from pressroom.clips.gathering.polling import ReadingError
from pressroom.clips.gathering.rules import ImportInto, SourceState
from pressroom.clips.gathering.sources import SourceError
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.kit.settings import setting

_INTO = click.option(
    "--into", type=click.Choice([into.value for into in ImportInto]), default=ImportInto.TRIAGE.value, show_default=True
)


@click.group("sources")
def group() -> None:
    """The feeds that clips are gathered from."""


@group.command("list")
@with_appcontext
def every() -> None:
    """Each source with its number, state, address and last error."""
    with publishing.as_staff():
        brought = source_queries.brought()
        for source in source_queries.every():
            items = brought[source.id].items if source.id in brought else 0
            click.echo(f"{source.id:>5}  {source.state.value:<7} {items:>6,}  {source.name}  {source.address}")
            for sentence in filter(None, (source.problem, source.unread)):
                click.echo(f"       {sentence}")


@group.command("add")
@click.argument("address")
@click.option("--name", default="", help="For the desk; the feed's own title without it.")
@click.option("--outlet", default="", help="Whose stories they all are.")
@click.option("--folder", default="")
@_INTO
@with_appcontext
def add(address: str, name: str, outlet: str, folder: str, into: str) -> None:
    """Try ADDRESS, of a feed or of a page that names one, and add it."""
    with publishing.as_staff():
        try:
            tried = trying.ask(address)
            source = sources.add(
                address=tried.address,
                name=name or tried.about.title,
                outlet=outlet,
                folder=folder,
                into=ImportInto(into),
                by=None,
                now=clock.now(),
            )
        except (ReadingError, SourceError) as error:
            raise click.ClickException(str(error)) from None
        db.session.commit()
        click.echo(
            f"Source {source.id}, “{source.name}”: {tried.total:,} entries. The worker reads it within a minute."
        )


@group.command("read")
@click.argument("number", type=int)
@with_appcontext
def read(number: int) -> None:
    """Read the source with this NUMBER now."""
    with publishing.as_staff():
        source = _source(number)
        if source.state is not SourceState.ACTIVE:
            sources.resume(source, by=None, now=clock.now())
            db.session.commit()
        token = polling.claim(number, now=clock.now())
        if token is None:
            db.session.rollback()
            raise click.ClickException("Its site is being asked, or was a moment ago. Try again in a minute.")
        db.session.commit()
        outcome = polling.poll(number, token)
        if not outcome.is_read:
            raise click.ClickException(outcome.sentence)
        click.echo(outcome.sentence)
        if outcome.import_id:
            click.echo(polling.import_now(outcome))


@group.command("remove")
@click.argument("number", type=int)
@with_appcontext
def remove(number: int) -> None:
    """Forget the source with this NUMBER. What it brought stays."""
    with publishing.as_staff():
        source = _source(number)
        name = source.name
        sources.remove(source, by=None, now=clock.now())
        db.session.commit()
        click.echo(f"“{name}” is no source any more.")


@group.command("import-opml")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@_INTO
@with_appcontext
def import_opml(file: Path, into: str) -> None:
    """Add the feeds of the OPML list FILE."""
    with publishing.as_staff():
        try:
            taken = opml.take(file.read_bytes(), by=None, now=clock.now(), into=ImportInto(into))
        except OPMLError as error:
            raise click.ClickException(str(error)) from None
        db.session.commit()
        for line, problem in taken.problems:
            click.echo(f"line {line}: {problem}", err=True)
        click.echo(f"{taken.added:,} added, {taken.known:,} already known, {len(taken.problems):,} refused.")


@group.command("export-opml")
@with_appcontext
def export_opml() -> None:
    """Write the list of sources as OPML to standard output."""
    with publishing.as_staff():
        title = f"{setting('organisation_short_name')}: sources of clips"
        click.echo(opml.written(source_queries.every(), title=title, now=clock.now()), nl=False)


def _source(number: int) -> ClipSource:
    source = source_queries.by_id(number)
    if source is None:
        raise click.ClickException(f"There is no source {number}. See pressroom sources list.")
    return source
