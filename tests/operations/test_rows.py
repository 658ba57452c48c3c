"""A line says a row, whatever is in it: each type that a column has, nothing, and what JSON calls nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import JSON, Boolean, Date, DateTime, Integer, String, Text, Time, TypeDecorator
from sqlalchemy.exc import SQLAlchemyError

from pressroom import publishing
from pressroom.kit.db import Base, UTCDateTime, db
from pressroom.kit.settings import SettingRow
from pressroom.operations import rows, snapshot
from pressroom.releases.models import Contact
from tests.conftest import NOON

KNOWN = (JSON, Boolean, Date, DateTime, Integer, String, Text, Time)


def test_each_type_that_a_column_has_is_known() -> None:
    for table in Base.metadata.tables.values():
        for column in table.columns:
            plain = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
            assert isinstance(plain, KNOWN), f"{table.name}.{column.name}: teach rows._plain and rows._reader {plain!r}"
            assert not isinstance(plain, DateTime) or isinstance(column.type, UTCDateTime), "an instant has a zone"


ODD: dict[str, Any] = {
    "a": None,
    "b": {"ö": [1, 2.5, None, True, "\U0001f9ec", "\ud800"], "a": {}},
    "c": "null",
    "d": [],
    "Z": "in the order of bytes it comes first",
    "ä": 2**40,
}


def test_lines_in_and_out_are_equal(app: Flask) -> None:
    url = app.config["DATABASE_URL"]
    odd = ODD if url.startswith("sqlite") else ODD | {"b": {"a": 1}}  # PostgreSQL takes no half characters
    with app.app_context(), publishing.as_staff():
        db.session.add_all([SettingRow(name=name, value=value) for name, value in odd.items()])
        db.session.add(
            Contact(
                slug="x", name='A "quoted"\n\tname\u2028\x7f', updated_at=NOON, opens_at=time(8, 30), closes_at=time(17)
            )
        )
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    with snapshot.connected(url) as connection:
        tables = {table.name: table for table in rows.tables(connection)}
        before = {name: list(rows.lines(connection, tables[name])) for name in ("setting", "media_contact")}
    assert [line.split(b'"name":')[1][:4] for line in before["setting"]][:2] == [b'"Z",', b'"a",']
    assert b'"opens_at":"08:30:00"' in before["media_contact"][0]
    with snapshot.connected(url) as connection:
        for name, written in before.items():
            connection.execute(tables[name].delete())
            rows.put(connection, tables[name], written)
            assert list(rows.lines(connection, tables[name])) == written


@pytest.mark.parametrize("line", [b'{"name": "a", "value": 1, "more": 1}', b'{"name": "a"', b'{"value": 1}'])
def test_a_line_that_does_not_fit(app: Flask, line: bytes) -> None:
    with snapshot.connected(app.config["DATABASE_URL"]) as connection:
        table = next(table for table in rows.tables(connection) if table.name == "setting")
        with pytest.raises((ValueError, SQLAlchemyError)):
            rows.put(connection, table, [line])


def test_instants_of_any_zone_are_said_in_utc() -> None:
    tokyo = timezone(timedelta(hours=9))
    assert rows._plain(datetime(2026, 11, 20, 2, 0, tzinfo=tokyo)) == "2026-11-19T17:00:00.000000+00:00"
    assert rows._plain(datetime(2026, 11, 19, 17, 0)) == "2026-11-19T17:00:00.000000+00:00"  # noqa: DTZ001 - SQLite's
    assert rows._plain(date(2026, 11, 19)) == "2026-11-19"
    assert rows._instant("2026-11-19T17:00:00.000000+00:00", "postgresql") == datetime(2026, 11, 19, 17, tzinfo=UTC)
