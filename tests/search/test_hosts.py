"""Several hosts, each with an index of its own, fed from one queue."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from pressroom import search
from pressroom.kit import clock, prepared
from pressroom.kit.db import db
from pressroom.search import hosts, indexer, queue
from pressroom.search.models import IndexHost, TakenRow
from tests.databases import empty
from tests.search.conftest import NOW, Shelf, make_app

WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)


@dataclass
class Pair:
    """Two hosts on one database, and a third that can come later; one shelf of things for all."""

    one: Shelf
    two: Shelf
    later: Shelf


@pytest.fixture
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pair]:
    overrides = {"search_engine": "whoosh", "database_url": f"sqlite:///{tmp_path / 'shared.sqlite3'}"}
    if request.config.getoption("--database") == "postgres":
        overrides["database_url"] = request.getfixturevalue("postgres_url")
    apps = []
    for name in ("one", "two", "later"):
        (tmp_path / name).mkdir()
        apps.append(make_app(tmp_path / name, overrides))
    if request.config.getoption("--database") == "postgres":
        empty(apps[0])
    shelves = [Shelf(app) for app in apps]
    for shelf in shelves[1:]:
        shelf.documents = shelves[0].documents
    first = shelves[0]
    with pytest.MonkeyPatch.context() as patch, clock.at(NOW):
        for kind in list(search.registry.sources):
            patch.delitem(search.registry.sources, kind)
        search.register("clip", load=first.load, ids=lambda: list(first.documents), newest=first.newest)
        yield Pair(*shelves)
    for app in apps:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def indexed(shelf: Shelf) -> set[int]:
    """The ids in the index of this host."""
    with shelf.app.app_context():
        return {key.id for key in indexer.engine().contents()}


def marks(app: Flask) -> int:
    with app.app_context():
        return db.session.query(TakenRow).count()


def test_what_one_host_saves_each_finds_and_the_last_one_deletes_the_row(pair: Pair) -> None:
    pair.one.put(1, "first")
    assert pair.one.ids("first") == [1]
    assert pair.two.ids("first") == [1]
    pair.two.put(2, "second")
    assert pair.two.ids("second") == [2]
    assert pair.two.find("second").total == 1
    assert (pair.one.waiting(), marks(pair.one.app)) == (1, 1)
    with pair.two.app.app_context():
        assert queue.waiting(NOW).rows == 0
    assert indexed(pair.one) == {1}
    assert pair.one.ids("second") == [2]
    assert (pair.one.waiting(), marks(pair.one.app)) == (0, 0)
    del pair.one.documents[1]
    pair.one.change(1)
    assert [shelf.find("first").total for shelf in (pair.one, pair.two)] == [0, 0]
    assert indexed(pair.one) == indexed(pair.two) == {2}


def test_a_lift_is_exact_on_each_host(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """The host that asks later is not told by the one that asked first, and neither is too early."""
    pair.one.sweep()
    pair.two.sweep()
    load = search.registry.sources["clip"].load
    search.register(
        "clip",
        load=lambda ids: load(ids) if clock.now() >= NOW + SECOND else [],
        ids=lambda: list(pair.one.documents) if clock.now() >= NOW + SECOND else [],
        newest=pair.one.newest,
    )
    pair.one.put(1, "embargo")
    pair.one.change(1, due=NOW + SECOND)
    assert [shelf.find("embargo").total for shelf in (pair.one, pair.two)] == [0, 0]
    assert pair.one.waiting() == 1
    for moment in (NOW + SECOND, NOW + WEEK / 8):
        shelf = pair.one if moment == NOW + SECOND else pair.two
        assert not indexed(shelf)
        with clock.at(moment):
            assert shelf.find("embargo", now=moment).total == 1
    assert pair.one.waiting() == 0


def test_a_host_that_comes_later_has_what_was_there_before(pair: Pair) -> None:
    pair.one.put(1, "old")
    assert pair.one.ids("old") == pair.two.ids("old") == [1]
    assert pair.one.waiting() == 0
    assert pair.later.ids("old") == [1]
    assert indexed(pair.later) == {1}


def test_a_silent_host_is_forgotten_and_makes_its_index_anew(pair: Pair) -> None:
    pair.one.put(1, "old")
    assert pair.one.ids("old") == pair.two.ids("old") == [1]
    del pair.one.documents[1]
    pair.one.change(1)
    assert pair.one.find("old").total == 0
    assert pair.one.waiting() == 1
    much_later = NOW + WEEK * 1.3
    with clock.at(much_later):
        assert pair.one.find("old", now=much_later).total == 0
        assert pair.one.waiting() == 0  # nobody waits for the one that was silent
        with pair.one.app.app_context():
            assert len(hosts.known(much_later)) == 1
        assert indexed(pair.two) == {1}
        assert pair.two.find("old", now=much_later).total == 0  # though nothing waits in the queue
        assert indexed(pair.two) == set()
        with pair.one.app.app_context():
            assert len(hosts.known(much_later)) == 2


def test_who_asks_now_and_then_is_not_forgotten(pair: Pair) -> None:
    pair.one.put(1, "kept")
    pair.one.ids("kept")
    pair.two.ids("kept")
    for days in range(1, 30):
        moment = NOW + timedelta(days=days)
        with clock.at(moment):
            (pair.one if days % 2 else pair.two).find("kept", now=moment)
            with pair.one.app.app_context():
                assert len(hosts.known(moment)) == 2


def test_a_rebuild_that_is_asked_for_is_done_by_each_and_a_lost_index_by_its_own_host(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair.one.put(1, "there")
    pair.one.ids("there")
    pair.two.ids("there")
    with pair.one.app.app_context():
        queue.ask_for_rebuild(NOW)
        db.session.commit()
    assert pair.one.sweep() == 1
    assert pair.one.sweep() == 0
    assert pair.two.sweep() == 1
    assert pair.one.waiting() == 0
    monkeypatch.setattr(indexer, "SMALL", 0)
    with pair.two.app.app_context():
        indexer.engine().lose()
    assert pair.two.ids("there") == [1]  # from the database
    assert pair.one.waiting() == 1
    assert pair.one.sweep() == 0
    assert pair.two.sweep() == 1
    assert pair.one.waiting() == 0


def test_what_two_took_at_once_is_tidied_away(pair: Pair) -> None:
    """On PostgreSQL neither sees the other's mark, and the row stays."""
    pair.one.put(1, "both")
    pair.one.ids("both")
    pair.two.ids("both")
    pair.one.change(1)
    with pair.one.app.app_context():
        [row] = queue.due_ids(NOW)
        for host in db.session.scalars(select(IndexHost.id)).all():
            db.session.add(TakenRow(row_id=row, host_id=host))
        db.session.commit()
    pair.one.put(2, "more")
    assert pair.two.sweep() == 1
    assert pair.one.waiting() == 1
    assert pair.one.sweep() == 1
    assert (pair.one.waiting(), marks(pair.one.app)) == (0, 0)


def test_a_host_of_another_database_does_not_work_for_ever(pair: Pair) -> None:
    """The database was exchanged under a running process: its host is not known there, and others are."""
    pair.one.put(1, "word")
    pair.one.ids("word")
    pair.two.ids("word")
    with pair.two.app.app_context():
        number = hosts.me()
    with pair.one.app.app_context():
        db.session.execute(update(IndexHost).where(IndexHost.id == number).values(id=number % 1000 + 1))
        db.session.commit()
    pair.one.put(2, "word")
    pair.two.sweep()
    pair.two.sweep()
    assert indexed(pair.two) == {1, 2}


def test_one_host_alone_sends_what_it_sent_before(pair: Pair) -> None:
    """From its second question on: whether anything is due, and nothing more."""
    pair.one.put(1, "alone")
    pair.one.ids("alone")
    sent: list[str] = []
    with pair.one.app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *args: sent.append(args[2]))
    prepared.connections_of(pair.one.app).listeners.append(sent.append)
    pair.one.ids("alone")
    assert len([sql for sql in sent if not sql.startswith(("BEGIN", "PRAGMA"))]) == 1
    sent.clear()
    pair.one.put(1, "again")
    pair.one.ids("again")
    verbs = [sql.split()[0] for sql in sent if not sql.startswith(("BEGIN", "PRAGMA"))]
    assert verbs == ["INSERT", "SELECT", "SELECT", "DELETE", "SELECT"]
    with pair.one.app.app_context():
        assert hosts.known(NOW)[0].waiting == 0


@pytest.mark.parametrize("kept", [None, b"", b"\xff\0\xfe", b"99999999999", b"-3"])
def test_a_number_that_cannot_be_read_is_drawn_anew_once(tmp_path: Path, kept: bytes | None) -> None:
    file = tmp_path / "index" / "host"
    if kept is not None:
        file.parent.mkdir()
        file.write_bytes(kept)
    with ThreadPoolExecutor(8) as threads:
        numbers = set(threads.map(lambda _: hosts._kept_number(file), range(8)))
    assert len(numbers) == 1
    assert numbers == {int(file.read_text())}
    assert 0 < numbers.pop() <= hosts.MOST
