"""``pressroom index verify | rebuild | stats``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import current_app
from flask.cli import AppGroup

from pressroom.kit import clock
from pressroom.search import hosts, indexer, verifying
from pressroom.search.engines import IndexUnusableError
from pressroom.search.progress import Told, progress
from pressroom.search.reader import public_session

SHOWN = 10  # ids of what differs

index = AppGroup("index", help="The search index: is it right, make it again, how large is it.")


@index.command("verify")
def verify() -> None:
    """Compare the search index with the database, document by document; say what differs, and change nothing."""
    wrong = list(verifying.damages())
    try:
        with _bar("Comparing") as told:
            checks = verifying.verify(told)
    except IndexUnusableError as error:
        wrong.append(f"There is no index that could be compared: {error}.")
        checks = {}
    for kind, check in checks.items():
        click.echo(f"{kind}: {check.indexed:,} in the index, {check.public:,} public")
        for name, ids in (
            ("not in the index", check.missing),
            ("no longer public", check.stale),
            ("in another state", check.outdated),
        ):
            if ids:
                click.echo(f"  {len(ids):,} {name}: {', '.join(map(str, ids[:SHOWN]))}{' …' if ids[SHOWN:] else ''}")
        if check.waiting:
            click.echo(f"  {check.waiting:,} wait in the queue, and are put in with the next search")
    bad = [kind for kind, check in checks.items() if not check.good]
    if bad:
        wrong.append(f"The index differs from the database: {', '.join(bad)}.")
    for sentence in wrong:
        click.echo(sentence, err=True)
    if wrong:
        click.echo("Run pressroom index rebuild.", err=True)
        sys.exit(1)
    click.echo("The index is what the database says.")


@index.command("rebuild")
def rebuild() -> None:
    """Make the search index again from the database; the old one answers until the new one is there."""
    try:
        with _bar("Indexing") as told:
            made = indexer.rebuild(told)
    except OSError as error:
        raise click.ClickException(f"{error.strerror or error}. The old index was left as it was.") from None
    click.echo(f"{made:,} documents are in the index.")


@index.command("stats")
def stats() -> None:
    """How large the search index is, what it is made of, and what waits for it."""
    now = clock.now()
    with public_session():
        far = progress(indexer.folder(), now)
        known = hosts.known(now)
    rows = [("engine", current_app.config["SEARCH_ENGINE"])]
    missing = ""
    try:
        found = indexer.engine().stats()
    except (IndexUnusableError, OSError) as error:
        missing = f"There is no index: {error}. Run pressroom index rebuild."
    else:
        rows += [(f"{kind}s", f"{count:,}") for kind, count in sorted(found.documents.items())]
        rows += [("documents", f"{sum(found.documents.values()):,}")]
        rows += [(name, f"{value:,}" if isinstance(value, int) else value) for name, value in found.details.items()]
        rows += [("version", str(found.version)), ("size", _readable(found.bytes))]
        rows += [("free", _readable(found.free))] if found.free is not None else []
    rows += [("cache limit", f"{current_app.config['SEARCH_CACHE_MB']:,} MB in each process")]
    oldest = f", the first since {far.since:%Y-%m-%d %H:%M:%S} UTC" if far.since else ""
    rows += [("queue", f"{far.waiting:,} due{oldest}")]
    if far.done is not None:
        rows += [("being made", f"{far.done:,} of {far.total:,} documents")]
    if len(known) > 1:
        seen = "last said so {:%Y-%m-%d %H:%M} UTC"
        rows += [("host", f"{host.name}: {host.waiting:,} wait, {seen.format(host.seen_at)}") for host in known]
    for name, value in rows:
        click.echo(f"{name:<12} {value}")
    if missing:
        click.echo(missing, err=True)
        sys.exit(1)


@contextmanager
def _bar(label: str) -> Iterator[Told]:
    with click.progressbar(length=1, label=label, show_pos=True, file=sys.stderr) as bar:

        def told(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield told
        bar.update((bar.length or 0) - bar.pos)


def _readable(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 1e6 else f"{count / 1e3:,.1f} kB"
