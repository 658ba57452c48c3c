"""The command ``pressroom``. Each room brings its own commands; those of the whole house are in ``commands``."""

from __future__ import annotations

import sys

import click
from flask import Flask
from flask.cli import FlaskGroup

from pressroom.kit.settings import SettingsError
from pressroom.supervisor import serve
from pressroom.version import VERSION


def _create() -> Flask:
    # Deferred: `serve` only watches processes, and starts them without loading the application itself.
    from pressroom.application import create_app  # noqa: PLC0415

    return create_app()


@click.group(cls=FlaskGroup, create_app=_create, add_version_option=False, load_dotenv=False)
@click.version_option(VERSION, prog_name="pressroom")
def group() -> None:
    """The press room of one instance folder (PRESSROOM_INSTANCE; instance/ without it)."""


group.add_command(serve)


def main() -> None:
    """The console script: a wrong setting is a sentence, not a traceback."""
    try:
        group.main(prog_name="pressroom")
    except SettingsError as error:
        click.echo(f"pressroom: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
