"""What a monitor asks."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

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


OK = {"database": "ok", "migrations": "ok", "index": "ok", "queue": "ok", "disk": "ok"}
FROM_AFAR = {"REMOTE_ADDR": "203.0.113.9"}


def test_ready(client: FlaskClient, settle) -> None:
    settle()
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json["ready"]
    assert answer.json["checks"] == OK
    assert (answer.json["details"]["index"], answer.json["details"]["queue"]) == (0, 0)
    assert answer.json["details"]["migrations"].isdigit()
    assert answer.headers["Cache-Control"] == "no-store"


def test_numbers_are_for_this_machine_and_for_the_token(app, client: FlaskClient) -> None:
    token = "a token of twenty letters".replace(" ", "-")
    bearer = {"Authorization": f"Bearer {token}"}
    for headers, address, shown in (
        ({}, "203.0.113.9", False),
        ({}, "127.0.0.1", True),
        ({"X-Forwarded-For": "203.0.113.9"}, "127.0.0.1", False),  # a web server on this machine asks for a visitor
        ({"Forwarded": "for=203.0.113.9"}, "::1", False),
        (bearer, "203.0.113.9", False),  # no token is set yet
    ):
        answer = client.get("/readyz", headers=headers, environ_overrides={"REMOTE_ADDR": address})
        assert ("details" in answer.json) is shown, (headers, address)
    app.config["METRICS_TOKEN"] = token
    assert "details" in client.get("/readyz", headers=bearer, environ_overrides=FROM_AFAR).json
    for wrong in ("", "Bearer ", f"Basic {token}", f"Bearer {token}x", "Bearer ü"):
        answer = client.get("/readyz", headers={"Authorization": wrong}, environ_overrides=FROM_AFAR)
        assert "details" not in answer.json


def test_documents_that_wait_are_counted_but_not_those_of_the_future(
    client: FlaskClient, staff, settle, clock_at
) -> None:
    settle()
    now = clock.now()
    with staff():
        search.enqueue("release", 1, due=now)
        search.enqueue("release", 1, due=now + timedelta(days=1))
    assert client.get("/readyz").json["details"]["index"] == 1
    clock_at(now + timedelta(minutes=11))
    answer = client.get("/readyz")
    assert answer.status_code == 200  # pages can be shown: this is for a person to look after
    assert answer.json["checks"] == OK | {"queue": "late"}
    assert answer.json["details"]["queue"] == pytest.approx(660, abs=1)


def test_a_disk_that_fills_up(client: FlaskClient, settle, monkeypatch: pytest.MonkeyPatch) -> None:
    settle()
    for free, said in ((10**9, "little"), (10**8, "full")):
        monkeypatch.setattr(health.shutil, "disk_usage", lambda _path, free=free: SimpleNamespace(free=free))
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json["checks"]) == (200, OK | {"disk": said})


def test_behind_the_migrations(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "heads", lambda folder: frozenset({"a newer one"}))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["checks"]["migrations"] == "behind"
    assert not answer.json["ready"]


def test_without_a_database(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("the password is 1234"))

    monkeypatch.setattr(db.session, "execute", fail)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["checks"]["database"] == "failing"
    assert "1234" not in answer.text


def test_tables_without_migrations(app, client: FlaskClient) -> None:
    with app.app_context():
        db.session.execute(text("DELETE FROM alembic_version"))
        db.session.commit()
    assert client.get("/readyz").json["checks"]["migrations"] == "none"
