"""Commands of the whole house: ``init``, ``demo``, ``worker``, ``serve``."""

from __future__ import annotations

import logging
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from pressroom import publishing, sample, search
from pressroom.accounts.models import User
from pressroom.clips import jobs as clip_jobs
from pressroom.jobs import worker as worker_process
from pressroom.kit import clock, migrating
from pressroom.kit.db import db
from pressroom.pages import actions as pages
from pressroom.supervisor import serve


def prepare() -> None:
    """Bring the database up to date, and make the pages that every press room has."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        migrating.to_newest(str(Path(current_app.root_path) / "migrations"), told=_told)
    except migrating.InUseError as error:
        raise click.ClickException(str(error)) from None
    with publishing.as_staff():
        pages.ensure(by=None, now=clock.now())
        db.session.commit()
        clip_jobs.renew()


def _told(sentence: str) -> None:
    click.echo(sentence, err=True)


@click.command("init")
@with_appcontext
def init() -> None:
    """Make the database, or bring it up to date; nothing that is there is lost."""
    prepare()
    click.echo(f"The press room in {current_app.instance_path} is ready.")


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Load the sample press room into an empty one, with a person to sign in as."""
    prepare()
    with publishing.as_staff():
        people = db.session.scalars(select(User.email)).all()
        if not people:
            sample.load(now=clock.now())
            db.session.commit()
    if not people:
        search.sweep()
        click.echo("The sample press room is loaded.")
    if not people or sample.EMAIL in people:
        click.echo(f"Demo sign-in: {sample.EMAIL} / {sample.PASSWORD}")
        click.echo(f"Demo journalist, at /embargo/: {sample.JOURNALIST_EMAIL} / {sample.JOURNALIST_PASSWORD}")
    else:
        click.echo("This press room has people of its own; it was left as it is.")


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Work off what waits: files being imported, documents to index. Ctrl-C finishes the task in hand."""
    worker_process.run()


def init_app(app: Flask) -> None:
    """Add the commands to ``flask --app wsgi`` and to ``pressroom``."""
    for command in (init, demo, worker, serve):
        app.cli.add_command(command)
