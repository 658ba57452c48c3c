"""A backup is restored whole, or the press room stays as it is."""

from __future__ import annotations

import errno
import tarfile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text, update

from pressroom import publishing, search
from pressroom.application import create_app
from pressroom.kit import running
from pressroom.kit.db import db
from pressroom.media import actions as media
from pressroom.operations import archive, backup, preparing, restore
from pressroom.operations.rules import BackupError
from pressroom.publishing.edition import current_edition
from pressroom.releases.models import Release
from tests.conftest import NOON
from tests.operations import child
from tests.operations.conftest import held, sums

WORDS = "four words are enough"
MOVING = {"edition", "index_queue", "index_host", "index_taken"}
"""The next edition is a new one, and the index, made anew, raises it."""


def into(app: Flask, folder: Path, path: Path, passphrase: str = "") -> restore.Restored:
    with app.app_context():
        return restore.into(folder, path, create=create_app, passphrase=passphrase, told=lambda _: None)


def in_place(app: Flask, path: Path) -> restore.Restored:
    with app.app_context():
        return restore.in_place(path, create=create_app, passphrase="", now=NOON, told=lambda _: None)


def change(app: Flask) -> None:
    with app.app_context(), publishing.as_staff():
        db.session.execute(update(Release).values(headline="Changed since"))
        db.session.commit()


def test_into_a_new_folder_every_row_and_every_file_is_equal(full: Flask, made: Path, tmp_path: Path) -> None:
    """On PostgreSQL as well: the new press room is on SQLite."""
    before = held(full)
    done = into(full, tmp_path / "new", made)
    after = sums(f"sqlite:///{tmp_path / 'new' / 'pressroom.sqlite3'}")
    assert {name for name in before if before[name] != after[name]} <= MOVING
    assert {path.name for path in (tmp_path / "new").iterdir()} == {
        *("config.toml", "index", "media", "pressroom.sqlite3", "secret_key", "snapshots"),
    }
    assert len(before) > 40
    assert before["ledger_entry"].rows + before["audit_entry"].rows > 0
    with create_app(tmp_path / "new").app_context():
        assert all(media.storage().is_whole(name) for name in media.storage().names())
        assert set(media.storage().names()) >= set(restored_names(made))
        assert all(check.good for check in search.verify().values())
        db.engine.dispose()
    assert "no secret key" in " ".join(done.hints)
    assert not list(tmp_path.glob(".restoring-*"))
    with pytest.raises(BackupError, match="not empty"):
        into(full, tmp_path / "new", made)


def restored_names(path: Path) -> list[str]:
    with archive.opened(path) as tar:
        return [name.removeprefix("media/") for name, _ in tar if name.startswith("media/")]


def test_in_place_what_was_there_is_kept_aside(full: Flask, made: Path, instance: Path) -> None:
    before = held(full)
    change(full)
    changed = held(full)
    with full.app_context():
        edition = current_edition()
        for name in list(media.storage().names())[:1]:
            media.storage().remove(name)
    done = in_place(full, made)
    after = held(full)
    assert {name for name in before if before[name] != after[name]} <= MOVING
    with full.app_context():
        assert current_edition() > edition  # no number that stood for something else
        assert all(media.storage().exists(name) for name in restored_names(made))
    assert not list(instance.glob(".restoring-*"))
    aside = Path(done.aside)
    if full.config["DATABASE_URL"].startswith("sqlite"):
        assert sums(f"sqlite:///{aside / 'pressroom.sqlite3'}") == changed
        with create_app(aside).test_client() as old:  # a press room of its own
            assert old.get("/healthz").status_code == 200
    assert full.test_client().get("/").status_code == 200


def test_not_while_somebody_uses_it(full: Flask, made: Path) -> None:
    change(full)
    before = held(full)
    client = full.test_client()
    assert client.get("/").status_code == 200  # from now on this process is one that serves
    with pytest.raises(BackupError, match="is running"):
        in_place(full, made)
    assert held(full) == before


def test_while_it_is_restored_nobody_is_served(app: Flask, instance: Path) -> None:
    with running.alone(instance) as alone:
        assert alone
        assert app.test_client().get("/").status_code == 503
        assert running.share(instance, wait=False) is None
    assert app.test_client().get("/").status_code == 200


@pytest.mark.sqlite
@pytest.mark.slow
def test_killed_on_the_way(full: Flask, made: Path, instance: Path) -> None:
    """Before the one step everything is as it was; when it is begun again, everything is as in the backup."""
    kept = held(full)
    change(full)
    before = held(full)
    for death in child.DEATHS:
        with full.app_context():
            db.engine.dispose()
        assert child.run(instance, made, death) == -9
        found = held(full)
        differs = {name for name in kept if kept[name] != found[name]}
        assert found == before if death == "before the one step" else differs <= MOVING
    with full.app_context():
        search.sweep()  # the index went before the database: what the public finds is never of another one
        assert all(check.good for check in search.verify().values())
    assert full.test_client().get("/").status_code == 200


def test_a_flipped_byte_is_refused_or_changes_nothing(full: Flask, made: Path, tmp_path: Path) -> None:
    """Only what says nothing may change unnoticed: a tar fills up its blocks and the fields of its headers with it."""
    good = made.read_bytes()
    bad = tmp_path / "bad.tar"
    unnoticed: list[int] = []
    with full.app_context():
        whole = restore.verified(made, "")
        for at in (*range(0, len(good), len(good) // 60), 0, 257, 600, len(good) // 2):
            bad.write_bytes(good[:at] + bytes([good[at] ^ 0x10]) + good[at + 1 :])
            try:
                assert restore.verified(bad, "") == whole  # and so are the sums of all members
                unnoticed.append(good[at])
            except BackupError as error:
                assert "damaged" in str(error) or "later" in str(error)
        assert set(unnoticed) <= {0, *b" 0ustar"}
        assert len(unnoticed) < 30, "of 64; the more tables are empty, the more of a backup is padding"
        for end in (0, 100, 512, len(good) // 2, len(good) - 11_000):
            bad.write_bytes(good[:end])
            with pytest.raises(BackupError, match="damaged"):
                restore.verified(bad, "")


def test_one_that_is_damaged_changes_nothing(full: Flask, made: Path, tmp_path: Path) -> None:
    content = bytearray(made.read_bytes())
    with tarfile.open(made) as backup:
        largest = max(backup, key=lambda member: member.size)
    content[largest.offset_data + largest.size // 3] ^= 1  # between members a backup holds bytes that are nothing
    made.write_bytes(content)
    before = held(full)
    ran = full.test_cli_runner().invoke(args=["restore", str(made)])
    assert ran.exit_code == 1
    assert "The backup is damaged" in ran.stderr
    assert held(full) == before
    assert "damaged" in full.test_cli_runner().invoke(args=["restore", str(made), "--into", str(tmp_path / "x")]).stderr
    assert not (tmp_path / "x").exists()


def test_members_that_write_elsewhere_are_refused(full: Flask, tmp_path: Path) -> None:
    import io
    import tarfile

    for name, kind in (("../../evil", tarfile.REGTYPE), ("media/" + "a" * 64, tarfile.SYMTYPE)):
        with tarfile.open(tmp_path / "evil.tar", "w") as tar:
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, "/etc/passwd"
            tar.addfile(entry, io.BytesIO())
        with full.app_context(), pytest.raises(BackupError, match="a member that no backup has"):
            restore.verified(tmp_path / "evil.tar", "")


def test_of_a_later_version(full: Flask, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "FORMAT", 0)
    with full.app_context(), pytest.raises(BackupError, match="later version"):
        restore.verified(made, "")
    monkeypatch.undo()
    with full.app_context():
        said = restore.verified(made, "")
        with pytest.raises(BackupError, match="does not know"):
            preparing.known(full, archive.Manifest(**{**vars(said), "migration": "9999"}))


@pytest.mark.sqlite
def test_a_chain_that_was_broken_before_it_was_copied(full: Flask, tmp_path: Path) -> None:
    with full.app_context(), publishing.as_staff():
        for act in ("update", "delete"):
            db.session.execute(text(f"DROP TRIGGER audit_no_{act}"))
        db.session.execute(text("UPDATE audit_entry SET action = 'was changed' WHERE id = 1"))
        db.session.commit()
        backup.make(tmp_path / "b.tar", now=NOON)
    with pytest.raises(BackupError, match="audit is broken: entry 1 was changed"):
        into(full, tmp_path / "new", tmp_path / "b.tar")
    assert not (tmp_path / "new").exists()


def test_a_full_disk_leaves_everything(
    full: Flask, made: Path, monkeypatch: pytest.MonkeyPatch, instance: Path
) -> None:
    change(full)
    before = held(full)

    def no_room(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(preparing, "settle" if "sqlite" in full.config["DATABASE_URL"] else "database", no_room)
    with pytest.raises(BackupError, match="no room"):
        in_place(full, made)
    assert held(full) == before
    assert not list(instance.glob("before-restore-*"))


@pytest.mark.sqlite
def test_over_a_database_that_cannot_be_opened_any_more(full: Flask, made: Path, instance: Path) -> None:
    """That is what a backup is for."""
    kept = held(full)
    with full.app_context():
        db.engine.dispose()
    (instance / "pressroom.sqlite3").write_bytes(b"this is no database " * 1_000)
    done = in_place(full, made)
    after = held(full)
    assert {name for name in kept if kept[name] != after[name]} <= MOVING
    assert (Path(done.aside) / "pressroom.sqlite3").read_bytes().startswith(b"this is no")


def test_sealed_by_the_commands(full: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pressroom.operations import sealing

    monkeypatch.setattr(sealing, "LOG_N", 4)
    run = full.test_cli_runner().invoke
    words, file = tmp_path / "words", tmp_path / "b.sealed"
    words.write_text("short\n")
    assert "shorter than 12" in run(args=["backup", str(file), "--passphrase-file", str(words)]).stderr
    words.write_text(f"{WORDS}\n")
    assert run(args=["backup", str(file), "--passphrase-file", str(words)]).exit_code == 0
    assert "there already" in run(args=["backup", str(file)]).stderr
    assert b"press_release" not in file.read_bytes()
    checked = run(args=["restore", "--check", str(file)], input=f"{WORDS}\n")
    assert "is whole" in checked.output, checked.output
    assert "another one" in run(args=["restore", "--check", str(file)], input="quite another one\n").stderr
    new = tmp_path / "new"
    assert run(args=["restore", str(file), "--into", str(new), "--passphrase-file", str(words)]).exit_code == 0
    assert (new / "secret_key").read_text() == full.config["SECRET_KEY"]
    assert "no tar file" in run(args=["restore", "--check", str(words)]).stderr
