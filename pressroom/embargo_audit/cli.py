"""``pressroom embargo-audit``."""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from pressroom import search
from pressroom.embargo_audit.copying import copy_rows, settings_for_copy
from pressroom.embargo_audit.crawling import UnknownRouteError
from pressroom.embargo_audit.report import Report, Surface, audit
from pressroom.kit import clock
from pressroom.kit.db import db


def init_app(app: Flask, create: Callable[[Path, Mapping[str, object]], Flask]) -> None:
    """Add the command to *app*.

    Args:
        create: makes the press room of an instance folder with settings of its own, as the copy is.
    """

    @app.cli.command("embargo-audit")
    @click.option("--quiet", is_flag=True, help="Only what is wrong, and the last line.")
    @with_appcontext
    def embargo_audit(quiet: bool) -> None:
        """Plant words under embargo in a copy of this press room, and look for them wherever the public looks.

        Everything is asked for a second before the lift and a second after it. Nothing of the press room itself is
        changed. The exit code is 1 when a word came to light too early, and when something could not be asked.
        """
        source = current_app._get_current_object()  # type: ignore[attr-defined]
        with tempfile.TemporaryDirectory(prefix="embargo-audit-", dir=source.instance_path) as folder:
            copy = create(Path(folder), settings_for_copy(source, Path(folder)))
            try:
                report = _audited(source, copy)
            finally:
                with copy.app_context():
                    db.engine.dispose()
        _print(report, quiet=quiet)
        sys.exit(0 if report.good else 1)


def _audited(source: Flask, copy: Flask) -> Report:
    logging.getLogger("alembic").setLevel(logging.WARNING)
    lift = clock.now().replace(microsecond=0) + timedelta(days=7)
    click.echo(f"{copy_rows(source, copy):,} rows are copied; the planted words lift at {lift:%Y-%m-%d %H:%M:%S} UTC.")
    with copy.app_context():
        search.rebuild()
    try:
        return audit(copy, lift=lift)
    except UnknownRouteError as error:
        click.echo(f"{error}. Teach it a value, so that nothing new goes unaudited.", err=True)
        sys.exit(1)


def _print(report: Report, *, quiet: bool) -> None:
    if not quiet:
        after = {one.name: one for one in report.after}
        click.echo(f"\n{'before':>8}{'after':>7}{'words':>7}  surface")
        for one in report.before:
            then = after.get(one.name, one)
            click.echo(f"{one.status or '':>8}{then.status or '':>7}{len(then.words):>7}  {one.name}")
        click.echo("")
    _faults("LEAK", report.leaks)
    _faults("ERROR", report.broken)
    if report.missing:
        click.echo(f"NOT SHOWN after the lift, so not audited: {', '.join(sorted(report.missing))}")
    names = ", ".join(report.planted.excluded)
    click.echo(f"{len(report.excluded)} requests as journalists to whom nothing may be shown ({names}).")
    words = len(report.planted.words)
    outcome = "nothing leaked" if report.good else "NOT GOOD"
    click.echo(f"{len(report.before)} surfaces, {words} words, before the lift and after: {outcome}.")


def _faults(kind: str, surfaces: Sequence[Surface]) -> None:
    for one in surfaces:
        click.echo(f"{kind} {one.status or ''} {one.name}: {', '.join(sorted(one.words))}")
