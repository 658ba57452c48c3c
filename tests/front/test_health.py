"""What a monitor asks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from pressroom import search
from pressroom.front import health
from pressroom.kit import clock
from pressroom.kit.db import db


def test_alive_says_no_more_than_that(client: FlaskClient, queries) -> None:
    with queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "ok\n", "text/plain")
    assert answer.headers["Cache-Control"] == "no-store"


def test_ready(client: FlaskClient, settle) -> None:
    settle()
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"database": True, "migrations": "current", "index_queue": 0, "ready": True}


def test_documents_that_wait_are_counted_but_not_those_of_the_future(client: FlaskClient, staff, settle) -> None:
    settle()
    with staff():
        search.enqueue("release", 1, due=clock.now())
        search.enqueue("release", 1, due=clock.now() + timedelta(days=1))
    assert client.get("/readyz").json["index_queue"] == 1


def test_behind_the_migrations(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "heads", lambda folder: frozenset({"a newer one"}))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["migrations"] == "behind"


def test_without_a_database(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("the password is 1234"))

    monkeypatch.setattr(db.session, "execute", fail)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["database"] is False
    assert "1234" not in answer.text


def test_tables_without_migrations(app, client: FlaskClient) -> None:
    with app.app_context():
        db.session.execute(text("DELETE FROM alembic_version"))
        db.session.commit()
    assert client.get("/readyz").json["migrations"] == "none"
