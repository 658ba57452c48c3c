"""Sources are read politely, and a process that is killed loses and repeats nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from pressroom.accounts.models import User
from pressroom.clips import jobs
from pressroom.clips.gathering import importing, polling, running, source_rules, sources, trying
from pressroom.clips.gathering.models import Candidate, ClipImport, ClipSource, ImportRow
from pressroom.clips.gathering.polling import Outcome, ReadingError
from pressroom.clips.gathering.rules import ImportInto, SourceState
from pressroom.clips.gathering.sources import SourceError, SourceExistsError
from pressroom.clips.models import Clip, Outlet
from pressroom.clips.outlets import actions as outlets
from pressroom.clips.rules import ImportState
from pressroom.kit import clock
from pressroom.kit.db import db
from tests.clips.conftest import clip
from tests.clips.feed_documents import entry, rss
from tests.conftest import NOON, submit
from tests.kit.site import Site, fetcher, page

Staff = Callable[[], Any]
FEED = "/feed.xml"
XML = "Content-Type: application/rss+xml"


@pytest.fixture
def site(app: Flask) -> Iterator[Site]:
    with Site({FEED: page(rss(3), XML, 'ETag: "one"')}) as opened:
        app.extensions["fetcher"] = fetcher(opened)
        yield opened


@pytest.fixture
def at(clock_at: Any) -> Callable[[timedelta], None]:
    """Set the clock so long after the beginning."""

    def move(later: timedelta = timedelta()) -> None:
        clock_at(NOON + later)

    move()
    return move


def add(site: Site, path: str = FEED, host: str = "ledger.example", **fields: Any) -> int:
    source = sources.add(address=f"http://{host}:{site.port}{path}", by=None, now=clock.now(), **fields)
    db.session.commit()
    return source.id


def read(source_id: int, *, whole: bool = True) -> Outcome:
    """Read a source, whatever the time."""
    token = polling.claim(source_id, now=clock.now())
    assert token is not None
    db.session.commit()
    outcome = polling.poll(source_id, token)
    if outcome.import_id and whole:
        polling.import_now(outcome)
    return outcome


def printed(number: int, outlet: str) -> str:
    """An entry without an address, as lists of printed stories have them."""
    bare = entry(number, more=f"<source url='https://o.example/'>{outlet}</source>")
    return bare.replace(f"<link>https://ledger.example/2026/{number}</link>", "")


def standing(source_id: int) -> ClipSource:
    db.session.rollback()
    return db.session.get_one(ClipSource, source_id, populate_existing=True)


def count(cls: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(cls)) or 0


def test_an_outlet_by_another_name_makes_no_empty_batch(staff: Staff, wren: FlaskClient, site: Site, at: Any) -> None:
    """The name is part of what a story without an address is known by."""
    site.answers[FEED] = page(rss([printed(1, "Ledger (Harbor)")]), XML)
    with staff():
        clip(headline="Genes and robots, part 1", outlet="The Harbor Ledger", url="", published_on=date(2026, 11, 10))
        outlet = db.session.scalars(select(Outlet)).one()
        outlets.edit(outlet, by=None, now=clock.now(), version=1, aliases=["Ledger (Harbor)"])
        number = add(site, name="Printed")
        assert read(number).sentence == "Nothing is new among 1 entry."
        assert count(ClipImport) == 0
    address = f"http://other.example:{site.port}{FEED}"
    tried = submit(wren, "/desk/clips/sources/new", {"address": address, "into": "triage"}, button="Try this address")
    assert "In the archive" in tried.text


# When it is read again --------------------------------------------------------------------------------------


def test_when_a_source_is_read_again() -> None:
    def due(**said: Any) -> timedelta:
        fields = {"usual": 60, "asked": 0, "max_age": timedelta()} | said
        return source_rules.next_due(NOON, **fields) - NOON

    assert due() == timedelta(hours=1)
    assert due(asked=180) == timedelta(hours=3)
    assert due(max_age=timedelta(hours=5), asked=180) == timedelta(hours=5)
    assert due(usual=1) == timedelta(minutes=15)
    assert due(asked=999_999) == timedelta(days=1)
    waits = [source_rules.after_failure(NOON, attempts) - NOON for attempts in (1, 2, 3, 99)]
    assert waits == [timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1), timedelta(days=1)]
    assert source_rules.after_failure(NOON, 1, timedelta(hours=3)) == NOON + timedelta(hours=3)


def test_what_headers_ask_for() -> None:
    assert source_rules.max_age("public, max-age=300") == timedelta(minutes=5)
    for nothing in ("", "no-cache, max-age=300", "s-maxage=300", "max-age=x"):
        assert source_rules.max_age(nothing) == timedelta()
    assert source_rules.retry_after("120", NOON) == timedelta(minutes=2)
    assert source_rules.retry_after("Thu, 19 Nov 2026 18:00:00 GMT", NOON) == timedelta(hours=1)
    assert source_rules.retry_after("999999999999", NOON) == timedelta(days=7)
    for nothing in ("", "soon", "-5", "Thu, 19 Nov 2020 18:00:00 GMT"):
        assert source_rules.retry_after(nothing, NOON) == timedelta()


# Reading -----------------------------------------------------------------------------------------------------


def test_what_is_new_waits_and_a_second_reading_adds_nothing(staff: Staff, site: Site, at: Any) -> None:
    with staff():
        number = add(site, name="Ledger")
        assert read(number).import_id
        job = db.session.scalars(select(ClipImport)).one()
        assert (job.state, job.added, job.format, job.source_id) == (ImportState.DONE, 3, "feed", number)
        assert not running.uploads().exists(job.sha256)
        source = standing(number)
        assert (source.etag, source.attempts, source.problem, source.minutes) == ('"one"', 0, "", 30)
        assert source.due_at == NOON + timedelta(hours=1, seconds=number)
        first = db.session.scalars(select(Candidate).order_by(Candidate.line)).first()
        assert first is not None
        assert (first.headline, first.source_id, first.external_id) == ("Genes and robots, part 0", number, "id-0")
        assert first.published_at == datetime(2026, 11, 10, 10, 0, tzinfo=UTC)
        at(timedelta(hours=2))
        site.answers[FEED] = page(b"", 'ETag: "one"', status="304 Not Modified", length=False)
        assert read(number).sentence == "Nothing changed since it was read last."
        assert 'If-None-Match: "one"' in site.asked[-1]
        at(timedelta(hours=4))
        site.answers[FEED] = page(rss(3), XML)
        assert read(number).sentence == "Nothing is new among 3 entries."
        assert (count(ClipImport), count(Candidate)) == (1, 3)


def test_ids_and_addresses_that_change(staff: Staff, site: Site, at: Any) -> None:
    with staff():
        number = add(site)
        read(number)
        changed = [
            entry(0).replace("id-0", "id-new"),  # another id
            entry(1, link="https://ledger.example/moved/1"),  # another address with the same id and headline
            entry(2, link="https://ledger.example/moved/2").replace("id-2", "id-other"),  # same headline and day
            entry(3).replace("id-3", "id-1"),  # another story with an id that is taken
            entry(4), entry(4, link="https://ledger.example/again/4"),
        ]  # fmt: skip
        site.answers[FEED] = page(rss(changed), XML)
        at(timedelta(hours=2))
        read(number)
        job = db.session.scalars(select(ClipImport).order_by(ClipImport.id.desc())).first()
        assert job is not None
        assert (job.added, job.known) == (2, 4)
        headlines = db.session.scalars(select(Candidate.headline).where(Candidate.import_id == job.id)).all()
        assert sorted(headlines) == ["Genes and robots, part 3", "Genes and robots, part 4"]


def test_into_the_archive_at_once(staff: Staff, site: Site, at: Any) -> None:
    with staff():
        site.answers[FEED] = page(rss([entry(1), entry(2, day="one day")]), XML)
        number = add(site, into=ImportInto.ARCHIVE, outlet="The Harbor Ledger")
        read(number)
        story = db.session.scalars(select(Clip)).one()
        assert (story.outlet.name, story.published_at) == (
            "The Harbor Ledger",
            datetime(2026, 11, 10, 10, 1, tzinfo=UTC),
        )
        assert "day is missing" in db.session.scalars(select(ImportRow.reason).where(ImportRow.reason != "")).one()
        site.answers[FEED] = page(
            rss([entry(1, link="https://ledger.example/elsewhere"), entry(2, day="one day")]), XML
        )
        at(timedelta(hours=2))
        assert read(number).import_id is None  # same headline and day; and what has no day is not new each time


def test_what_cannot_be_read_is_said_and_leaves_no_batch(staff: Staff, site: Site, at: Any) -> None:
    with staff():
        site.answers[FEED] = page(rss(["<item><title></title></item>"]), XML)
        number = add(site)
        read(number)
        assert standing(number).unread == "entry 1: the headline is missing"
        assert count(ClipImport) == 0


def test_a_feed_that_moved_is_read_where_it_is(staff: Staff, site: Site, at: Any) -> None:
    new = f"http://new.example:{site.port}/feed"
    site.answers |= {
        "/old": page(b"", f"Location: {new}", status="301 Moved Permanently"),
        "/for-now": page(b"", f"Location: {new}", status="302 Found"),
        "/both": page(b"", f"Location: http://ledger.example:{site.port}/for-now", status="308 Permanent Redirect"),
        "/feed": page(rss(1), XML),
    }
    with staff():
        both = add(site, "/both", host="both.example")
        read(both)
        assert standing(both).address.endswith("/for-now")  # no further than is said to be for good
        moved = add(site, "/old", host="old.example")
        read(moved)
        source = standing(moved)
        assert (source.address, source.host) == (new, "new.example")
        assert source.former_address.endswith("/old")
        at(timedelta(hours=1))
        third = add(site, "/old", host="old.example", name="Third")
        read(third)
        assert standing(third).state is SourceState.PAUSED
        assert "address of another source, “old.example”" in standing(third).problem


@pytest.mark.parametrize(
    ("answer", "says", "wait"),
    [
        (page(b"", status="404 Not Found"), "nothing at this address (404)", timedelta(minutes=15)),
        (page(b"", "Retry-After: 7200", status="429 Too Many"), "asks to wait (429)", timedelta(hours=2)),
        (page(b"", "Retry-After: 1", status="503 No"), "asks to wait (503)", timedelta(minutes=15)),
        (page(b"", status="403 No"), "lets no program read this feed (403)", timedelta(minutes=15)),
        (page(b"", status="500 No"), "answered with an error (500)", timedelta(minutes=15)),
        (page(b"<html><body>Hello", "Content-Type: text/html"), "a page at this address", timedelta(minutes=15)),
        (page(b"x" * 2_000_000), "larger than 1 MB", timedelta(minutes=15)),
        (page(b"", "Location: http://10.0.0.1/", status="301 M"), "private network", timedelta(minutes=15)),
    ],
    ids=range(8),
)
def test_failures_are_said_and_tried_again(
    staff: Staff, app: Flask, site: Site, at: Any, answer: bytes, says: str, wait: timedelta
) -> None:
    app.config["FEED_MAX_MB"] = 1
    site.answers[FEED] = answer
    with staff():
        number = add(site)
        assert not read(number).is_read
        source = standing(number)
        assert says in source.problem
        assert (source.due_at, source.attempts, source.state) == (NOON + wait, 1, SourceState.ACTIVE)
        if wait > timedelta(hours=1):  # the host asked to wait: none of its sources asks meanwhile
            other = add(site, "/other")
            at(timedelta(minutes=5))
            assert polling.next_due(clock.now()) is None
            assert polling.claim(other, now=clock.now()) is None


def test_what_is_gone_is_given_up(staff: Staff, site: Site, at: Any) -> None:
    with staff():
        site.answers[FEED] = page(b"", status="410 Gone")
        gone = add(site)
        read(gone)
        assert (standing(gone).state, standing(gone).due_at) == (SourceState.GONE, None)
        lost = add(site, "/lost", host="lost.example")
        later = timedelta()
        for attempt in range(source_rules.GIVE_UP):
            assert standing(lost).state is SourceState.ACTIVE, attempt
            later = (standing(lost).due_at or NOON) - NOON
            at(later)
            read(lost)
        assert standing(lost).state is SourceState.GONE
        assert later > timedelta(days=3)
        sources.resume(standing(lost), by=None, now=clock.now())
        assert standing(lost).attempts == source_rules.GIVE_UP  # not committed
        busy = add(site, "/busy", host="busy.example")
        standing(busy).attempts = 50
        db.session.commit()
        site.answers["/busy"] = page(b"", status="429 No")
        read(busy)
        assert standing(busy).state is SourceState.ACTIVE  # it is there, and asks to wait


# One at a time -----------------------------------------------------------------------------------------------


def test_one_host_is_asked_by_one_source_at_a_time(staff: Staff, app: Flask, site: Site, at: Any) -> None:
    site.answers |= {"/two": page(rss(1), XML), "/three": page(rss(1), XML)}
    with staff():
        add(site), add(site, "/two", host="www.ledger.example"), add(site, "/three", host="other.example")
        token = polling.claim(1, now=clock.now())
        db.session.commit()
        assert token
        assert polling.claim(1, now=clock.now()) is None
        assert polling.claim(2, now=clock.now()) is None
        assert polling.next_due(clock.now()) == 3
        db.session.rollback()
        polling.poll(1, token)
        assert polling.claim(2, now=clock.now()) is None  # a moment ago
        db.session.rollback()
    with app.app_context():
        jobs.read_sources(clock.now())
    assert len(site.asked) == 2
    at(source_rules.GAP)
    with app.app_context():
        jobs.read_sources(clock.now())
    assert len(site.asked) == 3


def test_nothing_is_asked_where_fetching_is_off(staff: Staff, app: Flask, site: Site, at: Any) -> None:
    with staff():
        add(site)
    app.config["FETCHING"] = False
    with app.app_context():
        jobs.read_sources(clock.now())
    assert site.asked == []


def test_no_transaction_is_held_while_a_site_is_slow(staff: Staff, app: Flask, site: Site, at: Any) -> None:
    def write_meanwhile(connection: Any) -> None:
        with app.app_context(), db.engine.begin() as other:
            other.execute(db.update(User).values(name=User.name))  # waits for ever while the lock is held
        connection.sendall(page(rss(1), XML))

    site.answers[FEED] = write_meanwhile
    with staff():
        assert read(add(site)).import_id


# Killed ------------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """As if the process were no more."""


def _kill(monkeypatch: pytest.MonkeyPatch, where: Any, name: str, at_call: int = 1) -> None:
    calls, real = iter(range(1, 100)), getattr(where, name)

    def die(*args: Any, **options: Any) -> Any:
        if next(calls) == at_call:
            raise Killed
        return real(*args, **options)

    monkeypatch.setattr(where, name, die)


@pytest.mark.parametrize(
    ("where", "name"),
    [(polling, "refuse"), (polling, "open_feed"), (polling, "_settle"), (polling, "_begin"), (polling, "import_now")],
)
def test_killed_between_the_answer_and_the_archive(
    staff: Staff, app: Flask, site: Site, at: Any, monkeypatch: pytest.MonkeyPatch, where: Any, name: str
) -> None:
    with staff():
        number = add(site)
    with monkeypatch.context() as patch, app.app_context():
        _kill(patch, where, name)
        with pytest.raises(Killed):
            jobs.read_sources(clock.now())
        db.session.rollback()
        db.session.remove()
    at(timedelta(minutes=1))
    with app.app_context():
        jobs.work_off(clock.now())
        jobs.read_sources(clock.now())
    with staff():
        assert count(Candidate) == (3 if name == "import_now" else 0)  # its claim still holds
    at(timedelta(minutes=20))
    with app.app_context():
        jobs.read_sources(clock.now())
        jobs.work_off(clock.now())
    with staff():
        source = standing(number)
        assert (count(Candidate), count(ClipImport), source.attempts, source.claim) == (3, 1, 0, "")
        assert db.session.scalars(select(ClipImport)).one().state is ImportState.DONE


def test_killed_between_two_batches(
    staff: Staff, app: Flask, site: Site, at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)
    site.answers[FEED] = page(rss(35), XML)
    with staff():
        add(site)
    with monkeypatch.context() as patch, app.app_context():
        _kill(patch, importing, "_move_on", at_call=3)
        with pytest.raises(Killed):
            jobs.read_sources(clock.now())
        db.session.rollback()
    with staff():
        assert count(Candidate) == 20
    at(timedelta(minutes=10))
    with app.app_context():
        jobs.work_off(clock.now())
    with staff():
        job = db.session.scalars(select(ClipImport)).one()
        assert (job.added, job.known, job.rows_read, count(Candidate)) == (35, 0, 35, 35)
        assert not running.uploads().exists(job.sha256)


def test_whoever_was_taken_over_writes_nothing(staff: Staff, site: Site, at: Any) -> None:
    with staff():
        number = add(site)
        mine = polling.claim(number, now=clock.now())
        db.session.commit()
        at(source_rules.LEASE + timedelta(seconds=1))
        theirs = polling.claim(number, now=clock.now())
        db.session.commit()
        assert mine and theirs
        assert "Another process" in polling.poll(number, mine).sentence
        assert count(ClipImport) == 0
        db.session.rollback()
        assert polling.poll(number, theirs).import_id


@pytest.mark.parametrize("verb", [sources.pause, sources.resume, sources.edit])
def test_what_a_person_changes_while_it_is_read_stays(staff: Staff, site: Site, at: Any, verb: Any) -> None:
    with staff():
        number = add(site)
        mine = polling.claim(number, now=clock.now())
        db.session.commit()
        source = standing(number)
        fields = {"address": "https://other.example/feed"} if verb is sources.edit else {}
        verb(source, by=None, now=NOON, **fields)
        db.session.commit()
        as_said = (source.state, source.address, source.due_at)
        assert mine
        assert polling.poll(number, mine).import_id is None
        source = standing(number)
        assert (source.state, source.address, source.due_at, source.etag) == (*as_said, "")
        assert count(ClipImport) == 0


def test_headers_that_no_database_keeps(staff: Staff, site: Site, at: Any) -> None:
    site.answers[FEED] = page(rss(1), XML, 'ETag: "a\0b"', "Last-Modified: \0")
    with staff():
        number = add(site)
        assert read(number).import_id
        assert (standing(number).etag, standing(number).last_modified) == ("", "")


# Verbs -------------------------------------------------------------------------------------------------------


def test_verbs(staff: Staff, site: Site, at: Any) -> None:
    with staff():
        number = add(site)
        with pytest.raises(SourceExistsError, match="read already"):
            add(site)
        for address in ("", "ledger", "javascript:alert(1)", "ftp://x.example/"):
            with pytest.raises(SourceError, match="no web address"):
                sources.add(address=address, by=None, now=NOON)
        assert sources.add(address="https://a.example/f", site="javascript:alert(1)", by=None, now=NOON).site == ""
        db.session.rollback()
        read(number)
        source = standing(number)
        sources.pause(source, by=None, now=NOON)
        db.session.commit()
        assert polling.next_due(NOON + timedelta(days=9)) is None
        sources.edit(source, by=None, now=NOON, name="Another", outlet="The Ledger", folder="Papers")
        sources.edit(source, by=None, now=NOON, address="https://other.example/feed")
        db.session.commit()
        assert (source.host, source.etag, source.state) == ("other.example", "", SourceState.PAUSED)
        sources.resume(source, by=None, now=NOON)
        sources.remove(source, by=None, now=NOON)
        db.session.commit()
        assert (count(ClipSource), count(ClipImport), count(Candidate)) == (0, 1, 3)


def test_trying_finds_the_feed_of_a_page(staff: Staff, site: Site, at: Any) -> None:
    link = '<!doctype html><html><link rel="alternate" type="application/atom+xml" href="/feed.xml">'
    site.answers |= {"/": page(link.encode(), "Content-Type: text/html"), "/gone": page(b"", status="404 N")}
    with staff():
        tried = trying.ask(f"http://ledger.example:{site.port}/")
        assert tried.address == f"http://ledger.example:{site.port}{FEED}"
        assert (tried.about.title, tried.total, len(tried.items)) == ("The Harbor Ledger", 3, 3)
        for path, says in (("/gone", "404"), ("javascript:x", "no web address")):
            with pytest.raises(ReadingError, match=says):
                trying.ask(path if ":" in path else f"http://ledger.example:{site.port}{path}")
