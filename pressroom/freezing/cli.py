"""``pressroom freeze``."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from pressroom.freezing import copying, schedule
from pressroom.freezing.copying import Made
from pressroom.freezing.rules import FreezeError, Scope
from pressroom.kit import clock

SHOWN = 10


@click.command("freeze")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--clips", type=click.IntRange(0), help="So many of the newest clips have a page; else freeze_clips.")
@click.option(
    "--papers", type=click.IntRange(0), help="PDF and press kit of so many of the newest; else freeze_papers."
)
@with_appcontext
def freeze_command(folder: Path, clips: int | None, papers: int | None) -> None:
    """Write the public site as it is now into FOLDER, for a web server or a bucket to show when this one cannot.

    What is in FOLDER is replaced, when the new copy is whole, and only if it is a copy.
    """
    usual = schedule.scope()
    scope = Scope(usual.clips if clips is None else clips, usual.papers if papers is None else papers)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        made = copying.make(
            app, folder, now=clock.now(), scope=scope, told=lambda said: click.echo(f"  {said}", err=True)
        )
    except FreezeError as error:
        raise click.ClickException(str(error)) from None
    _print(folder, made)


def _print(folder: Path, made: Made) -> None:
    copy = made.copy
    click.echo(
        f"{folder}: {copy.pages:,} pages and {copy.files:,} files, {copy.bytes / 1e6:,.1f} MB, as of "
        f"{copy.made:%Y-%m-%d %H:%M:%S} UTC."
    )
    click.echo(
        f"{copy.clips:,} of {copy.of_clips:,} clips have a page there; {copy.papers:,} PDF files and press kits."
    )
    for path, page in list(made.lost.items())[:SHOWN]:
        click.echo(f"leads nowhere in the press room either: {path}, on {page}", err=True)
    if len(made.lost) > SHOWN:
        click.echo(f"and {len(made.lost) - SHOWN:,} more", err=True)
