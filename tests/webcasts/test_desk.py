"""Making, publishing and withdrawing webcasts at the desk."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pressroom.webcasts import actions
from pressroom.webcasts import queries as reads
from pressroom.webcasts.models import Webcast
from tests.conftest import NOON, post
from tests.webcasts import factories

NEW = "/desk/webcasts/new"
ONE = "/desk/webcasts/1"


@pytest.fixture(autouse=True)
def at_noon(clock_at: Any) -> None:
    """All begin at NOON."""
    clock_at(NOON)


@pytest.fixture
def draft(staff: Any) -> None:
    """Webcast 1, a draft with a recording and its words."""
    with staff():
        factories.recorded()


@pytest.fixture
def public(staff: Any) -> None:
    """Webcast 1, public."""
    with staff():
        factories.published(factories.recorded())


def typed(**changed: Any) -> dict[str, Any]:
    """A form as a person fills it."""
    return {
        "title": "A briefing",
        "summary": "In short.",
        "description": "At *length*.",
        "day": "2026-12-03",
        "time": "14:00",
        "zone": "America/New_York",
        "minutes": "45",
        "speakers": "Noor Haddad, MD; Laboratory director\nDana Whitfield",
        "topics": "Genetic testing, Reporting , Genetic testing",
        "version": "1",
        **changed,
    }


def errors(answer: TestResponse) -> str:
    """The summary of errors."""
    return " ".join(answer.page.xpath("string(//*[@class='errors'])").split())  # type: ignore[attr-defined]


def only(staff: Any) -> dict[str, Any]:
    """The columns of webcast 1."""
    with staff():
        webcast = reads.by_id(1)
        assert webcast is not None
        return {column.key: getattr(webcast, column.key) for column in Webcast.__table__.columns}


# Making ------------------------------------------------------------------------------------------------------


def test_a_writer_makes_a_draft_that_only_staff_see(wren: FlaskClient, client: FlaskClient, staff: Any) -> None:
    answer = post(wren, NEW, typed())
    assert (answer.status_code, answer.headers["Location"]) == (303, ONE)
    saved = only(staff)
    assert saved["starts_at"].isoformat() == "2026-12-03T19:00:00+00:00"
    assert saved["speakers"] == [
        {"name": "Noor Haddad, MD", "role": "Laboratory director"},
        {"name": "Dana Whitfield", "role": ""},
    ]
    assert saved["topics"] == ["Genetic testing", "Reporting"]
    assert saved["public_from"] is None
    assert client.get("/webcasts/a-briefing").status_code == 404
    assert wren.get(ONE).status_code == 200
    assert wren.get(f"{ONE}/preview").status_code == 200


def test_the_form_comes_back_as_it_was_saved(ada: FlaskClient) -> None:
    post(ada, NEW, typed(zone="Europe/London"))
    page = ada.get(ONE).page  # type: ignore[attr-defined]
    value = {field.get("name"): field.get("value") for field in page.xpath("//main//input")}
    assert (value["title"], value["day"], value["time"], value["minutes"]) == (
        "A briefing",
        "2026-12-03",
        "14:00",
        "45",
    )
    assert page.xpath("//select[@name='zone']/option[@selected]/@value") == ["Europe/London"]
    assert page.xpath("string(//textarea[@name='speakers'])").split("\n")[-2:] == [
        "Noor Haddad, MD; Laboratory director",
        "Dana Whitfield",
    ]


REFUSED = [
    ({"title": ""}, "Write a title."),
    ({"title": "x" * 201}, "Shorten this to at most 200 characters."),
    ({"day": ""}, "Give the day."),
    ({"day": "2026-02-30"}, "There is no 30 February 2026"),
    ({"day": "soon"}, "is no day"),
    ({"time": "25:00"}, "There is no 25:00"),
    ({"day": "2026-03-08", "time": "02:30"}, "the clocks go forward over it"),
    ({"day": "2026-11-01", "time": "01:30"}, "comes twice"),
    ({"zone": "Mars/Olympus"}, "There is no time zone"),
    ({"minutes": "0"}, "Write a whole number of minutes"),
    ({"minutes": "half"}, "Write a whole number of minutes"),
    ({"minutes": "²"}, "Write a whole number of minutes"),
    ({"speakers": "; role only"}, "has no name"),
    ({"video_url": "http://video.example/"}, "beginning with https://"),
    ({"video_url": "javascript:alert(1)"}, "beginning with https://"),
    ({"transcript": "x" * 500_001}, "Shorten this"),
]


def test_a_refused_form_says_why_and_keeps_what_was_typed(ada: FlaskClient, staff: Any) -> None:
    for wrong, says in REFUSED:
        answer = post(ada, NEW, typed(description="Typed with care.", **wrong))
        assert answer.status_code == 422, wrong
        assert says in errors(answer)
        page = answer.page  # type: ignore[attr-defined]
        assert "Typed with care." in page.xpath("string(//textarea[@name='description'])")
    with staff():
        assert reads.all_ids() == []


def test_control_characters_are_dropped(ada: FlaskClient, staff: Any) -> None:
    post(ada, NEW, typed(title="A\x00 brief\x1bing"))
    assert only(staff)["title"] == "A briefing"


def test_files_are_taken_in_and_wrong_ones_are_told_of(ada: FlaskClient, staff: Any) -> None:
    answer = post(
        ada,
        NEW,
        typed(
            day="2026-11-01",
            recording=(BytesIO(b"MZ not a film"), "talk.webm"),
            captions=(BytesIO(b"WEBVTT\n\n00:05.000 --> 00:06.000\na\n\n00:01.000 --> 00:02.000\nb"), "talk.vtt"),
            poster=(factories.picture(), "still.png"),
        ),
    )
    assert answer.status_code == 422
    said = errors(answer)
    assert "not taken" in said
    assert "Line 6: the cue begins before the one above it" in said
    assert "what the picture shows" in said
    answer = post(
        ada,
        NEW,
        typed(
            day="2026-11-01",
            recording=(BytesIO(factories.FILM), "talk.exe"),
            captions=(BytesIO(factories.CAPTIONS.encode()), "talk.txt"),
            poster=(factories.picture(), "still.gif"),
            poster_alt="A slide.",
            licence="CC BY 4.0",
        ),
    )
    assert answer.status_code == 303
    saved = only(staff)
    assert None not in (saved["recording_id"], saved["captions_id"], saved["poster_id"])
    page = ada.get(f"{ONE}/preview").page  # type: ignore[attr-defined]
    assert page.xpath("//video//source/@src")[0].startswith("/desk/media/")


def test_captions_without_their_first_line(ada: FlaskClient) -> None:
    answer = post(ada, NEW, typed(captions=(BytesIO(b"00:01.000 --> 00:02.000\na\n"), "talk.vtt")))
    assert answer.status_code == 422
    assert "Captions must be WebVTT, whose first line reads WEBVTT, or SubRip" in errors(answer)


def test_a_new_form_that_is_sent_again_makes_no_second_draft(ada: FlaskClient, staff: Any) -> None:
    uid = ada.get(NEW).page.get_element_by_id("uid").get("value")  # type: ignore[attr-defined]
    first = post(ada, NEW, typed(uid=uid))
    again = post(ada, NEW, typed(uid=uid, title="Once more"))
    assert (again.status_code, again.location) == (303, first.location)
    assert "This webcast was saved already" in ada.get(again.location).text
    saved = only(staff)
    assert (saved["uid"], saved["title"]) == (uid, "A briefing")


def test_a_form_with_another_thing_for_its_uid_is_refused(ada: FlaskClient) -> None:
    assert post(ada, NEW, typed(uid="x" * 4000)).status_code == 422


def test_a_picture_is_no_recording(ada: FlaskClient) -> None:
    answer = post(ada, NEW, typed(recording=(factories.picture(), "talk.webm")))
    assert "The recording is a film" in errors(answer)


# Saving again ------------------------------------------------------------------------------------------------


def test_whoever_saves_second_gets_409_and_keeps_the_text(ada: FlaskClient, wren: FlaskClient, staff: Any) -> None:
    post(ada, NEW, typed())
    assert post(ada, ONE, typed(title="Ada’s title")).status_code == 303
    answer = post(wren, ONE, typed(title="Wren’s title"))
    assert answer.status_code == 409
    page = answer.page  # type: ignore[attr-defined]
    assert page.xpath("//input[@name='title']/@value") == ["Wren’s title"]
    assert "Somebody else saved this webcast" in page.text_content()
    assert only(staff)["title"] == "Ada’s title"
    version = page.xpath("//input[@name='version']/@value")[0]
    assert post(wren, ONE, typed(title="Wren’s title", version=version)).status_code == 303
    assert only(staff)["title"] == "Wren’s title"


def test_a_form_without_its_version_is_stale(ada: FlaskClient, draft: None) -> None:
    for version in ("", "x", "0", "99"):
        assert post(ada, ONE, typed(version=version)).status_code == 409


def test_a_public_recording_does_not_lose_its_words(ada: FlaskClient, staff: Any, public: None) -> None:
    version = str(only(staff)["version"])
    answer = post(ada, ONE, typed(day="2026-11-12", version=version, drop_captions="y", transcript=""))
    assert answer.status_code == 422
    assert "Add captions or a transcript" in errors(answer)
    assert only(staff)["captions_id"] is not None


def test_a_writer_does_not_change_what_is_public(wren: FlaskClient, staff: Any, public: None) -> None:
    assert "an editor changes it" in wren.get(ONE).text
    answer = post(wren, ONE, typed(title="Wren’s title", version=str(only(staff)["version"])))
    assert answer.status_code == 403
    assert "Wren’s title" in answer.text
    assert only(staff)["title"] == "How to read a genetic test"


# Publishing and withdrawing ----------------------------------------------------------------------------------


def test_publishing_is_confirmed_and_is_there_at_once(ada: FlaskClient, client: FlaskClient, draft: None) -> None:
    assert post(ada, f"{ONE}/publish", {"when": "now"}).status_code == 303
    assert client.get("/webcasts/how-to-read-a-genetic-test").status_code == 200
    again = post(ada, f"{ONE}/publish", {"when": "now"})
    assert again.status_code == 422
    assert "public already" in errors(again)


def test_scheduling_names_a_wall_time_in_a_zone(
    ada: FlaskClient, client: FlaskClient, draft: None, clock_at: Any
) -> None:
    later = {"when": "later", "day": "2026-11-24", "time": "16:00", "zone": "Europe/London"}
    assert post(ada, f"{ONE}/publish", later).status_code == 303
    assert "Tuesday, 24 November 2026, 16:00 GMT" in ada.get(ONE).text
    lift = NOON.replace(day=24, hour=16)
    clock_at(lift - timedelta(seconds=1))
    assert client.get("/webcasts/how-to-read-a-genetic-test").status_code == 404
    clock_at(lift)
    assert client.get("/webcasts/how-to-read-a-genetic-test").status_code == 200


TIMES = [
    ({"day": "", "time": ""}, "Give the day."),
    ({"day": "2026-11-18", "time": "12:00"}, "That time has passed"),
    ({"day": "2027-03-14", "time": "02:30"}, "clocks go forward"),
    ({"day": "2026-11-31", "time": "12:00"}, "no 31 November"),
]


def test_a_time_that_cannot_be_is_refused(ada: FlaskClient, draft: None) -> None:
    for when, says in TIMES:
        answer = post(ada, f"{ONE}/publish", {"when": "later", "zone": "America/New_York", **when})
        assert answer.status_code == 422
        assert says in errors(answer)


def test_a_recording_without_words_is_not_published(ada: FlaskClient, client: FlaskClient, staff: Any) -> None:
    with staff():
        factories.recorded(transcript="", uploads=[factories.upload(factories.Slot.RECORDING)])
    answer = post(ada, f"{ONE}/publish", {"when": "now"})
    assert answer.status_code == 422
    assert "Add captions or a transcript" in errors(answer)
    assert client.get("/webcasts/how-to-read-a-genetic-test").status_code == 404


def test_a_schedule_is_taken_back(ada: FlaskClient, staff: Any, draft: None) -> None:
    with staff() as cast:
        actions.schedule(reads.by_id(1), by=cast.ada, now=NOON, at=NOON + timedelta(days=1))
    assert post(ada, f"{ONE}/unschedule", form=ONE).status_code == 303
    assert only(staff)["public_from"] is None


def test_withdrawing_wants_a_reason_and_shows_it(
    ada: FlaskClient, client: FlaskClient, public: None, clock_at: Any
) -> None:
    clock_at(NOON + timedelta(minutes=1))
    refused = post(ada, f"{ONE}/withdraw", {"reason": "  "})
    assert refused.status_code == 422
    assert "Give the reason" in errors(refused)
    assert post(ada, f"{ONE}/withdraw", {"reason": "The film shows a patient."}).status_code == 303
    answer = client.get("/webcasts/how-to-read-a-genetic-test")
    assert answer.status_code == 410
    assert "The film shows a patient." in answer.text


def test_the_list_says_how_each_stands(ada: FlaskClient, staff: Any) -> None:
    with staff() as cast:
        factories.webcast(title="One")
        actions.schedule(factories.webcast(title="Two"), by=cast.ada, now=NOON, at=NOON + timedelta(days=1))
        factories.published(factories.recorded(title="Three"))
        actions.withdraw(factories.published(factories.recorded(title="Four")), by=cast.ada, now=NOON, reason="x")
    page = ada.get("/desk/webcasts/").page  # type: ignore[attr-defined]
    rows = {
        row.xpath("string(th)"): row.xpath("string(td[@data-label='Standing'])").split()
        for row in page.xpath("//tbody/tr")
    }
    assert rows == {"One": ["Draft"], "Two": ["Scheduled"], "Three": ["Public", "On", "demand"], "Four": ["Withdrawn"]}


# Who may -----------------------------------------------------------------------------------------------------


PAGES = ("/desk/webcasts/", NEW, ONE, f"{ONE}/preview", f"{ONE}/publish", f"{ONE}/withdraw")


def test_a_stranger_is_sent_to_sign_in(client: FlaskClient, draft: None) -> None:
    for path in PAGES:
        answer = client.get(path)
        assert answer.status_code == 303
        assert "/sign-in" in answer.headers["Location"]


@pytest.mark.parametrize("step", ["publish", "withdraw"])
def test_a_writer_neither_publishes_nor_withdraws(wren: FlaskClient, staff: Any, draft: None, step: str) -> None:
    assert wren.get(f"{ONE}/{step}").status_code == 403
    assert post(wren, f"{ONE}/{step}", {"when": "now", "reason": "x"}, form=ONE).status_code == 403
    assert only(staff)["public_from"] is None


def test_a_writer_takes_no_schedule_back(wren: FlaskClient, draft: None) -> None:
    assert post(wren, f"{ONE}/unschedule", form=ONE).status_code == 403


@pytest.mark.parametrize("path", [ONE, f"{ONE}/publish", NEW])
def test_a_form_without_its_token_is_refused(ada: FlaskClient, draft: None, path: str) -> None:
    assert ada.post(path, data=typed()).status_code == 400


@pytest.mark.parametrize("step", ["", "/publish", "/withdraw", "/preview"])
def test_a_number_that_is_no_webcast_is_not_found(ada: FlaskClient, draft: None, step: str) -> None:
    for number in ("2", "0", "2147483648", "99999999999999999999", "x", "-1"):
        assert ada.get(f"/desk/webcasts/{number}{step}").status_code == 404


@pytest.mark.parametrize("path", ["/desk/webcasts/", f"{ONE}/preview"])
def test_what_is_only_read_takes_no_post(ada: FlaskClient, draft: None, path: str) -> None:
    assert post(ada, path, form=ONE).status_code == 405
    assert ada.get(f"{ONE}/unschedule").status_code == 405
