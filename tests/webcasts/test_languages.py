"""Captions in several languages, several qualities, slides and chapters: from the form to the page, and away again."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy import select

from pressroom import sample
from pressroom.audit import AuditEntry
from pressroom.kit.db import db
from pressroom.media import usage
from pressroom.webcasts import actions, rules
from pressroom.webcasts import queries as reads
from pressroom.webcasts.rules import Many, Slot, WebcastError
from pressroom.webcasts.taking import Removal, Upload
from tests.conftest import NOON, post
from tests.media.reading import get
from tests.webcasts import factories
from tests.webcasts.test_desk import NEW, ONE, errors, typed

ADDRESS = "/webcasts/a-briefing"
FILMS = Path(sample.__file__).parent / "content" / "webcasts" / "asking-about-family"
SRT = b"1\r\n00:00:01,000 --> 00:00:04,000\r\nBienvenidos a todos.\r\n"
CHAPTERS = "0:00 Welcome\n0:03 Both sides"


@pytest.fixture(autouse=True)
def at_noon(clock_at: Any) -> None:
    """All begin at NOON."""
    clock_at(NOON)


def whole(**changed: Any) -> dict[str, Any]:
    """A form with a file in every field."""
    return typed(
        day="2026-11-01",
        minutes="1",
        recording=(BytesIO((FILMS / "film.webm").read_bytes()), "talk.webm"),
        qualities=[(BytesIO((FILMS / "film-360.webm").read_bytes()), "small.webm")],
        captions=(BytesIO(factories.CAPTIONS.encode()), "talk.vtt"),
        subtitles=(BytesIO(SRT), "talk-es.srt"),
        subtitles_language="ES",
        slides=(BytesIO(factories.SLIDES), "Slides.pdf"),
        slides_title="The slides",
        chapters=CHAPTERS,
        **changed,
    )


def test_what_was_sent_is_on_the_page_in_the_podcast_and_in_players(ada: FlaskClient, client: FlaskClient) -> None:
    assert post(ada, NEW, whole()).status_code == 303
    form = ada.get(ONE).page  # type: ignore[attr-defined]
    assert form.xpath("string(//textarea[@name='chapters'])").strip() == "00:00 Welcome\n00:03 Both sides"
    assert "1280 × 720" in form.text_content()
    assert "Measured against the Netflix Timed Text Style Guides" not in form.text_content()
    assert post(ada, f"{ONE}/publish", {"when": "now"}).status_code == 303

    page = client.get(ADDRESS).page  # type: ignore[attr-defined]
    tracks = page.xpath("//video//track")
    assert [(one.get("kind"), one.get("srclang"), one.get("label"), one.get("default")) for one in tracks] == [
        ("captions", "en-US", "English (US)", ""),
        ("subtitles", "es", "Español", None),
        ("chapters", "en-US", "Chapters", None),
    ]
    sources = page.xpath("//video//source/@src")
    assert [source.rpartition("/")[2] for source in sources] == ["talk.webm", "small.webm"], "the best one first"
    options = page.xpath("//select[@data-quality]/option")
    assert [option.get("value") for option in options] == sources
    assert [option.text.split(",")[0] for option in options] == ["720p WEBM", "360p WEBM"]
    slides = page.xpath("//section[@aria-labelledby='slides']//a/@href")[0]
    for path in (*page.xpath("//video//@src"), slides):
        assert get(client, path).status_code == 200, path
    assert get(client, tracks[1].get("src")).text.startswith("WEBVTT\n\n1\n00:00:01.000 --> 00:00:04.000\nBien")
    assert page.xpath("//nav[@aria-labelledby='chapters']//a/@href") == ["#t-1000", "#t-5000"]
    assert page.get_element_by_id("t-es-1000").xpath("ancestor::details/@lang") == ["es"]

    chapters = client.get(f"{ADDRESS}/chapters.json")
    assert (chapters.mimetype, chapters.get_json(force=True)["chapters"][1]["startTime"]) == (
        "application/json+chapters",
        3.0,
    )
    feed = etree.fromstring(client.get("/feeds/podcast.rss").data)
    spaces = {"podcast": "https://podcastindex.org/namespace/1.0"}
    assert feed.xpath("//podcast:chapters/@url", namespaces=spaces)[0].endswith(f"{ADDRESS}/chapters.json")
    assert feed.xpath("//podcast:transcript[@rel='captions']/@language", namespaces=spaces) == ["en-US", "es"]


def test_what_is_taken_out_is_served_no_more_and_the_audit_says_so(
    ada: FlaskClient, client: FlaskClient, staff: Any
) -> None:
    post(ada, NEW, whole())
    post(ada, f"{ONE}/publish", {"when": "now"})
    page = client.get(ADDRESS).page  # type: ignore[attr-defined]
    gone = [page.xpath("//track[@kind='subtitles']/@src")[0], page.xpath("//source/@src")[1]]
    gone += page.xpath("//section[@aria-labelledby='slides']//a/@href")
    version = ada.get(ONE).page.xpath("//input[@name='version']/@value")[0]  # type: ignore[attr-defined]
    out = {"drop_subtitles": "1", "drop_qualities": ["1", "x", "99"], "drop_slides": "y", "version": version}
    assert post(ada, ONE, typed(day="2026-11-01", minutes="1", chapters="", **out)).status_code == 303
    page = client.get(ADDRESS).page  # type: ignore[attr-defined]
    assert not page.xpath("//track[@kind!='captions'] | //select[@data-quality] | //nav[@class='chapters']")
    assert [get(client, path).status_code for path in gone] == [404, 404, 404]
    assert client.get(f"{ADDRESS}/chapters.vtt").status_code == 404
    with staff():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "edit")).one()
        assert entry.changes["subtitles"] == [["es: talk-es.vtt (4)"], []]
        assert entry.changes["qualities"] == [["small.webm (5)"], []]
        assert {"slides_id", "chapters"} <= set(entry.changes)


def test_what_cannot_be_is_refused_at_its_field(ada: FlaskClient, app: Flask) -> None:
    film = (FILMS / "film-360.webm").read_bytes()
    refused = [
        ({"subtitles": (BytesIO(SRT), "a.srt")}, "Say the language of these captions"),
        ({"subtitles": (BytesIO(SRT), "a.srt"), "subtitles_language": "Spanish!"}, "Write the language as a tag"),
        ({"subtitles": (BytesIO(SRT), "a.srt"), "subtitles_language": "en-us"}, "en-US is the language that is spoken"),
        ({"subtitles": (BytesIO(film), "a.srt"), "subtitles_language": "es"}, "Captions must be WebVTT"),
        ({"captions": (BytesIO(SRT.replace(b"4,000", b"0,000")), "a.srt")}, "Line 2: the cue ends before it begins."),
        ({"qualities": [(BytesIO(film), "a.webm")]}, "Send the recording itself as well"),
        ({"slides": (BytesIO(film), "a.pdf")}, "Slides are a PDF"),
        ({"chapters": "Welcome"}, "Line 1: begin with the time"),
        ({"chapters": "2:00 Late", "minutes": "1"}, "the webcast has 1 minutes"),
    ]
    for wrong, says in refused:
        answer = post(ada, NEW, typed(**wrong, description="Typed with care."))
        assert answer.status_code == 422, says
        assert says in errors(answer)
        assert "Typed with care." in answer.text
    app.config["MAX_CAPTIONS_MB"] = 0
    answer = post(ada, NEW, typed(captions=(BytesIO(SRT), "a.srt")))
    assert "at most 0 MB are taken" in errors(answer), "and nothing of it was read"


def test_a_transcript_is_sent_as_a_file_and_kept_in_the_form(ada: FlaskClient) -> None:
    words = "**Lena Marsh:** Bienvenidos. ¿Preguntas?"
    sent = (BytesIO(b"\xef\xbb\xbf" + words.encode()), "talk.md")
    answer = post(ada, NEW, typed(title="", transcript="Replaced.", transcript_file=sent))
    assert answer.status_code == 422
    assert answer.page.xpath("string(//textarea[@name='transcript'])").strip() == words  # type: ignore[attr-defined]
    for content, says in ((b"PK\x03\x04\xff", "not plain text in UTF-8"), (b" \n", "Send a text of 1 to 500,000")):
        answer = post(ada, NEW, typed(transcript="Typed.", transcript_file=(BytesIO(content), "talk.docx")))
        assert answer.status_code == 422
        assert says in errors(answer)
        assert "Typed." in answer.text


def test_captions_in_a_language_that_is_there_take_its_place(staff: Any) -> None:
    def spanish(words: bytes) -> Upload:
        return Upload(Many.SUBTITLES, BytesIO(SRT.replace(b"todos", words)), "a.srt", language="es", label="Castellano")

    with staff() as cast:
        webcast = factories.recorded()
        for words, removal in ((b"todas", Removal()), (b"nadie", Removal(subtitles=[1]))):
            actions.edit(webcast, by=cast.ada, now=NOON, uploads=[spanish(words)], removal=removal)
            db.session.flush()
            assert [row.cues[0]["text"] for row in webcast.subtitles] == [f"Bienvenidos a {words.decode()}."]
        asset = webcast.subtitles[0].asset
        assert asset is not None
        assert [use.title for use in usage.of([asset])[asset.id]] == [webcast.title]
        with pytest.raises(WebcastError, match="Send the recording itself"):
            small = Upload(Many.QUALITIES, BytesIO(factories.FILM), "small.webm")
            actions.edit(webcast, by=cast.ada, now=NOON, uploads=[small], removal=Removal([Slot.RECORDING]))


def test_files_whose_right_is_over_are_shown_no_more(ada: FlaskClient, client: FlaskClient, staff: Any) -> None:
    post(ada, NEW, whole())
    post(ada, f"{ONE}/publish", {"when": "now"})
    with staff():
        webcast = reads.by_id(1)
        assert webcast is not None
        for row in (*webcast.subtitles, *webcast.qualities):
            assert row.asset is not None
            row.asset.rights_until = NOON.date().replace(day=1)
    page = client.get(ADDRESS).page  # type: ignore[attr-defined]
    assert page.xpath("//track[@kind!='chapters']/@srclang") == ["en-US"]
    assert len(page.xpath("//source")) == 1


def test_there_are_not_more_than_can_be_chosen_from() -> None:
    with pytest.raises(WebcastError, match="20 further languages"):
        rules.refuse_languages("en", [f"x{n}" for n in range(21)])
    film = rules.KINDS[Slot.RECORDING][0]
    with pytest.raises(WebcastError, match="6 further qualities"):
        rules.refuse_qualities(film, [film] * 7)
