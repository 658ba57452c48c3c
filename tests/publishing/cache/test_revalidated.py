"""Pages that are read again and not made again: only while all that they were read from, and the time, is the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text, update

from pressroom import publishing
from pressroom.clips import actions as clips
from pressroom.clips.models import Clip, Outlet, clip_release
from pressroom.desk import actions as desk
from pressroom.freezing.stranger import Stranger
from pressroom.kit import busy, clock, prepared
from pressroom.kit.db import db
from pressroom.publishing.cache import revalidated, revalidating
from pressroom.publishing.cache.revalidating import Revalidated
from pressroom.releases import public, views
from pressroom.releases.models import Contact, Release
from tests import factories
from tests.clips.conftest import clip
from tests.conftest import NOON, Reader, not_as_bytes, nothing_kept, signed_in
from tests.releases.conftest import draft
from tests.releases.conftest import public as published
from tests.releases.test_page import furnished

SOON = NOON + timedelta(minutes=1)

Change = Callable[[Release], object]


@pytest.fixture(autouse=True)
def _no_bytes(clock_at: Callable[..., None]) -> Iterator[None]:
    clock_at(NOON)
    with not_as_bytes():
        yield


@pytest.fixture
def remembered(app: Flask) -> Revalidated:
    found: Revalidated = app.extensions[revalidating.EXTENSION]
    return found


@pytest.fixture
def address(staff: Callable[..., Any]) -> str:
    with staff():
        return str(furnished().address)


def _clip() -> Clip:
    said: dict[str, Any] = {"headline": "Cats, again", "outlet": "The Harbor Ledger"}
    return clips.add(by=factories.person("ada"), now=NOON, published_on=NOON.date(), public_from=NOON, **said)


def edit_something_else(_: Release) -> None:
    published(headline="Dogs were not asked")


def a_setting(_: Release) -> None:
    desk.save_settings({"contact_phone": "+1 301 555 0199"}, by=factories.person("ada"), now=NOON)


def a_contact(_: Release) -> None:
    db.session.execute(update(Contact).values(email="wren@example.org"))


def a_picture(_: Release) -> None:
    db.session.execute(text("UPDATE asset SET alt = 'Five cats'"))


def a_story(release: Release) -> None:
    db.session.execute(clip_release.insert().values(release_id=release.id, clip_id=_clip().id))


def a_translation(release: Release) -> None:
    made = published(headline="Los gatos")
    made.language, made.translation_of_id = "es", release.id


def a_withdrawal(release: Release) -> None:
    release.withdrawn_at, release.withdrawal_reason = NOON, "Cats disagree."


def test_it_is_read_again_with_the_same_statements_and_not_made(
    app: Flask, client: FlaskClient, address: str, staff: Callable[..., Any], remembered: Revalidated, monkeypatch: Any
) -> None:
    made: list[str] = []
    render = views.page.html
    monkeypatch.setattr(views.page, "html", lambda release: made.append(release.slug) or render(release))
    sent: list[str] = []
    prepared.connections_of(app).listeners.append(sent.append)
    read, shown = list[list[str]](), set[str]()
    for _ in range(3):
        sent.clear()
        shown.add(client.get(address).text)
        read.append(sorted(sent))
        with staff():
            edit_something_else(Release())
    assert (len(made), remembered.unchanged, len(shown)) == (1, 2, 1)
    assert len(read[0]) > 6
    assert set(read[2]) == set(read[1]) <= set(read[0]), "what is worked out once is read the first time only"


@pytest.mark.parametrize(
    "change", [a_setting, a_contact, a_picture, a_story, a_translation, a_withdrawal], ids=lambda one: one.__name__
)
def test_it_is_made_again_when_anything_changed(
    client: FlaskClient, address: str, staff: Callable[..., Any], remembered: Revalidated, change: Change
) -> None:
    before = client.get(address)
    with staff():
        change(db.session.scalars(db.select(Release)).one())
    after = client.get(address)
    with nothing_kept():
        fresh = client.get(address)
    assert (after.status_code, after.data) == (fresh.status_code, fresh.data)
    assert after.data != before.data
    assert remembered.unchanged == 0


def test_a_lift_and_the_end_of_a_right_end_it_to_the_moment(
    client: FlaskClient, address: str, staff: Callable[..., Any], remembered: Revalidated
) -> None:
    with staff():
        draft(headline="Los gatos", language="es")
        waiting = db.session.scalars(db.select(Release).where(Release.headline == "Los gatos")).one()
        first = db.session.scalars(db.select(Release.id).where(Release.id != waiting.id)).one()
        waiting.public_from, waiting.year, waiting.slug, waiting.translation_of_id = SOON, 2026, "los-gatos", first
        db.session.execute(text("UPDATE asset SET rights_until = :day"), {"day": NOON.date().isoformat()})
    over = NOON + timedelta(days=2)
    pages = []
    for moment in (NOON, SOON - timedelta(microseconds=1), SOON, over, NOON):
        with clock.at(moment):
            pages.append(client.get(address).text)
            with nothing_kept():
                assert pages[-1] == client.get(address).text
    assert ["los-gatos" in page for page in pages] == [False, False, True, True, False], "also when it is set back"
    assert ["Four cats on a fence" in page for page in pages] == [True, True, True, False, True]
    assert remembered.unchanged == 1


def test_conditions_are_of_whoever_asks(client: FlaskClient, address: str, remembered: Revalidated) -> None:
    tag = client.get(address, headers={"If-None-Match": '"another"'}).headers["ETag"]
    for asked, status in ((tag, 304), ('"another"', 200)):
        answer = client.get(address, headers={"If-None-Match": asked})
        assert (answer.status_code, answer.headers["ETag"]) == (status, tag)
    assert client.head(address).headers["Content-Length"] == str(len(client.get(address).data))
    assert remembered.unchanged == 4


def test_whoever_is_somebody_gets_a_page_of_their_own(
    app: Flask, client: FlaskClient, address: str, remembered: Revalidated
) -> None:
    client.get(address)
    app.test_client_class = Reader
    assert signed_in(app, "ada").get(address).status_code == 200
    assert client.get(f"{address}?utm=1").status_code == 200, "what means nothing is no address of its own"
    assert client.get("/releases/2026/no-such").status_code == 404
    assert (len(remembered.pages.entries), remembered.unchanged) == (1, 0)


def test_what_was_read_otherwise_is_not_remembered(app: Flask, remembered: Revalidated) -> None:
    def by_session() -> str:
        return str(db.session.scalar(db.select(db.func.count(Release.id))))

    def of_this_instant() -> str:
        return str(public.before(clock.now()))

    def failing() -> str:
        try:
            public.subscribed(-1, since=NOON.replace(tzinfo=None), corrected=0)
        except ValueError:
            return "nothing"
        raise AssertionError("a naive instant")

    def fine() -> str:
        return str(public.before(NOON - timedelta(days=1)))

    for view in (by_session, of_this_instant, failing, fine):
        with app.test_request_context("/"):
            app.preprocess_request()
            assert app.make_response(revalidated(view)()).status_code == 200
            assert bool(remembered.pages.entries) is (view is fine)


def test_what_was_saved_while_it_was_made_is_not_overlooked(
    app: Flask, client: FlaskClient, address: str, staff: Callable[..., Any], remembered: Revalidated, monkeypatch: Any
) -> None:
    render = views.page.html

    def save() -> None:
        with app.app_context(), publishing.as_staff():
            a_contact(Release())
            db.session.commit()

    def html(release: Release) -> str:
        with ThreadPoolExecutor() as others:
            others.submit(save).result()
        return render(release)

    monkeypatch.setattr(views.page, "html", html)
    assert "robin@example.org" in client.get(address).text
    monkeypatch.undo()
    with not_as_bytes():
        assert "wren@example.org" in client.get(address).text
    assert len(remembered.pages.entries) == 1


def test_it_takes_so_many_bytes_at_most(
    client: FlaskClient, address: str, remembered: Revalidated, monkeypatch: Any
) -> None:
    client.get(address)
    (page,) = remembered.pages.entries.values()
    assert remembered.pages.bytes == page.size > len(page.body) + 2000
    remembered.pages.limit = page.size
    client.get("/")
    assert remembered.pages.bytes <= page.size
    assert client.get(address).status_code == 200
    monkeypatch.setattr(revalidating, "LARGEST", 1000)
    remembered.pages.clear()
    client.get(address)
    assert not remembered.pages.entries


def a_name(_: Clip) -> None:
    db.session.execute(text("UPDATE outlet SET name = 'The Ledger'"))


def a_line(_: Clip) -> None:
    """What stands in no index."""
    db.session.execute(text("UPDATE clip SET section = 'Science', page = 'B7'"))


def a_new_clip(_: Clip) -> None:
    clip(headline="Cats, seen again")


def a_bad_clip(found: Clip) -> None:
    clips.withdraw(found, by=factories.person("ada"), now=NOON, reason="Another one.")


def no_licence(_: Clip) -> None:
    db.session.execute(text("UPDATE outlet SET licensed_until = NULL"))


@pytest.mark.parametrize("change", [a_name, a_line, a_new_clip, a_bad_clip, no_licence], ids=lambda one: one.__name__)
def test_a_search_is_asked_again(
    client: FlaskClient, staff: Callable[..., Any], remembered: Revalidated, change: Callable[[Clip], object]
) -> None:
    with staff():
        outlet = db.session.get_one(Outlet, clip(headline="Cats are seen", excerpt="Cats " * 30).outlet_id)
        outlet.words, outlet.licensed_until = 2, SOON
        clip(headline="Cats are heard")
    address = "/clips/?q=cats&outlet=the-harbor-ledger"
    pages = []
    for moment in (NOON, NOON, SOON):
        with clock.at(moment):
            pages.append(client.get(address).text)
    assert pages[0] == pages[1] != pages[2], "a licence ends"
    assert remembered.unchanged == 1
    assert client.get(address).text == pages[0]
    with staff():
        change(db.session.scalars(db.select(Clip)).first() or Clip())
    after = client.get(address)
    with nothing_kept():
        assert after.data == client.get(address).data
    assert after.text != pages[0]
    assert remembered.unchanged == 1


def test_searches_are_counted_each_time_and_put_out_no_pages(
    client: FlaskClient, staff: Callable[..., Any], remembered: Revalidated, monkeypatch: Any
) -> None:
    with staff():
        clip(headline="Cats are seen")
    client.get("/")
    kept = dict(remembered.pages.entries)
    remembered.searches.limit = 1
    client.get("/clips/?q=cats")
    assert remembered.pages.entries == kept
    assert not remembered.searches.entries
    client.get("/clips/")
    counted: list[str] = []
    monkeypatch.setattr(busy, "count", lambda kind, _limit: counted.append(kind))
    client.get("/clips/")
    assert (counted, remembered.unchanged) == (["search"], 1)


def test_a_feed_is_read_again_and_dated_exactly(
    client: FlaskClient, address: str, staff: Callable[..., Any], remembered: Revalidated
) -> None:
    feed, day = "/feeds/releases.atom", "Mon, 01 Jan 2035 00:00:00 GMT"
    made = client.get(feed, headers={"If-Modified-Since": day})
    for asked, status in ((made.headers["Last-Modified"], 304), (day, 200)):
        assert client.get(feed, headers={"If-Modified-Since": asked}).status_code == status
    assert (made.status_code, remembered.unchanged) == (200, 2)
    remembered.clear()
    first = client.get(feed, headers={"If-Modified-Since": made.headers["Last-Modified"]})
    assert first.status_code == 304, "also while it is made"
    with staff():
        published(headline="Cats, later", now=NOON - timedelta(hours=1))
        found = db.session.scalars(db.select(Release).where(Release.headline == "Cats, later")).one()
        found.withdrawn_at, found.withdrawal_reason = NOON, "Cats disagree."
    with clock.at(SOON):
        after = client.get(feed)
        with nothing_kept():
            assert after.data == client.get(feed).data
    assert "Cats disagree." in after.text
    assert after.data != made.data


def test_a_copy_of_the_site_is_made_for_itself(
    app: Flask, client: FlaskClient, staff: Callable[..., Any], remembered: Revalidated
) -> None:
    with staff():
        outlet = db.session.get_one(Outlet, clip(headline="Cats are seen", excerpt="One two three four").outlet_id)
        outlet.words, outlet.licensed_until = 2, SOON
    for asked, shown in ((client.get, True), (Stranger(app).ask, False), (client.get, True)):
        assert ("One two three four" in asked("/clips/").text) is shown
    assert remembered.unchanged == 1
