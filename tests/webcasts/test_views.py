"""What the public sees of webcasts, and when."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from pressroom.kit.db import db
from pressroom.webcasts import actions
from pressroom.webcasts import queries as reads
from pressroom.webcasts.rules import Slot
from tests.conftest import NOON
from tests.media.reading import get
from tests.webcasts import factories

SECOND = timedelta(seconds=1)
ADDRESS = "/webcasts/how-to-read-a-genetic-test"
PLANTED = "Zyxwort"


@pytest.fixture(autouse=True)
def at_noon(clock_at: Any) -> None:
    """All begin at NOON."""
    clock_at(NOON)


@pytest.fixture
def announced(staff: Any) -> None:
    """Public from NOON; on the air a week later."""
    with staff():
        factories.published(factories.webcast())


@pytest.fixture
def on_demand(staff: Any) -> None:
    """Public from NOON, recorded the week before."""
    with staff():
        factories.published(factories.recorded())


def text_of(page: Any) -> str:
    """The words of a page's main part."""
    return " ".join(page.find(".//main").text_content().split())


def test_the_list_has_what_is_to_come_first(client: FlaskClient, staff: Any) -> None:
    with staff():
        factories.published(factories.recorded(title="Recorded"))
        factories.published(factories.webcast(title="Second", starts_at=NOON + timedelta(days=9)))
        factories.published(factories.webcast(title="First"))
        factories.webcast(title="A draft")
    page = client.get("/webcasts/").page  # type: ignore[attr-defined]
    assert page.xpath("//main//h3/a/text()") == ["First", "Second", "Recorded"]


def test_an_empty_list_says_so(client: FlaskClient) -> None:
    assert "No webcast is announced" in text_of(client.get("/webcasts/").page)  # type: ignore[attr-defined]


@pytest.mark.parametrize("page", ["0", "-1", "2", "x", "99999999999999999999999", "²"])
def test_a_page_number_that_is_none_is_said(client: FlaskClient, on_demand: None, page: str) -> None:
    answer = client.get("/webcasts/", query_string={"page": page})
    assert answer.status_code == 404
    assert "All webcasts" in answer.text


def test_an_announced_one_gives_its_time_in_its_zone_and_in_others(client: FlaskClient, announced: None) -> None:
    page = client.get(ADDRESS).page  # type: ignore[attr-defined]
    said = text_of(page)
    assert "Announced" in said
    assert "Thursday, 26 November 2026, 12:00 EST (UTC−05:00) · 60 minutes" in said
    rows = [[cell.text_content().strip() for cell in row] for row in page.xpath("//table//tbody/tr")]
    assert rows[0] == ["New York", "Thursday, 26 November 2026", "12:00", "EST (UTC−05:00)"]
    assert rows[-1] == ["Tokyo", "Friday, 27 November 2026 other day", "02:00", "JST (UTC+09:00)"]
    assert not page.xpath("//video")


def test_the_state_follows_the_clock(client: FlaskClient, staff: Any, announced: None, clock_at: Any) -> None:
    start = NOON + timedelta(days=7)
    states = {
        start - SECOND: "Announced",
        start: "Live now",
        start + timedelta(minutes=60) - SECOND: "Live now",
        start + timedelta(minutes=60): "Recording to follow",
    }
    for moment, words in states.items():
        clock_at(moment)
        page = client.get(ADDRESS).page  # type: ignore[attr-defined]
        assert page.xpath("//main//*[contains(@class, 'badge')]/text()")[0] == words


def test_a_recording_plays_with_captions_and_is_read_without(client: FlaskClient, on_demand: None) -> None:
    page = client.get(ADDRESS).page  # type: ignore[attr-defined]
    video = page.xpath("//video")[0]
    assert video.get("poster").endswith("/still.png")
    assert video.xpath(".//track/@kind") == ["captions"]
    for path in (video.get("poster"), *video.xpath(".//@src")):
        assert get(client, path).status_code == 200
    cues = page.xpath("//a[@data-cue]")
    assert [(cue.get("data-cue"), cue.get("href")) for cue in cues] == [("1.0", "#t-1000"), ("5.0", "#t-5000")]
    assert "Ask about both sides of the family." in text_of(page)
    assert "Noor Haddad" in text_of(page)


def test_nothing_on_the_page_loads_from_another_host(client: FlaskClient, staff: Any) -> None:
    with staff():
        draft = factories.recorded(uploads=(), video_url="https://video.example/watch/42")
        factories.published(draft)
    page = client.get(ADDRESS).page  # type: ignore[attr-defined]
    assert page.xpath("//a[@href='https://video.example/watch/42']")
    assert not page.xpath("//iframe | //embed | //object")
    assert not [source for source in page.xpath("//@src") if "//" in source]


def test_structured_data_is_an_event_and_then_a_recording(
    client: FlaskClient, announced: None, on_demand: None
) -> None:
    event, recording = (
        json.loads(client.get(path).page.xpath("//script[@type='application/ld+json']/text()")[0])  # type: ignore[attr-defined]
        for path in (ADDRESS, ADDRESS + "-2")
    )
    assert (event["@type"], event["startDate"]) == ("Event", "2026-11-26T17:00:00+00:00")
    assert recording["@type"] == "VideoObject"
    assert get(client, recording["contentUrl"].removeprefix("http://127.0.0.1:8000")).status_code == 200
    assert recording["uploadDate"] == "2026-11-19T17:00:00+00:00"


def test_a_closing_tag_in_a_title_stays_a_title(client: FlaskClient, staff: Any) -> None:
    title = "</script><script>alert(1)</script>"
    with staff():
        slug = factories.published(factories.webcast(title=title, summary=title)).slug
    page = client.get(f"/webcasts/{slug}").page  # type: ignore[attr-defined]
    assert page.findtext(".//h1") == title
    assert not [script for script in page.xpath("//script") if "alert(1)" in (script.text or "")[:9]]


def test_the_calendar_file_names_the_instant_in_its_zone(client: FlaskClient, announced: None) -> None:
    answer = client.get(ADDRESS + ".ics")
    assert answer.mimetype == "text/calendar"
    event = Calendar.from_ical(answer.data).walk("VEVENT")[0]
    start = event["DTSTART"].dt
    assert start == NOON + timedelta(days=7)
    assert start.astimezone(ZoneInfo("America/New_York")).hour == 12
    assert event["DTSTART"].params["TZID"] == "America/New_York"
    assert event["URL"].endswith(ADDRESS)
    again = client.get(ADDRESS + ".ics", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("zone", "wall"),
    [
        ("America/New_York", "2026-10-31T12:00"),
        ("America/New_York", "2026-11-01T12:00"),
        ("Europe/London", "2026-10-25T00:30"),
        ("Australia/Lord_Howe", "2026-10-04T12:00"),
        ("UTC", "2026-12-01T00:00"),
    ],
)
def test_calendars_are_right_around_clock_changes(client: FlaskClient, staff: Any, zone: str, wall: str) -> None:
    start = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone))
    with staff():
        factories.published(factories.webcast(starts_at=start, zone=zone))
    event = Calendar.from_ical(client.get(ADDRESS + ".ics").data).walk("VEVENT")[0]
    assert event["DTSTART"].dt == start


def test_the_transcript_is_also_plain_text(client: FlaskClient, on_demand: None) -> None:
    answer = client.get(ADDRESS + ".txt")
    assert answer.mimetype == "text/plain"
    assert "Welcome to the briefing." in answer.text


def test_without_words_there_is_no_text(client: FlaskClient, announced: None) -> None:
    assert client.get(ADDRESS + ".txt").status_code == 404


def test_unknown_addresses(client: FlaskClient) -> None:
    for path in ("/webcasts/none", "/webcasts/none.ics", "/webcasts/none.txt", "/webcasts/%00", "/webcasts/.ics"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/webcasts/", ADDRESS, ADDRESS + ".ics"])
def test_pages_are_only_read(client: FlaskClient, announced: None, path: str) -> None:
    assert client.post(path).status_code in {400, 405}


def test_a_withdrawn_one_gives_the_reason_and_nothing_else(
    client: FlaskClient, staff: Any, on_demand: None, clock_at: Any
) -> None:
    page = client.get(ADDRESS).page  # type: ignore[attr-defined]
    files = page.xpath("//video//@src | //video/@poster")
    later = NOON + timedelta(minutes=5)
    with staff() as cast:
        actions.withdraw(reads.by_slug(ADDRESS[10:]), by=cast.ada, now=later, reason="It shows a patient.")
    clock_at(later)
    for suffix in ("", ".txt", "/embed"):
        answer = client.get(ADDRESS + suffix)
        assert answer.status_code == 410
        assert "It shows a patient." in answer.text
        assert "Ask about both sides" not in answer.text
    assert {get(client, path).status_code for path in files} == {404}
    assert "genetic test" not in text_of(client.get("/webcasts/").page)  # type: ignore[attr-defined]


def planted_everywhere() -> dict[str, Any]:
    """A webcast with a word in each of its fields and files."""
    captions = factories.CAPTIONS.replace("Welcome", f"{PLANTED}captions")
    return {
        "title": f"{PLANTED}title",
        "summary": f"{PLANTED}summary",
        "description": f"{PLANTED}description",
        "speakers": [{"name": f"{PLANTED}name", "role": f"{PLANTED}role"}],
        "topics": [f"{PLANTED}topic"],
        "transcript": f"{PLANTED}transcript",
        "video_url": f"https://{PLANTED}.example/address",
        "uploads": [
            factories.upload(Slot.RECORDING, factories.FILM + f"{PLANTED}film".encode(), f"{PLANTED}film.webm"),
            factories.upload(Slot.POSTER, alt=f"{PLANTED}alt", name=f"{PLANTED}still.png"),
            factories.upload(Slot.CAPTIONS, captions.encode(), f"{PLANTED}captions.vtt"),
        ],
    }


def test_a_planted_word_is_nowhere_one_second_before_and_everywhere_after(
    client: FlaskClient, staff: Any, clock_at: Any
) -> None:
    with staff() as cast:
        webcast = factories.recorded(**planted_everywhere())
        actions.schedule(webcast, by=cast.ada, now=NOON - timedelta(days=1), at=NOON)
        slug = webcast.slug
        db.session.flush()
        db.session.refresh(webcast)
        files = [file.address for file in (webcast.recording, webcast.poster, webcast.captions) if file]
    assert [file.rpartition("/")[2].removeprefix(PLANTED.lower()) for file in files] == [
        "film.webm",
        "still.png",
        "captions.vtt",
    ]
    pages = [f"/webcasts/{slug}", f"/webcasts/{slug}.ics", f"/webcasts/{slug}.txt"]
    lists = ["/webcasts/", "/", "/feeds/webcasts.rss", "/feeds/webcasts.atom", "/feeds/webcasts.json"]
    lists += [f"/search?q={PLANTED}transcript", "/sitemaps/webcasts-1.xml"]

    clock_at(NOON - SECOND)
    for path in [*files, *pages]:
        assert get(client, path).status_code == 404, path
    for path in lists:
        answer = client.get(path)  # a sitemap of nothing is not there
        hidden = answer.data.decode("utf-8", "replace").replace(f"{PLANTED}transcript", "")
        assert PLANTED.lower() not in hidden.lower(), path

    clock_at(NOON)
    for path in [*files, *pages]:
        assert get(client, path).status_code == 200, path
    assert PLANTED in get(client, files[2]).text
    page = client.get(pages[0]).text
    for field in ("title", "summary", "description", "name", "role", "transcript", "captions"):
        assert PLANTED + field in page, field
    assert f"https://{PLANTED}.example/address" in page
    for path in lists:
        # The front page tells of the next webcast only, and this one is over.
        assert path == "/" or PLANTED.lower() in get(client, path).text.lower(), path


@pytest.mark.parametrize("path", ["/webcasts/", ADDRESS])
def test_pages_keep_within_five_queries(
    client: FlaskClient, staff: Any, on_demand: None, queries: Any, path: str
) -> None:
    with staff():
        for n in range(4):
            factories.published(factories.recorded(title=f"Another {n}"))
            factories.published(factories.webcast(title=f"To come {n}"))
    with queries(5):
        assert client.get(path).status_code == 200


def test_pages_set_no_cookie(client: FlaskClient, on_demand: None) -> None:
    for path in ("/webcasts/", ADDRESS, ADDRESS + ".ics", ADDRESS + ".txt"):
        assert "Set-Cookie" not in client.get(path).headers
