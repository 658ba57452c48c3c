"""Imports: batches, positions, claims; what is known is passed over, and nobody counts a row twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from pressroom.audit import AuditEntry
from pressroom.clips import jobs, queries
from pressroom.clips.gathering import columns, importing, running
from pressroom.clips.gathering import queries as gathered
from pressroom.clips.gathering.columns import open_table
from pressroom.clips.gathering.importing import TakenOverError
from pressroom.clips.gathering.models import ClipImport
from pressroom.clips.gathering.rows import Rows
from pressroom.clips.models import Clip
from pressroom.clips.rules import ImportState
from pressroom.kit import clock
from pressroom.kit.db import db
from tests.clips.conftest import HEADER, clip, rows

File = Callable[..., Path]
Staff = Callable[[], Any]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)


def _begin(path: Path) -> tuple[ClipImport, Rows]:
    table = open_table(path)
    mapping = columns.guess(table.header, [row.cells for row in table.sample])
    reader = Rows(table, mapping)
    job = importing.begin(reader, file_name=path.name, mapping=mapping, by=None, now=clock.now())
    return job, reader


def _token(job: ClipImport, **options: Any) -> str:
    token = importing.claim(job.id, now=clock.now(), **options)
    db.session.commit()
    assert token is not None
    return token


def _import(path: Path) -> ClipImport:
    job, table = _begin(path)
    running.run(job.id, _token(job), table)
    return db.session.get_one(ClipImport, job.id, populate_existing=True)


def _counts(job: ClipImport) -> tuple[int, int, int, int]:
    db.session.refresh(job)
    return job.rows_read, job.added, job.known, job.refused


def test_a_file_comes_in_and_a_second_import_adds_nothing(staff: Staff, table_file: File) -> None:
    path = table_file(rows(35))
    with staff():
        first = _import(path)
        assert _counts(first) == (35, 35, 0, 0)
        assert first.state is ImportState.DONE
        second = _import(path)
        assert _counts(second) == (35, 0, 35, 0)
        assert queries.count() == 35
        newest = queries.latest(1)[0]
        assert (newest.outlet.name, newest.topics[0].name) == ("Outlet 6", "topic 0")


def test_rows_without_an_address_are_known_again_too(staff: Staff, table_file: File) -> None:
    path = table_file(HEADER + "2019-03-01,Radio,A talk,,,\n2019-03-01,RADIO,A  talk!,,,\n2019-03-02,Radio,A talk,,,\n")
    with staff():
        assert _counts(_import(path)) == (3, 2, 1, 0)
        assert _counts(_import(path)) == (3, 0, 3, 0)


def test_what_the_desk_withdrew_does_not_come_back(staff: Staff, table_file: File) -> None:
    from pressroom.clips import actions

    with staff():
        gone = clip(url="https://o.example/3")
        actions.withdraw(gone, by=None, now=clock.now(), reason="A mistake.")
        db.session.commit()
        assert _counts(_import(table_file(rows(5)))) == (5, 4, 1, 0)


def test_rows_that_cannot_be_read_are_kept_with_their_lines(staff: Staff, table_file: File) -> None:
    content = HEADER + '2019-03-01,A,"two\nlines",,,https://a.example/1\nsoon,A,T,,,\n2019-03-01,A,T,,,javascript:x\n'
    with staff():
        job = _import(table_file(content))
        assert _counts(job) == (3, 1, 0, 2)
        assert [problem.line for problem in gathered.problems(job.id, limit=9)] == [4, 5]


def test_an_import_that_was_killed_goes_on_where_it_stopped(staff: Staff, table_file: File) -> None:
    path = table_file(rows(35))
    with staff():
        job, table = _begin(path)
        job_id, mapping = job.id, dict(job.mapping)
        batches = importing.batches(job.id, _token(job), table)
        for _ in range(2):
            next(batches)
            db.session.commit()
        next(batches)  # the third batch is written, and the process dies before its commit
        db.session.rollback()
        batches.close()
    with staff():
        again = importing.unfinished(table, mapping)
        assert again is not None
        assert again.id == job_id
        assert _counts(again) == (20, 20, 0, 0)
        running.run(again.id, _token(again, by_force=True), table)
        assert _counts(db.session.get_one(ClipImport, job_id)) == (35, 35, 0, 0)
        assert queries.count() == 35


def test_other_columns_make_it_another_import(staff: Staff, table_file: File) -> None:
    with staff():
        job, table = _begin(table_file(rows(3)))
        other = {**job.mapping, "byline": 3}
        del other["topics"]
        assert importing.unfinished(table, other) is None


def test_whoever_was_taken_over_stops_and_counts_nothing(staff: Staff, table_file: File) -> None:
    with staff():
        job, table = _begin(table_file(rows(35)))
        mine = importing.batches(job.id, _token(job), table)
        next(mine)
        db.session.commit()
        theirs = _token(job, by_force=True)
        with pytest.raises(TakenOverError):
            next(mine)
        db.session.rollback()
        running.run(job.id, theirs, table)
        assert _counts(job) == (35, 35, 0, 0)


def test_a_claim_holds_until_it_runs_out(staff: Staff, table_file: File) -> None:
    with staff():
        job, _ = _begin(table_file(rows(3)))
        _token(job)
        now = clock.now()
        assert importing.claim(job.id, now=now) is None
        assert importing.claim(job.id, now=now + importing.LEASE + timedelta(seconds=1)) is not None


def test_every_new_clip_waits_for_the_index(
    staff: Staff, settle: Callable[[], None], table_file: File, client: Any
) -> None:
    with staff():
        _import(table_file(rows(12)))
    settle()
    assert "12 clips" in client.get("/clips/?q=robots").text


def test_the_import_is_in_the_audit(staff: Staff, table_file: File) -> None:
    with staff():
        _import(table_file(rows(2)))
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.kind == "clip_import")).one()
        assert entry.changes["added"] == [0, 2]


def _upload(path: Path) -> int:
    with path.open("rb") as stream:
        running.uploads().store(stream)
    job, _ = _begin(path)
    job.stored = True
    db.session.commit()
    return job.id


def test_the_worker_imports_what_waits_and_deletes_the_file(staff: Staff, app: Any, table_file: File) -> None:
    with staff():
        import_id = _upload(table_file(rows(25)))
    with app.app_context():
        jobs.work_off(clock.now())
    with staff():
        job = db.session.get_one(ClipImport, import_id)
        assert (job.state, job.added) == (ImportState.DONE, 25)
        assert not running.uploads().exists(job.sha256)


def test_the_worker_goes_on_for_one_that_died(staff: Staff, app: Any, table_file: File) -> None:
    path = table_file(rows(25))
    with staff():
        import_id = _upload(path)
        job = db.session.get_one(ClipImport, import_id)
        next(importing.batches(import_id, _token(job), running.reader_of(job)))
        db.session.commit()
        later = clock.now() + importing.LEASE + timedelta(minutes=1)
    with app.app_context():
        jobs.work_off(clock.now())  # the dead one's claim still holds
    with staff():
        assert db.session.get_one(ClipImport, import_id).rows_read == 10
    with clock.at(later), app.app_context():
        jobs.work_off(later)
    with staff():
        assert db.session.get_one(ClipImport, import_id).added == 25
        assert db.session.scalar(select(func.count()).select_from(Clip)) == 25


def test_a_file_that_is_gone_ends_its_import(staff: Staff, app: Any, table_file: File) -> None:
    with staff():
        import_id = _upload(table_file(rows(5)))
        running.uploads().remove(db.session.get_one(ClipImport, import_id).sha256)
    with app.app_context():
        jobs.work_off(clock.now())
    with staff():
        job = db.session.get_one(ClipImport, import_id)
        assert job.state is ImportState.FAILED
        assert "Upload it again" in job.failure


def test_an_upload_that_nobody_confirmed_is_forgotten(staff: Staff, app: Any, table_file: File) -> None:
    with staff():
        import_id = _upload(table_file(rows(5)))
        db.session.get_one(ClipImport, import_id).state = ImportState.UPLOADED
    later = clock.now() + timedelta(days=3)
    with clock.at(later), app.app_context():
        jobs.work_off(later)
    with staff():
        job = db.session.get_one(ClipImport, import_id)
        assert job.state is ImportState.FAILED
        assert not running.uploads().exists(job.sha256)
