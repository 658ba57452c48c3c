"""``pressroom reindex``."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from pressroom.search import indexer
from pressroom.search.engines import IndexUnusableError

SHOWN = 10  # ids of what differs


@click.command()
@click.option("--check", is_flag=True, help="Only compare the index with what is public.")
@with_appcontext
def reindex(check: bool) -> None:
    """Make the search index again from the database; the old one answers until the new one is there."""
    if not check:
        _rebuild()
    try:
        checks = indexer.verify()
    except IndexUnusableError as error:
        click.echo(f"There is no index to check: {error}. Run pressroom reindex.", err=True)
        sys.exit(1)
    for kind, row in checks.items():
        click.echo(f"{kind}: {row.indexed} in the index, {row.public} public")
        for name, ids in (("not in the index", row.missing), ("no longer public", row.stale)):
            if ids:
                click.echo(f"  {name}: {', '.join(map(str, ids[:SHOWN]))}{' …' if len(ids) > SHOWN else ''}")
    sys.exit(0 if all(row.good for row in checks.values()) else 1)


def _rebuild() -> None:
    with click.progressbar(length=1, label="Indexing", show_pos=True) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        indexed = indexer.rebuild(progress)
        bar.update((bar.length or 0) - bar.pos)
    click.echo(f"{indexed} documents are in the index.")
