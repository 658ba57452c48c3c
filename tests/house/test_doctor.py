"""``pressroom doctor``: what is fine is said, each fault is found, and each finding says what to do."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text, update

from pressroom import doctor, publishing, sample, search
from pressroom.accounts import actions as accounts
from pressroom.accounts import passkeys, passwords
from pressroom.accounts.models import Passkey
from pressroom.accounts.rules import Role
from pressroom.accreditation.models import Journalist
from pressroom.audit.models import AuditHead
from pressroom.doctor import Level
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.media.models import Asset
from pressroom.operations import schedule
from tests.conftest import NOON
from tests.factories import person


def found(app: Flask) -> dict[str, Level]:
    """What each finding is about, and the worst that was said of it."""
    with app.app_context():
        rows = doctor.examine()
    assert all(bool(row.do) == (row.level is not Level.FINE) for row in rows)
    order = list(Level)
    levels: dict[str, Level] = {}
    for row in rows:
        levels[row.about] = max(levels.get(row.about, Level.FINE), row.level, key=order.index)
    return levels


@contextmanager
def configured(app: Flask, **values: Any) -> Iterator[None]:
    before = dict(app.config)
    app.config.update({name.upper(): value for name, value in values.items()})
    yield
    app.config.update(before)


@pytest.fixture(autouse=True)
def well(app: Flask, staff: Callable[[], Any], settle: Callable[[], None], clock_at: Callable[..., None]) -> None:
    """An installation with an administrator and an index."""
    with staff():
        person("nadia")
    settle()
    clock_at(clock.now())


GOOD = {
    "site_url": "https://press.example.org",
    "site_url_set": True,
    "secure_cookies": True,
    "proxies": 1,
    "security_contact": "security@example.org",
    "mail_server": "smtp.example.org",
    "mail_from": "press@example.org",
}


@pytest.fixture(autouse=True)
def a_backup(well: None, app: Flask) -> None:
    with app.app_context():
        schedule.note(clock.now())


def test_a_good_installation(app: Flask) -> None:
    day = f"{clock.now() + timedelta(days=200):%Y-%m-%d}"
    with configured(app, **GOOD, security_expires=day):
        levels = found(app)
        assert set(levels.values()) == {Level.FINE}, levels
        ran = app.test_cli_runner().invoke(args=["doctor"])
        machine = json.loads(app.test_cli_runner().invoke(args=["doctor", "--json"]).output)
    assert ran.exit_code == 0, ran.output
    assert {row["about"] for row in machine} == levels.keys()
    assert all(row.keys() == {"level", "about", "found", "do"} for row in machine)
    assert "0 errors, 0 warnings" in ran.output


def test_files(app: Flask, instance: Path) -> None:
    for mode, level in ((0o755, Level.WARNING), (0o777, Level.ERROR), (0o700, Level.FINE)):
        instance.chmod(mode)
        assert found(app)["instance folder"] is level
    key = instance / "secret_key"
    key.write_text("x" * 40)
    for mode, level in ((0o640, Level.ERROR), (0o600, Level.FINE)):
        key.chmod(mode)
        assert found(app)["secret key"] is level
    with configured(app, secret_key="short"):
        assert found(app)["secret key"] is Level.ERROR
        ran = app.test_cli_runner().invoke(args=["doctor"])
        assert ran.exit_code == 1
        assert "1 errors" in ran.output


def test_room(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, level in ((100, Level.ERROR), (1_000_000_000, Level.WARNING), (10**12, Level.FINE)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _path, free=free: SimpleNamespace(free=free))
        assert found(app)["disk"] is level


def test_versions(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(app)["versions"] is Level.FINE
    monkeypatch.setattr(doctor.metadata, "requires", lambda _name: ["Flask>=99", "nowhere>=1; extra == 'pdf'"])
    assert found(app)["versions"] is Level.ERROR
    monkeypatch.setattr(doctor.metadata, "requires", lambda _name: ["not-there-at-all"])
    assert found(app)["versions"] is Level.ERROR


def test_backups(app: Flask, instance: Path, clock_at: Callable[..., None]) -> None:
    now = clock.now()
    assert found(app)["backups"] is Level.FINE
    clock_at(now + timedelta(days=8))
    assert found(app)["backups"] is Level.WARNING
    clock_at(now + timedelta(hours=5))
    with configured(app, backup_every_hours=2, backup_folder=str(instance)):
        with app.app_context():
            said = [row.found for row in doctor.check_backups()]
        assert len(said) == 2
        assert "the disk that they are a backup of" in said[1]
        with app.app_context():
            schedule.note(clock.now(), problem="There is no room.")
        assert found(app)["backups"] is Level.ERROR
    (instance / schedule.STATE).unlink()
    assert found(app)["backups"] is Level.WARNING


def test_what_restores_put_aside(app: Flask, instance: Path) -> None:
    assert "put aside" not in found(app)
    (instance / "before-restore-20261119T170000Z").mkdir()
    with app.app_context():
        on_postgres = db.engine.dialect.name == "postgresql"
        if on_postgres:
            with db.engine.begin() as connection:
                connection.execute(text("CREATE SCHEMA before_restore_20261119170000_ab12"))
        try:
            said = [finding for finding in doctor.examine() if finding.about == "put aside"]
        finally:
            if on_postgres:
                with db.engine.begin() as connection:
                    connection.execute(text("DROP SCHEMA before_restore_20261119170000_ab12"))
    assert [one.level for one in said] == [Level.WARNING] * (2 if on_postgres else 1)
    assert "before-restore-20261119T170000Z" in said[0].found
    if on_postgres:
        assert said[1].do.endswith('DROP SCHEMA "before_restore_20261119170000_ab12" CASCADE;')


def test_what_expires(app: Flask, staff: Callable[[], Any]) -> None:
    now = clock.now()
    assert "rights" not in found(app)
    with staff():
        for number, days in enumerate((29, 31, -1)):
            ends = now + timedelta(days=days)
            db.session.add(
                Journalist(name="x", email=f"{number}@paper.example", outlet="x", created_at=now, valid_until=ends)
            )
            asset = Asset(sha256="a" * 64, media_type="image/png", name="a.png", bytes=1, created_at=now)
            asset.rights_until = ends.date()
            db.session.add(asset)
    levels = found(app)
    assert levels["rights"] is levels["journalists"] is Level.WARNING
    with app.app_context(), publishing.as_staff():
        assert [row.found[:20] for row in doctor.check_expiring()] == ["those of 1 files end", "1 accreditations end"]


def test_the_queue(app: Flask, staff: Callable[[], Any], clock_at: Callable[..., None]) -> None:
    with staff():
        search.enqueue("release", 1, due=clock.now())
    assert found(app)["index"] is Level.FINE
    clock_at(clock.now() + timedelta(hours=2))
    assert found(app)["index"] is Level.WARNING


def test_the_web(app: Flask) -> None:
    assert found(app)["site address"] is Level.WARNING
    with configured(app, **GOOD | {"site_url": "http://press.example.org", "secure_cookies": False}):
        levels = found(app)
        assert (levels["site address"], levels["cookies"]) == (Level.ERROR, Level.ERROR)
    with configured(app, **GOOD | {"proxies": 0}):
        assert found(app)["proxies"] is Level.WARNING


@pytest.mark.parametrize(
    ("days", "level"),
    [
        (None, Level.ERROR),
        (-1, Level.ERROR),
        (29, Level.WARNING),
        (31, Level.FINE),
        (360, Level.FINE),
        (500, Level.WARNING),
    ],
)
def test_security_txt(app: Flask, days: int | None, level: Level) -> None:
    assert found(app)["security.txt"] is Level.WARNING
    day = "" if days is None else f"{clock.now() + timedelta(days=days):%Y-%m-%d}"
    with configured(app, **GOOD, security_expires=day):
        assert found(app)["security.txt"] is level


def test_the_clock(app: Flask, clock_at: Callable[..., None]) -> None:
    clock_at(clock.now() - timedelta(hours=1))
    assert found(app)["clock"] is Level.ERROR
    clock_at(NOON.replace(year=1999))
    assert found(app)["clock"] is Level.ERROR


def test_the_chains(app: Flask, staff: Callable[[], Any]) -> None:
    assert found(app)["audit"] is found(app)["ledger"] is Level.FINE
    with staff():
        db.session.execute(update(AuditHead).values(length=AuditHead.length + 1))
    assert found(app)["audit"] is Level.ERROR
    with staff():
        db.session.execute(update(AuditHead).values(length=AuditHead.length - 1))
        if db.engine.dialect.name == "sqlite":
            db.session.execute(text("DROP TRIGGER audit_no_update"))
            db.session.execute(text("DROP TRIGGER audit_no_delete"))
    if app.config["DATABASE_URL"].startswith("sqlite"):
        assert found(app)["audit"] is Level.ERROR


def test_mail(app: Flask) -> None:
    assert found(app)["mail"] is Level.WARNING
    with configured(app, **GOOD | {"mail_security": "none"}):
        assert found(app)["mail"] is Level.ERROR
    with configured(app, **GOOD | {"mail_security": "none", "mail_server": "127.0.0.1"}):
        assert found(app)["mail"] is Level.FINE


@pytest.mark.sqlite
def test_migrations(app: Flask, staff: Callable[[], Any]) -> None:
    with staff():
        db.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    levels = found(app)
    assert levels["database"] is Level.ERROR
    assert "audit" not in levels


@pytest.mark.whoosh
def test_the_index(app: Flask, instance: Path) -> None:
    shutil.rmtree(instance / "index")
    assert found(app)["index"] is Level.ERROR


def test_people_of_the_sample(app: Flask, staff: Callable[[], Any]) -> None:
    with staff():
        stored = passwords.hashed(sample.PASSWORD)
        accounts.create_user(
            by=None, now=clock.now(), name="Demo", email=sample.EMAIL, role=Role.EDITOR, password=stored
        )
    assert found(app)["people"] is Level.ERROR
    with configured(app, sample=True):
        assert found(app)["people"] is Level.WARNING


def test_passkeys(app: Flask, staff: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert "passkeys" not in found(app)
    with staff():
        key = {"name": "Key", "host": "press.example.org", "credential_id": "x", "public_key": "x", "sign_count": 0}
        db.session.add(Passkey(user_id=person("nadia").id, created_at=clock.now(), **key))
    with configured(app, **GOOD):
        assert found(app)["passkeys"] is Level.FINE
        monkeypatch.setattr(passkeys, "_has_library", lambda: False)
        assert found(app)["passkeys"] is Level.ERROR
        monkeypatch.undo()
    with configured(app, **GOOD | {"site_url": "https://new.example.org"}):
        assert found(app)["passkeys"] is Level.WARNING
    with configured(app, **GOOD | {"site_url": "http://press.example.org"}):
        assert found(app)["passkeys"] is Level.ERROR


def test_a_database_that_does_not_answer_is_a_finding(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def down() -> Any:
        raise OSError("no such file")

    monkeypatch.setattr(doctor, "CHECKS", (down, doctor.check_room))
    assert found(app)["down"] is Level.ERROR
