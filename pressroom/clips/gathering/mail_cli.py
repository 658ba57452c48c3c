"""``pressroom import-alerts``."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from pressroom import publishing
from pressroom.clips.gathering import importing, queries, running
from pressroom.clips.gathering.importing import TakenOverError
from pressroom.clips.gathering.mail import open_mail
from pressroom.clips.gathering.rules import ImportInto
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.kit.encodings import UnreadableError

PROBLEMS_PRINTED = 100


@click.command("import-alerts")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@with_appcontext
def import_alerts(file: Path) -> None:
    """Put the stories of saved Google Alert e-mails into the queue: FILE is an .eml, or an .mbox of many.

    Messages that cannot be read are listed with their number. Stories that are known are passed over, so giving a
    file again adds nothing; an interrupted import goes on where it stopped.
    """
    try:
        reader = open_mail(file)
    except UnreadableError as error:
        raise click.ClickException(str(error)) from None
    with publishing.as_staff():
        job = importing.unfinished(reader, into=ImportInto.TRIAGE) or importing.begin(
            reader, file_name=file.name, format="mail", into=ImportInto.TRIAGE, by=None, now=clock.now()
        )
        import_id = job.id
        token = importing.claim(import_id, now=clock.now(), by_force=True)
        db.session.commit()
        assert token is not None
        try:
            running.run(import_id, token, reader)
        except TakenOverError:
            raise click.ClickException("Another process imports this file now. Leave it to it.") from None
        except KeyboardInterrupt:
            importing.stop(import_id, token)
            db.session.commit()
            click.echo("\nStopped. Give the same command to go on.", err=True)
            raise SystemExit(130) from None
        done = queries.an_import(import_id)
        assert done is not None
        db.session.refresh(done)
        for problem in queries.problems(import_id, limit=PROBLEMS_PRINTED):
            click.echo(f"message {problem.line}: {problem.reason}", err=True)
        counts = f"{done.added:,} to be judged, {done.known:,} already known, {done.refused:,} refused"
        click.echo(f"{reader.messages:,} {'message' if reader.messages == 1 else 'messages'}: {counts}.")
