"""Sources on the desk, lists of them, and the work that is due."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom.clips.gathering import opml, pending, polling, source_queries, sources
from pressroom.clips.gathering.models import ClipSource
from pressroom.clips.gathering.opml import OPMLError
from pressroom.clips.gathering.rules import SourceState
from pressroom.kit import clock
from pressroom.kit.db import db
from tests.clips.feed_documents import entry, rss
from tests.conftest import NOON, submit
from tests.kit.site import Site, fetcher, page

Staff = Callable[[], Any]
SOURCES = "/desk/clips/sources"
XML = "Content-Type: application/rss+xml"
OPML = b"""<?xml version="1.0"?>
<opml version="2.0"><head><title>Mine</title></head><body>
<outline text="Papers"><outline type="rss" text="The Ledger" xmlUrl="https://ledger.example/feed?a=1&b=2" htmlUrl="https://ledger.example/"/>
<outline text="Local"><outline text="Valley" xmlurl="https://valley.example/rss"/></outline></outline>
<outline text="No address"/>
<outline text="Odd" xmlUrl="javascript:alert(1)"/>
<outline text="Twice" xmlUrl="https://valley.example/rss"/>
</body></opml>"""


@pytest.fixture
def site(app: Flask, clock_at: Any) -> Iterator[Site]:
    clock_at(NOON)
    with Site({"/feed": page(rss(["<item><title></title></item>", *map(entry, range(12))]), XML)}) as opened:
        app.extensions["fetcher"] = fetcher(opened)
        yield opened


def _source(app: Flask, staff: Staff, address: str, **fields: Any) -> int:
    with staff():
        number = sources.add(address=address, by=None, now=clock.now(), **fields).id
        db.session.commit()
        return number


def test_an_address_is_tried_shown_and_added(wren: FlaskClient, site: Site, staff: Staff) -> None:
    assert "No feed is read yet" in wren.get(SOURCES).text
    url = f"http://ledger.example:{site.port}/feed"
    tried = submit(wren, f"{SOURCES}/new", {"address": url, "into": "triage"}, button="Try this address")
    assert tried.status_code == 200
    for words in ("13 entries in “The Harbor Ledger”", "Cannot be read: the headline is missing", "part 8", "3 more"):
        assert words in tried.text
    form = tried.page.xpath("//main//form[@method='post']")[0]  # type: ignore[attr-defined]
    fields = dict(form.fields)
    assert (fields["name"], fields["tried"]) == ("The Harbor Ledger", url)
    added = wren.post(f"{SOURCES}/new", data=fields | {"outlet": "The Ledger", "folder": "Papers"})
    assert added.status_code == 303
    shown = wren.get(added.location)
    assert "is a source now, and is read at once" in shown.text
    again = wren.post(f"{SOURCES}/new", data=fields)
    assert (again.status_code, "read already, as “The Harbor Ledger”" in again.text) == (422, True)
    read = submit(wren, added.location, form="//form[contains(@action, '/read')]")
    assert read.status_code == 303
    assert (
        "13 entries, and new ones among them. 12 new, 0 known, 1 that cannot be read." in wren.get(read.location).text
    )
    listed = wren.get(SOURCES)
    assert listed.page.xpath("normalize-space(//main//h2)") == "Papers"  # type: ignore[attr-defined]
    assert listed.page.xpath("normalize-space(//td[@data-label='Brought'])") == "12"  # type: ignore[attr-defined]


def test_what_cannot_be_tried_is_said_and_can_be_added_all_the_same(
    wren: FlaskClient, site: Site, staff: Staff
) -> None:
    site.answers["/page"] = page(b"<!doctype html><html><body>Hello", "Content-Type: text/html")
    at = f"http://ledger.example:{site.port}"
    for address, says in (
        ("", "Write the address of the feed"),
        ("ledger", "no web address"),
        (f"{at}/nothing", "nothing at this address (404)"),
        (f"{at}/page", "and no feed, and the page names none"),
        ("http://127.0.0.2/", "private network"),
        (f"http://ledger.example/{'x' * 2100}", "Shorten this"),
    ):
        answer = submit(wren, f"{SOURCES}/new", {"address": address}, button="Try this address")
        assert (answer.status_code, says in answer.text) == (422, True), address
    answer = submit(wren, f"{SOURCES}/new", {"address": f"{at}/nothing"}, button="Try this address")
    fields = dict(answer.page.xpath("//main//form[@method='post']")[0].fields)  # type: ignore[attr-defined]
    assert wren.post(f"{SOURCES}/new", data=fields | {"do": "anyway"}).status_code == 303
    with staff():
        assert [source.name for source in source_queries.every()] == ["ledger.example"]


def test_one_is_changed_paused_resumed_and_removed(wren: FlaskClient, app: Flask, staff: Staff, clock_at: Any) -> None:
    clock_at(NOON)
    number = _source(app, staff, "https://ledger.example/feed")
    _source(app, staff, "https://other.example/feed")
    here = f"{SOURCES}/{number}"
    assert submit(wren, here, {"name": "Renamed", "outlet": "The Ledger"}, button="Save").status_code == 303
    assert "Renamed" in wren.get(here).text
    taken = submit(wren, here, {"address": "https://other.example/feed", "name": "Typed"}, button="Save")
    assert (taken.status_code, "read already" in taken.text, "Typed" in taken.text) == (422, True, True)
    for verb, state in (("pause", SourceState.PAUSED), ("resume", SourceState.ACTIVE)):
        assert submit(wren, here, form=f"//form[contains(@action, '/{verb}')]").status_code == 303
        with staff():
            source = source_queries.by_id(number)
            assert source is not None
            assert source.state is state
    assert "its address is forgotten" in wren.get(f"{here}/remove").text
    assert submit(wren, f"{here}/remove", {}, button="Remove").status_code == 303
    assert wren.get(here).status_code == 404
    assert wren.get(f"{here}/remove").status_code == 404


def test_one_person_has_a_limit(wren: FlaskClient, app: Flask, site: Site, staff: Staff) -> None:
    app.config["FETCH_LIMIT"] = "1 per hour"
    fields = {"address": f"http://ledger.example:{site.port}/feed"}
    submit(wren, f"{SOURCES}/new", fields, button="Try this address")
    refused = submit(wren, f"{SOURCES}/new", fields, button="Try this address")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3600")


def test_lists_of_feeds_in_and_out(wren: FlaskClient, app: Flask, staff: Staff, clock_at: Any) -> None:
    clock_at(NOON)
    answer = submit(wren, f"{SOURCES}/import", {"file": (BytesIO(OPML), "mine.opml")}, button="Import")
    assert answer.status_code == 200
    assert "2 sources were added" in answer.text
    assert "1 of the list was known" in answer.text
    rows = answer.page.xpath("//section[@aria-labelledby='refused']//tbody/tr")  # type: ignore[attr-defined]
    assert [" ".join(row.text_content().split()) for row in rows] == [
        "Line 5The outline “No address” has no xmlUrl, so it names no feed",
        "Line 6“javascript:alert(1)” is no web address: it has to begin with https:// or http://.",
    ]
    out = wren.get(f"{SOURCES}/list.opml")
    assert out.headers["Content-Type"] == "text/x-opml; charset=utf-8"
    outlines, problems = opml.read(out.data)
    assert problems == []
    assert [(one.name, one.address, one.folder) for one in outlines] == [
        ("The Ledger", "https://ledger.example/feed?a=1&b=2", "Papers"),
        ("Valley", "https://valley.example/rss", "Papers / Local"),
    ]
    assert (
        "0 sources were added"
        in submit(wren, f"{SOURCES}/import", {"file": (BytesIO(out.data), "mine.opml")}, button="Import").text
    )
    broken = submit(wren, f"{SOURCES}/import", {"file": (BytesIO(b"<opml>\n<body>"), "x")}, button="Import")
    assert (broken.status_code, "is broken in line 2" in broken.text) == (422, True)
    assert submit(wren, f"{SOURCES}/import", {}, button="Import").status_code == 422


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is broken"),
        (b"<rss><channel/></rss>", "no OPML"),
        (b"<opml/>", "no OPML"),
        (b'<!DOCTYPE opml [<!ENTITY a "b">]><opml><body/></opml>', "refused: a document type"),
        (b"<opml><body>" + b"<outline>" * 20_000, "broken"),
        (b"<opml><body>" + b"<outline>" * 200 + b"</outline>" * 200 + b"</body></opml>", "too many parts"),
    ],
    ids=range(6),
)
def test_what_is_no_list_of_feeds(content: bytes, says: str) -> None:
    with pytest.raises(OPMLError, match=says):
        opml.read(content)


def test_the_work_that_is_due_or_failed(wren: FlaskClient, app: Flask, site: Site, staff: Staff) -> None:
    number = _source(app, staff, f"http://ledger.example:{site.port}/nothing", name="Lost")
    _source(app, staff, f"http://other.example:{site.port}/feed", name="Waits")
    with staff():
        token = polling.claim(number, now=clock.now())
        db.session.commit()
        assert token
        polling.poll(number, token)
    shown = wren.get("/desk/clips/work")
    rows = [" ".join(row.text_content().split()) for row in shown.page.xpath("//tbody/tr")]  # type: ignore[attr-defined]
    assert [row[:11] for row in rows] == ["Lost Failed", "Waits Due D"]
    assert "nothing at this address (404)" in rows[0]
    assert submit(wren, "/desk/clips/work", {}, button="Try now: Lost").status_code == 303
    with staff():
        source = source_queries.by_id(number)
        assert source is not None
        assert source.due_at == NOON
    assert "is read within a minute" in wren.get("/desk/clips/work").text
    with staff():
        for kind in pending.kinds():
            assert kind.try_now(999, None, NOON) is None  # type: ignore[arg-type]


def test_the_board_says_what_is_gone(wren: FlaskClient, app: Flask, staff: Staff, clock_at: Any) -> None:
    clock_at(NOON)
    number = _source(app, staff, "https://ledger.example/feed", name="The old feed")
    assert "The old feed" not in wren.get("/desk/").text
    with staff():
        source = source_queries.by_id(number)
        assert source is not None
        source.state, source.problem, source.due_at = SourceState.GONE, "The site says that it is gone.", None
        db.session.commit()
    board = wren.get("/desk/")
    assert board.page.xpath(f"//section[@aria-labelledby='gone']//a[@href='{SOURCES}/{number}']")  # type: ignore[attr-defined]
    assert "was given up" in wren.get(f"{SOURCES}/{number}").text


def test_strangers_and_others_see_nothing(client: FlaskClient, app: Flask) -> None:
    for path in (SOURCES, f"{SOURCES}/new", f"{SOURCES}/import", f"{SOURCES}/list.opml", "/desk/clips/work"):
        assert client.get(path).status_code in {302, 303}, path


def test_the_commands(app: Flask, site: Site, tmp_path: Any) -> None:
    def run(*words: str) -> str:
        return app.test_cli_runner().invoke(args=["sources", *words]).output

    assert "“The Harbor Ledger”: 13 entries" in run("add", f"http://ledger.example:{site.port}/feed", "--folder", "A")
    assert "Error: The site has nothing" in run("add", f"http://other.example:{site.port}/none")
    assert "12 new, 0 known, 1 that cannot be read" in run("read", "1")
    assert "a moment ago" in run("read", "1")
    assert "12  The Harbor Ledger" in run("list")
    path = tmp_path / "list.opml"
    path.write_bytes(OPML)
    assert "2 added, 1 already known, 2 refused." in run("import-opml", str(path))
    assert "line 5: the outline" in run("import-opml", str(path))
    assert 'xmlUrl="https://valley.example/rss"' in run("export-opml")
    assert "no source any more" in run("remove", "1")
    assert "There is no source 1." in run("remove", "1")


def test_whoever_saves_second_is_told_and_keeps_the_text(
    ada: FlaskClient, wren: FlaskClient, app: Flask, staff: Staff
) -> None:
    path = f"{SOURCES}/{_source(app, staff, 'https://ledger.example/feed', name='Ledger')}"
    page = ada.get(path).page  # type: ignore[attr-defined]
    opened = dict(page.xpath("//main//form[@method='post']")[0].fields)
    assert submit(wren, path, {"folder": "Papers"}, button="Save").status_code == 303
    late = ada.post(path, data=opened | {"folder": "Weeklies"})
    assert late.status_code == 409
    assert "Somebody else saved this source" in late.text
    assert "Papers" in late.page.xpath("string(//main//dl)")  # type: ignore[attr-defined]
    again = dict(late.page.xpath("//main//form[@method='post']")[0].fields)  # type: ignore[attr-defined]
    assert again["folder"] == "Weeklies"
    assert ada.post(path, data=again).status_code == 303
    with staff():
        assert db.session.scalars(select(ClipSource.folder)).one() == "Weeklies"


def test_a_form_that_is_open_does_not_move_a_source_back(ada: FlaskClient, app: Flask, staff: Staff) -> None:
    number = _source(app, staff, "https://ledger.example/feed", name="Ledger")
    opened = dict(ada.get(f"{SOURCES}/{number}").page.xpath("//main//form[@method='post']")[0].fields)  # type: ignore[attr-defined]
    with staff():
        row = db.session.get_one(ClipSource, number)
        row.checked_at, row.attempts = clock.now(), 1
        db.session.commit()
    assert ada.post(f"{SOURCES}/{number}", data=opened | {"name": "Daily"}).status_code == 303, "it was only read"
    opened = dict(ada.get(f"{SOURCES}/{number}").page.xpath("//main//form[@method='post']")[0].fields)  # type: ignore[attr-defined]
    with staff():
        db.session.get_one(ClipSource, number).address = "https://ledger.example/moved"
        db.session.commit()
    assert ada.post(f"{SOURCES}/{number}", data=opened | {"name": "Weekly"}).status_code == 409
    with staff():
        assert db.session.get_one(ClipSource, number).address == "https://ledger.example/moved"
