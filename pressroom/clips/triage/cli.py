"""``pressroom triage``: the queue from the command line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import click
from flask.cli import AppGroup

from pressroom import publishing, search
from pressroom.clips.gathering.models import Candidate
from pressroom.clips.triage import deciding, queries, scoring
from pressroom.clips.triage.deciding import Done
from pressroom.clips.triage.queries import Filters
from pressroom.clips.triage.rules import TriageError
from pressroom.kit import clock, dates
from pressroom.kit.db import db

group = AppGroup("triage", help="What was gathered and waits to be judged.")


@group.command("list")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many to show.")
@click.option("--least", type=int, metavar="SCORE", help="Only those with this score or more.")
@click.option("--words", default="", help="Only those with all of these words.")
@click.option("--why", is_flag=True, help="Say of each why it is here.")
def list_(limit: int, least: int | None, words: str, why: bool) -> None:
    """Show what waits, the best first: number, score, day, outlet, headline."""
    with publishing.as_staff():
        page = queries.queue(Filters(least=least, words=words), per_page=limit)
        for candidate in page.items:
            day = candidate.published_on.isoformat() if candidate.published_on else "no day    "
            outlet = candidate.outlet or "no outlet"
            click.echo(f"{candidate.id:>6}  {candidate.score:>+5}  {day}  {outlet}: {candidate.headline}")
            for reason in candidate.reasons if why else ():
                click.echo(f"{'':>15}{reason}")
        click.echo(f"{page.total:,} wait.", err=True)


@group.command("accept")
@click.argument("numbers", nargs=-1, required=True, type=click.IntRange(min=1, max=2**31 - 1))
@click.option("--day", "written", help="The day on which they appeared, where the source gives none.")
def accept(numbers: tuple[int, ...], written: str | None) -> None:
    """Put the candidates with these NUMBERS into the archive."""
    day = _day(written)
    act = deciding.new_act()
    _each(
        numbers,
        lambda one: deciding.accept(one, by=None, now=clock.now(), act=act, day=None if one.published_on else day),
    )
    search.sweep()


@group.command("reject")
@click.argument("numbers", nargs=-1, required=True, type=click.IntRange(min=1, max=2**31 - 1))
@click.option("--reason", required=True, help="Why; it is kept beside each of them.")
def reject(numbers: tuple[int, ...], reason: str) -> None:
    """Reject the candidates with these NUMBERS."""
    act = deciding.new_act()
    _each(numbers, lambda one: deciding.reject(one, reason, by=None, now=clock.now(), act=act))


@group.command("score")
def score() -> None:
    """Score everything that waits with the rules of now, instead of waiting for the worker."""
    decided = 0
    with publishing.as_staff():
        while (some := scoring.portion(clock.now())) is not None:
            db.session.commit()
            decided += some
        db.session.rollback()
        click.echo(f"{queries.waiting():,} wait, all scored; rules decided {decided:,} by themselves.")
    search.sweep()


def _day(written: str | None) -> date | None:
    try:
        return dates.parse_day(written) if written else None
    except dates.DateError as error:
        raise click.ClickException(str(error)) from None


def _each(numbers: tuple[int, ...], decide: Callable[[Candidate], Done]) -> None:
    """Decide about each, committed one by one; whatever cannot be done is said, and the command fails at its end."""
    failed = 0
    with publishing.as_staff():
        for number in dict.fromkeys(numbers):
            candidate = queries.candidate(number)
            try:
                if candidate is None:
                    raise TriageError("there is no such candidate")
                done = decide(candidate)
                db.session.commit()
                click.echo(f"{number}: {done.said}")
            except TriageError as refusal:
                db.session.rollback()
                click.echo(f"{number}: {refusal}", err=True)
                failed += 1
    if failed:
        raise SystemExit(1)
