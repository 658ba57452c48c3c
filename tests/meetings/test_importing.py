"""Abstracts from a file: columns guessed, problems by line, nothing twice, undone as a whole."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.kit.tables import Row
from pressroom.meetings import actions as meetings
from pressroom.meetings import bindings, queries
from pressroom.meetings.importing import actions, columns, jobs, rows, running
from pressroom.meetings.importing.rows import RowError, When, clock_time
from pressroom.meetings.models import Abstract, AbstractImport, MeetingSession
from pressroom.meetings.rules import EmbargoRule, ImportState, SessionKind
from pressroom.releases.models import Release
from tests.conftest import NOON, post
from tests.meetings.conftest import TEN, abstract, meeting, session
from tests.releases.conftest import draft

HEADER = (
    "Abstract Number;Abstract Title;Authors;Affiliations;Session;Session Title;Session Type;Date;Start;End;Room;"
    "Abstract;DOI"
)
WHERE = "S1;Eyes;Platform;10/20/2027;10:00 AM;11:30 AM;204"
FILE = f"""{HEADER}
12;Genes & grüne Augen;A. Ortiz;Portside;{WHERE};"<p><i>OCA2</i> tells.</p><p>More &lt; less.</p>";https://doi.org/10.5555/x.12
9;Nine;B. Lund;;{WHERE};Text of nine.;
12;Twice;;;;;;;;;;;
;Without a number;;;;;;;;;;;
13;On a day of its own;;;S2;Far;Poster;10/30/2027;10:00;11:00;1;;
14;In no session;;;S9;;;;;;;;
15;Bad DOI;;;;;;;;;;;doi 12
"""
WHEN = When(date(2027, 10, 19), date(2027, 10, 23), "America/Los_Angeles")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("10:30", "10:30"), ("2:30 PM", "14:30"), ("12:05 a.m.", "00:05"), ("14.30", "14:30"), ("9 am", "09:00"),
     ("2027-10-20T08:15:00", "08:15"), ("10:00–11:30", "10:00"), ("14h45", "14:45")],
)  # fmt: skip
def test_times_of_day_as_programmes_write_them(cell: str, expected: str) -> None:
    assert clock_time(cell) == expected


@pytest.mark.parametrize("cell", ["", "noon", "25:00", "13 pm", "10:75", "10", "²:30"])
def test_what_is_no_time_of_day(cell: str) -> None:
    with pytest.raises(RowError):
        clock_time(cell)


def test_a_row_tells_an_abstract_and_its_session() -> None:
    header = HEADER.split(";")
    cells = FILE.splitlines()[1].replace('"', "").replace("&lt;", "&lt").split(";")
    found = rows.read(Row(2, cells), columns.guess(header), len(header), WHEN)
    assert found.slug == "12"
    assert found.fields["text"] == "OCA2 tells.\nMore < less."
    assert found.fields["doi"] == "10.5555/x.12"
    assert found.session is not None
    assert (found.session.key, found.session.kind, found.session.minutes) == ("s1", SessionKind.PLATFORM, 90)
    assert found.session.starts_at == TEN


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            "No.,Title,Author,Abstract,Topic,Link",
            {"number": 0, "title": 1, "authors": 2, "text": 3, "topic": 4, "url": 5},
        ),
        ("Title,Date,Start time,Room", {"session_title": 0, "day": 1, "starts": 2, "room": 3}),
        ("a,b", {}),
    ],
)
def test_columns_are_guessed(header: str, expected: dict[str, int]) -> None:
    assert columns.guess(header.split(",")) == expected


@pytest.fixture
def made(staff: Callable, clock_at: Callable) -> int:
    """A public meeting whose abstracts are not online yet."""
    clock_at(NOON)
    with staff():
        return meeting(abstracts_from=datetime(2027, 10, 1, 16, 0, tzinfo=UTC)).id


def bring(
    path: Path, content: str, meeting_id: int, *, encoding: str = "utf-8", now: datetime = NOON
) -> AbstractImport:
    path.write_bytes(content.encode(encoding))
    table, found = columns.open_table(path), queries.by_id(meeting_id)
    job = actions.begin(table, found, file_name=path.name, mapping=columns.guess(table.header), by=None, now=now)
    actions.run(job, table, found, by=None, now=now)
    db.session.commit()
    return job


def counts(job: AbstractImport) -> tuple[int, ...]:
    return (job.added, job.updated, job.unchanged, job.refused, job.sessions)


def test_a_file_comes_in_with_its_problems_by_line(staff: Callable, made: int, tmp_path: Path) -> None:
    with staff():
        job = bring(tmp_path / "a.csv", FILE, made, encoding="cp1252")
        assert counts(job) == (3, 0, 0, 4, 1)
        assert [line for line, _ in job.problems] == [4, 5, 6, 7, 8]
        said = [sentence for _, sentence in job.problems]
        assert "stands on line 2 already" in said[0]
        assert "the number of the abstract is missing" in said[1]
        assert "no day of the meeting" in said[2]
        assert "there is no session S9" in said[3]
        assert "is no DOI" in said[4]
        found = db.session.scalars(select(Abstract).order_by(Abstract.order_key)).all()
        assert [each.number for each in found] == ["9", "12", "14"], "as people count"
        assert found[1].title == "Genes & grüne Augen"
        assert found[1].session.name == "S1: Eyes"
        assert {each.public_from for each in found} == {datetime(2027, 10, 1, 16, 0, tzinfo=UTC)}


def test_again_adds_nothing_and_updates_what_changed_and_is_undone_whole(
    staff: Callable, made: int, tmp_path: Path
) -> None:
    with staff():
        first = bring(tmp_path / "a.csv", FILE, made)
        assert counts(bring(tmp_path / "a.csv", FILE, made)) == (0, 0, 3, 4, 0)
        second = bring(tmp_path / "b.csv", "Number,Title,Authors\n9,Nine and a half,B. Lund\n20,New,C.\n", made)
        assert counts(second) == (1, 1, 0, 0, 0)
        nine = select(Abstract).where(Abstract.slug == "9")
        assert db.session.scalar(nine).title == "Nine and a half"
        assert db.session.scalar(nine).text == "Text of nine.", "a column that is not there empties nothing"
        actions.undo(first, queries.by_id(made), by=None, now=NOON)
        assert first.left_alone == 2, "nine was changed since, and its session is needed"
        db.session.commit()
        actions.undo(second, queries.by_id(made), by=None, now=NOON)
        db.session.commit()
        assert db.session.scalar(nine).title == "Nine"
        assert db.session.scalars(select(Abstract.number)).all() == ["9"]
        assert second.state is ImportState.UNDONE


def test_a_session_that_is_elsewhere_in_the_schedule_is_not_moved_by_a_file(
    staff: Callable, made: int, tmp_path: Path
) -> None:
    with staff():
        bring(tmp_path / "a.csv", FILE, made)
        job = bring(tmp_path / "b.csv", FILE.replace("10:00 AM", "09:00 AM"), made)
        assert "was not moved" in job.problems[0][1]
        assert db.session.scalars(select(MeetingSession.starts_at)).all() == [TEN]


def test_a_programme_of_sessions_alone(staff: Callable, made: int, tmp_path: Path) -> None:
    content = (
        "Title,Date,Start,End,Type,Room\n"
        "Opening,2027-10-19,17:00,18:00,Plenary,Hall A\n"
        "Posters,19 October 2027,13:00,15:00,Poster session,Hall B\n"
        "Posters are up,2027-10-19,10:00,17:00,Poster hall,Hall B\n"
    )
    with staff():
        job = bring(tmp_path / "s.csv", content, made)
        assert counts(job) == (0, 0, 0, 0, 3)
        kinds = db.session.scalars(select(MeetingSession.kind).order_by(MeetingSession.id)).all()
        assert kinds == [SessionKind.PLENARY, SessionKind.POSTER, SessionKind.HALL]


def test_thousands_come_in_by_few_statements(
    app: Flask, staff: Callable, made: int, tmp_path: Path, queries: Callable
) -> None:
    """What is bounded is the number of statements, and of rows in hand; the clock is not asked."""
    lines = "".join(f"{n},Title {n},Author {n},Text {n}\n" for n in range(1_000))
    with queries(47), staff():
        job = bring(tmp_path / "many.csv", f"Number,Title,Authors,Text\n{lines}", made)
        assert counts(job) == (1_000, 0, 0, 0, 0)
    with queries(35), staff():
        assert counts(bring(tmp_path / "many.csv", f"Number,Title,Authors,Text\n{lines}", made)) == (0, 0, 1_000, 0, 0)


def sent(client: FlaskClient, path: str, content: str, name: str = "a.csv") -> Any:
    return post(client, path, {"file": (io.BytesIO(content.encode()), name)})


def test_at_the_desk_from_the_file_to_the_public_and_back(
    app: Flask, ada: FlaskClient, client: FlaskClient, staff: Callable, made: int, clock_at: Callable, settle: Callable
) -> None:
    path = f"/desk/meetings/{made}/imports"
    for content, sentence in (("", "The file is empty"), ("a,b\n", "no rows below them"), ("%PDF-1.7", "PDF file")):
        answer = sent(ada, path, content)
        assert answer.status_code == 422
        assert sentence in answer.text
    assert post(ada, path).status_code == 422
    job = sent(ada, path, FILE).location
    page = ada.get(job).page
    assert page.xpath("//select[@name='title']/option[@selected]")[0].text == "Abstract Title"
    form = dict(page.forms[-1].form_values())
    twice = ada.post(job, data=form | {"url": form["title"]})
    assert twice.status_code == 422
    assert "chosen twice" in twice.text
    without = ada.post(job, data=form | {"number": "-"})
    assert without.status_code == 422
    assert "Number of the abstract" in without.text
    assert ada.post(job, data=form).status_code == 303
    report = ada.get(job)
    assert "stands on line 2 already" in report.text
    assert ada.post(job, data=form).status_code == 303, "sent twice it is done once"
    address = "/annual-meeting/2027/abstracts/12"
    assert client.get(address).status_code == 404
    assert "online from" in client.get("/annual-meeting/2027/abstracts").text
    clock_at(datetime(2027, 10, 1, 16, 0, tzinfo=UTC))
    assert "OCA2 tells." in client.get(address).text
    assert address in client.get("/search?q=OCA2&kind=abstract").text
    clock_at(NOON)
    assert "left as it is" not in ada.get(f"{job}/undo").text
    assert post(ada, f"{job}/undo").status_code == 303
    assert "was taken back" in ada.get(job).text
    with staff():
        assert db.session.scalar(select(func.count(Abstract.id))) == 0
        assert db.session.scalar(select(func.count(MeetingSession.id))) == 0


def test_a_large_file_waits_for_the_worker_and_comes_in_whole(
    app: Flask, ada: FlaskClient, staff: Callable, made: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pressroom.meetings.importing.running.SMALL", 1)
    path = f"/desk/meetings/{made}/imports"
    places = [sent(ada, path, FILE).location, sent(ada, path, FILE + "16;Sixteen\n").location]
    for place in places:
        assert ada.post(place, data=dict(ada.get(place).page.forms[-1].form_values())).status_code == 303
    assert ada.get(places[0]).headers["Refresh"] == "3"
    with app.app_context():
        jobs.work_off(clock.now())
    with staff():
        done = db.session.scalars(select(AbstractImport).order_by(AbstractImport.id)).all()
        assert [job.state for job in done] == [ImportState.DONE, ImportState.DONE]
        assert [job.added for job in done] == [3, 1]
        assert not any(job.stored for job in done)


def test_an_import_that_is_confirmed_twice_at_once_is_done_once(
    ada: FlaskClient, staff: Callable, made: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = sent(ada, f"/desk/meetings/{made}/imports", FILE).location
    form = dict(ada.get(place).page.forms[-1].form_values())
    check = columns.check

    def meanwhile(mapping: dict[str, int], header: list[str]) -> None:
        """The other click was read as this one was, and is done by now."""
        check(mapping, header)
        values = {"state": ImportState.DONE}
        db.session.execute(update(AbstractImport).values(values), execution_options={"synchronize_session": False})
        db.session.commit()

    monkeypatch.setattr(columns, "check", meanwhile)
    answer = ada.post(place, data=form)
    assert (answer.status_code, answer.location) == (303, place)
    with staff():
        assert db.session.scalars(select(AbstractImport.state)).one() is ImportState.DONE
        assert db.session.scalar(select(func.count(Abstract.id))) == 0


def test_embargoes_follow_the_poster_hall_of_a_file(ada: FlaskClient, staff: Callable, made: int) -> None:
    hall = "Session Title,Session Type,Date,Start,End\nHall,Poster hall open,10/20/2027,{},18:00\n"
    path = f"/desk/meetings/{made}/imports"

    def confirmed(starts: str) -> str:
        place: str = sent(ada, path, hall.format(starts)).location
        assert ada.post(place, data=dict(ada.get(place).page.forms[-1].form_values())).status_code == 303
        return place

    first = confirmed("9:30")
    with staff():
        there = queries.by_id(made)
        poster, release = session(there, kind=SessionKind.POSTER), draft(headline="A poster")
        bindings.bind(release, there, EmbargoRule.HALL, session=poster, by=None, now=NOON)
        number, opens = release.id, release.public_from
        assert opens == TEN - timedelta(minutes=30)
    second = confirmed("9:00")
    with staff():
        assert db.session.get_one(Release, number).public_from == TEN - timedelta(hours=1), "the earlier one counts"
    for place in (second, first):
        assert post(ada, f"{place}/undo").status_code == 303
    with staff():
        assert len(bindings.halls(queries.by_id(made))) == 2, "a release waits for them"
        assert db.session.get_one(AbstractImport, 2).left_alone == 1
        assert meetings.edit(queries.by_id(made), by=None, now=NOON, place="Elsewhere"), "it can still be edited"
    third = sent(ada, path, hall.format("8:45") + "Talks,Platform,10/20/2027,9:00,9:30\n").location
    with staff():
        job = db.session.get_one(AbstractImport, 3)
        assert running.confirm(job, job.mapping)
        assert running.work_off(3, now=TEN - timedelta(hours=1.5))
        assert (job.state, job.stored, len(bindings.halls(queries.by_id(made)))) == (ImportState.FAILED, False, 2)
        assert db.session.scalar(select(func.count(MeetingSession.id))) == 3, "nothing of it is in"
        assert db.session.get_one(Release, number).public_from == TEN - timedelta(hours=1)
    assert "The embargo of “A poster” would end at once or within the hour" in ada.get(third).text


def test_an_upload_that_nobody_confirms_is_forgotten(app: Flask, ada: FlaskClient, made: int, staff: Callable) -> None:
    place = sent(ada, f"/desk/meetings/{made}/imports", FILE).location
    with app.app_context():
        jobs.work_off(NOON.replace(day=30))
    with staff():
        job = db.session.scalars(select(AbstractImport)).one()
        assert (job.state, job.stored) == (ImportState.FAILED, False)
    assert "Nobody confirmed" in ada.get(place).text


def test_the_command(app: Flask, staff: Callable, made: int, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(FILE)
    run = app.test_cli_runner().invoke
    tried = run(args=["import-abstracts", "2027", str(file), "--dry-run"])
    assert "3 added, 0 updated, 0 unchanged, 4 refused; 1 new sessions" in tried.output
    assert "Nothing was changed." in tried.output
    assert "line 4:" in tried.output
    assert run(args=["import-abstracts", "2027", str(file)]).exit_code == 0
    with staff():
        number = db.session.scalars(select(AbstractImport.id)).one()
        assert db.session.scalar(select(func.count(Abstract.id))) == 3
    assert "There is no meeting of 1999" in run(args=["import-abstracts", "1999", str(file)]).output
    assert "FIELD is one of" in run(args=["import-abstracts", "2027", str(file), "--map", "x=y"]).output
    assert run(args=["undo-abstracts", str(number)]).output.strip() == "Undone."
    assert "was undone already" in run(args=["undo-abstracts", str(number)]).output
    assert "There is no import 999" in run(args=["undo-abstracts", "999"]).output


def test_abstracts_go_and_come_with_their_meeting(
    client: FlaskClient, staff: Callable, clock_at: Callable, settle: Callable
) -> None:
    clock_at(NOON)
    with staff():
        made = meeting(abstracts_from=NOON)
        abstract(made)
    path = "/annual-meeting/2027/abstracts/12"
    assert client.get(path).status_code == 200
    with staff():
        meetings.withdraw(queries.by_year(2027), by=None, now=NOON, reason="Cancelled")
    gone = client.get(path)
    assert (gone.status_code, "Cancelled" in gone.text) == (410, True)
    assert client.get("/search?q=title&kind=abstract").text.count(path) == 0
    with staff():
        meetings.publish(queries.by_year(2027), by=None, now=NOON)
    assert client.get(path).status_code == 200
