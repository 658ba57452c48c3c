"""Our player in pages of others, players of others in ours, and a search that opens it at its second."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from pressroom import search
from pressroom.webcasts import actions
from pressroom.webcasts import queries as reads
from pressroom.webcasts.rules import Many, Slot
from pressroom.webcasts.taking import Upload
from tests.conftest import NOON, nothing_kept
from tests.webcasts import factories

ADDRESS = "/webcasts/how-to-read-a-genetic-test"
TUBE = "https://youtu.be/dQw4w9WgXcQ"
FRAMES = "frame-src https://www.youtube-nocookie.com"


@pytest.fixture(autouse=True)
def at_noon(clock_at: Any) -> None:
    """All begin at NOON."""
    clock_at(NOON)


def policy(client: FlaskClient, path: str) -> str:
    """What a page may load, and who may frame it."""
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.headers["Content-Security-Policy"]


def test_the_page_of_our_player_is_the_one_that_may_be_framed(client: FlaskClient, staff: Any) -> None:
    with staff():
        factories.published(factories.recorded())
        factories.published(factories.webcast(title="To come"))
    for path in ("/", "/webcasts/", ADDRESS, f"{ADDRESS}.txt", "/webcasts/to-come"):
        assert "frame-ancestors 'none'" in policy(client, path)
    for path in (f"{ADDRESS}/embed", f"{ADDRESS}/embed?t=5", "/webcasts/to-come/embed"):
        assert "frame-ancestors *" in policy(client, path)
        assert "script-src 'self'" in policy(client, path)
        assert "Set-Cookie" not in client.get(path).headers
    framed = client.get(f"{ADDRESS}/embed").page  # type: ignore[attr-defined]
    assert len(framed.xpath("//video//source")) == 1
    assert {link.get("target") for link in framed.xpath("//a")} == {"_top"}
    assert "Announced" in client.get("/webcasts/to-come/embed").text
    code = client.get(ADDRESS).page.get_element_by_id("embed-code").text  # type: ignore[attr-defined]
    assert code.startswith(f'<iframe src="http://127.0.0.1:8000{ADDRESS}/embed" title="How to read')


def test_a_player_of_others_waits_to_be_asked(client: FlaskClient, staff: Any, app: Flask, clock_at: Any) -> None:
    with staff():
        factories.published(factories.webcast(video_url=TUBE, transcript="All of it."))
    assert "frame-src" not in policy(client, ADDRESS), "nothing to see yet"
    for moment in (NOON + timedelta(days=7), NOON + timedelta(days=8)):
        clock_at(moment)
        assert FRAMES in policy(client, ADDRESS)
        page = client.get(ADDRESS).page  # type: ignore[attr-defined]
        assert not page.xpath("//iframe")
        box = page.xpath("//*[@data-embed]")[0]
        assert box.get("data-embed") == "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"
        assert "learns your network address" in box.text_content()
        assert box.xpath(".//button/@hidden"), "without script there is nothing to press"
        assert page.xpath(f"//a[@href='{TUBE}']"), "but a link"
    assert "frame-src" not in policy(client, "/webcasts/")
    app.config["EMBED_HOSTS"] = ()
    with nothing_kept():
        assert "frame-src" not in policy(client, ADDRESS)
        assert not client.get(ADDRESS).page.xpath("//*[@data-embed]")  # type: ignore[attr-defined]


def test_a_search_leads_to_the_second_at_which_it_is_said(client: FlaskClient, staff: Any, clock_at: Any) -> None:
    many = "".join(
        f"\n00:{n // 60:02}:{n % 60:02}.000 --> 00:{n // 60:02}:{n % 60:02}.900\nKinship {n}\n" for n in range(300)
    )
    spanish = "WEBVTT\n\n00:02.000 --> 00:04.000\nParentesco\n"
    uploads = [
        factories.upload(Slot.RECORDING),
        factories.upload(
            Slot.CAPTIONS,
            f"WEBVTT\n{many}\n00:10:00.000 --> 00:10:04.000\nBoth sides of the\n\n"
            "00:10:04.000 --> 00:10:08.000\nfamily tree\n".encode(),
        ),
        Upload(Many.SUBTITLES, factories.BytesIO(spanish.encode()), "es.vtt", language="pt-BR"),
    ]
    with staff() as cast:
        webcast = factories.recorded(transcript="", uploads=uploads)
        actions.schedule(webcast, by=cast.ada, now=NOON, at=NOON + timedelta(hours=1))
        factories.recorded(title="A draft", transcript="", uploads=[factories.upload(Slot.CAPTIONS)])
    assert "Nothing was found" in client.get("/search?q=kinship").text
    clock_at(NOON + timedelta(hours=1))
    page = client.get(ADDRESS).page  # type: ignore[attr-defined]
    found = {}
    for words in ("kinship", '"of the family"', "parentesco", "kinship family", "genetic"):
        hits = client.get("/search", query_string={"q": words, "kind": "webcast"}).page.xpath("//ol[@class='hits']/li")  # type: ignore[attr-defined]
        assert len(hits) == 1, "however often it is said"
        places = hits[0].xpath(".//ul[@class='places']//a")
        found[words] = [(place.get("href"), place.text_content().split()[-1]) for place in places]
        for place in places:
            assert page.get_element_by_id(place.get("href").partition("#")[2]) is not None
    assert found == {
        "kinship": [(f"{ADDRESS}#t-{n * 1000}", f"00:0{n}") for n in range(3)],
        '"of the family"': [(f"{ADDRESS}#t-600000", "10:00")],
        "parentesco": [(f"{ADDRESS}#t-pt-BR-2000", "00:02")],
        "kinship family": [
            (f"{ADDRESS}#t-{n}", when) for n, when in ((0, "00:00"), (1000, "00:01"), (604000, "10:04"))
        ],
        "genetic": [],
    }
    assert "<mark>Kinship</mark> 0" in client.get("/search?q=kinship").text


def test_without_an_index_a_translation_is_found_too(app: Flask, staff: Any) -> None:
    with staff():
        content = "WEBVTT\n\n00:02.000 --> 00:04.000\nÁrbol\n".encode()
        words = Upload(Many.SUBTITLES, factories.BytesIO(content), "es.vtt", language="es")
        number = factories.published(factories.recorded(uploads=[factories.upload(Slot.CAPTIONS), words])).id
    with app.test_request_context(), search.public_session():
        found = search.registry.sources["webcast"].newest(search.Wanted((("árbol", "Árbol"),), most=9))
        assert list(found) == [number]


def test_calendars_cross_out_what_was_withdrawn_and_move_what_moved(
    client: FlaskClient, staff: Any, clock_at: Any
) -> None:
    def event(path: str) -> Any:
        answer = client.get(path)
        assert answer.status_code == 200
        return Calendar.from_ical(answer.data).walk("VEVENT")[0]

    with staff():
        factories.published(factories.webcast())
        factories.webcast(title="A draft")
    first = event(f"{ADDRESS}.ics")
    later = NOON + timedelta(minutes=5)
    clock_at(later)
    with staff() as cast:
        actions.edit(
            reads.by_slug(ADDRESS[10:]), by=cast.ada, now=later, starts_at=NOON + timedelta(days=9), minutes=30
        )
    moved = event(f"{ADDRESS}.ics")
    assert (moved["UID"], moved["DTSTART"].dt) == (first["UID"], NOON + timedelta(days=9))
    assert moved["SEQUENCE"] > first["SEQUENCE"]
    clock_at(later + timedelta(minutes=5))
    with staff() as cast:
        webcast = reads.by_slug(ADDRESS[10:])
        actions.withdraw(webcast, by=cast.ada, now=later + timedelta(minutes=5), reason="A speaker is ill.")
        webcast.summary = "Never to be said."
    for path in (f"{ADDRESS}.ics", "/webcasts/calendar.ics", "/feeds/calendar.ics"):
        gone = event(path)
        assert (gone["UID"], gone["STATUS"], gone["DTSTART"].dt) == (first["UID"], "CANCELLED", moved["DTSTART"].dt)
        assert gone["SEQUENCE"] > moved["SEQUENCE"]
        assert gone["DESCRIPTION"] == "A speaker is ill."
        assert "Never to be said" not in client.get(path).text
    assert client.get(ADDRESS).status_code == 410
    assert client.get("/webcasts/a-draft.ics").status_code == 404
