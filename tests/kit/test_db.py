"""The recipe that loses no write, tried with processes and threads; and instants that keep their zone."""

from __future__ import annotations

import sys
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError

from pressroom import publishing
from pressroom.application import create_app
from pressroom.kit import db as kit_db
from pressroom.kit.db import db
from pressroom.kit.settings import SettingRow
from pressroom.media.models import Asset
from tests import apart

PROCESSES, THREADS, TIMES = 4, 4, 100


def writer(instance: Path) -> None:
    """Count as far as TIMES in each of THREADS, in a process of its own."""
    app = create_app(instance, {"secret_key": "x" * 40})
    failed: list[BaseException] = []

    def add() -> None:
        try:
            for _ in range(TIMES):
                with app.app_context(), publishing.as_staff():
                    row = db.session.get(SettingRow, "count")
                    assert row
                    row.value = row.value + 1  # type: ignore[operator]
                    db.session.commit()
        except BaseException as error:
            failed.append(error)
            raise

    threads = [threading.Thread(target=add) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.exit(bool(failed))


AS_SHIPPED = kit_db.SYNCHRONOUS  # the tests themselves need not outlive a power cut


@pytest.mark.sqlite
def test_1600_updates_by_16_threads_in_4_processes_lose_none(app: Flask, instance: Path) -> None:
    with app.app_context(), publishing.as_staff():
        db.session.add(SettingRow(name="count", value=0))
        db.session.commit()
    writers = [apart.start(writer, instance) for _ in range(PROCESSES)]
    assert [apart.ended(process) for process in writers] == [0] * PROCESSES
    with app.app_context(), publishing.as_staff():
        row = db.session.get(SettingRow, "count")
        assert row
        assert row.value == PROCESSES * THREADS * TIMES == 1600


@pytest.mark.sqlite
def test_connections_are_set_up(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pressroom.kit.db.SYNCHRONOUS", AS_SHIPPED)
    with app.app_context():
        found = {
            name: db.session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous", "cache_size")
        }
    assert found == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 15000,
        "synchronous": 2,
        "cache_size": -400,
    }


@pytest.mark.sqlite
def test_a_get_begins_no_write_and_a_post_does(app: Flask) -> None:
    from pressroom.kit.db import may_write, reading, writing

    with app.test_request_context(method="GET"):
        assert not may_write()
        with writing():
            assert may_write()
        assert not may_write()
    with app.test_request_context(method="POST"):
        assert may_write()
        with reading():
            assert not may_write()
    assert may_write()


def test_instants_come_back_aware_and_in_utc(app: Flask) -> None:
    eastern = datetime(2026, 11, 19, 12, 0, tzinfo=timezone(timedelta(hours=-5)))
    with app.app_context(), publishing.as_staff():
        db.session.add(Asset(sha256="a" * 64, media_type="image/png", name="a.png", bytes=1, created_at=eastern))
        db.session.commit()
        db.session.expire_all()
        found = db.session.scalars(select(Asset.created_at)).one()
    assert found == eastern
    assert found.tzinfo is UTC


def test_a_naive_instant_is_refused(app: Flask) -> None:
    naive = datetime(2026, 11, 19, 12, 0)  # noqa: DTZ001 - the mistake under test
    with app.app_context(), publishing.as_staff():
        db.session.add(Asset(sha256="a" * 64, media_type="image/png", name="a.png", bytes=1, created_at=naive))
        with pytest.raises(StatementError, match="needs a zone"):
            db.session.flush()


def test_constraints_have_names() -> None:
    from pressroom.kit.db import Base

    for table in Base.metadata.tables.values():
        unnamed = [c for c in table.constraints if not c.name]
        assert not unnamed, (table.name, unnamed)
