"""A press room from before second factors is migrated, and back: people and their sign-ins stay."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import MetaData, insert, select

from pressroom import publishing
from pressroom.application import create_app
from pressroom.kit.db import UTCDateTime, db

pytestmark = pytest.mark.sqlite

AT = datetime(2026, 11, 19, 17, tzinfo=UTC)


def rows(app: Flask, table: str, *columns: str) -> list[tuple[Any, ...]]:
    with app.app_context(), publishing.as_staff(), db.engine.connect() as connection:
        assert not connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        found = MetaData()
        found.reflect(connection, only=[table])
        made = found.tables[table]
        return [tuple(row) for row in connection.execute(select(*(made.c[name] for name in columns)).order_by("id"))]


def test_people_and_their_sign_ins_stay(instance: Path) -> None:
    app = create_app(instance, {"secret_key": "for tests only, and long enough to be one"})
    folder = str(Path(app.root_path) / "migrations")
    with app.app_context():
        upgrade(directory=folder, revision="0009")
    with app.app_context(), publishing.as_staff(), db.engine.begin() as connection:
        before = MetaData()
        before.reflect(connection, only=["user", "device_session"])
        for table in before.tables.values():
            for column in table.columns:
                if column.name.endswith("_at"):
                    column.type = UTCDateTime()
        person = {"name": "x", "role": "editor", "active": True, "created_at": AT, "version": 1}
        for number, one_time in ((1, False), (2, True)):
            mine = {"id": number, "email": f"{number}@press.example", "password_hash": "kept", "one_time": one_time}
            connection.execute(insert(before.tables["user"]).values(person | mine))
            device = {"user_id": number, "token_hash": f"{number}" * 64, "address": "", "agent": ""}
            times = dict.fromkeys(("created_at", "last_seen_at", "expires_at"), AT)
            connection.execute(insert(before.tables["device_session"]).values(device | times))
    with app.app_context():
        upgrade(directory=folder, revision="0010")
    assert rows(app, "user", "id", "password_hash") == [(1, "kept"), (2, "!")], "what was handed out opens nothing"
    assert [row[0] for row in rows(app, "device_session", "user_id")] == [1, 2]
    assert all(proved == created for proved, created in rows(app, "device_session", "proved_at", "created_at"))
    with app.app_context():
        downgrade(directory=folder, revision="0009")
    assert rows(app, "user", "id", "one_time") == [(1, False), (2, False)]
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
