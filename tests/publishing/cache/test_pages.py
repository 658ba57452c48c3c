"""The page cache before a whole press room: what it keeps, for how long, and for whom."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text, update
from werkzeug.test import TestResponse

from pressroom import publishing, search
from pressroom.accounts.models import User
from pressroom.application import create_app
from pressroom.clips import actions as clips
from pressroom.clips.models import Clip, Outlet
from pressroom.kit import clock, lasting
from pressroom.kit.db import db
from pressroom.kit.prepared import Connections, Kept
from pressroom.kit.settings import SettingRow
from pressroom.publishing import cache, instants
from pressroom.publishing.cache import revalidating
from pressroom.publishing.cache.counting import EditionReader
from pressroom.publishing.cache.entry import PACKERS
from pressroom.publishing.cache.marking import parameters_of
from pressroom.releases import actions as releases
from pressroom.releases.models import Release
from pressroom.search import indexer
from tests.conftest import NOON, Reader
from tests.front.conftest import SECRET

SECOND = timedelta(seconds=1)
LIFT = NOON + timedelta(days=2)

KEPT = {
    "/": "front.home",
    "/search?q=genome": "front.find",
    "/feeds/": "front_feeds.index",
    "/feeds/all.opml": "front_feeds.outlines",
    "/feeds/calendar.ics": "front_feeds.dates",
    "/search/feed.rss?q=genome": "front_feeds.found",
    "/feeds/releases/2026-10.atom": "releases_feeds.archived",
    "/feeds/clips/1.atom": "clips_feeds.archived",
    "/feeds/webcasts/2026-10.atom": "webcasts_feeds.archived",
    "/feeds/podcast.rss": "webcasts_podcast.podcast",
    "/releases/feed.atom?kind=research": "releases_view_feeds.index",
    "/releases/2026/feed.json": "releases_view_feeds.year",
    "/releases/2026/11/feed.rss": "releases_view_feeds.month",
    "/clips/feed.json?q=doctor": "clips_view_feeds.index",
    "/webcasts/feed.atom": "webcasts_view_feeds.index",
    "/webcasts/calendar.ics": "webcasts.coming",
    "/annual-meeting/feed.rss": "meetings_feeds.index",
    "/annual-meeting/2027/feed.rss": "meetings_feeds.of_year",
    "/annual-meeting/calendar.ics": "meetings_feeds.every",
    "/feeds/releases.rss": "releases_feeds.releases",
    "/feeds/clips.json": "clips_feeds.clips",
    "/feeds/webcasts.atom": "webcasts_feeds.webcasts",
    "/sitemap.xml": "sitemap.sitemap",
    "/sitemaps/releases-1.xml": "sitemap.file",
    "/opensearch.xml": "opensearch.description",
    "/llms.txt": "llms.llms",
    "/robots.txt": "sitemap.robots",
    "/brand.css": "brand.style",
    "/brand/logo": "brand.logo",
    "/static/css/base.css": "static",
    "/releases/?kind=research": "releases.index",
    "/releases/2026/": "releases.year",
    "/releases/2026/11/": "releases.month",
    "/releases/2026/fellows-begin-work": "releases.show",
    "/releases/2026/fellows-begin-work.txt": "releases.plain",
    "/releases/2026/fellows-begin-work.ninjs.json": "releases.as_ninjs",
    "/releases/2026/fellows-begin-work.newsml.xml": "releases.as_newsml",
    "/contact/press-office.vcf": "releases.contact_card",
    "/clips/?sort=oldest": "clips.index",
    "/clips/1": "clips.show",
    "/webcasts/": "webcasts.index",
    "/webcasts/how-to-read-a-genetic-test": "webcasts.show",
    "/webcasts/how-to-read-a-genetic-test.ics": "webcasts.event",
    "/webcasts/how-to-read-a-genetic-test/chapters.json": "webcasts.chapters_json",
    "/webcasts/how-to-read-a-genetic-test/chapters.vtt": "webcasts.chapters_vtt",
    "/webcasts/how-to-read-a-genetic-test/embed": "webcasts.embed",
    "/webcasts/how-to-read-a-genetic-test.txt": "webcasts.text",
    "/annual-meeting": "meetings.show",
    "/annual-meeting/2027": "meetings.of_year",
    "/annual-meeting/2027/abstracts": "meetings_schedule.abstracts",
    "/annual-meeting/2027/abstracts/17": "meetings_schedule.abstract",
    "/annual-meeting/2027/schedule": "meetings_schedule.index",
    "/annual-meeting/2027/schedule.ics": "meetings_schedule.as_calendar",
    "/annual-meeting/2027/sessions/1": "meetings_schedule.session",
    "/annual-meeting/2027/sessions/1.ics": "meetings_schedule.session_as_calendar",
    "/experts/": "experts.index",
    "/experts/nora-quill": "experts.show",
    "/fact-sheet": "pages.fact_sheet",
    "/fact-sheet.csv": "fact_files.as_csv",
    "/fact-sheet.json": "fact_files.as_json",
    "/fact-sheet/changes": "facts.changes",
    "/fact-sheet/members": "facts.show",
    "/fact-sheet/members/embed": "facts.embed",
    "/pages/annual-reports": "pages.further",
    "/glossary/": "glossary.index",
    "/glossary/genome": "glossary.show",
    "/statements/": "experts.statements",
    "/logos": "pages.logos",
    "/reporting-science": "pages.reporting_science",
    "/communicating-science": "pages.communicating_science",
    "/privacy": "pages.privacy",
    "/contact": "pages.contact",
    "/contact.vcf": "pages.contact_card",
}
"""An address of each view that may be kept. Whoever marks a view puts it here, and so says that it is for everybody."""

NOT_THERE = frozenset(
    (
        *("/brand/logo", "/contact/press-office.vcf", "/webcasts/how-to-read-a-genetic-test.txt"),
        *("/experts/nora-quill", "/glossary/genome", "/fact-sheet/members", "/fact-sheet/members/embed"),
        *("/pages/annual-reports", "/webcasts/how-to-read-a-genetic-test/chapters.json"),
        *("/webcasts/how-to-read-a-genetic-test/chapters.vtt", "/fact-sheet.csv", "/fact-sheet.json"),
        *(address for address in KEPT if address.startswith("/annual-meeting/2027")),
        *("/feeds/releases/2026-10.atom", "/feeds/webcasts/2026-10.atom", "/feeds/clips/1.atom"),
    )
)
"""What this small press room has not."""


def numbers(app: Flask) -> cache.Numbers:
    return cache.numbers(app)


def test_each_view_that_may_be_kept_is_named_and_no_other_is(app: Flask) -> None:
    marked = {name for name, view in app.view_functions.items() if parameters_of(view) is not None}
    assert marked == set(KEPT.values())
    for address, endpoint in KEPT.items():
        assert app.url_map.bind("").match(address.partition("?")[0], method="GET")[0] == endpoint
    walked = {
        rule.endpoint for rule in app.url_map.iter_rules() if rule.rule.startswith(("/desk", "/embargo", "/accr"))
    }
    assert walked
    assert not walked & marked


@pytest.mark.usefixtures("content")
def test_each_is_made_once_and_is_the_same_again(app: Flask, queries: Callable) -> None:
    app.test_client_class = FlaskClient  # the other one reads pages, and these are packed
    client = app.test_client()
    for address in sorted(set(KEPT) - NOT_THERE):
        before = numbers(app)
        first, second = client.get(address), client.get(address)
        packed = client.get(address, headers={"Accept-Encoding": "gzip, br"})
        head = client.head(address)
        again = client.get(address, headers={"If-None-Match": packed.headers["ETag"]})
        after = numbers(app)
        assert (after.made - before.made, after.refused - before.refused) == (1, 0), address
        assert after.hits - before.hits == 4, address
        assert first.status_code == second.status_code == 200
        assert first.data == second.data
        assert len(packed.data) < len(first.data)
        assert packed.headers["Content-Encoding"] == "br"
        assert packed.headers["Vary"] == first.headers["Vary"] == "Accept-Encoding"
        assert first.headers["ETag"] != packed.headers["ETag"]
        assert (head.data, head.headers["Content-Length"]) == (b"", first.headers["Content-Length"])
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == client.get(address).headers["ETag"]
        assert again.headers["Content-Security-Policy"]
        assert first.headers["Cache-Control"] == again.headers["Cache-Control"] == "public, no-cache"
        with queries(100):  # as it is without the cache
            fresh = client.get(address, buffered=True)
        assert fresh.data == first.data, address
        said = dict(fresh.headers.items()).keys() - {"Date", "Accept-Ranges", "Vary"}
        assert said <= dict(first.headers.items()).keys(), address


@pytest.mark.usefixtures("content")
def test_a_hit_is_one_read_of_the_edition(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get("/feeds/releases.rss")
    asked: list[str] = []
    ask = EditionReader._ask

    def noted(kept: Kept) -> int:
        asked.append("edition")
        return ask(kept)

    monkeypatch.setattr(EditionReader, "_ask", staticmethod(noted))
    monkeypatch.setattr(app.extensions["page_cache"], "below", None)  # nothing else is there to ask
    assert client.get("/feeds/releases.rss").status_code == 200
    assert client.get("/feeds/releases.rss", headers={"If-None-Match": "*"}).status_code == 304
    assert asked == ["edition"] * 2


@pytest.mark.usefixtures("content")
def test_a_lift_ends_every_page_at_its_instant(client: FlaskClient, clock_at: Callable, app: Flask) -> None:
    pages = ("/", "/releases/", "/search?q=" + SECRET, "/feeds/releases.rss", "/sitemaps/releases-1.xml")
    for moment, there in (
        (LIFT - SECOND, False),
        (LIFT - SECOND / 1000, False),
        (LIFT, True),
        (LIFT + SECOND, True),
        (LIFT - SECOND, False),  # the clock was set back
        (LIFT, True),
    ):
        clock_at(moment)
        for address in pages:
            for _ in range(2):
                assert (f"{SECRET}-genome" in client.get(address).text) is there, (address, moment)
    assert numbers(app).hits >= len(pages) * 3


@pytest.mark.usefixtures("content")
def test_whoever_is_somebody_goes_past(app: Flask, ada: FlaskClient, client: FlaskClient) -> None:
    client.get("/")
    before = numbers(app)
    for one in (ada, journalist(app)):
        assert one.get("/").status_code == 200
        assert one.get("/", headers={"If-None-Match": "*"}).status_code in {200, 304}
    after = numbers(app)
    assert (after.hits, after.made, after.passed) == (before.hits, before.made, before.passed + 4)


def journalist(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("journalist", "anything")
    return client


@pytest.mark.usefixtures("content")
def test_an_address_with_another_parameter_is_not_kept(app: Flask, client: FlaskClient) -> None:
    before = numbers(app)
    for address in ("/?utm_source=x", "/releases/?q=x", "/clips/?topic=a&topic=b", "/fact-sheet?page=2", "/search?q"):
        client.get(address)
    after = numbers(app)
    assert (after.made, after.refused, after.entries) == (before.made, before.refused, before.entries)
    for address in ("/nowhere", "/desk/", "/healthz", "/media/x/y.png", "/releases/2026/none.pdf", "/releases"):
        client.get(address)
    assert numbers(app).passed == before.passed + 11


@pytest.mark.usefixtures("content")
def test_what_is_not_found_or_was_withdrawn_is_not_kept(app: Flask, client: FlaskClient, staff: Callable) -> None:
    address = "/releases/2026/fellows-begin-work"
    assert client.get(address).status_code == 200
    with staff() as cast:
        release = db.session.scalars(db.select(Release).filter_by(slug="fellows-begin-work")).one()
        releases.withdraw(release, by=cast.ada, now=clock.now(), reason="It was wrong.")
    before = numbers(app)
    for _ in range(2):
        assert client.get(address).status_code == 410
        assert client.get("/releases/1999/").status_code == 404
    assert numbers(app).made == before.made
    assert numbers(app).refused == before.refused + 4


@pytest.mark.usefixtures("content")
def test_an_edit_while_a_page_is_made_is_not_lost(app: Flask, client: FlaskClient, staff: Callable) -> None:
    """The edition is read before anything is made. Read after, the old page would be kept as the new one."""
    home = app.view_functions["front.home"]

    def slowly() -> Any:
        page = home()
        if rename:
            with app.app_context(), publishing.as_staff(), db.engine.begin() as connection:
                connection.execute(update(Release).values(headline=rename.pop()))
        return page

    rename = ["Renamed meanwhile"]
    slowly.kept = home.kept  # type: ignore[attr-defined]
    app.view_functions["front.home"] = slowly
    assert "Renamed meanwhile" not in client.get("/").text
    assert "Renamed meanwhile" in client.get("/").text


@pytest.mark.usefixtures("content")
def test_a_page_has_one_instant_from_beginning_to_end(app: Flask, client: FlaskClient) -> None:
    """What is lifted while a page is made is on the next one; the clock goes on, and the page's does not."""
    seen = []

    @app.context_processor
    def looks_at_the_clock() -> dict[str, Any]:
        with app.app_context():  # a session of its own, as search has
            seen.append(clock.now())
        return {}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "_set", None)
        client.get("/search?q=genome")
        entry = app.extensions["page_cache"].store.get(cache.middleware.Key("/search", (("q", "genome"),)))
    assert set(seen) == {entry.begins}


def test_one_thread_makes_a_page_and_the_others_get_it(app: Flask) -> None:
    made, begin = [], threading.Barrier(4)
    home = app.view_functions["front.home"]

    def counted() -> Any:
        made.append(1)
        return home()

    counted.kept = home.kept  # type: ignore[attr-defined]
    app.view_functions["front.home"] = counted
    answers: list[TestResponse] = []

    def read() -> None:
        client = app.test_client()
        begin.wait(10)
        answers.append(client.get("/"))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert len({answer.data for answer in answers}) == 1
    assert len(answers) == 4
    assert len(made) == 1


@pytest.mark.usefixtures("content")
def test_while_the_index_is_behind_no_search_is_kept(app: Flask, client: FlaskClient, staff: Callable) -> None:
    client.get("/search?q=tulip")
    with staff() as cast:
        clips.add(by=cast.ada, now=NOON, headline="Tulip", outlet="The Ledger", published_on=NOON.date())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indexer, "drain", lambda **_: 0)  # another process is at it
        before = numbers(app)
        assert "Tulip" not in client.get("/search?q=tulip").text
        assert client.get("/clips/?q=tulip").status_code == 200
        assert numbers(app).refused == before.refused + 2
        assert client.get("/clips/2").status_code == 200
        assert numbers(app).made == before.made + 1, "other pages do not ask the index"
    for _ in range(2):
        assert "Tulip" in client.get("/search?q=tulip").text


@pytest.mark.usefixtures("content")
def test_what_is_tried_again_later_ends_a_search(
    app: Flask, client: FlaskClient, staff: Callable, clock_at: Any
) -> None:
    with staff():
        search.enqueue("clip", 1, due=NOON + 60 * SECOND)
    client.get("/clips/?q=chart")
    for moment, made in ((NOON + 59 * SECOND, 0), (NOON + 60 * SECOND, 1), (NOON + 61 * SECOND, 0)):
        clock_at(moment)
        before = numbers(app)
        client.get("/clips/?q=chart")
        assert numbers(app).made - before.made == made, moment


@pytest.mark.usefixtures("content")
def test_a_new_index_ends_the_pages_that_the_old_one_made(app: Flask, client: FlaskClient) -> None:
    client.get("/clips/?q=chart")
    with app.app_context():
        search.rebuild()
    before = numbers(app)
    client.get("/clips/?q=chart")
    assert numbers(app).made == before.made + 1


@pytest.mark.usefixtures("content")
def test_what_a_page_reads_without_an_edition_keeps_it_from_being_kept(app: Flask, client: FlaskClient) -> None:
    @app.context_processor
    def nosy() -> dict[str, Any]:
        db.session.execute(db.select(User.id)).all()
        return {}

    before = numbers(app)
    for _ in range(2):
        client.get("/fact-sheet")
    assert (numbers(app).made, numbers(app).refused) == (before.made, before.refused + 2)


@pytest.mark.usefixtures("content")
def test_every_change_that_a_page_shows_ends_it(client: FlaskClient, staff: Callable) -> None:
    def shown(address: str) -> str:
        client.get(address)
        return client.get(address).text

    assert "The Harbor Ledger" in shown("/clips/1")
    with staff():
        db.session.execute(update(Outlet).values(name="The Renamed Ledger"))
    assert "The Renamed Ledger" in shown("/clips/1")
    with staff():
        db.session.merge(SettingRow(name="organisation_name", value="A renamed society"))
    assert "A renamed society" in shown("/contact")
    with staff():
        db.session.execute(update(Clip).values(headline="By a bulk statement"))
    assert "By a bulk statement" in shown("/")
    with staff():
        db.session.execute(text("UPDATE fact SET value = '1949' WHERE value = '1948'"))
    assert "1949" in shown("/fact-sheet")


def test_time_that_is_no_lift_ends_pages_too(app: Flask, staff: Callable, clock_at: Callable) -> None:
    """A webcast begins and ends, a meeting's day comes, a right ends: each instant once, in its zone."""
    from tests.meetings.conftest import meeting
    from tests.releases.conftest import illustrate, public
    from tests.webcasts.factories import published, webcast

    clock_at(NOON)
    with staff():
        release = public()
        illustrate(release)
        db.session.flush()
        release.pictures[0].asset.rights_until = (NOON + timedelta(days=3)).date()
        published(webcast())
        meeting(2027)
    found, now = [], NOON
    with app.app_context(), publishing.as_staff():
        while (following := instants.next_after(now)) is not None:
            found.append(following.isoformat())
            now = following
    assert found == [
        "2026-11-23T05:00:00+00:00",  # midnight in New York after the last day of the right
        "2026-11-26T17:00:00+00:00",
        "2026-11-26T18:00:00+00:00",
        "2027-10-19T07:00:00+00:00",  # in Los Angeles
        "2027-10-24T07:00:00+00:00",
    ]


def test_what_time_changes_next_is_asked_in_four_statements(app: Flask, queries: Callable) -> None:
    with app.app_context(), publishing.as_staff():
        instants.next_after(NOON)  # statements are put together when they are first asked
        with queries(4):  # the first page after each edit waits for them
            instants.next_after(NOON)


def test_what_an_edit_of_something_else_left_as_it_was_is_not_packed_again(
    client: FlaskClient, staff: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked() -> TestResponse:
        return client.get("/feeds/releases.rss", headers={"Accept-Encoding": "gzip"})

    before = asked()
    with staff():
        publishing.edition.raise_by_one()
    monkeypatch.setitem(PACKERS, "gzip", ())
    again = asked()
    assert (again.data, again.headers["ETag"]) == (before.data, before.headers["ETag"])
    monkeypatch.undo()
    with staff():
        db.session.merge(SettingRow(name="organisation_name", value="Another Society"))
    assert asked().headers["ETag"] != before.headers["ETag"]


@pytest.mark.parametrize("day", ["9999-12-31", "2026-11-19"])
def test_the_last_day_there_is_ends_nothing(client: FlaskClient, staff: Callable, day: str, clock_at: Any) -> None:
    from tests.releases.conftest import illustrate, public

    clock_at(NOON)
    with staff():
        release = illustrate(public())
        db.session.flush()
        db.session.execute(text("UPDATE asset SET rights_until = :day"), {"day": day})
        address = release.address
    assert "cats.png" in client.get(address).text


def test_a_database_goes_away_and_comes_back(app: Flask, client: FlaskClient, monkeypatch: Any) -> None:
    client.get("/fact-sheet")
    reader = app.extensions["page_cache"].editions.reader
    for kept in reader.connections._free:
        kept.connection.driver_connection.close()  # as when the server was started again
    before = numbers(app)
    assert client.get("/fact-sheet").status_code == 200
    assert numbers(app).hits == before.hits + 1
    monkeypatch.setattr(EditionReader, "__call__", lambda self: None)
    assert client.get("/fact-sheet").status_code == 200, "made as if there were no cache"
    assert numbers(app).passed == before.passed + 1


def test_a_forked_process_reads_on_a_connection_of_its_own(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        connections = Connections(db.engine)
    reader = EditionReader(connections)
    edition = reader()
    (of_the_parent,) = connections._free
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert reader() == edition
    assert of_the_parent not in connections._free
    connections.close()
    of_the_parent.cursor.execute("SELECT 1")
    of_the_parent.connection.close()


def test_an_older_copy_of_the_database_forgets_everything(app: Flask, client: FlaskClient, staff: Callable) -> None:
    client.get("/fact-sheet")
    with staff():
        db.session.execute(text("UPDATE edition SET n = n - 1"))
    client.get("/contact")
    assert numbers(app).entries == 1


def test_switched_off_and_told_for_how_long(app: Flask, instance: Any) -> None:
    shared = {"database_url": app.config["DATABASE_URL"], "secret_key": "x" * 40}
    off = create_app(instance, shared | {"page_cache_mb": 0})
    edge = create_app(instance, shared | {"edge_seconds": 10})
    off.test_client_class = edge.test_client_class = Reader
    assert off.test_client().get("/fact-sheet").status_code == 200
    assert cache.numbers(off) == cache.Numbers()
    assert off.test_client().get("/").status_code == 200
    assert not off.extensions[revalidating.EXTENSION].pages.entries
    client = edge.test_client()
    answer = client.get("/fact-sheet")
    assert answer.headers["Cache-Control"] == "public, max-age=0, s-maxage=9, must-revalidate"
    assert client.get("/fact-sheet", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    with edge.app_context(), publishing.as_staff():
        soon = clock.now() + 20 * SECOND
        db.session.execute(text("UPDATE page SET withdrawn_at = NULL"))
        page = db.session.execute(db.select(Release)).first()
        assert page is None
        from tests.releases.conftest import waiting

        waiting(soon, now=clock.now())
        db.session.commit()
    for left, said in ((15, "9"), (5, "4"), (1, None)):
        with clock.at(soon - left * SECOND):
            answer = client.get("/fact-sheet")
            control = answer.headers["Cache-Control"]
            assert (f"s-maxage={said}," in control) if said else control == "public, no-cache", left
            asked = client.get("/fact-sheet", headers={"If-None-Match": answer.headers["ETag"]})
            assert asked.status_code == (304 if said else 200)
    for one in (off, edge):
        with one.app_context():
            db.session.remove()
            db.engine.dispose()


def test_static_files_are_packed_and_kept_for_ever_under_the_right_version(app: Flask, client: FlaskClient) -> None:
    page = client.get("/").page  # type: ignore[attr-defined]
    addresses = page.xpath("//link[@rel='stylesheet']/@href | //script/@src | //link[@rel='icon']/@href")
    assert len(addresses) >= 8
    app.test_client_class = FlaskClient
    client = app.test_client()
    for address in addresses:
        answer = client.get(address, headers={"Accept-Encoding": "br"})
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable", address
        assert answer.headers["Content-Encoding"] == "br"
        plain = client.get(address.partition("?")[0], buffered=True)
        assert "immutable" not in plain.headers["Cache-Control"]
        assert len(answer.data) < len(plain.data)


def test_nobody_asks_notes_of_an_ordinary_request(app: Flask) -> None:
    assert lasting.current() is None
    with app.test_request_context("/"):
        lasting.until(NOON)
        lasting.not_kept("x")
        assert lasting.current() is None


def test_files_and_parts_of_files_go_past(app: Flask, client: FlaskClient) -> None:
    client.get("/static/css/base.css")
    part = client.get("/static/css/base.css", headers={"Range": "bytes=0-9"})
    assert (part.status_code, len(part.data)) == (206, 10)
