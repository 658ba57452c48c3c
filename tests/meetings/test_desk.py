"""``/desk/meetings/``: announcing a meeting and keeping its press programme."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from pressroom.audit.models import AuditEntry
from pressroom.kit.db import db
from pressroom.meetings import actions, queries
from pressroom.meetings.models import Meeting
from tests.conftest import NOON, post
from tests.meetings.conftest import MEETING, meeting

LIST = "/desk/meetings/"
NEW = "/desk/meetings/new"
BRIEFING = {"title": "Genomes", "day": "2027-10-20", "time": "10:30", "minutes": "45", "place": "Room 204"}


@pytest.fixture
def briefing_id(staff: Callable, meeting_id: int) -> int:
    """A briefing of the meeting, by its number."""
    with staff():
        made = actions.add_briefing(
            queries.by_id(meeting_id), by=None, now=NOON, title="First", minutes=30,
            starts_at=datetime(2027, 10, 20, 17, 30, tzinfo=UTC),
        )  # fmt: skip
        return made.id


def test_from_an_empty_list_to_a_public_meeting(ada: FlaskClient, client: FlaskClient, staff: Callable) -> None:
    assert "No meeting has been entered yet" in ada.get(LIST).text
    assert "freelance" in ada.get(NEW).text
    answer = post(ada, NEW, MEETING)
    assert answer.status_code == 303
    assert client.get("/annual-meeting/2027").status_code == 404
    assert "Draft" in ada.get(LIST).text
    assert post(ada, f"{answer.location}/briefings/new", BRIEFING).status_code == 303
    assert post(ada, f"{answer.location}/publish", form=answer.location).status_code == 303
    assert "10:30–11:15" in client.get("/annual-meeting/2027").page.text_content()
    with staff():
        acts = db.session.scalars(select(AuditEntry.action).where(AuditEntry.kind == "meeting")).all()
    assert acts == ["create", "add briefing", "publish"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "Write a title"),
        ({"place": " "}, "Write the place"),
        ({"starts_on": ""}, "Give the day"),
        ({"starts_on": "2027-02-30"}, "30"),
        ({"starts_on": "1700-10-19", "ends_on": "1700-10-20"}, "in the years from 1900 to 2200"),
        ({"ends_on": "2027-10-18"}, "on or after the first day"),
        ({"ends_on": "2028-10-18"}, "at most 60 days later"),
        ({"zone": "America/Los_Angelos"}, "America/Los_Angeles"),
        ({"zone": ""}, "Name the time zone"),
        ({"body": "x" * 20_001}, "Shorten this to 20,000 characters"),
    ],
)
def test_a_refused_meeting_keeps_what_was_typed(
    ada: FlaskClient, staff: Callable, changes: dict[str, str], sentence: str
) -> None:
    answer = post(ada, NEW, MEETING | {"press_office": "kept"} | changes)
    assert answer.status_code == 422
    assert sentence in answer.page.xpath("//*[@class='errors']")[0].text_content()
    assert answer.page.xpath("//textarea[@name='press_office']")[0].text.strip() == "kept"
    with staff():
        assert queries.meetings() == []


def test_one_meeting_a_year(ada: FlaskClient, meeting_id: int) -> None:
    answer = post(ada, NEW, MEETING | {"title": "Another"})
    assert answer.status_code == 422
    assert "There is a meeting of 2027 already" in answer.text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "Write a title"),
        ({"day": ""}, "Give the day"),
        ({"day": "2027-10-32"}, "There is no 32 October"),
        ({"day": "2027-10-18"}, "The meeting runs from 19 October 2027 to 23 October 2027"),
        ({"time": ""}, "Give the time"),
        ({"time": "25:00"}, "25:00"),
        ({"time": "noon"}, "noon"),
        ({"minutes": "0"}, "whole number of minutes"),
        ({"minutes": "many"}, "whole number of minutes"),
        ({"minutes": "²"}, "whole number of minutes"),
        ({"minutes": "9" * 5000}, "whole number of minutes"),
        ({"summary": "x" * 1001}, "Shorten this to 1,000 characters"),
    ],
)
def test_a_refused_briefing_keeps_what_was_typed(
    ada: FlaskClient, staff: Callable, meeting_id: int, changes: dict[str, str], sentence: str
) -> None:
    answer = post(ada, f"/desk/meetings/{meeting_id}/briefings/new", BRIEFING | {"speakers": "kept"} | changes)
    assert answer.status_code == 422
    assert sentence in answer.page.xpath("//*[@class='errors']")[0].text_content()
    assert answer.page.xpath("//input[@name='speakers']/@value") == ["kept"]
    with staff():
        assert queries.briefings(queries.by_id(meeting_id)) == []


@pytest.mark.parametrize(
    ("day", "time", "word"), [("2027-03-14", "02:30", "forward"), ("2027-11-07", "01:30", "twice")]
)
def test_wall_times_that_do_not_exist_or_exist_twice_are_refused(
    ada: FlaskClient, staff: Callable, day: str, time: str, word: str
) -> None:
    with staff():
        date = datetime.fromisoformat(day).date()
        made = meeting(starts_on=date, ends_on=date).id
    answer = post(ada, f"/desk/meetings/{made}/briefings/new", BRIEFING | {"day": day, "time": time})
    assert answer.status_code == 422
    assert word in answer.page.xpath("//*[@class='errors']")[0].text_content()


def test_editing_a_briefing(ada: FlaskClient, client: FlaskClient, meeting_id: int, briefing_id: int) -> None:
    path = f"/desk/meetings/{meeting_id}/briefings/{briefing_id}"
    form = ada.get(path).page.forms[-1]
    assert (form.fields["day"], form.fields["time"]) == ("2027-10-20", "10:30")
    assert post(ada, path, BRIEFING | {"version": "1", "time": "14:00"}).status_code == 303
    assert "14:00" in client.get("/annual-meeting/2027").text
    stale = post(ada, path, BRIEFING | {"version": "1", "title": "mine"})
    assert stale.status_code == 409
    assert stale.page.xpath("//input[@name='title']/@value") == ["mine"]
    assert "14:00" in stale.page.xpath("//*[@role='alert']")[0].text_content()


def test_removing_a_briefing_asks_first(
    ada: FlaskClient, client: FlaskClient, meeting_id: int, briefing_id: int
) -> None:
    path = f"/desk/meetings/{meeting_id}/briefings/{briefing_id}/remove"
    assert "for good" in ada.get(path).text
    assert "First" in client.get("/annual-meeting/2027").text
    assert post(ada, path).status_code == 303
    assert "First" not in client.get("/annual-meeting/2027").text


def test_in_another_zone_briefings_keep_their_clock_time(
    ada: FlaskClient, client: FlaskClient, meeting_id: int, briefing_id: int
) -> None:
    path = f"/desk/meetings/{meeting_id}"
    assert post(ada, path, MEETING | {"version": "1", "zone": "Europe/Berlin"}).status_code in {303, 409}
    version = ada.get(path).page.xpath("//input[@name='version']/@value")[0]
    assert post(ada, path, MEETING | {"version": version, "zone": "Europe/Berlin"}).status_code == 303
    assert "10:30–11:00 CEST" in " ".join(client.get("/annual-meeting/2027").page.text_content().split())


def test_a_stale_meeting_gets_both_texts(ada: FlaskClient, staff: Callable, meeting_id: int) -> None:
    path = f"/desk/meetings/{meeting_id}"
    version = ada.get(path).page.xpath("//input[@name='version']/@value")[0]
    with staff():
        actions.edit(queries.by_id(meeting_id), by=None, now=NOON, body="theirs")
    answer = post(ada, path, MEETING | {"version": version, "body": "mine"})
    assert answer.status_code == 409
    assert answer.page.xpath("//textarea[@name='body']")[0].text.strip() == "mine"
    assert "theirs" in answer.page.xpath("//textarea[@readonly]")[0].text


def test_withdrawing_needs_a_reason_and_can_be_undone(ada: FlaskClient, client: FlaskClient, meeting_id: int) -> None:
    path = f"/desk/meetings/{meeting_id}"
    assert post(ada, f"{path}/withdraw", {"reason": ""}).status_code == 422
    assert post(ada, f"{path}/withdraw", {"reason": "Moved"}).status_code == 303
    assert client.get("/annual-meeting/2027").status_code == 410
    assert post(ada, f"{path}/publish", form=path).status_code == 303
    assert client.get("/annual-meeting/2027").status_code == 200


@pytest.mark.parametrize("path", ["", "new", "{m}", "{m}/withdraw", "{m}/briefings/new", "{m}/briefings/{b}"])
def test_strangers_and_writers_stay_outside(
    client: FlaskClient, wren: FlaskClient, meeting_id: int, briefing_id: int, path: str
) -> None:
    path = LIST + path.format(m=meeting_id, b=briefing_id)
    assert client.get(path).status_code == 303
    assert wren.get(path).status_code == 403
    assert client.post(path, data=MEETING).status_code in {400, 401, 405}
    assert post(wren, path, MEETING, form="/desk/").status_code in {403, 405}


@pytest.mark.parametrize("path", ["999", "0", "9" * 30, "x", "{m}/briefings/999", "999/briefings/{b}", "999/withdraw"])
def test_what_is_unknown(ada: FlaskClient, meeting_id: int, briefing_id: int, path: str) -> None:
    assert ada.get(LIST + path.format(m=meeting_id, b=briefing_id)).status_code == 404


def test_publishing_is_a_post(ada: FlaskClient, meeting_id: int) -> None:
    assert ada.get(f"/desk/meetings/{meeting_id}/publish").status_code == 405
    assert ada.delete(f"/desk/meetings/{meeting_id}").status_code in {400, 405}


def test_what_two_add_at_the_same_moment_keeps_what_was_typed(
    ada: FlaskClient, staff: Callable, meeting_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL both were read at one version of the meeting; here somebody saves just before the flush."""

    def touch_late(meeting: Meeting, now: datetime) -> None:
        meeting.updated_at = now
        values = {"version": Meeting.version + 1}
        with db.session.no_autoflush:
            db.session.execute(update(Meeting).values(values), execution_options={"synchronize_session": False})
        db.session.flush()

    monkeypatch.setattr(actions, "_touch", touch_late)
    path = f"/desk/meetings/{meeting_id}"
    typed = {"title": "Kept title", "day": "2027-10-20", "time": "10:30", "minutes": "45"}
    for new, more in (("briefings/new", {}), ("sessions/new", {"kind": "plenary"})):
        answer = post(ada, f"{path}/{new}", typed | more)
        assert (answer.status_code, "at the same moment" in answer.text, "Kept title" in answer.text) == (
            409,
            True,
            True,
        )
    answer = post(ada, f"{path}/withdraw", {"reason": "Kept reason"})
    assert (answer.status_code, "at the same moment" in answer.text, "Kept reason" in answer.text) == (409, True, True)
    with staff():
        found = queries.by_id(meeting_id)
        assert (found.briefings, found.withdrawn_at) == ([], None)
