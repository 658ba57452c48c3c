"""Own snapshots: what is kept of a page, how it is shown, and that it is nowhere else."""

from __future__ import annotations

import time

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html
from sqlalchemy import select

from pressroom import publishing, search
from pressroom.clips import actions as clips
from pressroom.clips.links import checking
from pressroom.clips.models import Clip
from pressroom.clips.snapshots import actions, cleaning
from pressroom.clips.snapshots.models import ClipSnapshot
from pressroom.kit import clock, files
from pressroom.kit.db import db
from pressroom.operations import named
from tests.clips.links import pages
from tests.clips.links.conftest import World, answer
from tests.clips.links.conftest import world as world  # noqa: PLC0414 - a fixture
from tests.conftest import NOON

EVIL = pages.html(
    pages.HEADLINE,
    pages.WORDS,
    head="<style>@import '//evil.example/x.css'</style><base href='//evil.example/'><link rel=stylesheet href=//e/x>",
    more="""<script>alert(1)</script><img src=x onerror=alert(1)><iframe src=//evil.example></iframe>
<svg onload=alert(1)></svg>
<a href="javascript:alert(1)" onclick="x()">one</a> <a href="https://b.example/" style="background:url(//evil)">two</a>
<form action=//evil.example><input name=x><button>go</button></form><object data=x></object><video src=x></video>
<meta http-equiv=refresh content="0;url=//evil.example"><p style="background:url(//evil.example/t)">last words</p>""",
)


@pytest.fixture
def kept(world: World) -> tuple[World, int]:
    world.site.answers["/story"] = answer(EVIL)
    number = world.clip()
    world.look(NOON)
    return world, number


def rows(world: World) -> list[ClipSnapshot]:
    with world.app.app_context(), publishing.as_staff():
        found = list(db.session.scalars(select(ClipSnapshot).order_by(ClipSnapshot.id)))
        db.session.expunge_all()
        return found


def test_text_and_file_are_kept_once(kept: tuple[World, int]) -> None:
    world, number = kept
    [row] = rows(world)
    assert (row.clip_id, row.url, row.taken_at, row.whole) == (number, world.url(), NOON, True)
    assert row.title == pages.HEADLINE
    assert "last words" in row.text
    assert "alert" not in row.text
    with world.app.app_context(), publishing.as_staff():
        assert files.kept_in("snapshots").is_whole(row.sha256)
        with db.engine.connect() as connection:
            assert ("snapshots", row.sha256) in named.files(connection), "backups take it along"
    world.look(NOON.replace(month=12, day=31))
    assert len(rows(world)) == 1
    assert len(world.asked()) == 2


def test_the_file_does_and_loads_nothing(kept: tuple[World, int], wren: FlaskClient, client: FlaskClient) -> None:
    world, number = kept
    address = f"/desk/clips/{number}/snapshot"
    found = FlaskClient.open(wren, address)  # what others write has not our hygiene
    assert found.status_code == 200
    policy = found.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "allow" not in policy
    assert "default-src 'none'" in policy
    assert "no-store" in found.headers["Cache-Control"]
    assert found.headers["X-Robots-Tag"] == "noindex, noarchive"
    root = lxml_html.fromstring(found.data)
    assert {element.tag for element in root.iter() if isinstance(element.tag, str)} <= cleaning.TAGS | {
        "html", "head", "body", "meta", "title",
    }  # fmt: skip
    assert not root.xpath("//@*[starts-with(name(), 'on') or name() = 'style']")
    assert [link.get("href") for link in root.iter("a")] == [None, "https://b.example/"]
    assert b"alert" not in found.data
    assert b"evil" not in found.data
    assert "last words" in found.text
    text = wren.get(f"{address}.txt")
    assert text.mimetype == "text/plain"
    assert "last words" in text.text
    for stranger in (f"{address}", f"{address}.txt"):
        assert client.get(stranger).status_code == 303
    assert wren.get("/desk/clips/999/snapshot").status_code == 404
    assert wren.get(f"{address}?n=999").status_code == 404
    assert FlaskClient.open(wren, f"{address}?n=²").status_code == 200
    with world.app.app_context():
        actions.storage().remove(rows(world)[0].sha256)
    assert wren.get(address).status_code == 404
    assert "last words" in wren.get(f"{address}.txt").text


def test_nothing_of_it_is_public(kept: tuple[World, int], client: FlaskClient) -> None:
    world, number = kept
    with clock.at(NOON):
        with world.app.app_context():
            search.sweep()
        for address in (
            f"/clips/{number}", "/clips/?q=croup", "/clips/?q=grandparents", "/clips/export.jsonl", "/feeds/clips.json",
            "/clips/suggest?q=grandpar", "/search?q=grandparents", "/search/feed.atom?q=grandparents",
        ):  # fmt: skip
            shown = client.get(address).text.replace("q=grandparents", "").lower()
            assert "asked about grandparents" not in shown, address
        assert "0 clips" in client.get("/clips/?q=grandparents").text


def test_another_address_is_another_snapshot_and_none_is_lost(kept: tuple[World, int]) -> None:
    world, number = kept
    world.site.answers["/new"] = answer(pages.STORY)
    with world.app.app_context(), publishing.as_staff(), clock.at(NOON):
        clips.edit(db.session.get_one(Clip, number), by=None, now=NOON, url=world.url("/new"))
        db.session.commit()
    world.look(NOON.replace(hour=20))
    assert [row.url for row in rows(world)] == [world.url(), world.url("/new")]


@pytest.mark.parametrize("status", ["404 No", "500 No"])
def test_what_is_no_story_is_not_kept(world: World, status: str) -> None:
    world.site.answers["/story"] = answer(pages.STORY, status=status)
    world.clip()
    world.look(NOON)
    assert rows(world) == []


def test_it_can_be_switched_off_and_a_full_disk_is_no_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.app.config["SNAPSHOTS"] = False
    number = world.clip()
    world.look(NOON)
    assert rows(world) == []
    world.app.config["SNAPSHOTS"] = True

    def full(*_: object, **__: object) -> None:
        raise files.StorageFullError("full")

    with monkeypatch.context() as patch:
        patch.setattr(files.Storage, "store", full)
        world.look(NOON.replace(month=12, day=31))
    assert rows(world) == []
    assert world.link(number).state == "live"
    world.look(NOON.replace(year=2027, month=2, day=20))
    assert len(rows(world)) == 1, "taken with a later look"


def test_a_long_page_is_cut(world: World) -> None:
    world.site.answers["/story"] = answer(pages.STORY + b"<p>more words" * 100_000)
    world.clip()
    world.look(NOON)
    [row] = rows(world)
    assert not row.whole
    assert row.size < 700_000
    assert len(row.text) <= 100_000
    assert checking.MOST_BYTES == 1_000_000


@given(st.text(max_size=300))
def test_nothing_raises_and_nothing_runs(source: str) -> None:
    file = cleaning.cleaned(source, title=source, address=source)
    assert "<script" not in file
    assert "\x00" not in file


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 20_000 + "deep",
        "<table>" * 20_000,
        "<a>" * 100_000,
        "<b><i>" * 50_000,
        "&amp" * 200_000,
        "<p " * 300_000,
    ],
    ids=["deep", "tables", "links", "crossed", "entities", "attributes"],
)
def test_hostile_pages_cost_little(source: str) -> None:
    begun = time.process_time()
    cleaning.cleaned(source[:1_000_000], title="", address="")
    assert time.process_time() - begun < 5
