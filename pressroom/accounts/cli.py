"""Commands for people: ``create-user``, and ``end-second-factor`` for who lost the telephone and the codes."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from pressroom import publishing
from pressroom.accounts import actions, queries
from pressroom.accounts.rules import AccountError, Role
from pressroom.kit import clock
from pressroom.kit.db import db


@click.command("create-user")
@click.option("--email", prompt="E-mail address", help="What they sign in with.")
@click.option("--name", prompt="Name", help="Their name, as it stands beside what they do.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.EDITOR.value,
    show_default=True,
    help="What they may do.",
)
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
@with_appcontext
def create_user(email: str, name: str, role: str, password_stdin: bool) -> None:
    """Add a person of the press office. Without --password-stdin the password is asked for."""
    password = _from_stdin() if password_stdin else click.prompt("Password", hide_input=True, confirmation_prompt=True)
    with publishing.as_staff():
        try:
            user = actions.create_user(
                by=None, now=clock.now(), email=email, name=name, role=Role(role), password=password
            )
        except AccountError as error:
            raise click.ClickException(str(error)) from None
        db.session.commit()
        click.echo(f"{user.name} can sign in as {user.email} ({user.role}).")


def _from_stdin() -> str:
    return sys.stdin.readline().rstrip("\r\n")


@click.command("end-second-factor")
@click.argument("email")
@with_appcontext
def end_second_factor(email: str) -> None:
    """Take the second factor of the person with this e-mail address away, and sign them out everywhere.

    That is the authenticator app, all passkeys and the recovery codes.
    """
    with publishing.as_staff():
        user = queries.by_email(email)
        if user is None:
            raise click.ClickException(f"Nobody has the address {email}. The desk lists everybody, under People.")
        now, passkeys = clock.now(), len(user.passkeys)
        if not actions.end_factor(user, by=None, now=now):
            raise click.ClickException(f"{user.name} has no second factor.")
        actions.end_devices(user, now=now)
        db.session.commit()
        gone = f" Passkeys that are good no more: {passkeys}." if passkeys else ""
        click.echo(f"{user.name} signs in with the password alone, and can set a second factor up again.{gone}")
