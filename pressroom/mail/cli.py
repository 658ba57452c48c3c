"""``pressroom mail``: how the outbox stands, and a message to see whether mail arrives."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup, with_appcontext

from pressroom import publishing
from pressroom.kit import clock, dates
from pressroom.kit import mail as post
from pressroom.kit.db import db
from pressroom.kit.mail import DelayedError, Letter, MailError, RefusedError
from pressroom.kit.settings import setting
from pressroom.mail import bounces, configured, queries

MOST_BYTES = 10_000_000  # of a report; what comes after is the message that came back

group = AppGroup("mail", help="The outbox.")


@group.command("status")
@with_appcontext
def status() -> None:
    """Print where mail is sent, how many messages wait, and what was wrong last."""
    with publishing.as_staff():
        found = queries.standing()
    if lacking := configured.lacking():
        click.echo(lacking)
    else:
        server, folder = configured.server(), configured.folder()
        where = f"the folder {folder.path}" if folder else f"{server.host}:{server.port} ({server.security})"
        click.echo(f"Mail goes from {configured.sender()} to {where}.")
    click.echo("{queued:,} queued, {sent:,} sent, {failed:,} failed or not sent.".format(**found.counts))
    if found.oldest:
        click.echo(f"The oldest was queued on {dates.moment(found.oldest, setting('time_zone'))}.")
    if found.last_problem:
        click.echo(f"The last problem: {found.last_problem}")


@group.command("bounces")
@with_appcontext
def bounces_() -> None:
    """Read a message that came back from standard input: have mail for the address of bounces piped here.

    A report that an address takes no mail ends what is sent there. The exit code is 0 whatever was read, so that no
    mail server sends it back.
    """
    reports = bounces.read(sys.stdin.buffer.read(MOST_BYTES))
    with publishing.as_staff():
        counted = bounces.take(reports, now=clock.now())
        db.session.commit()
    click.echo(f"{counted} of {len(reports)} recipients in this report are of messages that we sent.")


@group.command("send-test")
@click.argument("address")
@with_appcontext
def send_test(address: str) -> None:
    """Send a message to ADDRESS at once, past the outbox, and print what the server says.

    The exit code is 1 when it was not taken.
    """
    if lacking := configured.lacking():
        click.echo(lacking, err=True)
        sys.exit(1)
    name = setting("organisation_name")
    letter = Letter(
        message_id=post.new_message_id(configured.sender()),
        at=clock.now(),
        sender=configured.sender(),
        sender_name=name,
        to=address,
        to_name="",
        subject=f"A test from the press room of {name}",
        text="This message shows that the press room can send mail.\n\nNobody has to answer it.\n",
    )
    try:
        message = post.compose(letter)
        with configured.connected() as connection:
            post.hand_over(connection, message, bounces=setting("mail_bounces"))
    except (MailError, RefusedError, DelayedError) as error:
        click.echo(f"It was not taken: {error}", err=True)
        sys.exit(1)
    click.echo(f"The server took it. Look for it in the mailbox of {address}, also among the spam.")
