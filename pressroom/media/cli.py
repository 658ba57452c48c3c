"""``pressroom media``: renditions made again, and files that nothing speaks of deleted."""

from __future__ import annotations

import click
from flask.cli import AppGroup, with_appcontext

from pressroom import publishing
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.media import actions, jobs

media = AppGroup("media", help="Pictures and other files.")


@media.command("renditions")
@click.option("--again", is_flag=True, help="Make all of them again, not only those that are missing or out of date.")
@with_appcontext
def renditions(again: bool) -> None:
    """Make the renditions of all pictures that lack them. The same picture gives the same bytes."""
    with publishing.as_staff():
        count = actions.queue_all(now=clock.now(), again=again)
        db.session.commit()
        jobs.render(clock.now())
        failed = actions.failed_renditions()
    for asset_id, name, problem in failed:
        click.echo(f"{asset_id} {name}: {problem}", err=True)
    click.echo(f"{count} pictures looked at; {len(failed)} could not be made.")
    if failed:
        raise SystemExit(1)


@media.command("sweep")
@with_appcontext
def sweep() -> None:
    """Delete stored files of more than a day that no row speaks of."""
    with publishing.as_staff():
        removed = actions.sweep(now=clock.now())
    click.echo(f"{len(removed)} left-over files were deleted.")
