"""``pressroom audit verify``: whether the audit still says what was written."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup, with_appcontext

from pressroom.audit import queries
from pressroom.kit import chain

group = AppGroup("audit", help="Who did what, when: the audit.")


@group.command("verify")
@click.option("--head", default="", help="A hash that was printed earlier; it must still be in the chain.")
@with_appcontext
def verify(head: str) -> None:
    """Follow the chain from its beginning, and name the first entry that was changed, deleted or put in.

    The exit code is 1 when the chain is broken. Note the printed hash somewhere else: with it even an audit that was
    written anew from its beginning is found out.
    """
    found = queries.check(head)
    whole, sentence = chain.in_words("audit", found, head)
    click.echo(sentence, err=not whole)
    sys.exit(not whole)
