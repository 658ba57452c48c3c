"""``pressroom links check`` and ``pressroom links report``."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from pressroom import publishing
from pressroom.clips.links import actions, checking, jobs, queries
from pressroom.clips.links.rules import LinkState
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.kit.spreadsheets import harmless, record


@click.group("links")
def group() -> None:
    """Whether the stories that clips link to are still there."""


@group.command("check")
@click.option("--clip", "clips", type=int, multiple=True, help="Have this clip looked at first; may be repeated.")
@with_appcontext
def check(clips: tuple[int, ...]) -> None:
    """Do a turn of the worker's now: take new clips up, and look at the links that are due.

    Each host is asked once in a turn, so a further turn may find more to do.
    """
    if not jobs.is_on():
        raise click.ClickException("Links are not looked at: the setting link_checks, or fetching, is off.")
    now = clock.now()
    with publishing.as_staff():
        taken = jobs.take_up(now)
        for number in clips:
            link = queries.of_clip(number)
            if link is None:
                raise click.ClickException(f"There is no clip {number} with an address.")
            actions.look_now(link, now=now)
        db.session.commit()
        looked = checking.work_off(now)
        left = queries.counts(clock.now()).overdue
    click.echo(f"{taken:,} new links, {looked:,} looked at, {left:,} more are due.")


@group.command("report")
@click.option(
    "--state",
    type=click.Choice([*(state.value for state in LinkState), *queries.SHOWN]),
    help="Only these; else all that fail.",
)
@click.option("--csv", "as_csv", is_flag=True, help="As CSV, a line for each link.")
@with_appcontext
def report(state: str | None, as_csv: bool) -> None:
    """How many links there are of each kind, and which they are."""
    with publishing.as_staff():
        if as_csv:
            for line in queries.lines(state or ""):
                click.echo(record([harmless(value) for value in line]), nl=False)
            return
        counts = queries.counts(clock.now())
        for kind, number in counts.states.items():
            if number:
                click.echo(f"{number:>9,}  {kind.label}")
        click.echo(f"{counts.copies:>9,}  shown as an archive's copy")
        click.echo(f"{counts.bare:>9,}  dead, without a copy")
        click.echo(f"{counts.overdue:>9,}  due now")
        if state:
            for line in list(queries.lines(state))[1:]:
                click.echo("  ".join((line[1], line[3], line[6])))
