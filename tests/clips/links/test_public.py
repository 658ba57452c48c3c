"""What the public is led to: on the page, in the list, in feeds and files; and the edition, which knows when."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html as lxml_html

from pressroom import publishing, search
from pressroom.clips import actions as clips
from pressroom.clips.links import actions
from pressroom.clips.links.models import ClipLink
from pressroom.clips.links.rules import PublicLink, public_link
from pressroom.clips.models import Clip
from pressroom.kit import clock
from pressroom.kit.db import db
from tests.clips.links import pages
from tests.clips.links.conftest import World, answer
from tests.conftest import NOON
from tests.kit.site import page

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
COPY = "https://archive.example/web/20261113081500/https://ledger.example/story"
MADE = datetime(2026, 11, 13, 8, 15, tzinfo=UTC)
ROBUST = ("href", "data-originalurl", "data-versionurl", "data-versiondate")


def test_the_decision() -> None:
    assert public_link("", "", None) is None
    assert public_link("", COPY, MADE) is None
    assert public_link("https://a.example/", "", None) == PublicLink("https://a.example/", "https://a.example/")
    found = public_link("https://a.example/", COPY, MADE)
    assert found is not None
    assert found.robust == {
        "data-originalurl": "https://a.example/",
        "data-versionurl": COPY,
        "data-versiondate": "2026-11-13",
    }


@pytest.fixture
def dead(world: World) -> Iterator[tuple[World, int]]:
    """A story that is gone for good, and its copy."""
    world.site.answers["/story"] = page(status="404 Not Found")
    number = world.clip()
    world.look(NOON)
    with world.app.app_context(), publishing.as_staff():
        link = db.session.get_one(ClipLink, number)
        actions.choose_copy(link, COPY, MADE, by=None, now=NOON)
        db.session.commit()
    yield world, number


def links(text: str, label: str) -> list[tuple[str | None, ...]]:
    """The attributes of links with these words."""
    found = lxml_html.fromstring(text).xpath(f"//a[contains(normalize-space(.), '{label}')]")
    return [tuple(one.get(name) for name in ROBUST) for one in found]


def everywhere(client: FlaskClient, number: int) -> dict[str, Any]:
    """What each public place says of the link."""
    feed = json.loads(client.get("/feeds/clips.json").data)["items"][0]
    table = next(csv.DictReader(io.StringIO(client.get("/clips/export.csv").data.decode("utf-8-sig"))))
    ris = client.get("/clips/export.ris").text
    hit = client.get("/clips/").text
    return {
        "page": links(client.get(f"/clips/{number}").text, pages.HEADLINE),
        "list": links(hit, "Read at"),
        "search": links(client.get("/clips/?q=clinics").text, "Read at"),
        "feed": links(feed["content_html"], "Read it at"),
        "atom": client.get("/feeds/clips.atom").text.count(COPY) > 0,
        "view": COPY in client.get("/clips/feed.rss").text,
        "csv": (table["link"], table["archived_copy"], table["archived_on"]),
        "ris": [line for line in ris.split("\r\n") if line.startswith("UR")],
        "note": "archived copy of 13 November 2026" in " ".join(lxml_html.fromstring(hit).text_content().split()),
    }


def test_after_three_failures_the_copy_is_shown_everywhere_and_then_the_story_again(
    dead: tuple[World, int], client: FlaskClient
) -> None:
    world, number = dead
    url = world.url()
    story = (url, None, None, None)
    own = {
        "page": [story],
        "list": [story],
        "search": [story],
        "feed": [story],
        "atom": False,
        "view": False,
        "csv": (url, "", ""),
        "ris": [f"UR  - {url}"],
        "note": False,
    }
    with clock.at(NOON + MINUTE):
        with world.app.app_context():
            search.sweep()
        assert everywhere(client, number) == own
    edition, stamp = world.edition(), world.row(number).updated_at
    version = world.row(number).version
    for days in (1, 2):
        world.look(NOON + days * DAY + MINUTE)
        with clock.at(NOON + days * DAY + 2 * MINUTE):
            assert (everywhere(client, number) == own) is (days == 1)
    assert world.edition() == edition + 1
    copy = (COPY, url, COPY, "2026-11-13")
    with clock.at(NOON + 3 * DAY):
        assert everywhere(client, number) == {
            "page": [copy],
            "list": [copy],
            "search": [copy],
            "feed": [copy],
            "atom": True,
            "view": True,
            "csv": (url, COPY, "2026-11-13"),
            "ris": [f"UR  - {COPY}"],
            "note": True,
        }
        shown = client.get(f"/clips/{number}")
        assert "Read the archived copy" in shown.text
        assert "can no longer be read at" in shown.text
        assert url in shown.text
    world.look(NOON + 12 * DAY)
    assert world.edition() == edition + 1, "a fourth failure changes nothing public"
    world.site.answers["/story"] = answer(pages.STORY)
    world.look(NOON + 25 * DAY)
    assert world.edition() == edition + 2
    with clock.at(NOON + 26 * DAY):
        assert everywhere(client, number) == own
    assert world.link(number).copy_url == COPY, "nothing is deleted"
    assert (world.row(number).updated_at, world.row(number).version) == (stamp, version)


def test_a_wall_is_not_dead(dead: tuple[World, int]) -> None:
    world, number = dead
    for days in (1, 2):
        world.look(NOON + days * DAY + MINUTE)
    assert world.row(number).copy_url == COPY
    world.site.answers["/story"] = answer(b"", status="403 Forbidden")
    world.look(NOON + 12 * DAY)
    assert world.row(number).copy_url == COPY, "that we are refused says nothing"
    world.site.answers["/story"] = answer(pages.WALL)
    world.look(NOON + 60 * DAY)
    assert world.row(number).copy_url == ""


def test_what_a_person_says_holds_until_something_else_is_found(dead: tuple[World, int]) -> None:
    world, number = dead
    for days in (1, 2):
        world.look(NOON + days * DAY + MINUTE)
    with world.app.app_context(), publishing.as_staff():
        actions.clear(db.session.get_one(ClipLink, number), by=None, now=NOON + 3 * DAY)
        db.session.commit()
    assert world.row(number).copy_url == ""
    for days in (10, 45, 80, 115):
        world.look(NOON + days * DAY)
    assert (world.link(number).failures, world.row(number).copy_url) == (0, "")
    world.site.answers["/story"] = answer(pages.SORRY)
    for days in (150, 152, 154):
        world.look(NOON + days * DAY)
    assert world.link(number).cleared_state is None
    assert (world.link(number).failures, world.row(number).copy_url) == (3, COPY)


def test_another_address_begins_anew(dead: tuple[World, int]) -> None:
    world, number = dead
    for days in (1, 2):
        world.look(NOON + days * DAY + MINUTE)
    with world.app.app_context(), publishing.as_staff(), clock.at(NOON + 3 * DAY):
        clip = db.session.get_one(Clip, number)
        clips.edit(clip, by=None, now=clock.now(), headline="A new headline")
        assert clip.copy_url == COPY
        clips.edit(clip, by=None, now=clock.now(), url=world.url("/better"))
        assert clip.link == PublicLink(world.url("/better"), world.url("/better"))
        db.session.commit()
    assert (world.row(number).copy_url, world.row(number).copy_at) == ("", None)
    assert world.link(number).copy_url == ""


@pytest.mark.usefixtures("settle")
def test_no_page_costs_a_statement_more(
    dead: tuple[World, int], client: FlaskClient, queries: Callable[[int], Any]
) -> None:
    """The public's side is two columns of the clip."""
    world, number = dead
    with clock.at(NOON + MINUTE):
        with world.app.app_context():
            search.sweep()
        for address in ("/clips/", f"/clips/{number}", "/feeds/clips.atom"):
            with queries(100) as sent:
                client.get(address, buffered=True)
            assert not [sql for sql in sent if "clip_link" in sql or "link_host" in sql or "snapshot" in sql], address


def test_strangers_cannot_read_what_is_for_staff(app: Flask) -> None:
    with app.test_request_context("/"), pytest.raises(publishing.GateError):
        db.session.scalars(db.select(ClipLink)).all()
