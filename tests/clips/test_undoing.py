"""Batches taken back as a whole: archive, search, feeds and queue together; what somebody changed stays."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from pressroom.audit import AuditEntry
from pressroom.clips import actions, jobs, queries
from pressroom.clips.gathering import importing, reporting, running, undoing
from pressroom.clips.gathering.columns import guess, open_table
from pressroom.clips.gathering.models import Candidate, ClipImport
from pressroom.clips.gathering.rows import Rows
from pressroom.clips.gathering.rules import CandidateState, ImportInto, RowOutcome
from pressroom.clips.models import Clip
from pressroom.clips.rules import ImportState
from pressroom.clips.stories import placing
from pressroom.clips.stories.models import ClipStory, clip_placement
from pressroom.kit import clock
from pressroom.kit.db import db
from tests.clips.conftest import clip, rows
from tests.conftest import post

File = Callable[..., Path]
Staff = Callable[[], Any]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)
    monkeypatch.setattr(undoing, "BATCH", 10)


def brought_in(path: Path, into: ImportInto = ImportInto.ARCHIVE) -> ClipImport:
    table = open_table(path)
    mapping = guess(table.header, [row.cells for row in table.sample])
    reader = Rows(table, mapping, dated=into is ImportInto.ARCHIVE)
    job = importing.begin(
        reader, file_name=path.name, mapping=mapping, header=table.header, into=into, by=None, now=clock.now()
    )
    running.run(job.id, claimed(job), reader)
    return again(job)


def claimed(job: ClipImport) -> str:
    token = importing.claim(job.id, now=clock.now(), by_force=True)
    db.session.commit()
    assert token is not None
    return token


def again(job: ClipImport) -> ClipImport:
    return db.session.get_one(ClipImport, job.id, populate_existing=True)


def taken_back(job: ClipImport) -> ClipImport:
    assert undoing.begin(job.id, by=None)
    running.undo(job.id, claimed(job))
    return again(job)


def archived() -> int:
    statement = select(func.count()).select_from(Clip).where(Clip.withdrawn_at.is_(None))
    return db.session.scalar(statement) or 0


def test_what_nobody_changed_goes_and_what_somebody_changed_stays(staff: Staff, table_file: File) -> None:
    with staff():
        known = clip(url="https://o.example/0")
        db.session.commit()
        job = brought_in(table_file(rows(25)))
        assert (job.added, job.known) == (24, 1)
        changed = db.session.scalars(select(Clip).where(Clip.url == "https://o.example/3")).one()
        actions.edit(changed, by=None, now=clock.now(), byline="Rita Okafor")
        gone = db.session.scalars(select(Clip).where(Clip.url == "https://o.example/4")).one()
        actions.withdraw(gone, by=None, now=clock.now(), reason="A mistake.")
        db.session.commit()
        assert undoing.going(again(job)) == (22, 0, 2)
        done = taken_back(job)
        assert (done.state, done.undone, done.kept) == (ImportState.UNDONE, 22, 2)
        assert {row.headline for row in undoing.kept(done, 9)} == {changed.headline, gone.headline}
        db.session.refresh(known)
        assert known.withdrawn_at is None
        assert archived() == 2
        assert queries.desk_page().total == 3
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "take back")).one()
        assert entry.changes == {"taken back": [0, 22], "kept": [0, 2]}


def test_the_same_file_brings_them_in_again(staff: Staff, table_file: File) -> None:
    path = table_file(rows(12) + "2019-03-01,Radio,A talk,,,\n")
    with staff():
        for _ in range(2):
            job = brought_in(path)
            assert (job.added, job.known) == (13, 0)
            assert archived() == 13
            assert taken_back(job).undone == 13
            assert archived() == 0
        # by hand as well
        clip(headline="Robots and genes number 5", url="https://o.example/5")
        db.session.commit()
        assert brought_in(path).added == 12


def test_an_upload_that_nobody_confirmed_has_nothing_to_take_back(ada: FlaskClient) -> None:
    file = (BytesIO(rows(2).encode()), "clips.csv")
    sent = post(ada, "/desk/clips/import", {"file": file})
    page = ada.get(f"{sent.location}/undo")
    assert page.status_code == 200
    assert "nobody confirmed how this file is read" in page.text
    assert "Wait" not in page.page.xpath("string(//main)")  # type: ignore[attr-defined]


def test_what_went_is_no_placement_any_more(staff: Staff, table_file: File) -> None:
    with staff():
        kept = [clip(headline="Family history is seldom asked for", outlet=name, excerpt="").id for name in "AB"]
        path = table_file("date,title,outlet\n2026-11-12,Family history is seldom asked for,Radio Puente\n")
        job = brought_in(path)
        placing.portion(clock.now())
        db.session.commit()
        assert db.session.scalar(select(ClipStory.size)) == 3
        taken_back(job)
        assert set(db.session.scalars(select(clip_placement.c.clip_id))) == set(kept)
        assert db.session.scalar(select(ClipStory.size)) == 2


def test_one_of_them_is_brought_back_unless_it_came_in_again(
    staff: Staff, table_file: File, ada: FlaskClient, client: FlaskClient
) -> None:
    path = table_file(rows(2))
    with staff():
        taken_back(brought_in(path))
        first, second = db.session.scalars(select(Clip.id).order_by(Clip.id))
    assert post(ada, f"/desk/clips/{first}/bring-back", {}).status_code == 303
    assert client.get(f"/clips/{first}").status_code == 200
    assert "1 clip<" in ada.get("/desk/clips/").text
    with staff():
        job = brought_in(path)
        assert (job.added, job.known) == (1, 1)
        (again_id,) = db.session.scalars(select(Clip.id).where(Clip.import_id == job.id))
    refused = post(ada, f"/desk/clips/{second}/bring-back", {})
    assert refused.status_code == 422
    assert f"/desk/clips/{again_id}" in refused.page.xpath("//main//a/@href")  # type: ignore[attr-defined]
    assert client.get(f"/clips/{second}").status_code == 410


def test_search_feeds_and_page_know_of_it(
    staff: Staff, table_file: File, client: FlaskClient, settle: Callable[[], None]
) -> None:
    with staff():
        import_id = brought_in(table_file(rows(12))).id
        number, uid = db.session.execute(select(Clip.id, Clip.uid).where(Clip.url == "https://o.example/3")).one()
    settle()
    assert "12 clips" in client.get("/clips/?q=robots").text
    assert f"urn:uuid:{uid}" in client.get("/feeds/clips.atom").text
    with staff():
        taken_back(db.session.get_one(ClipImport, import_id))
    settle()
    assert "0 clips" in client.get("/clips/?q=robots").text
    page = client.get(f"/clips/{number}")
    assert page.status_code == 410
    assert "came in with a file that the press office took back" in page.text
    feed = client.get("/feeds/clips.atom").text
    assert "deleted-entry" in feed
    assert "<entry>" not in feed


def test_an_undo_that_was_killed_goes_on(staff: Staff, app: Flask, table_file: File) -> None:
    with staff():
        job = brought_in(table_file(rows(35)))
        import_id = job.id
        undoing.begin(import_id, by=None)
        steps = undoing.undo(import_id, claimed(job))
        next(steps)
        db.session.commit()
        next(steps)  # the second portion is written, and the process dies before its commit
        db.session.rollback()
        steps.close()
        assert (again(job).undone, archived()) == (10, 25)
    later = clock.now() + importing.LEASE * 2
    with clock.at(later), app.app_context():
        jobs.work_off(later)
    with staff():
        done = db.session.get_one(ClipImport, import_id)
        assert (done.state, done.undone, archived()) == (ImportState.UNDONE, 35, 0)


def test_whoever_was_taken_over_stops(staff: Staff, table_file: File) -> None:
    with staff():
        job = brought_in(table_file(rows(15)))
        undoing.begin(job.id, by=None)
        steps = undoing.undo(job.id, claimed(job))
        next(steps)
        db.session.commit()
        theirs = claimed(job)
        with pytest.raises(importing.TakenOverError):
            next(steps)
        db.session.rollback()
        running.undo(job.id, theirs)
        assert again(job).undone == 15


def test_what_waits_leaves_the_queue_and_what_was_judged_stays(staff: Staff, table_file: File) -> None:
    path = table_file(rows(12) + ",Outlet 1,Without a day,,,https://o.example/none\n")
    with staff():
        job = brought_in(path, ImportInto.TRIAGE)
        assert (job.added, job.refused, archived()) == (13, 0, 0)
        judged = db.session.scalars(select(Candidate).where(Candidate.line == 2)).one()
        judged.state = CandidateState.REJECTED
        db.session.commit()
        assert undoing.going(again(job)) == (0, 12, 1)
        done = taken_back(job)
        assert (done.undone, done.kept) == (12, 1)
        assert [row.judged for row in undoing.kept(done, 9)] == ["rejected"]
        assert brought_in(path, ImportInto.TRIAGE).added == 12


def test_each_row_is_reported(staff: Staff, table_file: File) -> None:
    path = table_file(rows(3) + "soon,A,T,,,\n2019-03-01,Outlet 0,Again,,,https://o.example/0\n")
    with staff():
        job = brought_in(path)
        page = reporting.page(job.id, None, 1, total=5)
        assert [(row.line, row.outcome.value) for row in page.items] == [
            (2, "added"),
            (3, "added"),
            (4, "added"),
            (5, "refused"),
            (6, "known"),
        ]
        assert page.items[0].headline == page.items[4].headline == "Robots and genes number 0"
        assert reporting.counts(job.id)[RowOutcome.ADDED] == 3
        taken_back(job)
        lines = "".join(reporting.as_csv(job.id)).splitlines()
        assert lines[0].lstrip("\ufeff") == "line,outcome,headline,clip,reason"
        assert lines[1].startswith("2,taken back,Robots and genes number 0,")
        assert lines[4].startswith("5,refused,,,“soon” is no day")


def test_the_desk_asks_before_it_takes_back(
    ada: FlaskClient, wren: FlaskClient, staff: Staff, table_file: File
) -> None:
    with staff():
        path = f"/desk/clips/import/{brought_in(table_file(rows(12))).id}"
    assert wren.get(f"{path}/undo").status_code == 403
    assert "Take this import back" in ada.get(path).text
    asked = ada.get(f"{path}/undo")
    assert "12 clips leave the archive" in asked.text
    done = post(ada, f"{path}/undo", {})
    assert done.status_code == 303
    shown = ada.get(done.location).text
    assert "12 clips were taken back" in shown
    assert "By Ada" in shown
    assert "was taken back already" in ada.get(f"{path}/undo").text
    assert "Taken back" in ada.get(f"{path}/rows").text
    assert "taken back" in ada.get(f"{path}/rows.csv").text
    assert "Taken back" in ada.get("/desk/clips/import/all").text
    assert ada.get(f"{path}/rows?page=9").status_code == 404
    assert ada.get("/desk/clips/import/all?page=9").status_code == 404


def test_an_unfinished_or_empty_import_is_not_taken_back(ada: FlaskClient, staff: Staff, table_file: File) -> None:
    with staff():
        brought_in(table_file(rows(3)))
        empty = brought_in(table_file(rows(3))).id
    path = f"/desk/clips/import/{empty}/undo"
    assert "nothing was added" in ada.get(path).text
    assert post(ada, path, {}, form="/desk/clips/import").status_code == 422


def test_a_large_one_is_taken_back_by_the_worker(
    ada: FlaskClient, app: Flask, staff: Staff, table_file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "SMALL", 5)
    with staff():
        import_id = brought_in(table_file(rows(12))).id
    path = f"/desk/clips/import/{import_id}"
    post(ada, f"{path}/undo", {})
    assert "0 of 12 taken back" in ada.get(path).text
    with app.app_context():
        jobs.work_off(clock.now())
    assert "12 clips were taken back" in ada.get(path).text


def test_the_command_takes_back(app: Flask, staff: Staff, table_file: File) -> None:
    run = app.test_cli_runner().invoke
    shown = run(args=["import-clips", str(table_file(rows(12)))]).output
    assert "This is import 1" in shown
    assert run(args=["undo-clips", "9"]).exit_code == 1
    assert "12 clips and 0" in run(args=["undo-clips", "1"], input="n\n").output
    with staff():
        assert archived() == 12
    assert "Taken back: 12; kept: 0." in run(args=["undo-clips", "1", "--yes"]).output
    assert "taken back already" in run(args=["undo-clips", "1", "--yes"]).output
    with staff():
        assert archived() == 0
