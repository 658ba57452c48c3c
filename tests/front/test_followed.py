"""Any list is a feed: valid whatever is in it, the same as its page, stable for readers, complete in its archives."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy import select

from pressroom import embargo_audit
from pressroom.clips import actions as clips
from pressroom.clips import feeds as clip_feeds
from pressroom.clips.models import Clip
from pressroom.desk import actions as desk
from pressroom.embargo_audit import COMMON, crawling
from pressroom.front import feeds as front_feeds
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.meetings import actions as meetings
from pressroom.publishing import cache
from pressroom.releases import actions as releases
from pressroom.releases import feeds as release_feeds
from pressroom.releases.models import Release
from pressroom.webcasts import actions as webcasts
from pressroom.webcasts import feeds as webcast_feeds
from pressroom.webcasts.models import Webcast
from tests import feed_rules
from tests.clips.conftest import clip
from tests.conftest import NOON
from tests.feed_readers import Forgiving, Json, Strict
from tests.front.conftest import SECRET
from tests.meetings.conftest import meeting
from tests.releases.conftest import illustrate, public
from tests.webcasts.factories import published, recorded, webcast

SITE = "http://127.0.0.1:8000"
LIFT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"
ODD = "Odd <b> &amp; ]]> “\u202e” \U0001d6fc🧬\x0b\ufffe"

Staff = Callable[[], Any]
Clock = Callable[[datetime], None]


def problems(client: FlaskClient, address: str) -> list[str]:
    """What is wrong with the feed or calendar at *address*."""
    path, _, query = address.partition("?")
    ending = "podcast" if "podcast" in path else path.rpartition(".")[2]
    answer = client.get(address)
    assert answer.status_code == 200, address
    own = SITE + path + (f"?{query}" if query else "")
    single = ending == "ics" and "calendar" not in path  # no calendar subscribes to one event
    return [f"{address}: {one}" for one in feed_rules.CHECKS[ending](answer.data, "" if single else own)]


def titles(client: FlaskClient, address: str) -> list[str]:
    return [item["title"] for item in client.get(address).get_json(force=True)["items"]]


def is_feed(path: str) -> bool:
    path = path.partition("?")[0]
    other = (".ninjs.json", "/suggestions.json", "/chapters.json", "/fact-sheet.json")
    return path.endswith((".rss", ".atom", ".json", ".ics")) and not path.endswith(other)


# Valid ---------------------------------------------------------------------------------------------------


def test_every_feed_of_the_audits_content_keeps_every_rule(app: Flask, client: FlaskClient) -> None:
    with clock.at(LIFT - timedelta(days=1)), app.app_context():
        planted = embargo_audit.plant(now=LIFT - timedelta(days=1), lift=LIFT)
    found, filled = [], set()
    with clock.at(LIFT + timedelta(days=40)):  # the month of the lift is over
        for path in filter(is_feed, crawling.addresses(app, planted)):
            asked = path.partition("?")[2]
            of_search = asked == f"q={COMMON}" and path.startswith(("/clips/feed", "/search/feed"))
            if (asked and not of_search) or path.startswith("/embargo"):
                continue
            answer = client.get(path)
            if answer.status_code == 200:
                found += problems(client, path)
                filled |= {path.partition("?")[0]} if COMMON in answer.text else set()
    assert not found, "\n".join(found)
    rooms = ("/feeds/releases/2026-11.atom", "/feeds/webcasts/2026-11.rss", "/feeds/clips.json", "/clips/feed.atom")
    views = ("/releases/feed.rss", "/releases/2026/feed.json", "/releases/2026/11/feed.atom", "/webcasts/feed.atom")
    others = ("/search/feed.rss", "/annual-meeting/feed.atom", "/webcasts/calendar.ics", "/feeds/calendar.ics")
    assert filled >= {*rooms, *views, *others, "/annual-meeting/calendar.ics"}


def test_whatever_staff_type_makes_valid_feeds(
    app: Flask, client: FlaskClient, staff: Staff, clock_at: Clock, settle: Any
) -> None:
    clock_at(NOON)
    with staff() as cast:
        release = public(headline=f"{ODD} x", body=f"{ODD}\n\n[in](/fact-sheet) <script>x</script>", topics=("A & B",))
        illustrate(release, alt=ODD, credit=ODD, licence=ODD, caption=ODD)
        releases.correct(release, by=cast.ada, now=NOON, note=ODD)
        found = recorded(title=f"{ODD} x", summary=ODD, speakers=[{"name": f"{ODD} x", "role": ODD}], topics=[ODD])
        published(found)
        made = meeting(title=f"{ODD} x", place=f"{ODD} x", body=ODD)
        meetings.add_briefing(made, by=None, now=NOON, title=f"{ODD} x", starts_at=NOON, minutes=5, speakers=ODD)
        clip(headline=f"{ODD} x", outlet=f"{ODD} x", excerpt=ODD, byline=ODD, url="https://a.example/ü?a=“b”&c=%zz")
        desk.save_settings({"licence": ODD, "licence_address": "https://a.example/ü", "podcast_image": f"{SITE}/c.png",
                            "contact_email": "press@a.example", "organisation_name": f"{ODD} x"},
                           by=cast.ada, now=NOON)  # fmt: skip
    settle()
    views = [f"/{room}/feed" for room in ("releases", "releases/2026", "clips", "webcasts", "annual-meeting")]
    views += ["/annual-meeting/2027/feed", *(f"/feeds/{room}" for room in ("releases", "clips", "webcasts"))]
    addresses = [f"{view}.{fmt}" for view in views for fmt in ("rss", "atom", "json")]
    addresses += [f"/search/feed.{fmt}?q=odd" for fmt in ("rss", "atom", "json")]
    addresses += ["/feeds/podcast.rss", "/feeds/calendar.ics", "/webcasts/calendar.ics", "/annual-meeting/calendar.ics"]
    wrong = [problem for address in addresses for problem in problems(client, address)]
    assert not wrong, "\n".join(wrong)
    assert all("Odd" in client.get(address).text for address in addresses)
    opml = etree.fromstring(client.get("/feeds/all.opml").data)
    offered = [outline.get("xmlUrl").removeprefix(SITE) for outline in opml.iterfind(".//outline[@xmlUrl]")]
    assert {
        "/releases/feed.rss?topic=a-and-b",
        "/releases/feed.rss?kind=research",
        "/annual-meeting/2027/feed.rss",
    } <= set(offered)
    assert all(client.get(address).status_code == 200 for address in offered)


# The same as the page ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("content")
def test_each_list_names_its_feeds_and_they_bring_what_it_shows(client: FlaskClient, staff: Staff, settle: Any) -> None:
    with staff():
        meeting()
        clip(
            headline="Wires hum",
            outlet="The Wire",
            topics=("Copper & tin",),
            language="es",
            published_on=date(2025, 3, 1),
        )
    settle()
    pages = {
        "/releases/": ["Family history goes unasked", "Fellows begin work"],
        "/releases/?kind=research": ["Family history goes unasked", "Fellows begin work"],
        "/releases/?kind=award": [],
        "/releases/2026/": ["Family history goes unasked", "Fellows begin work"],
        "/releases/2026/11/?kind=research": ["Family history goes unasked", "Fellows begin work"],
        "/clips/": ["The question your doctor forgot to ask", "Wires hum"],
        "/clips/?outlet=the-wire": ["Wires hum"],
        "/clips/?topic=copper-and-tin&lang=es&sort=oldest": ["Wires hum"],
        "/clips/?year=2026&medium=online": ["The question your doctor forgot to ask"],
        "/clips/?q=hum": ["Wires hum"],
        "/clips/?q=hum&year=2026": [],
        "/search?q=genome": ["Family history goes unasked", "Fellows begin work", "How to read a genetic test"],
        "/search?q=genome&kind=webcast": ["How to read a genetic test"],
        "/webcasts/": ["How to read a genetic test"],
        "/annual-meeting": ["Annual meeting 2027"],
        "/annual-meeting/2027": ["Annual meeting 2027"],
    }
    for path, expected in pages.items():
        page = client.get(path).page  # type: ignore[attr-defined]
        links = page.xpath("//link[@rel='alternate'][@type]")[:3]
        own = {link.get("type"): link.get("href") for link in links}
        assert set(own) == {"application/rss+xml", "application/atom+xml", "application/feed+json"}, path
        assert set(own.values()) <= set(page.xpath("//main//a/@href")), f"{path} shows no link to them"
        assert sorted(titles(client, own["application/feed+json"])) == sorted(expected), path
        for address in own.values():
            assert not problems(client, address)


@pytest.mark.usefixtures("content")
def test_several_values_of_a_filter_are_one_feed_in_whatever_order(
    app: Flask, client: FlaskClient, staff: Staff
) -> None:
    with staff():
        clip(headline="Wires hum", outlet="The Wire", published_on=date(2025, 3, 1))
    one, other = (
        "/clips/feed.json?outlet=the-wire&outlet=the-harbor-ledger",
        "/clips/feed.json?outlet=the-harbor-ledger&outlet=the-wire",
    )
    made = cache.numbers(app).made
    assert client.get(one).data == client.get(other).data
    assert cache.numbers(app).made == made + 1, "and it is made once"
    assert len(titles(client, one)) == 2
    assert not problems(client, other)
    assert client.get("/clips/feed.json?q=a&q=b").status_code == 200
    assert cache.numbers(app).made == made + 1


@pytest.mark.usefixtures("content")
def test_what_the_page_does_not_understand_is_no_feed(client: FlaskClient) -> None:
    wrong = """
    /releases/feed.rss?kind=x /releases/feed.rss?topic=x /releases/1999/feed.rss /releases/2026/10/feed.rss
    /releases/feed.rss?page=9 /clips/feed.rss?outlet=x /clips/feed.rss?year=abc /clips/feed.rss?page=7 /search/feed.rss
    /search/feed.rss?kind=x /search/feed.rss?q=genome&page=3 /webcasts/feed.rss?page=2 /annual-meeting/1999/feed.rss
    /releases/feed.exe /feeds/podcast.atom /feeds/releases/2026-13.atom /feeds/releases/2026-11.atom
    /feeds/releases/2027-01.atom /feeds/releases/2026-10.atom /feeds/clips/1.atom /feeds/clips/0.atom
    """
    for address in wrong.split():
        assert client.get(address).status_code == 404, address
    assert SECRET not in client.get("/releases/2026/11/feed.json").text
    for address in (f"/search/feed.json?q={SECRET}", f"/clips/feed.json?q={SECRET}"):
        assert titles(client, address) == []


# Stable --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("content")
def test_no_reader_ever_shows_or_announces_anything_twice(
    client: FlaskClient, staff: Staff, clock_at: Clock, settle: Any
) -> None:
    """Two readers of each feed, through edits, a correction, a withdrawal, and its being published anew."""
    views = ["/feeds/releases", "/releases/feed", "/releases/2026/feed", "/search/feed?q=genomes", "/feeds/clips"]
    views += ["/clips/feed", "/clips/feed?q=doctor", "/feeds/webcasts", "/webcasts/feed", "/annual-meeting/feed"]
    kinds = {"rss": (Forgiving, Strict), "atom": (Forgiving, Strict), "json": (Json,)}
    shelves = {
        (path := view.partition("?"))[0] + f".{fmt}" + path[1] + path[2]: [reader() for reader in readers]
        for view in views
        for fmt, readers in kinds.items()
    }

    def poll() -> None:
        settle()
        for address, readers in shelves.items():
            for reader in readers:
                reader.read(client.get(address).data)  # type: ignore[attr-defined]

    def at(hours: int) -> datetime:
        clock_at(NOON + timedelta(hours=hours))
        return NOON + timedelta(hours=hours)

    with staff():
        made = meeting()
        meetings.add_briefing(made, by=None, now=NOON, title="Genomes at noon", starts_at=NOON, minutes=30)
        uid = made.uid
    poll()
    now = at(1)
    with staff() as cast:
        release = db.session.scalars(select(Release).where(Release.headline == "Fellows begin work")).one()
        releases.correct(release, by=cast.ada, now=now, note="They began.", headline="Fellows began work")
        found = db.session.scalars(select(Clip)).one()
        clips.edit(found, by=cast.ada, now=now, headline="What your doctor forgot")
        cast_web = db.session.scalars(select(Webcast)).one()
        webcasts.edit(cast_web, by=cast.ada, now=now, title="How to read a test of genomes")
        made = db.session.merge(made)
        meetings.edit_briefing(made, made.briefings[0], by=None, now=now, title="Genomes at one")
    poll()
    now = at(2)
    with staff() as cast:
        release = db.session.merge(release)
        releases.withdraw(release, by=cast.ada, now=now, reason="Wrong fellows.")
        clips.withdraw(db.session.merge(found), by=cast.ada, now=now, reason="Not about us.")
        meetings.withdraw(db.session.merge(made), by=None, now=now, reason="Moved.")
    poll()
    now = at(3)
    with staff() as cast:
        public(now=now, headline="Fellows began work", body="About genomes.")
        meetings.publish(db.session.merge(made), by=None, now=now)
        clip(headline="What a doctor forgot")
    poll()
    poll()
    for address, readers in shelves.items():
        for reader in readers:
            again = {one for one in reader.announced if reader.announced.count(one) > 1}
            came_back = {f"urn:uuid:{uid}"} if isinstance(reader, Strict) and "search" in address else set()
            assert again <= came_back, f"{address}: only the meeting was gone in between"
            live = [title for title in reader.shown.values() if not title.startswith("Withdrawn:")]
            if "?q=" not in address or (".atom" in address and isinstance(reader, Strict)):
                assert len(set(live)) == len(live) or isinstance(reader, Forgiving), address
    strict = shelves["/feeds/releases.atom"][1]
    assert sorted(strict.shown.values()) == ["Family history goes unasked", "Fellows began work"]
    assert len(strict.announced) == 3
    for address in ("/feeds/releases.rss", "/releases/2026/feed.rss", "/releases/feed.json"):
        assert sorted(shelves[address][0].shown.values()) == [
            *("Family history goes unasked", "Fellows began work", "Withdrawn: Fellows began work")
        ]
    programme = shelves["/annual-meeting/feed.atom"][1]
    assert sorted(programme.shown.values()) == ["Annual meeting 2027", "Genomes at one"]
    assert len(programme.announced) == 2
    assert sorted(shelves["/clips/feed.rss?q=doctor"][0].shown.values())[0] == "What a doctor forgot"


@pytest.mark.usefixtures("content")
def test_an_edit_that_takes_something_out_of_a_view_is_seen_by_date_and_by_tag(
    client: FlaskClient, staff: Staff, clock_at: Clock
) -> None:
    with staff() as cast:
        release = db.session.scalars(select(Release).where(Release.headline == "Fellows begin work")).one()
        releases.edit(release, by=cast.ada, now=NOON, topics=("Fellows",))
        other = db.session.scalars(select(Release).where(Release.headline == "Family history goes unasked")).one()
        releases.edit(other, by=cast.ada, now=NOON, topics=("Fellows",))
    address, later = "/releases/feed.atom?topic=fellows", NOON + timedelta(minutes=1)
    clock_at(later)
    first = client.get(address)
    for header, condition in (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since")):
        assert client.get(address, headers={condition: first.headers[header]}).status_code == 304
    head = client.head(address)
    assert (head.data, head.headers["ETag"], head.headers["Last-Modified"]) == (
        *(b"", first.headers["ETag"], first.headers["Last-Modified"]),
    )
    assert not first.headers["ETag"].startswith("W/")
    with staff() as cast:
        release = db.session.scalars(select(Release).where(Release.headline == "Fellows begin work")).one()
        releases.edit(release, by=cast.ada, now=NOON, topics=())  # with no newer date than what stays
    clock_at(later + timedelta(minutes=1))
    for header, condition in (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since")):
        again = client.get(address, headers={condition: first.headers[header]})
        assert again.status_code == 200
        assert "Fellows begin work" not in again.text


# All of it -----------------------------------------------------------------------------------------------


def links(body: bytes) -> dict[str, str]:
    """rel → path of the links of an Atom feed's head."""
    found = etree.fromstring(body).findall(f"{ATOM}link")
    return {link.get("rel"): link.get("href").removeprefix(SITE) for link in found}


def ids(body: bytes) -> list[str]:
    return [entry.findtext(f"{ATOM}id") for entry in etree.fromstring(body).findall(f"{ATOM}entry")]


def walk(client: FlaskClient, address: str, rel: str) -> Iterator[tuple[str, bytes]]:
    """The documents from *address* on, following *rel*."""
    seen = set()
    while address:
        assert address not in seen
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert not problems(client, address)
        yield address, answer.data
        address = links(answer.data).get(rel, "")


def test_archives_hold_what_the_feed_does_not_and_stay_as_they_are(
    client: FlaskClient, staff: Staff, clock_at: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    few(monkeypatch, 4)
    months = [datetime(2026, month, 15, tzinfo=UTC) for month in (7, 9, 10)]
    with staff():
        for month, n in itertools.product(months, range(2)):
            clock_at(month)
            public(now=month, headline=f"{month:%B} {n}")
        published_at = webcast(title="In July")
        webcasts.publish(published_at, by=None, now=months[0])
        for n in range(11):
            clip(headline=f"Clip {n}", published_on=date(2026, 1, 20 - n))
    clock_at(NOON)
    with staff():
        for n in range(6):
            public(now=NOON - timedelta(hours=n), headline=f"November {n}")
    found = dict(walk(client, "/feeds/releases.atom", "prev-archive"))
    assert list(found) == [
        "/feeds/releases.atom",
        *(f"/feeds/releases/2026-{month}.atom" for month in ("10", "09", "07")),
    ]
    every = list(itertools.chain(*map(ids, found.values())))
    assert (len(every), len(set(every))) == (12, 12), "all of the running month is in the feed itself"
    july = client.get("/feeds/releases/2026-07.atom")
    assert links(july.data)["current"] == "/feeds/releases.atom"
    assert links(july.data)["next-archive"] == "/feeds/releases/2026-09.atom"
    assert "next-archive" not in links(found["/feeds/releases/2026-10.atom"])
    assert list(dict(walk(client, "/feeds/webcasts.atom", "prev-archive"))) == [
        "/feeds/webcasts.atom",
        "/feeds/webcasts/2026-07.atom",
    ]
    of_clips = dict(walk(client, "/feeds/clips.atom", "prev-archive"))
    assert list(of_clips) == ["/feeds/clips.atom", "/feeds/clips/2.atom", "/feeds/clips/1.atom"]
    assert len(set(itertools.chain(*map(ids, of_clips.values())))) == 11
    for fmt in ("rss", "json"):
        for address in ("/feeds/releases", "/feeds/releases/2026-09", "/feeds/clips", "/feeds/clips/1"):
            assert not problems(client, f"{address}.{fmt}")

    with staff() as cast:
        public(now=NOON, headline="Late in November")
        old = db.session.scalars(select(Release).where(Release.headline == "September 1")).one()
        releases.correct(old, by=cast.ada, now=NOON, note="It was August.")
    clock_at(NOON + timedelta(hours=1))
    assert client.get("/feeds/releases/2026-07.atom").data == july.data
    assert "It was August." in client.get("/feeds/releases.atom").text, "who read the archive once hears of it"
    clock_at(datetime(2026, 12, 1, tzinfo=UTC) - timedelta(seconds=1))
    assert client.get("/feeds/releases/2026-11.atom").status_code == 404
    before = client.get("/feeds/releases.atom")
    clock_at(datetime(2026, 12, 1, tzinfo=UTC))
    assert len(ids(client.get("/feeds/releases/2026-11.atom").data)) == 7
    assert links(before.data)["prev-archive"] == "/feeds/releases/2026-10.atom"
    assert links(client.get("/feeds/releases.atom").data)["prev-archive"] == "/feeds/releases/2026-11.atom"
    assert ids(client.get("/feeds/releases/2026-07.atom").data) == ids(july.data)
    with staff() as cast:
        gone = db.session.scalars(select(Release).where(Release.headline == "July 0")).one()
        releases.withdraw(gone, by=cast.ada, now=clock.now(), reason="No cats.")
        stone = f'deleted-entry ref="urn:uuid:{gone.uid}"'
    left = client.get("/feeds/releases/2026-07.atom")
    assert len(ids(left.data)) == 1
    assert "July 0" not in left.text
    assert stone in left.text


def few(patch: pytest.MonkeyPatch, items: int) -> None:
    """As many items in a document as a test cares to make."""
    for room in (release_feeds, clip_feeds, webcast_feeds, front_feeds):
        patch.setattr(room, "ITEMS", items)
    patch.setattr(clip_feeds, "PART", items)


def test_pages_of_a_view_hold_each_item_once(
    client: FlaskClient, staff: Staff, clock_at: Clock, settle: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    few(monkeypatch, 3)
    clock_at(NOON)
    with staff():
        for n in range(8):
            public(now=NOON - timedelta(minutes=n), headline=f"Release {n}")
        for n in range(9):
            clip(headline=f"Clip {n}")
    settle()
    views = {
        "/releases/feed.atom?kind=research": (3, 8),
        "/clips/feed.atom": (3, 9),
        "/search/feed.atom?q=clip": (3, 9),
        "/clips/feed.atom?q=clip&outlet=the-harbor-ledger": (3, 9),
    }
    for address, (pages, count) in views.items():
        found = dict(walk(client, address, "next"))
        every = list(itertools.chain(*map(ids, found.values())))
        assert (len(found), len(every), len(set(every))) == (pages, count, count), address
        first, last = next(iter(found)), list(found)[-1]
        assert links(found[last])["first"] == first == address
        assert links(found[first]).get("last", last) == last
        assert links(found[last])["previous"] == list(found)[-2]
        assert len({etree.fromstring(body).findtext(f"{ATOM}id") for body in found.values()}) == 1
        assert client.get(list(found)[1].replace(".atom", ".json")).get_json(force=True).get("next_url")


# Settings, podcast, calendars ----------------------------------------------------------------------------


@pytest.mark.usefixtures("content")
def test_the_terms_and_the_hub_are_named(app: Flask, client: FlaskClient, staff: Staff) -> None:
    app.config["WEBSUB_HUB"] = "https://hub.example/"
    terms = {"licence": "CC BY 4.0", "licence_address": "https://creativecommons.org/licenses/by/4.0/"}
    with staff() as cast:
        desk.save_settings(terms, by=cast.ada, now=NOON)
    atom = client.get("/feeds/releases.atom")
    assert links(atom.data)["hub"] == "https://hub.example/"
    assert links(atom.data)["license"] == terms["licence_address"]
    assert etree.fromstring(atom.data).findtext(f"{ATOM}rights") == "CC BY 4.0"
    assert atom.headers["Link"] == f'<https://hub.example/>; rel="hub", <{SITE}/feeds/releases.atom>; rel="self"'
    assert "<copyright>CC BY 4.0</copyright>" in client.get("/releases/feed.rss").text
    assert client.get("/feeds/webcasts.json").get_json(force=True)["hubs"] == [
        {"type": "WebSub", "url": "https://hub.example/"}
    ]
    clip_feed = client.get("/feeds/clips.atom").data
    assert "license" not in links(clip_feed), "what an outlet wrote is not ours to give"
    assert not problems(client, "/feeds/releases.atom") + problems(client, "/feeds/releases.rss")


def test_the_podcast_has_the_recordings_that_are_kept_here(client: FlaskClient, staff: Staff, clock_at: Clock) -> None:
    clock_at(NOON)
    with staff():
        found = published(recorded(title="Heard"))
        published(webcast(title="To come"))
        elsewhere = webcast(
            title="Elsewhere", starts_at=NOON - timedelta(days=2), video_url="https://v.example/1", transcript="Words."
        )
        published(elsewhere)
        recorded(title="Not yet", starts_at=NOON - timedelta(days=9))
        uid, captions, film = found.uid, found.captions.address, found.recording.address
    assert not problems(client, "/feeds/podcast.rss")
    (item,) = etree.fromstring(client.get("/feeds/podcast.rss").data).findall("channel/item")
    assert item.findtext("title") == "Heard"
    assert item.findtext("guid") == f"urn:uuid:{uid}"
    assert dict(item.find("enclosure").attrib)["url"] == SITE + film
    assert item.findtext(f"{feed_rules.ITUNES}duration") == "3600"
    assert [dict(words.attrib) for words in item.findall(f"{feed_rules.PODCAST}transcript")] == [
        {"url": SITE + captions, "type": "text/vtt", "language": "en-US", "rel": "captions"},
        {"url": f"{SITE}/webcasts/heard.txt", "type": "text/plain", "language": "en-US"},
    ]
    assert [person.text for person in item.findall(f"{feed_rules.PODCAST}person")] == ["Noor Haddad"]
    assert "Not yet" not in client.get("/feeds/podcast.rss").text
    for address in (captions, film, "/webcasts/heard.txt"):
        assert client.get(address).status_code == 200
    with staff():
        webcasts.withdraw(
            db.session.scalars(select(Webcast).where(Webcast.uid == uid)).one(), by=None, now=NOON, reason="No."
        )
    assert not etree.fromstring(client.get("/feeds/podcast.rss").data).findall("channel/item")


def test_calendars_move_what_moves(client: FlaskClient, staff: Staff, clock_at: Clock) -> None:
    clock_at(NOON)
    with staff():
        made = meeting()
        briefing = meetings.add_briefing(
            made, by=None, now=NOON, title="At ten", starts_at=NOON, minutes=30, place="Room 1"
        )
        found = published(webcast(title="Calendar"))
        waiting = webcast(title="Hidden")
        assert found.slug == "calendar-2", "the address of the calendar is nobody else's"
        assert waiting.public_from is None
    for address in ("/feeds/calendar.ics", "/webcasts/calendar.ics", "/annual-meeting/calendar.ics"):
        assert not problems(client, address)
    before = client.get("/feeds/calendar.ics")
    assert before.content_type == "text/calendar; charset=utf-8"
    events = {str(event["summary"]): event for event in feed_rules.Calendar.from_ical(before.data).walk("VEVENT")}
    assert set(events) == {"Annual meeting 2027", "Press briefing: At ten", "Calendar"}
    assert (events["Annual meeting 2027"]["dtstart"].dt, events["Annual meeting 2027"]["dtend"].dt) == (
        *(date(2027, 10, 19), date(2027, 10, 24)),
    )
    with staff():
        made, briefing = db.session.merge(made), db.session.merge(briefing)
        meetings.edit_briefing(
            made, briefing, by=None, now=NOON + timedelta(hours=1), starts_at=NOON + timedelta(days=1)
        )
    clock_at(NOON + timedelta(hours=2))
    after = client.get("/annual-meeting/calendar.ics", headers={"If-None-Match": before.headers["ETag"]})
    (moved,) = [one for one in feed_rules.Calendar.from_ical(after.data).walk("VEVENT") if "ten" in one["summary"]]
    old = events["Press briefing: At ten"]
    assert str(moved["uid"]) == str(old["uid"])
    assert moved["sequence"] > old["sequence"]
    assert moved["last-modified"].dt > old["last-modified"].dt
    assert (
        client.get("/annual-meeting/calendar.ics", headers={"If-None-Match": after.headers["ETag"]}).status_code == 304
    )


def test_a_meeting_of_before_is_known_by_where_it_stands(client: FlaskClient, staff: Staff, clock_at: Clock) -> None:
    clock_at(NOON)
    with staff():
        made = meeting()
        briefing = meetings.add_briefing(made, by=None, now=NOON, title="At ten", starts_at=NOON, minutes=30)
        made.uid = briefing.uid = briefing.created_at = briefing.updated_at = None
    for address in ("/annual-meeting/2027/feed.atom", "/annual-meeting/2027/feed.json", "/annual-meeting/calendar.ics"):
        assert not problems(client, address)


@pytest.mark.usefixtures("content")
def test_a_feed_of_a_view_takes_few_queries(client: FlaskClient, queries: Callable[[int], Any]) -> None:
    budgets = {
        "/releases/feed.rss?kind=research": 12,  # the first of an edition: what the filters hold, and until when
        "/clips/feed.atom?outlet=the-harbor-ledger": 7,
        "/clips/feed.json?q=doctor": 5,
        "/search/feed.json?q=genome+OR+the": 9,
        "/search/feed.atom?q=genome": 11,
        "/webcasts/feed.rss": 4,
        "/annual-meeting/feed.rss": 3,
        "/feeds/podcast.rss": 3,
        "/feeds/calendar.ics": 4,
        "/feeds/": 10,
        "/feeds/all.opml": 10,
    }
    for address, most in budgets.items():
        with queries(most):
            assert client.get(address).status_code == 200
