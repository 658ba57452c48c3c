"""The ledger: whole under many openings at once, closed to changes, and honest about tampering."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from pressroom import publishing
from pressroom.accreditation.rules import What
from pressroom.kit import slow_clients
from pressroom.kit.db import db
from tests.accreditation.conftest import PATH, accept, client_of, entries, picture_of, robin

EMPTYING = "TRUNCATE ledger_entry"  # SQLite has none; there a line could be replaced


def run(app: Flask, *words: str) -> Any:
    return app.test_cli_runner().invoke(args=["ledger", "verify", *words])


def tamper(app: Flask, statement: str) -> None:
    """Change the ledger as somebody who owns the database could: without what keeps it."""
    with app.app_context(), publishing.as_staff():
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_is_kept"))
        else:
            db.session.execute(text("DROP TRIGGER IF EXISTS ledger_no_update"))
            db.session.execute(text("DROP TRIGGER IF EXISTS ledger_no_delete"))
            db.session.execute(text("DROP TRIGGER IF EXISTS ledger_no_replace"))
        db.session.execute(text(statement))
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text("ALTER TABLE ledger_entry ENABLE TRIGGER ledger_is_kept"))
        db.session.commit()


@pytest.fixture
def five(app: Flask, reader: FlaskClient) -> None:
    """Five entries."""
    for _ in range(5):
        reader.get(PATH)


def test_an_empty_ledger_is_whole(app: Flask) -> None:
    assert "0 entries" in run(app).output


def test_a_whole_ledger(app: Flask, five: None) -> None:
    found = run(app)
    assert found.exit_code == 0
    head = entries(app)[-1].hash
    assert f"5 entries, the last hash is {head}" in found.output
    assert run(app, "--head", head).exit_code == 0
    assert run(app, "--head", entries(app)[2].hash).output.endswith("The hash that was noted is that of entry 3.\n")
    anew = run(app, "--head", "f" * 64)
    assert anew.exit_code == 1
    assert "written anew" in anew.output


@pytest.mark.parametrize("statement", ["UPDATE ledger_entry SET version = 9", "DELETE FROM ledger_entry", EMPTYING])
def test_the_database_refuses_to_change_it(app: Flask, five: None, statement: str) -> None:
    with app.app_context(), publishing.as_staff():
        if statement == EMPTYING and db.engine.dialect.name == "sqlite":
            statement = "INSERT OR REPLACE INTO ledger_entry SELECT * FROM ledger_entry WHERE number = 2"
        with pytest.raises(DatabaseError, match="never changed"):
            db.session.execute(text(statement))
        db.session.rollback()
    assert len(entries(app)) == 5


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE ledger_entry SET journalist_name = 'Somebody' WHERE number = 3", "entry 3 was changed"),
        ("UPDATE ledger_entry SET at = '2026-01-01 00:00:00.000000' WHERE number = 1", "entry 1 was changed"),
        ("DELETE FROM ledger_entry WHERE number = 2", "entry 2 was deleted"),
        ("DELETE FROM ledger_entry WHERE number = 5", "entry 5 was deleted"),
        ("DELETE FROM ledger_entry", "entry 1 was deleted"),
        ("UPDATE ledger_entry SET number = 6 WHERE number = 4", "entry 4 was deleted"),
    ],
)
def test_tampering_is_named(app: Flask, five: None, statement: str, said: str) -> None:
    tamper(app, statement)
    found = run(app)
    assert found.exit_code == 1
    assert said in found.output


def test_what_is_put_in_is_named(app: Flask, five: None) -> None:
    columns = "at, journalist_id, journalist_name, journalist_outlet, release_id, release_uid, headline, version, what"
    columns += ", detail, address, agent, previous, hash"
    tamper(app, f"INSERT INTO ledger_entry (number, {columns}) SELECT 6, {columns} FROM ledger_entry WHERE number = 5")
    found = run(app)
    assert found.exit_code == 1
    assert "entry 6 was inserted" in found.output


def test_many_openings_at_once_make_one_chain(app: Flask, staff: Callable, embargoed: int) -> None:
    with staff():
        clients = []
        for n in range(4):
            found = robin(email=f"r{n}@paper.example")
            accept(found)
            clients.append(client_of(app, found))
    statuses: list[int] = []

    def read(client: FlaskClient) -> None:
        statuses.extend(client.get(PATH).status_code for _ in range(5))

    threads = [threading.Thread(target=read, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 20
    assert [row.number for row in entries(app)] == list(range(1, 21))
    assert run(app).exit_code == 0


def test_what_could_not_be_sent_for_the_crowd_is_no_opening(
    app: Flask, reader: FlaskClient, embargoed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slow_clients, "WAIT", 0.01)
    monkeypatch.setattr(slow_clients, "SHORT", 10)
    waiting = app.wsgi_app.application  # type: ignore[attr-defined]
    address = picture_of(app, embargoed)
    while waiting.long.acquire(blocking=False):
        pass
    refused = reader.get(address)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
    assert "open this address again" in refused.text
    assert entries(app) == []
    waiting.long.release()
    for _ in range(2):  # each gives the one place back
        assert reader.get(address).status_code == 200
    assert [entry.what for entry in entries(app)] == [What.FILE, What.FILE]
