"""A release as plain text, and its lift for a calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from icalendar import Calendar

from pressroom.kit import clock
from tests.conftest import NOON
from tests.releases.conftest import draft, public, waiting

LIFT = datetime(2027, 3, 10, 15, 0, tzinfo=UTC)
LINE = "EMBARGOED UNTIL Wednesday, 10 March 2027, 10:00 EST (UTC−05:00)"


def test_the_plain_text_has_everything_in_order(client: FlaskClient, staff: Callable[[], Any]) -> None:
    with clock.at(NOON), staff():
        address = public(
            body="Forty *cats* agreed.\n\n- Two did\n- not say.",
            notes="Call **early**.",
            study_journal="Journal of Cats",
            study_doi="10.5555/cats",
        ).address
    with clock.at(NOON + timedelta(hours=1)):
        answer = client.get(f"{address}.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    parts = answer.text.split("\n\n")
    assert parts[:5] == [
        "FOR IMMEDIATE RELEASE\nResearch",
        "Cats agree with their owners\nForty cats were asked twice.",
        "BETHESDA, Md., 19 November 2026 – Forty cats agreed.",
        "Two did",
        "not say.",
    ]
    assert "NOTES TO EDITORS\nCall early." in parts
    assert "THE STUDY\nJournal: Journal of Cats\nDOI: https://doi.org/10.5555/cats" in parts
    assert parts[-1] == f"http://127.0.0.1:8000{address}\n"


def test_the_plain_text_is_as_public_as_the_release(client: FlaskClient, staff: Callable[[], Any]) -> None:
    with clock.at(NOON), staff():
        release = waiting(LIFT, embargoed=True)
        address, headline = release.address, release.headline
    for moment, status in ((LIFT - timedelta(seconds=1), 404), (LIFT, 200)):
        with clock.at(moment):
            answer = client.get(f"{address}.txt")
            assert answer.status_code == status
            assert (headline in answer.text) is (status == 200)
    assert client.get("/releases/2027/nothing-here.txt").status_code == 404
    assert client.get(f"{address}.TXT").status_code == 404


def test_under_embargo_every_rendition_of_the_desk_begins_with_the_line(
    ada: FlaskClient, staff: Callable[[], Any]
) -> None:
    with clock.at(NOON), staff():
        number = waiting(LIFT, embargoed=True, notes="Early.").id
    with clock.at(NOON + timedelta(hours=1)):
        text = ada.get(f"/desk/releases/{number}/release.txt").text
        event = Calendar.from_ical(ada.get(f"/desk/releases/{number}/lift.ics").data).events[0]
        page = ada.get(f"/desk/releases/{number}").text
    assert text.startswith(LINE)
    assert text.rstrip().endswith(LINE), "the last sheet has it as well"
    assert event.start == LIFT
    assert event["summary"] == "Embargo ends: Cats agree with their owners"
    assert "10 March 2027, 10:00 EST" in event["description"]
    assert "the United States have summer time and Europe has not" not in page, "it begins on 14 March in 2027"


def test_the_desk_warns_where_habit_is_an_hour_off(ada: FlaskClient, staff: Callable[[], Any]) -> None:
    moment = datetime(2027, 3, 16, 15, 0, tzinfo=UTC)
    with clock.at(NOON), staff():
        number = waiting(moment, embargoed=True).id
    with clock.at(NOON + timedelta(hours=1)):
        page = ada.get(f"/desk/releases/{number}").text
        event = Calendar.from_ical(ada.get(f"/desk/releases/{number}/lift.ics").data).events[0]
    for text in (page, str(event["description"])):
        assert "From 14 March 2027 to 28 March 2027 the United States have summer time" in text


def test_a_draft_has_no_lift(
    ada: FlaskClient, wren: FlaskClient, client: FlaskClient, staff: Callable[[], Any]
) -> None:
    with clock.at(NOON), staff():
        number = draft().id
    assert ada.get(f"/desk/releases/{number}/lift.ics").status_code == 404
    assert wren.get(f"/desk/releases/{number}/release.txt").text.startswith("DRAFT, NOT FOR RELEASE")
    assert ada.get("/desk/releases/999/release.txt").status_code == 404
    assert client.get(f"/desk/releases/{number}/release.txt").status_code == 303
