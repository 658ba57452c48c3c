"""The index keeps in step: by change, by time, after a crash, with two at once, damaged, and made again."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response
from sqlalchemy.exc import OperationalError

from pressroom import search
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.kit.lock import alone
from pressroom.kit.settings import SettingsError
from pressroom.search import indexer, queue
from pressroom.search.documents import Document
from pressroom.search.engines.whoosh_engine import WhooshEngine
from tests.search.conftest import NOW, Shelf, make_app

SECOND = timedelta(seconds=1)


def engine(shelf: Shelf) -> Any:
    """The engine of the shelf, whichever it is."""
    return shelf.app.extensions["search"]


# By change -----------------------------------------------------------------------------------------------


def test_a_change_is_found_and_its_row_is_gone(shelf: Shelf) -> None:
    shelf.put(1, "first")
    assert shelf.ids("first") == [1]
    shelf.put(1, "second")
    assert shelf.ids("first") == []
    assert shelf.ids("second") == [1]
    assert shelf.waiting() == 0


def test_what_is_no_longer_public_leaves_the_index(shelf: Shelf) -> None:
    shelf.put(1, "gone")
    assert shelf.ids("gone") == [1]
    del shelf.documents[1]
    shelf.change(1)
    assert shelf.find("gone").total == 0
    with shelf.app.app_context():
        assert not engine(shelf).contents()


def test_a_row_that_is_rolled_back_asks_for_nothing(shelf: Shelf) -> None:
    with shelf.app.app_context():
        search.enqueue("clip", 1, due=NOW)
        db.session.rollback()
    assert shelf.waiting() == 0


def test_many_rows_are_queued_in_one_statement(shelf: Shelf) -> None:
    shelf.rebuild()
    with shelf.app.app_context():
        search.enqueue_many("clip", range(1, 1301), due=NOW)
        search.enqueue_many("clip", [], due=NOW)
        db.session.commit()
    assert shelf.waiting() == 1300
    assert shelf.sweep() == 1300
    assert shelf.waiting() == 0


def test_the_same_request_puts_what_it_saved_into_the_index(shelf: Shelf) -> None:
    @shelf.app.post("/save")
    def save() -> str:
        shelf.documents[1] = Document(kind="clip", id=1, headline="saved", body="", published=NOW)
        search.enqueue("clip", 1, due=clock.now())
        db.session.commit()
        db.session.scalar(db.select(queue.QueueRow.id))  # the request goes on and opens a transaction again
        return "saved"

    assert shelf.app.test_client().post("/save").status_code == 200
    assert shelf.waiting() == 0
    with shelf.app.app_context():
        assert engine(shelf).contents().keys() == {("clip", 1)}


def test_a_failing_index_does_not_fail_the_request(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    @shelf.app.post("/save")
    def save() -> str:
        search.enqueue("clip", 1, due=clock.now())
        db.session.commit()
        return "saved"

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    shelf.put(1, "kept")
    shelf.sweep()
    monkeypatch.setattr(engine(shelf), "write", full)
    assert shelf.app.test_client().post("/save").status_code == 200
    assert shelf.waiting() == 1
    assert shelf.ids("kept") == [1]
    monkeypatch.undo()


def test_the_newest_change_does_not_wait_behind_an_import(shelf: Shelf) -> None:
    shelf.rebuild()
    with shelf.app.app_context():
        search.enqueue_many("clip", range(1000, 2000), due=NOW - SECOND)
        db.session.commit()
    shelf.put(1, "urgent")
    assert shelf.ids("urgent") == [1]
    assert shelf.waiting() == 1001 - indexer.BATCH_OF_REQUEST


# By time -------------------------------------------------------------------------------------------------


class Lifted(Shelf):
    """A shelf on which a thing is public from an instant to another."""

    begins = NOW + SECOND
    ends = NOW + timedelta(hours=1)

    def load(self, ids: Sequence[int]) -> list[Document]:
        return list(super().load(ids)) if self.begins <= clock.now() < self.ends else []


def test_a_planted_word_is_found_from_its_instant_to_its_end_without_a_worker(shelf: Shelf) -> None:
    lifted = Lifted(shelf.app)
    search.register("clip", load=lifted.load, ids=lambda: list(lifted.documents), newest=shelf.newest)
    with clock.at(NOW):
        lifted.put(1, "planted", "planted", outlet="Planted", people="Planted", topics=("Planted",))
        for instant in (lifted.begins, lifted.ends):
            lifted.change(1, due=instant)

    def seen(moment: datetime) -> tuple[int, int, list[tuple[str, int]]]:
        with clock.at(moment):
            results = lifted.find("planted", now=moment)
            return results.total, len(results.hits), results.facets["outlet"]

    assert seen(NOW) == (0, 0, [])
    assert lifted.waiting() == 2
    with shelf.app.app_context():
        assert not engine(shelf).contents()
    assert seen(lifted.begins) == (1, 1, [("Planted", 1)])
    assert seen(lifted.ends - SECOND) == (1, 1, [("Planted", 1)])
    assert seen(lifted.ends) == (0, 0, [])
    assert lifted.waiting() == 0


def test_a_hit_is_shown_only_if_it_is_public_now(shelf: Shelf) -> None:
    """The index may be behind: what a hit shows is read through the gate."""
    shelf.put(1, "secret")
    assert shelf.find("secret").total == 1
    del shelf.documents[1]
    results = shelf.find("secret")
    assert (results.total, results.hits) == (0, [])


# After a crash, and with two at once ---------------------------------------------------------------------


def test_a_crash_between_the_index_and_the_queue_repeats_harmlessly(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_ids: object) -> None:
        raise KeyboardInterrupt

    shelf.put(1, "once")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(queue, "forget", crash)
        shelf.sweep()
    assert shelf.waiting() == 1
    assert shelf.ids("once") == [1]
    assert shelf.find("once").total == 1
    assert shelf.waiting() == 0


@pytest.mark.whoosh
def test_a_crash_in_mid_commit_changes_nothing(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.put(1, "before")
    assert shelf.ids("before") == [1]
    shelf.put(2, "after")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):

        def crash(*_args: object) -> None:
            raise KeyboardInterrupt

        patch.setattr("whoosh.writing.SegmentWriter._commit_toc", crash)
        shelf.sweep()
    assert shelf.waiting() == 1
    [folder] = (Path(shelf.app.instance_path) / "index").glob("whoosh-*")
    left = {path.name.split(".")[0] for path in folder.glob("MAIN_*")} - {"MAIN_WRITELOCK"}
    assert left == set(engine(shelf).snapshot().segments)
    assert sorted(shelf.ids("before OR after")) == [1, 2]


KILLED = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from flask import Flask
from pressroom import config, search
from pressroom.kit import db, prepared
from pressroom.search import queue
folder = Path(sys.argv[1])
app = Flask("pressroom", instance_path=str(folder))
app.config.from_mapping(config.load(folder, {}))
db.init_app(app)
prepared.init_app(app)
search.init_app(app)
NOW = datetime(2026, 11, 19, tzinfo=UTC)
doc = search.Document(kind="clip", id=1, headline="survived", body="", published=NOW)
search.register("clip", load=lambda ids: [doc], ids=lambda: [1], newest=lambda wanted: [])
queue.forget = lambda ids: os.kill(os.getpid(), 9)
with app.app_context():
    search.drain()
"""


@pytest.mark.slow
@pytest.mark.sqlite
def test_a_killed_process_leaves_no_lock_behind(shelf: Shelf) -> None:
    shelf.put(1, "survived")
    shelf.ids("nothing")
    shelf.put(1, "survived")
    died = subprocess.run([sys.executable, "-c", KILLED, shelf.app.instance_path], check=False)
    assert died.returncode == -9
    assert shelf.waiting() == 1
    assert shelf.ids("survived") == [1]
    assert shelf.waiting() == 0


def test_two_drains_at_once_do_the_work_once_each(shelf: Shelf) -> None:
    shelf.rebuild()
    for number in range(1, 41):
        shelf.put(number, "gene")
    done: list[int] = []
    failures: list[Exception] = []

    def drain() -> None:
        try:
            with shelf.app.app_context():
                for _ in range(10):
                    done.append(search.drain(now=NOW, limit=7, wait=10))
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=drain) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert sum(done) == 40
    assert shelf.waiting() == 0
    assert shelf.find("gene").total == 40


def test_a_drain_that_finds_another_one_at_work_goes_away(shelf: Shelf) -> None:
    shelf.rebuild()
    shelf.put(1, "gene")
    with alone(Path(shelf.app.instance_path) / "index" / "drain.lock", wait=0), shelf.app.app_context():
        assert search.drain(now=NOW) == 0
    assert shelf.waiting() == 1


def test_what_is_queued_while_a_drain_is_at_work_stays_queued(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    write = engine(shelf).write

    def slow(*args: object) -> None:
        monkeypatch.setattr(engine(shelf), "write", write)
        write(*args)
        shelf.put(1, "newer")

    shelf.put(2, "x")
    shelf.sweep()
    monkeypatch.setattr(engine(shelf), "write", slow)
    shelf.put(1, "older")
    with shelf.app.app_context():
        assert search.drain(now=NOW) == 1
    assert shelf.waiting() == 1
    assert shelf.ids("newer") == [1]


def test_a_caller_that_holds_the_write_lock_is_answered_at_once(shelf: Shelf) -> None:
    shelf.put(1, "gene")
    with shelf.app.app_context():
        search.enqueue("clip", 2, due=NOW)
        db.session.flush()
        assert search.find(search.Query(text="gene"), now=NOW).total == 1
        db.session.commit()


# What a room gets wrong ----------------------------------------------------------------------------------


def test_one_thing_that_cannot_be_read_keeps_no_other_back(shelf: Shelf) -> None:
    def load(ids: Sequence[int]) -> list[Document]:
        if 3 in ids:
            raise ValueError("no document can be made of this")
        return list(shelf.load(ids))

    for number in range(1, 6):
        shelf.put(number, "gene")
    search.register("clip", load=load, ids=lambda: list(shelf.documents), newest=shelf.newest)
    with pytest.raises(ValueError, match="no document"):
        shelf.sweep()
    shelf.app.testing = False
    with clock.at(NOW):
        assert sorted(shelf.ids("gene")) == [1, 2, 4, 5]
    assert shelf.waiting() == 1
    search.register("clip", load=shelf.load, ids=lambda: list(shelf.documents), newest=shelf.newest)
    assert sorted(shelf.ids("gene", now=NOW + indexer.RETRY)) == [1, 2, 3, 4, 5]


def test_rows_of_a_kind_that_nobody_reads_are_worked_off(shelf: Shelf) -> None:
    with shelf.app.app_context():
        search.enqueue("unknown", 1, due=NOW)
        db.session.commit()
    assert shelf.ids() == []
    assert shelf.waiting() == 0


# Lost and damaged ----------------------------------------------------------------------------------------


def remove_folder(index: Path) -> None:
    shutil.rmtree(index)


def remove_pointer(index: Path) -> None:
    (index / "current").unlink()


def point_nowhere(index: Path) -> None:
    (index / "current").write_text("../../etc")


def point_to_another_version(index: Path) -> None:
    (index / "current").write_text("whoosh-0-0123")


def remove_whoosh_files(index: Path) -> None:
    for path in index.glob("whoosh-*/*"):
        path.unlink()


def remove_segments(index: Path) -> None:
    for path in index.glob("whoosh-*/*.seg"):
        path.unlink()


def cut_segments(index: Path) -> None:
    for path in index.glob("whoosh-*/*.seg"):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def garble_contents(index: Path) -> None:
    for path in index.glob("whoosh-*/*.toc"):
        path.write_bytes(b"\xff" * 200)


DAMAGES = [
    remove_folder,
    remove_pointer,
    point_nowhere,
    point_to_another_version,
    remove_whoosh_files,
    remove_segments,
    cut_segments,
    garble_contents,
]


@pytest.mark.whoosh
@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("open_before", [True, False])
def test_a_damaged_index_is_made_again_while_somebody_asks(
    shelf: Shelf, instance: Path, damage: Callable[[Path], None], open_before: bool
) -> None:
    shelf.put(1, "gene")
    shelf.put(2, "gene therapy")
    assert shelf.find("gene").total == 2
    if not open_before:
        shelf.app.extensions["search"] = WhooshEngine(instance / "index")
    damage(instance / "index")
    assert shelf.find("gene").total == 2
    shelf.put(3, "gene")
    damage(instance / "index")
    assert shelf.sweep() >= 1
    assert sorted(shelf.ids("gene")) == [1, 2, 3]


def test_a_large_index_is_made_again_by_the_worker(
    shelf: Shelf, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexer, "SMALL", 1)
    for number in (1, 2):
        shelf.put(number, "gene")
    results = shelf.find("gene")
    assert (results.degraded, results.total, results.pages) == (True, 2, 1)
    assert shelf.find("gene").degraded
    assert shelf.waiting() == 3  # asked once, however often the question is put
    assert shelf.sweep() == 2
    results = shelf.find("gene")
    assert (results.degraded, results.total) == (False, 2)
    assert shelf.waiting() == 0


def test_a_database_that_is_away_while_draining_is_survived(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: object) -> None:
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    shelf.put(1, "gene")
    assert shelf.ids("gene") == [1]
    monkeypatch.setattr(queue, "known_next_due", lambda: None)
    monkeypatch.setattr(queue, "next_due", away)
    assert shelf.ids("gene") == [1]


# Made again ----------------------------------------------------------------------------------------------


def test_what_changes_while_the_index_is_made_again_is_in_the_new_one(shelf: Shelf) -> None:
    for number in range(1, 4):
        shelf.put(number, "old")
    shelf.sweep()
    seen = []

    def meanwhile(_done: int, _total: int) -> None:
        shelf.put(1, "changed")
        shelf.put(4, "added")
        del shelf.documents[2]
        shelf.change(2)
        shelf.sweep_queue()
        seen.append(sorted(shelf.ids("old OR changed OR added")))

    shelf.sweep_queue = lambda: _drain(shelf)  # type: ignore[attr-defined]
    with shelf.app.app_context():
        search.rebuild(meanwhile)
    assert seen == [[1, 3, 4]]
    assert shelf.waiting() == 0
    assert shelf.ids("changed") == [1]
    assert shelf.ids("added") == [4]
    assert sorted(shelf.ids()) == [1, 3, 4]


def _drain(shelf: Shelf) -> None:
    with shelf.app.app_context():
        search.drain(now=NOW)


def test_a_rebuild_that_fails_changes_nothing_and_leaves_nothing(shelf: Shelf, instance: Path) -> None:
    shelf.put(1, "gene")
    shelf.sweep()
    before = sorted(path.name for path in (instance / "index").iterdir())

    def fail(_done: int, _total: int) -> None:
        raise RuntimeError("the power went")

    with shelf.app.app_context(), pytest.raises(RuntimeError):
        search.rebuild(fail)
    assert sorted(path.name for path in (instance / "index").iterdir()) == sorted({*before, "rebuild.lock"})
    assert shelf.ids("gene") == [1]


def test_searching_while_the_index_is_made_again_and_changed(shelf: Shelf) -> None:
    for number in range(1, 31):
        shelf.put(number, "gene")
    shelf.sweep()
    stop = threading.Event()
    totals: set[int] = set()
    failures: list[Exception] = []

    def ask() -> None:
        try:
            while not stop.is_set():
                totals.add(shelf.find("gene").total)
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for number in range(1, 6):
            shelf.rebuild()
            shelf.put(number, "gene again")
            _drain(shelf)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not failures
    assert totals == {30}


def test_a_flood_of_rows_is_answered_by_a_new_index(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.rebuild()
    monkeypatch.setattr(indexer, "SMALL", 10)
    for number in range(1, 13):
        shelf.put(number, "gene")
    shelf.change(99, due=NOW + timedelta(days=900_000))
    monkeypatch.setattr(indexer, "drain", lambda **_options: 0)
    assert shelf.sweep() == 12
    assert shelf.waiting() == 1
    monkeypatch.undo()
    assert shelf.find("gene").total == 12


def test_what_cannot_be_read_while_the_index_is_made_again_is_tried_later(shelf: Shelf) -> None:
    def load(_ids: Sequence[int]) -> list[Document]:
        raise ValueError("no document can be made of this")

    shelf.put(1, "gene")
    search.register("clip", load=load, ids=lambda: list(shelf.documents), newest=shelf.newest)
    shelf.app.testing = False
    assert shelf.rebuild() == 0
    assert shelf.waiting() == 1


@pytest.mark.whoosh
def test_many_small_commits_leave_few_segments(shelf: Shelf) -> None:
    shelf.rebuild()
    for number in range(1, 41):
        shelf.put(number % 30, "gene")
        with shelf.app.app_context():
            assert search.drain(now=NOW) == 1
    assert shelf.find("gene").total == 30
    assert len(engine(shelf).snapshot().segments) <= 16


@pytest.mark.whoosh
def test_the_old_index_is_removed(shelf: Shelf, instance: Path) -> None:
    shelf.put(1, "gene")
    for _ in range(3):
        shelf.rebuild()
    assert len(list((instance / "index").glob("whoosh-*"))) == 1


# The setting, and a request that saves nothing -----------------------------------------------------------


def test_an_engine_that_does_not_exist_is_refused(app: Flask, instance: Path) -> None:
    with pytest.raises(SettingsError, match="write one of whoosh"):
        make_app(instance, {"search_engine": "bleve"})


def test_a_request_that_changed_nothing_does_not_ask_the_database(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    @shelf.app.get("/")
    def page() -> Response:
        return Response("page")

    monkeypatch.setattr(indexer, "drain_for_request", lambda *_a, **_k: pytest.fail("asked"))
    assert shelf.app.test_client().get("/").status_code == 200
