"""``pressroom ledger verify``: whether the ledger still says what was written."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup, with_appcontext

from pressroom import publishing
from pressroom.accreditation import ledger
from pressroom.kit import chain

group = AppGroup("ledger", help="The ledger of what was opened under embargo.")


@group.command("verify")
@click.option("--head", default="", help="A hash that was printed earlier; it must still be in the chain.")
@with_appcontext
def verify(head: str) -> None:
    """Follow the chain from its beginning, and name the first entry that was changed, deleted or inserted.

    The exit code is 1 when the chain is broken. Note the printed hash somewhere else: with it even a ledger that was
    written anew from its beginning is found out.
    """
    with publishing.as_staff():
        found = ledger.check(head)
    whole, sentence = chain.in_words("ledger", found, head)
    click.echo(sentence, err=not whole)
    sys.exit(not whole)
