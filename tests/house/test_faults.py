"""What happens to a database: no room on its disk, locked by somebody, its process killed. What was answered is there.

The faults of disks under files are in tests/kit/test_uploads.py, those of the index in tests/search/test_faults.py.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from pressroom import jobs
from pressroom.jobs import work
from pressroom.kit import db as kit_db
from pressroom.kit.db import db
from pressroom.releases.models import Release
from tests.conftest import NOON, submit
from tests.releases.conftest import public, waiting

NEW = "/desk/releases/new"
TYPED = "Typed with care, and not to be lost. " * 2_000


@pytest.fixture
def small(app: Flask) -> Iterator[Callable[[bool], None]]:
    """``small(True)`` makes the disk of the database full, for every connection; ``small(False)`` makes room again."""
    full = False
    with app.app_context():
        engine = db.engine

    @event.listens_for(engine, "checkout")
    def limit(raw: sqlite3.Connection, *_: object) -> None:
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.execute(f"PRAGMA max_page_count = {pages if full else 1_000_000}")

    def change(now: bool) -> None:
        nonlocal full
        full = now

    yield change
    event.remove(engine, "checkout", limit)


@pytest.mark.sqlite
def test_a_full_disk_refuses_to_save_and_goes_on_showing(
    app: Flask, small: Callable[[bool], None], ada: FlaskClient, client: FlaskClient, staff: Callable[[], Any]
) -> None:
    with staff():
        address = public(headline="It stands").address
    small(True)
    answer = submit(ada, NEW, {"headline": "A new one", "body": TYPED}, button="Save draft")
    assert answer.status_code == 507
    assert "no room left on its disk" in answer.text
    assert TYPED.strip() in " ".join(answer.page.xpath("//textarea[@readonly]/text()"))
    assert "no-store" in answer.headers["Cache-Control"]
    for reader, path in ((client, "/"), (client, address), (client, "/search?q=stands"), (ada, "/desk/"), (ada, NEW)):
        assert reader.get(path).status_code == 200, path
    with staff():
        assert [release.headline for release in db.session.scalars(select(Release))] == ["It stands"]
    small(False)  # and nothing has to be started again
    assert submit(ada, NEW, {"headline": "A new one", "body": TYPED}, button="Save draft").status_code == 303
    with staff():
        assert len(db.session.scalars(select(Release)).all()) == 2


@pytest.mark.sqlite
def test_a_locked_database_asks_to_come_again(
    app: Flask,
    instance: Path,
    ada: FlaskClient,
    client: FlaskClient,
    staff: Callable[[], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with staff():
        address = public(headline="It stands").address
    ada.get(NEW)
    monkeypatch.setattr(kit_db, "BUSY_SECONDS", 0.01)
    with app.app_context():
        db.engine.dispose()  # the next connections wait no longer than that
    with closing(sqlite3.connect(instance / "pressroom.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = submit(ada, NEW, {"headline": "A new one", "body": TYPED}, button="Save draft")
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "10"
        assert "send it again" in answer.text
        assert TYPED.strip() in " ".join(answer.page.xpath("//textarea[@readonly]/text()"))
        for path in ("/", address):
            assert client.get(path).status_code == 200
        other.execute("ROLLBACK")
    assert submit(ada, NEW, {"headline": "A new one", "body": TYPED}, button="Save draft").status_code == 303


def test_what_is_secret_is_not_shown_again(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from pressroom.accounts import views

    def locked(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(views, "render_template", locked)
    app.config["WTF_CSRF_ENABLED"] = False
    words = {"email": "ada@press.example", "password": "four words and more", "code": "one two three"}
    answer = client.post("/sign-in", data=words)
    assert answer.status_code == 503
    assert "four words" not in answer.text
    assert "one two" not in answer.text


def test_work_that_always_fails_stops_no_other(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it fails of, each minute anew."""
    monkeypatch.setattr(work, "_table", {})
    done = []

    @jobs.periodic("bad")
    def bad(now: object) -> None:
        db.session.execute(select(Release))
        raise [MemoryError, OSError(28, "No space left on device"), RecursionError][len(done) % 3]

    @jobs.periodic("good")
    def good(now: object) -> None:
        done.append(now)

    with app.app_context():
        for minute in range(3):
            assert jobs.sweep() == {"bad": False, "good": True}
            assert len(done) == minute + 1


def test_work_that_ends_the_worker_each_time_is_done_last(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a fault in a library for pictures does, or the system when memory is short: nothing can be caught."""
    monkeypatch.setattr(work, "_table", {})
    deadly, done = {"pictures", "imports"}, []

    def kind(name: str) -> None:
        @jobs.periodic(name)
        def run(now: object) -> None:
            if name in deadly:
                raise SystemExit(-9)
            done.append(name)

    for name in ("pictures", "mail", "imports", "index"):
        kind(name)
    with app.app_context():
        for expected in ([], ["mail"], ["mail", "index"], ["mail", "index"]):  # a new process each time
            done.clear()
            with pytest.raises(SystemExit):
                jobs.sweep()
            assert done == expected
        deadly.clear()
        assert all(jobs.sweep().values())
        done.clear()
        assert list(jobs.sweep()) == ["pictures", "mail", "imports", "index"], "and then it is as it was"


@pytest.mark.parametrize("hour", [5, 6])  # UTC; at 6 the clocks of New York go back from 2 to 1
def test_a_lift_in_the_hour_that_comes_twice(
    client: FlaskClient, staff: Callable[[], Any], clock_at: Callable[..., None], hour: int
) -> None:
    """The clock of the machine is put back by an hour, as clocks are that do not know of UTC, and put right again."""
    lift = datetime(2026, 11, 1, hour, 30, tzinfo=UTC)
    new_york = ZoneInfo("America/New_York")
    assert f"{lift.astimezone(new_york):%H:%M}" == "01:30"
    clock_at(lift - timedelta(days=1))
    with staff():
        address = waiting(lift, now=lift - timedelta(days=1), headline="Sequenced at last").address
    assert address.startswith("/releases/2026/")
    steps = ((-1, False), (0, True), (3599, True), (-3600, False), (0, True))
    for seconds, there in steps:
        moment = lift + timedelta(seconds=seconds)
        clock_at(moment.astimezone(new_york))  # the same wall time stands for two instants
        assert (client.get(address).status_code == 200) is there, seconds
        assert (address in client.get("/").text) is there, seconds


def test_the_clock_jumps_over_a_lift(
    client: FlaskClient, staff: Callable[[], Any], clock_at: Callable[..., None], settle: Callable[[], None]
) -> None:
    """No work was missed meanwhile: the clock of each request decides. Put back, nothing is shown that is not due."""
    lift = NOON + timedelta(days=3)
    clock_at(NOON)
    with staff():
        address = waiting(lift, headline="Sequenced at last").address
    settle()
    shown = (address, "/", "/feeds/releases.rss", "/search?q=sequenced")
    for moment, there in (
        (lift - timedelta(seconds=1), False),
        (lift + timedelta(days=400), True),  # a year too far ahead
        (lift - timedelta(days=1), False),  # and put right again
        (lift, True),
    ):
        clock_at(moment)
        for path in shown:
            answer = client.get(path)
            assert (address in answer.text and answer.status_code == 200) is there, (moment, path)
