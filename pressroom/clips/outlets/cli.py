"""``pressroom outlets``."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from pressroom import publishing
from pressroom.clips.models import Outlet
from pressroom.clips.outlets import actions, queries, rules, working
from pressroom.clips.outlets.names import known
from pressroom.clips.outlets.rules import OutletError
from pressroom.kit import clock
from pressroom.kit.db import db

group = AppGroup("outlets", help="Outlets of clips: list them, and merge two that are one.")


@group.command("list")
@click.option("--alike", is_flag=True, help="Only those that may be one, in pairs, with the reason.")
@click.argument("words", nargs=-1)
def list_outlets(words: tuple[str, ...], alike: bool) -> None:
    """List the outlets: slug, name, and how many clips each brought; with WORDS, those that have all of them."""
    with publishing.as_staff():
        if alike:
            for pair in rules.alike(queries.known()):
                click.echo(
                    f"{pair.one.name} ({pair.one.clips:,}) → {pair.other.name} ({pair.other.clips:,}): {pair.why}"
                )
            return
        number, pages = 1, 1
        while number <= pages:
            page = queries.page(words=" ".join(words), page=number)
            for outlet, clips in page.items:
                click.echo(f"{outlet.slug:<40} {clips:>7,}  {outlet.name}")
            number, pages = number + 1, page.pages


@group.command("merge")
@click.argument("one")
@click.argument("into")
def merge(one: str, into: str) -> None:
    """Say that the outlet ONE is INTO; both by slug or by any of their names.

    Its clips, its names and its address are those of INTO from then on. The desk can undo it.
    """
    with publishing.as_staff():
        try:
            work = actions.merge(_named(one), _named(into), by=None, now=clock.now())
        except OutletError as error:
            raise click.ClickException(str(error)) from None
        work_id = work.id
        db.session.commit()
        working.run(work_id)
        done = queries.work(work_id)
        assert done is not None
        assert done.into is not None
        click.echo(f"{done.outlet.name} is {done.into.name} now: {done.clips:,} clips moved.")
        if done.duplicates:
            click.echo(
                f"{done.duplicates:,} of them are the same as another one; see /desk/clips/outlets/work/{done.id}."
            )


def _named(written: str) -> Outlet:
    meant = known([rules.key(written)]).get(rules.key(written))
    if meant is None:
        raise click.ClickException(f"There is no outlet “{written[:100]}”. `pressroom outlets list` shows them.")
    return db.session.get_one(Outlet, meant.id)
