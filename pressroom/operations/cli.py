"""``pressroom backup``, ``restore``, ``export``, ``import``, ``move``."""

from __future__ import annotations

import os
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import make_url

from pressroom.kit import clock
from pressroom.operations import backup, restore, schedule, settings, transfer
from pressroom.operations.archive import Manifest
from pressroom.operations.preparing import Create
from pressroom.operations.rules import BackupError
from pressroom.operations.sealing import good, is_sealed, passphrase_in

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("backup")
@click.argument("file", type=FILE)
@click.option(
    "--encrypt", is_flag=True, help="Seal it with a passphrase, which is asked for; the secrets go in as well."
)
@click.option("--passphrase-file", type=FILE, help="Take the passphrase from the first line of this file; seals.")
@click.option("--with-secrets", is_flag=True, help="Put the secret key and the mail password in, unsealed.")
@with_appcontext
def backup_command(file: Path, encrypt: bool, passphrase_file: Path | None, with_secrets: bool) -> None:
    """Write everything into one FILE, while the press room goes on: rows, files, settings.

    Drafts, embargoed texts, and the names of journalists are in it: keep it as you keep the press room.
    """
    try:
        passphrase = passphrase_in(passphrase_file) if passphrase_file else ""
        if encrypt and not passphrase:
            passphrase = good(click.prompt("Passphrase", hide_input=True, confirmation_prompt=True))
        if file.exists():
            raise BackupError(f"{file} is there already. Name a new file.")
        made = backup.make(file, now=clock.now(), passphrase=passphrase, with_secrets=with_secrets)
        schedule.note(clock.now())
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{file}: {_size(file)}, {_described(made)}.")
    if not (passphrase or with_secrets):
        click.echo("The secret key is not in it: keep instance/secret_key elsewhere, or use --encrypt.")
    for name in made.missing:
        click.echo(f"missing, or not whole: {name}", err=True)


def _described(made: Manifest) -> str:
    return f"{sum(made.rows.values()):,} rows, state of {made.made_at}, migration {made.migration}"


def _size(file: Path) -> str:
    return f"{os.stat(file).st_size / 1e6:,.1f} MB"  # noqa: PTH116 - one line


def restore_command(create: Create) -> click.Command:
    """The command, which makes press rooms by *create*."""

    @click.command("restore")
    @click.argument("file", type=FILE)
    @click.option("--into", type=click.Path(file_okay=False, path_type=Path), help="Make a new press room there.")
    @click.option("--passphrase-file", type=FILE, help="The passphrase of a sealed backup; else it is asked for.")
    @click.option("--check", is_flag=True, help="Only look whether it is whole and could be restored.")
    @with_appcontext
    def command(file: Path, into: Path | None, passphrase_file: Path | None, check: bool) -> None:
        """Put the backup FILE in the place of this press room, which must not be running.

        It is verified first. What was there is kept in a folder before-restore-….
        """
        try:
            passphrase = passphrase_in(passphrase_file) if passphrase_file else ""
            if not passphrase and file.is_file() and is_sealed(file):
                passphrase = click.prompt("Passphrase", hide_input=True)
            if check:
                found = restore.verified(file, passphrase)
                click.echo(f"{file} is whole: {_described(found)}, made by version {found.version}.")
                return
            if into:
                done = restore.into(into, file, create=create, passphrase=passphrase, told=_told)
            else:
                done = restore.in_place(file, create=create, passphrase=passphrase, now=clock.now(), told=_told)
        except BackupError as error:
            raise click.ClickException(str(error)) from None
        click.echo(f"{done.folder} is as it was at {done.manifest.made_at}: {sum(done.manifest.rows.values()):,} rows.")
        click.echo(f"{done.indexed:,} documents are in the new index.")
        if done.aside:
            click.echo(f"What was there is in {done.aside}; delete it when all is well.")
        for hint in done.hints:
            click.echo(hint)
        for name in done.manifest.missing:
            click.echo(f"was missing already when the backup was made: {name}", err=True)

    return command


@click.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
@with_appcontext
def export_command(folder: Path) -> None:
    """Write everything to a new FOLDER: rows as JSON lines, one file a table, and files. Secrets stay behind.

    pressroom import FOLDER makes the same press room of it.
    """
    try:
        made = transfer.export(folder, now=clock.now())
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{folder}: {_described(made)}.")
    for name in made.missing:
        click.echo(f"missing, or not whole: {name}", err=True)


def import_command(create: Create) -> click.Command:
    """The command, which makes press rooms by *create*."""

    @click.command("import")
    @click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
    @with_appcontext
    def command(folder: Path) -> None:
        """Put what was exported to FOLDER in the place of this press room, which must not be running.

        It is verified first, and what was there is kept aside, as by pressroom restore.
        """
        try:
            done = restore.in_place(folder, create=create, passphrase="", now=clock.now(), told=_told)
        except BackupError as error:
            raise click.ClickException(str(error)) from None
        click.echo(f"{sum(done.manifest.rows.values()):,} rows, {done.indexed:,} documents in the new index.")
        click.echo(f"What was there is in {done.aside}; delete it when all is well.")

    return command


def move_command(create: Create) -> click.Command:
    """The command, which makes press rooms by *create*."""

    @click.command("move")
    @click.option("--to", "url", required=True, help="An empty database, as in database_url: postgresql://…")
    @with_appcontext
    def command(url: str) -> None:
        """Copy every row into another, empty database, and compare them. The press room must not be running.

        Nothing is changed here; set database_url afterwards.
        """
        try:
            copied = transfer.move(url, create=create, now=clock.now(), told=_told)
        except BackupError as error:
            raise click.ClickException(str(error)) from None
        click.echo(f"{sum(copied.values()):,} rows of {len(copied)} tables were copied and are equal.")
        click.echo("Write this into config.toml, and run: pressroom index rebuild")
        click.echo(f"    database_url = {settings.literal(make_url(url).render_as_string(hide_password=True))}")
        if make_url(url).password:
            click.echo("with the password in the place of ***.")

    return command


def _told(table: str) -> None:
    click.echo(f"  {table}", err=True)


def commands(create: Create) -> list[click.Command]:
    """Those for ``flask --app wsgi`` and for ``pressroom``."""
    return [
        backup_command,
        export_command,
        *(command(create) for command in (restore_command, import_command, move_command)),
    ]
