"""The schedule and the abstracts as the public sees them, and sessions at the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select

from pressroom.kit.db import db
from pressroom.meetings import abstracts, actions, queries, search_abstracts
from pressroom.meetings.models import Abstract, MeetingSession
from pressroom.meetings.rules import MeetingError, SessionKind, order_key
from tests.conftest import NOON, post
from tests.meetings.conftest import TEN, abstract, meeting, session

PATH = "/annual-meeting/2027/schedule"
ONLINE = datetime(2027, 10, 1, 16, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_numbers_sort_as_people_count() -> None:
    assert sorted(["PB10", "PB9", "LB2", "100"], key=order_key) == ["100", "LB2", "PB9", "PB10"]


@pytest.fixture
def planned(staff: Callable, clock_at: Callable) -> int:
    """A public meeting with three sessions, a briefing and two abstracts."""
    clock_at(NOON)
    with staff():
        made = meeting(abstracts_from=ONLINE)
        first = session(made)
        session(made, title="Posters", code="P1", kind=SessionKind.POSTER, place="Hall B", track="Ethics")
        late = datetime(2027, 10, 22, 5, 30, tzinfo=UTC)  # the evening before, there
        session(made, title="Gala talk", code="", starts_at=late, kind=SessionKind.PLENARY, track="")
        actions.add_briefing(
            made, by=None, now=NOON, title="News", minutes=30, starts_at=TEN + HOUR, speakers="Dr Lund"
        )
        abstract(made, "12", session_id=first.id, topic="Eyes", text="Opals tell.", doi="10.5555/x.12")
        abstract(made, "9", topic="Ears")
        return made.id


def titles(client: FlaskClient, query: str = "") -> list[str]:
    return [each.text_content() for each in client.get(PATH + query).page.xpath("//tbody/tr/th/a")]


def test_the_schedule_is_narrowed_by_links_and_words(client: FlaskClient, planned: int, clock_at: Callable) -> None:
    every = ["P1: Posters", "S1: Rare variants", "News", "Gala talk"]
    assert titles(client) == every
    page = client.get(PATH).page
    assert "Thursday, 21 October 2027" in page.text_content(), "days are those of the place"
    for label, expected in {
        "Poster session": ["P1: Posters"],
        "Press briefing": ["News"],
        "Genomics": ["S1: Rare variants"],
        "Hall B": ["P1: Posters"],
        "Thursday, 21 October 2027": ["Gala talk"],
    }.items():
        (href,) = page.xpath(f"//aside//a[span='{label}']/@href")
        assert [each.text_content() for each in client.get(href).page.xpath("//tbody/tr/th/a")] == expected, label
    assert titles(client, "?q=lund") == ["News"]
    assert titles(client, "?q=opals") == [], "an abstract that is not online helps nobody to find its session"
    narrowed = client.get(f"{PATH}?kind=poster&room=Hall+B")
    assert "noindex" in narrowed.text
    assert [each.get("href") for each in narrowed.page.xpath("//a[@class='chip']")] == [
        f"{PATH}?room=Hall+B", f"{PATH}?kind=poster",
    ]  # fmt: skip
    assert "Nothing in the schedule matches" in client.get(f"{PATH}?day=2027-13-40&q=%00").text
    clock_at(ONLINE)
    assert titles(client, "?q=opals") == ["S1: Rare variants"]


@pytest.mark.parametrize("path", ["?page=2", "?page=x", "?page=0"])
def test_pages_that_there_are_not(client: FlaskClient, planned: int, path: str) -> None:
    assert client.get(PATH + path).status_code == 404
    assert client.get(f"/annual-meeting/2027/abstracts{path}").status_code == 404


def test_calendars_of_a_filtered_schedule_and_of_a_session(client: FlaskClient, planned: int) -> None:
    found = Calendar.from_ical(client.get(f"{PATH}.ics?kind=poster").data)
    (event,) = found.walk("VEVENT")
    assert event["summary"] == "P1: Posters"
    assert event.decoded("dtstart") == TEN
    assert len(Calendar.from_ical(client.get(f"{PATH}.ics").data).walk("VEVENT")) == 4
    one = client.get("/annual-meeting/2027/sessions/1.ics")
    assert "Rare variants" in one.text
    assert client.get("/annual-meeting/2027/sessions/99.ics").status_code == 404


def test_an_abstract_is_nowhere_until_it_is_online_and_everywhere_then(
    client: FlaskClient, planned: int, clock_at: Callable, settle: Callable
) -> None:
    settle()
    places = ("/annual-meeting/2027/abstracts", "/annual-meeting/2027/sessions/1", "/search?q=opals", "/sitemap.xml")
    page, word = "/annual-meeting/2027/abstracts/12", "Title of 12"
    clock_at(ONLINE - timedelta(seconds=1))
    assert client.get(page).status_code == 404
    assert not [place for place in places if word in client.get(place).text or "abstracts-1" in client.get(place).text]
    assert client.get("/sitemaps/abstracts-1.xml").status_code == 404
    clock_at(ONLINE)
    assert "10.5555/x.12" in client.get(page).text
    assert "Title of 12" in client.get(places[0]).text
    assert "Title of 12" in client.get(places[1]).text
    assert "Title of 12" in client.get("/search/feed.atom?q=opals").text
    assert page in client.get("/search?q=opals&kind=abstract").text
    assert page in client.get("/sitemaps/abstracts-1.xml").text
    found = client.get("/annual-meeting/2027/abstracts?topic=Ears").page
    assert [each.text for each in found.xpath("//ol/li/h3/a")] == ["Title of 9"]
    assert "No abstract matches" in client.get("/annual-meeting/2027/abstracts?q=nothing-of-this").text
    for wrong in ("99", "A B", "%2E%2E", "12/"):
        assert client.get(f"/annual-meeting/2027/abstracts/{wrong}").status_code == 404
    assert client.get("/annual-meeting/2026/abstracts/12").status_code == 404
    assert client.get("/annual-meeting/2027/sessions/99").status_code == 404


def test_abstracts_that_are_online_do_not_go_back(staff: Callable, planned: int, clock_at: Callable) -> None:
    with staff():
        made = queries.by_id(planned)
        actions.edit(made, by=None, now=NOON, abstracts_from=ONLINE + HOUR)
        assert {each.public_from for each in db.session.scalars(select(Abstract))} == {ONLINE + HOUR}
        actions.edit(made, by=None, now=NOON, abstracts_from=None)
        assert {each.public_from for each in db.session.scalars(select(Abstract))} == {None}
        actions.edit(made, by=None, now=NOON, abstracts_from=ONLINE)
        with pytest.raises(MeetingError, match="cannot go back under embargo"):
            actions.edit(made, by=None, now=ONLINE, abstracts_from=ONLINE + HOUR)


def test_abstracts_that_would_be_online_at_once_are_asked_about(
    ada: FlaskClient, staff: Callable, planned: int
) -> None:
    path = f"/desk/meetings/{planned}"
    form = dict(ada.get(path).page.xpath("//form[.//input[@name='title']]")[0].form_values())
    assert (form["abstracts_day"], form["abstracts_time"]) == ("2027-10-01", "09:00")
    question = ada.post(path, data=form | {"abstracts_day": "2026-11-19", "abstracts_time": "09:30"})
    assert question.status_code == 409
    assert "2 abstracts" in question.text
    again = question.page.forms[-1]
    assert ada.post(again.action, data=dict(again.form_values())).status_code == 303
    refused = ada.post(path, data=form | {"abstracts_time": "", "version": "3"})
    assert "the day and the time at which the abstracts are online" in refused.text
    late = ada.post(path, data=form | {"registration_until": "2027-11-01"})
    assert "on or before the last day of the meeting" in late.text
    odd = ada.post(path, data=form | {"related": "/nowhere"})
    assert "there is no release, webcast or page" in odd.text


def test_one_abstract_is_withdrawn_and_comes_back(
    ada: FlaskClient, client: FlaskClient, staff: Callable, clock_at: Callable
) -> None:
    clock_at(NOON)
    with staff():
        made = meeting(abstracts_from=NOON)
        number = abstract(made).id
        assert abstracts.instant(made) == NOON
    path = f"/desk/meetings/1/abstracts/{number}"
    clock_at(NOON + HOUR)
    assert "Title of 12" in ada.get("/desk/meetings/1/abstracts?q=title").text
    assert post(ada, path, {"reason": ""}).status_code == 422
    assert post(ada, path, {"reason": "By its authors."}).status_code == 303
    gone = client.get("/annual-meeting/2027/abstracts/12")
    assert (gone.status_code, "By its authors." in gone.text) == (410, True)
    assert post(ada, f"{path}/restore", form=path).status_code == 303
    assert client.get("/annual-meeting/2027/abstracts/12").status_code == 200
    assert ada.get("/desk/meetings/1/abstracts/99").status_code == 404


def test_an_abstract_withdrawn_under_embargo_comes_back_under_the_embargo_of_by_then(
    ada: FlaskClient, client: FlaskClient, staff: Callable, clock_at: Callable
) -> None:
    online, late, later = (NOON + hours * HOUR for hours in (4, 5, 9))
    clock_at(NOON)
    with staff():
        number = abstract(meeting(abstracts_from=online)).id
    path, page = f"/desk/meetings/1/abstracts/{number}", "/annual-meeting/2027/abstracts/12"
    assert post(ada, path, {"reason": "By its authors."}).status_code == 303
    with staff():
        actions.edit(queries.by_year(2027), by=None, now=NOON + HOUR, abstracts_from=later)
    clock_at(late)
    post(ada, path, {"reason": "Once more."}, form=path)
    assert client.get(page).status_code == 404, "nobody ever saw it"
    with staff():
        actions.withdraw(queries.by_year(2027), by=None, now=late, reason="Cancelled")
    assert "The meeting is withdrawn" in ada.get(post(ada, f"{path}/restore", form=path).location).text
    with staff():
        assert db.session.get(Abstract, number).withdrawn_at == NOON
        actions.publish(queries.by_year(2027), by=None, now=late)
    assert "is back" in ada.get(post(ada, f"{path}/restore", form=path).location).text
    with staff():
        assert db.session.get(Abstract, number).public_from == later
    assert client.get(page).status_code == 404
    clock_at(later)
    assert client.get(page).status_code == 200


def test_the_index_passes_over_an_abstract_whose_meeting_is_not_public(app: Flask, staff: Callable) -> None:
    with staff():
        made = meeting(public=False)
        row = abstract(made)
        row.public_from = NOON
        number = row.id
    with app.test_request_context():
        assert list(search_abstracts.load([number])) == []
    with staff():
        assert [each.id for each in search_abstracts.load([number])] == [number]


SESSION = {"title": "Talks", "kind": "plenary", "day": "2027-10-20", "time": "10:30", "minutes": "45", "code": "T1"}


def test_sessions_at_the_desk(ada: FlaskClient, client: FlaskClient, staff: Callable, planned: int) -> None:
    new = f"/desk/meetings/{planned}/sessions/new"
    for changes, sentence in (
        ({"title": ""}, "Write a title"),
        ({"day": "2027-10-25"}, "The meeting runs from"),
        ({"time": ""}, "Give the time"),
        ({"kind": "party"}, "Choose a kind"),
        ({"code": "S1"}, "has “S1: Rare variants” already"),
        ({"minutes": "0"}, "whole number of minutes"),
    ):
        answer = post(ada, new, SESSION | changes)
        assert answer.status_code == 422, sentence
        assert sentence in answer.text
        assert answer.page.xpath("//input[@name='time']")
    assert post(ada, new, SESSION).status_code == 303
    assert "T1: Talks" in titles(client)
    with staff():
        number = db.session.scalars(select(MeetingSession.id).where(MeetingSession.code == "T1")).one()
    path = f"/desk/meetings/{planned}/sessions/{number}"
    assert post(ada, path, SESSION | {"title": "Other talks", "version": "1"}).status_code == 303
    stale = post(ada, path, SESSION | {"title": "mine", "version": "1"})
    assert (stale.status_code, "Other talks" in stale.text) == (409, True)
    assert "for good" in ada.get(f"{path}/remove").text
    assert post(ada, f"{path}/remove").status_code == 303
    assert "T1: Other talks" not in titles(client)
    with staff():
        one = db.session.scalars(select(MeetingSession).where(MeetingSession.code == "S1")).one()
        actions.remove_session(queries.by_id(planned), one, by=None, now=NOON)
    with staff():
        assert db.session.scalars(select(Abstract.session_id)).all() == [None, None]


def test_cost(client: FlaskClient, planned: int, queries: Callable, clock_at: Callable) -> None:
    clock_at(ONLINE)
    for path, most in ((PATH, 7), ("/annual-meeting/2027/abstracts", 7), ("/annual-meeting/2027/abstracts/12", 6)):
        with queries(most):
            assert client.get(path).status_code == 200
