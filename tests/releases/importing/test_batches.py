"""What an import does to the press room: once, in order, to be taken back, and unseen before its time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from pressroom import search
from pressroom.audit.models import AuditEntry
from pressroom.clips.models import clip_release
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.releases import actions
from pressroom.releases.importing import batches, jobs, reads, running, sources
from pressroom.releases.importing.batches import TakenOverError
from pressroom.releases.importing.models import ImportItem, ReleaseImport, ReleaseOrigin
from pressroom.releases.importing.plan import Options
from pressroom.releases.importing.rules import ImportState, Outcome
from pressroom.releases.models import OldAddress, Release, ReleaseRevision, UnsavedText
from pressroom.releases.rules import RefusedError, ReleaseKind
from pressroom.search.models import QueueRow
from tests import factories
from tests.clips.conftest import clip
from tests.conftest import NOON
from tests.releases.conftest import public

FILES = Path(__file__).parent / "files"
OPTIONS = Options(zone="America/New_York", drafts=True, scheduled=True)


def begun(path: Path = FILES / "press.xml", options: Options = OPTIONS, *, by: Any = None) -> tuple[int, str, Any]:
    """An import that is about to bring in; its number, its claim, its source."""
    source = sources.open_source(path)
    job = batches.begin(source, options, state=ImportState.IMPORTING, by=by, now=clock.now(), stored=False)
    number = job.id
    token = batches.claim(number, now=clock.now(), by_force=True)
    assert token
    db.session.commit()
    return number, token, source


def imported(path: Path = FILES / "press.xml", options: Options = OPTIONS, *, by: Any = None) -> int:
    number, token, source = begun(path, options, by=by)
    running.drive(batches.bring_in(number, token, source))
    return number


def taken_back(number: int, *, by: Any = None) -> dict[Outcome, int]:
    db.session.execute(update(ReleaseImport).where(ReleaseImport.id == number).values(state=ImportState.UNDOING))
    token = batches.claim(number, now=clock.now())
    assert token
    db.session.commit()
    running.drive(batches.undo(number, token, by=by))
    return reads.counts(number)


def many(folder: Path, count: int) -> Path:
    folder.mkdir()
    for n in range(count):
        text = f"---\ntitle: Release {n}\ndate: {2000 + n % 20}-03-05\naliases: [/old/{n}]\n---\nWords of {n}.\n"
        (folder / f"r{n:04}.md").write_text(text)
    return folder


def by_slug(slug: str) -> Release:
    return db.session.scalars(select(Release).where(Release.slug == slug)).one()


def test_a_release_comes_in_with_its_past(staff: Any, noon: Any) -> None:
    with staff() as s:
        number = imported(by=s.ada)
        assert reads.counts(number) == {Outcome.MADE: 4, Outcome.LEFT: 4}
        cats = by_slug("forty-cats")
        assert (cats.year, cats.public_from) == (2014, datetime(2014, 3, 5, 15, 0, tzinfo=UTC))
        assert (cats.updated_at, cats.created_at) == (datetime(2014, 3, 9, 8, 0, tzinfo=UTC), NOON)
        assert (cats.author_name, cats.author_id, cats.embargoed, cats.version) == ("Ilse Maren", None, False, 1)
        assert "<em>FELIS1</em>" in cats.body_html
        revisions = db.session.scalars(select(ReleaseRevision).where(ReleaseRevision.release_id == cats.id)).all()
        assert [(one.number, one.act, one.author_name) for one in revisions] == [(1, "import", "import")]
        assert revisions[0].note == "From press.xml, line 17"
        audited = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "import")).all()
        assert [(one.kind, one.actor_name) for one in audited] == [
            *[("release", "Ada Lindqvist")] * 4,
            ("release_import", "Ada Lindqvist"),
        ]
        later, draft = by_slug("dogs-later"), by_slug("a-draft-about-dogs")
        assert (later.state(NOON).value, later.updated_at) == ("scheduled", NOON)
        assert draft.state(NOON).value == "draft"
        due = {tuple(row) for row in db.session.execute(select(QueueRow.object_id, QueueRow.due))}
        assert {(cats.id, NOON), (later.id, NOON), (later.id, later.public_from)} <= due


def test_corrections_come_along(staff: Any, noon: Any, client: FlaskClient) -> None:
    with staff():
        imported(FILES / "folder")
        grant = by_slug("outreach-grant")
        assert [one.note for one in grant.corrections] == ["There were three schools, not four."]
        assert grant.corrected_at == grant.updated_at == datetime(2015, 6, 3, 16, 0, tzinfo=UTC)
    page = client.get("/releases/2015/outreach-grant").text
    assert "There were three schools, not four." in page
    assert "10.5555/12345678" in page


def test_twice_adds_nothing_and_writes_nothing_over(staff: Any, noon: Any, tmp_path: Path) -> None:
    with staff():
        imported()
        release = by_slug("forty-cats")
        actions.edit(release, by=factories.person("ada"), now=NOON, headline="Changed here")
        db.session.commit()
        assert reads.counts(imported()) == {Outcome.KNOWN: 4, Outcome.LEFT: 4}
        changed = tmp_path / "press.xml"
        changed.write_text((FILES / "press.xml").read_text().replace("Owners were asked twice.", "Changed there."))
        number = imported(changed)
        assert reads.counts(number) == {Outcome.CHANGED: 1, Outcome.KNOWN: 3, Outcome.LEFT: 4}
        (line,) = reads.items(number, Outcome.CHANGED).items
        assert line.release_id == release.id
        db.session.expire_all()
        assert (release.headline, release.subhead) == ("Changed here", "Owners were asked twice.")
        assert db.session.scalar(select(func.count()).select_from(Release)) == 4
        assert db.session.scalar(select(func.count()).select_from(ReleaseOrigin)) == 4


def test_old_releases_are_old_in_feeds_lists_and_search(app: Flask, client: FlaskClient, staff: Any, noon: Any) -> None:
    with staff():
        public(headline="New of today")
    before = {fmt: client.get(f"/feeds/releases.{fmt}").data for fmt in ("rss", "atom", "json")}
    noon(timedelta(hours=1))
    with staff():
        imported()
        search.sweep()
    for fmt in ("rss", "atom"):
        old, new = (feedparser.parse(data).entries for data in (before[fmt], client.get(f"/feeds/releases.{fmt}").data))
        assert [entry.title for entry in new] == [
            "New of today",
            "Forty cats, a year later",
            "Forty cats & their owners agree",
        ]
        assert new[0] == old[0]
        assert [entry.published_parsed[0] for entry in new[1:]] == [2014, 2014]
        if fmt == "atom":
            assert [entry.updated_parsed[0] for entry in new[1:]] == [2014, 2014]
    items = client.get("/feeds/releases.json").json["items"]
    assert [item["date_modified"][:10] for item in items[1:]] == ["2014-11-20", "2014-03-09"]
    assert client.get("/").page.xpath("string(//h1/following::h2[1])")
    titles = client.get("/releases/").page.xpath("//main//h3//text()")
    assert titles[0] == "New of today"
    hits = client.get("/search?q=FELIS1")
    assert "Forty cats &amp; their owners agree" in hits.text


def test_nothing_shows_before_its_time(client: FlaskClient, staff: Any, clock_at: Callable[[datetime], None]) -> None:
    clock_at(NOON)
    with staff():
        imported()
    lift = datetime(2027, 5, 1, 10, 0, tzinfo=UTC)
    for moment, status in ((lift - timedelta(seconds=1), 404), (lift, 200)):
        clock_at(moment)
        assert client.get("/releases/2027/dogs-later").status_code == status
        assert ("Dogs, announced for later" in client.get("/releases/").text) is (status == 200)


def test_what_needs_an_approval_does_not_come_in_waiting(
    staff: Any, noon: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with staff():
        monkeypatch.setattr(actions, "setting", lambda name: name == "release_approval" or "America/New_York")
        number = imported()
        left = {line.headline: line.reason for line in reads.items(number, Outcome.LEFT).items}
        assert "second person’s approval" in left["Dogs, announced for later"]
        assert by_slug("forty-cats").state(NOON).is_out, "what is out needs none"


def test_an_interrupted_import_goes_on_where_it_stopped(
    staff: Any, noon: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "BATCH", 10)
    path = many(tmp_path / "many", 35)
    with staff():
        number, token, source = begun(path)
        steps = batches.bring_in(number, token, source)
        assert next(steps) == 10
        db.session.commit()
        assert next(steps) == 20
        db.session.rollback()  # the process died in its second batch
        steps.close()
        noon(batches.LEASE + timedelta(seconds=1))
        second = batches.claim(number, now=clock.now())
        assert second
        db.session.commit()
        with pytest.raises(TakenOverError):
            next(batches.bring_in(number, token, source))
        db.session.rollback()
        with pytest.raises(TakenOverError):
            batches._move(number, second, 20, to=30)  # it stands at 10: two that share a claim count nothing twice
        db.session.rollback()
        running.drive(batches.bring_in(number, second, source))
        assert reads.counts(number) == {Outcome.MADE: 35}
        assert db.session.scalar(select(func.count()).select_from(Release)) == 35
        assert [line.position for line in reads.items(number).items] == list(range(35))
        assert not batches.claim(number, now=clock.now()), "nothing is left to do"


def test_one_that_cannot_be_made_stops_no_other(
    staff: Any, noon: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = many(tmp_path / "many", 5)
    make = actions.bring_in

    def fail(**fields: Any) -> Release:
        if fields["headline"] == "Release 1":
            raise RefusedError(actions.Problem("", "Not this one."))
        if fields["headline"] == "Release 2":
            fields["old_paths"] = ("/old/0",)  # somebody else took it a moment ago
        return make(**fields)

    monkeypatch.setattr(actions, "bring_in", fail)
    with staff():
        number = imported(path)
        assert reads.counts(number) == {Outcome.MADE: 3, Outcome.LEFT: 2}
        first, second = reads.items(number, Outcome.LEFT).items
        assert (first.reason, second.reason[:18]) == ("Not this one.", "Somebody else brou")
        assert db.session.scalar(select(func.count()).select_from(Release)) == 3


def test_an_import_is_taken_back_but_for_what_somebody_touched(
    staff: Any, noon: Any, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with staff() as s:
        number = imported()
        ada = s.ada
        edited, written_on = by_slug("forty-cats"), by_slug("a-draft-about-dogs")
        actions.edit(edited, by=ada, now=NOON, headline="Edited")
        db.session.add(UnsavedText(user_id=ada.id, uid=written_on.uid, at=NOON, fields={"headline": "x"}))
        db.session.commit()
        search.sweep()
    assert client.get("/releases/2014/forty-cats-2").status_code == 200
    assert client.get("/2014/11/20/forty-cats/").status_code == 301
    with staff() as s:
        assert taken_back(number, by=s.ada) == {Outcome.UNDONE: 2, Outcome.STAYS: 2, Outcome.LEFT: 4}
        reasons = {line.headline: line.reason for line in reads.items(number, Outcome.STAYS).items}
        assert reasons == {
            "Forty cats & their owners agree": "Somebody changed it since, so it stays.",
            "A draft about dogs": "Somebody writes on it and has not saved yet, so it stays.",
        }
        assert sorted(db.session.scalars(select(Release.slug))) == ["a-draft-about-dogs", "forty-cats"]
        assert db.session.scalars(select(OldAddress.path)).all() == ["/2014/03/05/forty-cats"]
        assert db.session.scalar(select(func.count()).where(AuditEntry.action == "take back")) == 3
        search.sweep()
    assert client.get("/releases/2014/forty-cats-2").status_code == 404
    assert client.get("/2014/11/20/forty-cats/").status_code == 404
    assert "a year later" not in client.get("/search?q=sic").text
    with staff():
        assert reads.counts(imported()) == {Outcome.MADE: 2, Outcome.KNOWN: 2, Outcome.LEFT: 4}


def test_what_coverage_was_tied_to_stays(staff: Any, noon: Any) -> None:
    with staff():
        number = imported(FILES / "folder")
        release = by_slug("outreach-grant")
        story = clip()
        db.session.flush()
        db.session.execute(insert(clip_release).values(clip_id=story.id, release_id=release.id))
        assert taken_back(number) == {Outcome.UNDONE: 2, Outcome.STAYS: 1, Outcome.LEFT: 1}
        (line,) = reads.items(number, Outcome.STAYS).items
        assert line.reason == "Something else of the press room belongs to it, so it stays."
        assert db.session.scalar(select(func.count()).select_from(clip_release)) == 1


def test_the_database_itself_keeps_what_people_saved(staff: Any, noon: Any) -> None:
    with staff():
        imported()
        edited, untouched = by_slug("forty-cats"), by_slug("forty-cats-2")
        actions.edit(edited, by=factories.person("ada"), now=NOON, headline="Edited")
        written = public()
        db.session.commit()
        ids = {"edited": edited.id, "untouched": untouched.id, "written": written.id}
        with pytest.raises(RefusedError, match="Somebody changed it since"):
            actions.take_back(written, by=None, now=NOON)
        for statement in (
            delete(Release).where(Release.id == ids["edited"]),
            delete(Release).where(Release.id == ids["written"]),
            delete(ReleaseRevision).where(ReleaseRevision.release_id == ids["untouched"]),
            update(ReleaseRevision).where(ReleaseRevision.release_id == ids["untouched"]).values(note="x"),
        ):
            with pytest.raises(DBAPIError, match="never deleted"), db.session.begin_nested():
                db.session.execute(statement.execution_options(synchronize_session=False))
        db.session.execute(
            delete(Release).where(Release.id == ids["untouched"]).execution_options(synchronize_session=False)
        )
        db.session.rollback()


def test_uploads_are_worked_off_by_the_worker_and_forgotten_when_nobody_wants_them(
    app: Flask, staff: Any, noon: Any, instance: Path
) -> None:
    with staff() as s:
        with (FILES / "press.xml").open("rb") as file:
            stored = running.uploads().store(file)
        source = running.opened(stored.sha256, "press.xml")
        job = batches.begin(source, OPTIONS, state=ImportState.CHECKING, by=s.ada, now=NOON, stored=True)
        number = job.id
    with app.app_context():
        jobs.work_off(NOON)
    with staff():
        job = reads.an_import(number)
        assert job is not None
        assert (job.state, job.total, job.found["types"]) == (
            ImportState.CHECKED,
            8,
            {"attachment": 1, "page": 1, "post": 6},
        )
        assert reads.counts(number) == {Outcome.MAKE: 4, Outcome.LEFT: 4}
        assert not db.session.scalar(select(func.count()).select_from(Release)), "a dry run changes nothing"
        job.state, job.position = ImportState.IMPORTING, 0
    with app.app_context():
        jobs.work_off(NOON)
    with staff():
        assert reads.counts(number) == {Outcome.MADE: 4, Outcome.LEFT: 4}
        assert not running.uploads().exists(stored.sha256)
        assert {
            entry.actor_name for entry in db.session.scalars(select(AuditEntry).where(AuditEntry.action == "import"))
        } == {"Ada Lindqvist"}
        gone = batches.begin(source, OPTIONS, state=ImportState.CHECKING, by=s.ada, now=NOON, stored=True)
        with (FILES / "press.xml").open("rb") as file:
            running.uploads().store(file)
        old = batches.begin(source, OPTIONS, state=ImportState.CHECKED, by=s.ada, now=NOON, stored=True)
        numbers = gone.id, old.id
    running_file = instance / running.FOLDER / stored.sha256[:2] / stored.sha256
    running_file.unlink()
    with app.app_context():
        jobs.work_off(NOON + jobs.FORGOTTEN + timedelta(seconds=1))
    with staff():
        failures = [db.session.get_one(ReleaseImport, each).failure for each in numbers]
        assert failures == [
            "The uploaded file is gone. Upload it again.",
            "Nobody imported what was read, so the uploaded file was deleted. Upload it again.",
        ]


@pytest.mark.sqlite
def test_ten_thousand_items_are_planned_with_a_handful_of_statements(
    app: Flask, staff: Any, noon: Any, queries: Any, tmp_path: Path
) -> None:
    """What is here already is read once, not for each item."""
    path = many(tmp_path / "many", 200)
    with staff():
        source = sources.open_source(path)
        with queries(8):
            planner = batches.planner(OPTIONS, NOON)
            found = [planner.plan(item).outcome for item in source.items("UTC")]
        assert found == [Outcome.MAKE] * 200


def test_the_report_of_a_check_is_made_anew(staff: Any, noon: Any) -> None:
    with staff():
        source = sources.open_source(FILES / "press.xml")
        job = batches.begin(source, OPTIONS, state=ImportState.CHECKING, by=None, now=NOON, stored=False)
        number = job.id
        for options, made in ((OPTIONS, 4), (Options(zone="UTC", kinds={"press-release": ReleaseKind.GRANT}), 2)):
            db.session.execute(
                update(ReleaseImport)
                .where(ReleaseImport.id == number)
                .values(state=ImportState.CHECKING, options=options.as_json())
            )
            token = batches.claim(number, now=clock.now())
            assert token
            db.session.commit()
            running.drive(batches.check(number, token, source))
            assert reads.counts(number)[Outcome.MAKE] == made
            assert db.session.scalar(select(func.count()).select_from(ImportItem)) == 8
        kinds = [line.detail["kind"] for line in reads.items(number, Outcome.MAKE).items]
        assert kinds == ["Grant", "Award"]


def test_pressed_by_two_at_once_it_is_done_once(staff: Any, noon: Any) -> None:
    with staff():
        source = sources.open_source(FILES / "press.xml")
        job = batches.begin(source, OPTIONS, state=ImportState.CHECKED, by=None, now=NOON, stored=True)
        first, second = (
            batches.send_on(job.id, before=[ImportState.CHECKED], to=ImportState.IMPORTING, position=0)
            for _ in range(2)
        )
        assert (first, second) == (True, False)
        assert batches.claim(job.id, now=NOON)
        assert not batches.claim(job.id, now=NOON + batches.LEASE - timedelta(seconds=1))
