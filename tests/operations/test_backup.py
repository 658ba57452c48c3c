"""A backup holds one state, in one file, that any tar opens; it is whole or not there."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pressroom.kit import lock
from pressroom.kit.db import db
from pressroom.kit.settings import SettingRow
from pressroom.media import actions as media
from pressroom.media import jobs as media_jobs
from pressroom.media.models import Asset
from pressroom.operations import archive, backup, named, snapshot
from pressroom.operations.rules import BackupError
from tests.conftest import NOON


def manifest(path: Path, passphrase: str = "") -> archive.Manifest:
    with archive.opened(path, passphrase) as tar:
        return archive.verify(tar)


def test_it_is_a_tar_that_others_can_check(full: Flask, made: Path, tmp_path: Path) -> None:
    subprocess.run(["tar", "xf", str(made), "-C", str(tmp_path)], check=True)
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=tmp_path, check=True)
    said = json.loads((tmp_path / "MANIFEST.json").read_text())
    with full.app_context():
        assert said["rows"]["press_release"] == 2
        assert said["database"] == db.engine.dialect.name
        assert said["missing"] == []
        assert not (tmp_path / "secrets.json").exists()
        for store in ("media", "files"):
            there = {path.name for path in (tmp_path / store).glob("*")} if (tmp_path / store).exists() else set()
            assert there == set(named_in(full, store))
    assert stat.S_IMODE(made.stat().st_mode) == 0o600


def named_in(app: Flask, store: str) -> list[str]:
    with snapshot.connected(app.config["DATABASE_URL"]) as connection:
        return [name for where, name in named.files(connection) if where == store]


def test_somebody_writes_while_it_is_made(full: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is saved after the instant is not in it, and whoever saves does not wait."""
    look = named.files

    def save_meanwhile(connection: Any) -> Any:
        db.session.add_all(
            [SettingRow(name=name, value="saved meanwhile") for name in ("contact_name", "contact_role")]
        )
        db.session.commit()
        return look(connection)

    monkeypatch.setattr(named, "files", save_meanwhile)
    with full.app_context():
        said = backup.make(tmp_path / "b.tar", now=NOON)
        assert len(db.session.scalars(select(SettingRow)).all()) == 2
    assert said.rows["setting"] == 0
    assert manifest(tmp_path / "b.tar") == said


def test_left_over_files_are_not_swept_away_meanwhile(full: Flask, instance: Path, monkeypatch: Any) -> None:
    swept = []
    monkeypatch.setattr(media_jobs.actions, "sweep", lambda **_: swept.append(1))
    on_the_hour = NOON.replace(minute=0)
    with full.app_context():
        with lock.alone(instance / "backup.lock", wait=0):
            media_jobs.sweep(on_the_hour)
            assert not swept
            with pytest.raises(BackupError, match="Another backup"):
                backup.make(instance / "b.tar", now=NOON)
        media_jobs.sweep(on_the_hour)
    assert swept == [1]


def test_a_file_that_is_missing_or_spoilt_is_named(full: Flask, tmp_path: Path) -> None:
    with full.app_context():
        names = named_in(full, "media")
        media.storage().path(names[0]).write_bytes(b"spoilt")
        media.storage().remove(names[1])
        said = backup.make(tmp_path / "b.tar", now=NOON)
    assert set(said.missing) == {f"media/{name}" for name in names[:2]}
    assert manifest(tmp_path / "b.tar") == said


def test_a_full_disk_leaves_nothing(full: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    folder = tmp_path / "backups"
    with full.app_context():
        monkeypatch.setattr("pressroom.operations.archive.os.fsync", full_disk)
        with pytest.raises(BackupError, match="no room for the backup"):
            backup.make(folder / "b.tar", now=NOON)
    assert list(folder.iterdir()) == []


@pytest.mark.sqlite
def test_a_damaged_database_is_not_taken_for_a_backup(full: Flask, instance: Path, tmp_path: Path) -> None:
    with full.app_context():
        db.session.remove()
        db.engine.dispose()
        database = instance / "pressroom.sqlite3"
        content = bytearray(database.read_bytes())
        content[40_000:60_000] = os.urandom(20_000)
        database.write_bytes(content)
        with pytest.raises(BackupError, match=r"damaged|cannot be copied"):
            backup.make(tmp_path / "b.tar", now=NOON)
    assert not (tmp_path / "b.tar").exists()


def test_settings_go_along_without_what_is_the_machines_and_secrets_only_if_asked(full: Flask, tmp_path: Path) -> None:
    full.config.update(ORGANISATION_NAME='A "quoted"\nname\x7f', ZONES=("UTC",), WEB_WORKERS=9, MAIL_PASSWORD="hidden")
    with full.app_context():
        for name, asked in (("a", False), ("b", True)):
            backup.make(tmp_path / name, now=NOON, with_secrets=asked)
            with archive.opened(tmp_path / name) as tar:
                found = {member: content.read() for member, content in tar}
            assert found["settings.toml"] == b'zones = ["UTC"]\norganisation_name = "A \\"quoted\\"\\nname\\u007f"\n'
            assert (b"hidden" in b"".join(found.values())) is asked
            if asked:
                secrets = json.loads(found["secrets.json"])
                assert secrets == {"secret_key": full.config["SECRET_KEY"], "mail_password": "hidden"}


def test_the_commands_of_an_asset_row_stay_in_step() -> None:
    """Each column of 64 characters that is called so names a file, or is known to name none."""
    from pressroom.kit.db import Base

    naming = {(one.table, one.column) for one in named.COLUMNS} | {
        ("outlet_icon", "sha256")
    }  # its picture is in its row
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if column.name.endswith("sha256"):
                assert (table.name, column.name) in naming, f"named.COLUMNS does not know {table.name}.{column.name}"
    assert Asset.__tablename__ == "asset"
