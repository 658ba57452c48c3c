"""The nine feeds: valid by their standards, exact in time, stable for subscribers, cheap to poll."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import feedparser
import pytest
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from pressroom.clips import actions as clips
from pressroom.clips.models import Clip
from pressroom.kit.db import db
from pressroom.media.models import Asset
from pressroom.releases import actions as releases
from pressroom.releases.models import Release
from pressroom.releases.rules import Evidence, PeerReview, ReleaseKind, Subject
from pressroom.webcasts import actions as webcasts
from pressroom.webcasts.models import Webcast
from tests.conftest import NOON
from tests.front.conftest import SECRET

FORMATS = ("rss", "atom", "json")
ADDRESSES = [f"/feeds/{room}.{fmt}" for room in ("releases", "clips", "webcasts") for fmt in FORMATS]
TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
ATOM = "{http://www.w3.org/2005/Atom}"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)")

Staff = Callable[[], Any]
Clock = Callable[[datetime], None]


def fetch(client: FlaskClient, address: str, **headers: str) -> TestResponse:
    answer = client.get(address, headers={name.replace("_", "-"): value for name, value in headers.items()})
    assert "Set-Cookie" not in answer.headers
    return answer


def entries(client: FlaskClient, room: str) -> list[Mapping[str, Any]]:
    """The items of a room's JSON Feed."""
    found: list[Mapping[str, Any]] = fetch(client, f"/feeds/{room}.json").get_json(force=True)["items"]
    return found


# Valid ---------------------------------------------------------------------------------------------------


def check(address: str, answer: TestResponse, *, filled: bool) -> None:
    """*answer* is a valid feed in the format that its address names, with items when it is *filled*."""
    fmt = address.rpartition(".")[2]
    assert answer.status_code == 200
    assert answer.content_type == f"{TYPES[fmt]}; charset=utf-8"
    own = f"http://127.0.0.1:8000{address}"
    {"rss": check_rss, "atom": check_atom, "json": check_json}[fmt](answer.data, own, filled)
    if fmt != "json":
        read = feedparser.parse(answer.data)
        assert not read.bozo
        assert bool(read.entries) is filled


def check_rss(body: bytes, own: str, filled: bool) -> None:
    """By the RSS Advisory Board's specification and Best Practices Profile."""
    channel = etree.fromstring(body)[0]
    assert [len(channel.findall(name)) for name in ("title", "link", "description", "lastBuildDate")] == [1] * 4
    assert [link.get("href") for link in channel.findall(f"{ATOM}link") if link.get("rel") == "self"] == [own]
    assert absolute(channel.findtext("link"))
    parsedate_to_datetime(channel.findtext("lastBuildDate") or "")
    items = channel.findall("item")
    assert bool(items) is filled
    for item in items:
        assert (item.findtext("title") or "").strip()
        assert absolute(item.findtext("link"))
        assert [guid.get("isPermaLink") for guid in item.findall("guid")] == ["false"]
        assert len(item.findall("enclosure")) <= 1
        parsedate_to_datetime(item.findtext("pubDate") or "")
        check_html(item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded") or "")
    unique([item.findtext("guid") for item in items])


def check_atom(body: bytes, own: str, filled: bool) -> None:
    """By RFC 4287, section 4."""
    feed = etree.fromstring(body)
    elements = [feed, *feed.findall(f"{ATOM}entry")]
    assert (len(elements) > 1) is filled
    for element in elements:
        assert [len(element.findall(f"{ATOM}{name}")) for name in ("id", "title", "updated")] == [1, 1, 1]
        assert RFC_3339.fullmatch(element.findtext(f"{ATOM}updated") or "")
        links = element.findall(f"{ATOM}link")
        assert all(absolute(link.get("href")) for link in links)
        assert [link.get("type") for link in links if link.get("rel") == "alternate"] == ["text/html"]
        check_html(element.findtext(f"{ATOM}content") or "")
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    assert [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"] == [own]
    for entry in elements[1:]:
        published, updated = (entry.findtext(f"{ATOM}{name}") or "" for name in ("published", "updated"))
        assert RFC_3339.fullmatch(published)
        assert published <= updated
    unique([element.findtext(f"{ATOM}id") for element in elements])


def check_json(body: bytes, own: str, filled: bool) -> None:
    """By JSON Feed 1.1."""
    feed = json.loads(body)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    assert feed["feed_url"] == own
    assert bool(feed["items"]) is filled
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert absolute(item["url"])
        assert item.get("content_html") or item.get("content_text")
        assert RFC_3339.fullmatch(item["date_published"])
        check_html(item.get("content_html", ""))
    unique([item["id"] for item in feed["items"]])


def check_html(content: str) -> None:
    """What is read away from its site has no relative address in it, and nothing that runs."""
    for address in re.findall(r'(?:href|src)="([^"]*)"', content):
        assert absolute(address) or address.startswith(("mailto:", "tel:"))
    assert "<script" not in content


def absolute(address: str | None) -> bool:
    return (address or "").startswith(("http://", "https://"))


def unique(names: list[Any]) -> None:
    assert len(set(names)) == len(names)


def test_an_empty_press_room_has_valid_feeds(client: FlaskClient) -> None:
    for address in ADDRESSES:
        check(address, fetch(client, address), filled=False)


@pytest.mark.usefixtures("content")
def test_a_filled_press_room_has_valid_feeds(client: FlaskClient) -> None:
    for address in ADDRESSES:
        check(address, fetch(client, address), filled=True)


def test_odd_text_makes_valid_feeds(client: FlaskClient, staff: Staff, clock_at: Clock) -> None:
    clock_at(NOON)
    odd = "Odd <b> & ]]> “\u202e” 𝛼\x0b\ufffe"
    with staff() as cast:
        release = releases.create(
            by=cast.ada,
            now=NOON,
            kind=ReleaseKind.RESEARCH,
            headline=odd,
            body=f"{odd}\n\n[in](/fact-sheet) <script>x</script>",
            study_title=odd,
            study_doi="10.1000/a(b)&c;d",
            topics=("A & B",),
        )
        releases.publish(release, by=cast.ada, now=NOON)
        webcast = webcasts.create(
            by=cast.ada, now=NOON, title=odd, starts_at=NOON, minutes=5, zone="UTC", speakers=[{"name": odd}]
        )
        webcasts.publish(webcast, by=cast.ada, now=NOON)
        clips.add(by=cast.ada, now=NOON, headline=odd, outlet=odd, published_on=date(2026, 11, 1), excerpt=odd)
    for address in ADDRESSES:
        check(address, fetch(client, address), filled=True)


# Exact in time -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("fmt", FORMATS)
def test_an_embargo_is_kept_and_lifted_to_the_second(client: FlaskClient, clock_at: Clock, fmt: str) -> None:
    lift = NOON + timedelta(days=2)
    address = f"/feeds/releases.{fmt}"
    clock_at(lift - timedelta(seconds=1))
    before = fetch(client, address)
    assert SECRET not in before.text
    assert fetch(client, address, If_None_Match=before.headers["ETag"]).status_code == 304
    clock_at(lift)
    after = fetch(client, address, If_None_Match=before.headers["ETag"])
    assert after.status_code == 200
    assert SECRET in after.text
    assert after.last_modified == lift
    assert entries(client, "releases")[0]["date_published"] == "2026-11-21T17:00:00Z"


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("fmt", FORMATS)
def test_what_is_withdrawn_says_so_and_why_and_no_more(
    client: FlaskClient, staff: Staff, clock_at: Clock, fmt: str
) -> None:
    later, address = NOON + timedelta(hours=1), f"/feeds/releases.{fmt}"
    first = fetch(client, address)
    (before,) = [item for item in entries(client, "releases") if item["title"] == "Fellows begin work"]
    with staff() as cast:
        release = db.session.scalars(select(Release).where(Release.headline == "Fellows begin work")).one()
        releases.edit(release, by=cast.ada, now=NOON, body="They begin in marzipan.", topics=("Marzipan",))
        releases.withdraw(release, by=cast.ada, now=later, reason="It named the wrong fellows.")
    clock_at(later - timedelta(seconds=1))
    assert "marzipan" in fetch(client, address).text
    clock_at(later)
    headers = {"If_None_Match": first.headers["ETag"], "If_Modified_Since": first.headers["Last-Modified"]}
    again = fetch(client, address, **headers)
    assert again.status_code == 200
    assert again.last_modified == later
    check(address, again, filled=True)
    assert "marzipan" not in again.text.lower()
    assert "It named the wrong fellows." in again.text
    assert before["id"] in again.text
    if fmt == "atom":
        (stone,) = etree.fromstring(again.data).findall("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
        assert dict(stone.attrib) == {"ref": before["id"], "when": "2026-11-19T18:00:00Z"}
        assert "Fellows begin work" not in again.text
    else:
        (gone,) = [item for item in entries(client, "releases") if item["id"] == before["id"]]
        assert gone["title"] == "Withdrawn: Fellows begin work"
        assert gone["date_published"] == before["date_published"]
        assert "tags" not in gone
    clock_at(later + timedelta(hours=9))
    assert fetch(client, address).data == again.data
    assert fetch(client, address, If_None_Match=again.headers["ETag"]).status_code == 304


@pytest.mark.usefixtures("content")
def test_each_room_s_feed_has_tombstones_of_what_was_public(client: FlaskClient, staff: Staff, clock_at: Clock) -> None:
    later = NOON + timedelta(hours=1)
    with staff() as cast:
        clips.withdraw(db.session.scalars(select(Clip)).one(), by=cast.ada, now=later, reason="Not about us.")
        webcasts.withdraw(db.session.scalars(select(Webcast)).one(), by=cast.ada, now=later, reason="Not to be held.")
        hidden = db.session.scalars(select(Release).where(Release.embargoed)).one()
        hidden.withdrawn_at, hidden.withdrawal_reason = later, f"No {SECRET}."
    clock_at(NOON + timedelta(days=9))
    for address in ADDRESSES:
        answer = fetch(client, address)
        check(address, answer, filled="releases" in address or "atom" not in address)
        assert SECRET not in answer.text, "withdrawn before it was public: there was nothing to take back"
        assert ("deleted-entry" in answer.text) is ("atom" in address and "releases" not in address)
    assert entries(client, "clips")[0]["title"] == "Withdrawn: The question your doctor forgot to ask"
    assert entries(client, "clips")[0]["content_text"] == "Not about us."
    assert "A chart of" not in fetch(client, "/feeds/clips.json").text
    assert entries(client, "webcasts")[0]["title"] == "Withdrawn: How to read a genetic test"
    for item in (*entries(client, "clips"), *entries(client, "webcasts")):
        assert client.get(item["url"].removeprefix("http://127.0.0.1:8000")).status_code == 410


@pytest.mark.usefixtures("content")
def test_a_recording_comes_when_the_webcast_is_over(client: FlaskClient, staff: Staff, clock_at: Clock) -> None:
    (announced,) = entries(client, "webcasts")
    assert "attachments" not in announced
    assert "Begins Thursday, 3 December 2026, 12:00 EST (UTC−05:00)" in announced["content_html"]
    over = NOON + timedelta(days=15)
    with staff() as cast:
        webcast = db.session.scalars(select(Webcast)).one()
        webcasts.edit(webcast, by=cast.ada, now=over, transcript="Every word.")
        webcast.recording = asset("talk.webm", "video/webm", 1000)
    clock_at(over)
    (recorded,) = entries(client, "webcasts")
    assert recorded["id"] == announced["id"]
    assert recorded["date_published"] == announced["date_published"]
    assert recorded["date_modified"] > announced["date_modified"]
    assert [(file["mime_type"], file["size_in_bytes"]) for file in recorded["attachments"]] == [("video/webm", 1000)]


# Stable for subscribers ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("content")
def test_a_correction_moves_nothing_but_updated(client: FlaskClient, staff: Staff, clock_at: Clock) -> None:
    before = entries(client, "releases")
    later = NOON + timedelta(hours=3)
    with staff() as cast:
        release = db.session.scalars(select(Release).where(Release.headline == "Family history goes unasked")).one()
        releases.correct(release, by=cast.ada, now=later, note="The share was 12 % & not 21 %.", headline="Corrected")
    clock_at(later)
    after = entries(client, "releases")
    assert [item["id"] for item in after] == [item["id"] for item in before]
    assert [item["date_published"] for item in after] == [item["date_published"] for item in before]
    assert after[1]["title"] == "Corrected"
    assert after[1]["date_modified"] == "2026-11-19T20:00:00Z"
    assert after[1]["content_html"].startswith(
        "<p><strong>Correction, 19 November 2026:</strong> The share was 12 % &amp;"
    )
    atom = etree.fromstring(fetch(client, "/feeds/releases.atom").data).findall(f"{ATOM}entry")[1]
    rss = etree.fromstring(fetch(client, "/feeds/releases.rss").data)[0].findall("item")[1]
    assert atom.findtext(f"{ATOM}id") == rss.findtext("guid") == before[1]["id"]
    assert atom.findtext(f"{ATOM}published") == "2026-11-19T15:00:00+00:00"
    assert atom.findtext(f"{ATOM}updated") == "2026-11-19T20:00:00+00:00"
    assert rss.findtext("pubDate") == "Thu, 19 Nov 2026 15:00:00 GMT"


@pytest.mark.usefixtures("content")
def test_evidence_labels_kinds_and_topics_are_categories(client: FlaskClient, staff: Staff) -> None:
    with staff() as cast:
        release = db.session.scalars(select(Release).where(Release.headline == "Family history goes unasked")).one()
        labels = {"peer_review": PeerReview.PREPRINT, "evidence": Evidence.OBSERVATIONAL, "subject": Subject.PEOPLE}
        releases.edit(release, by=cast.ada, now=NOON, topics=("Family history", "Embryos & law"), **labels)
    entry = next(
        entry
        for entry in etree.fromstring(fetch(client, "/feeds/releases.atom").data).findall(f"{ATOM}entry")
        if entry.findtext(f"{ATOM}title") == "Family history goes unasked"
    )
    found = {
        one.get("scheme").rpartition("/releases/#")[2]: (one.get("term"), one.get("label"))
        for one in entry.findall(f"{ATOM}category")[:-1]
    }
    assert found == {
        "kind": ("research", "Research"),
        "peer-review": ("preprint", "Preprint, not peer-reviewed"),
        "study-type": ("observational", "Observational study"),
        "subject": ("people", "In people"),
        "topic": ("family-history", "Family history"),
    }
    filed = (item["tags"] for item in entries(client, "releases"))
    assert next(tags for tags in filed if tags[1:]) == [
        *(label for _, label in found.values()),
        "Embryos & law",
    ]
    index = client.get("/releases/").page  # type: ignore[attr-defined]
    assert set(found) <= set(index.xpath("//section[@class='facet']/@id")), "each scheme is an address of its list"


@pytest.mark.usefixtures("content")
def test_a_release_brings_its_lead_picture(client: FlaskClient, staff: Staff) -> None:
    with staff() as cast:
        release = db.session.scalars(select(Release).where(Release.headline == "Fellows begin work")).one()
        for name in ("lead.png", "second.png"):
            releases.add_picture(release, asset(name, "image/png", 77), by=cast.ada, now=NOON)
    item = feedparser.parse(fetch(client, "/feeds/releases.rss").data).entries[0]
    (file,) = item.enclosures
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/media/[\w-]{22}/lead\.png", file.href)
    assert (file.type, file.length) == ("image/png", "77")
    made = {"name": "320", "media_type": "image/webp", "width": 320, "height": 200, "bytes": 9, "sha256": "1" * 64}
    with staff():  # as the job writes it, past the session and the version of the row
        db.session.execute(update(Asset.__table__).values(renditions=[made], recipe="of its bytes and its words"))
    (small,) = feedparser.parse(fetch(client, "/feeds/releases.rss").data).entries[0].media_thumbnail[:1]
    assert small["url"] == file.href.replace("lead.png", "320/lead.webp")


@pytest.mark.usefixtures("content")
def test_a_clip_gives_the_excerpt_and_the_way_to_the_story(client: FlaskClient) -> None:
    (item,) = entries(client, "clips")
    assert item["title"] == "The question your doctor forgot to ask"
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/clips/\d+", item["url"])
    assert item["external_url"] == "https://harbor.example/story"
    assert item["authors"] == [{"name": "The Harbor Ledger"}]
    assert item["date_published"] == "2026-11-17T05:00:00Z"  # midnight in New York
    assert 'href="https://harbor.example/story"' in item["content_html"]


@pytest.mark.usefixtures("content")
def test_a_story_that_is_found_late_comes_first(client: FlaskClient, staff: Staff, clock_at: Clock) -> None:
    later = NOON + timedelta(minutes=1)
    with staff() as cast:
        clips.add(by=cast.ada, now=later, headline="Found late", outlet="Old Post", published_on=date(1998, 3, 1))
    clock_at(later)
    assert entries(client, "clips")[0]["title"] == "Found late"


def asset(name: str, media_type: str, size: int) -> Asset:
    """A file's row; feeds never open the file."""
    made = Asset(sha256="0" * 64, media_type=media_type, name=name, bytes=size, alt=name, created_at=NOON)
    db.session.add(made)
    db.session.flush()
    return made


# Cheap to poll -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("content")
def test_a_poll_with_nothing_new_is_304(client: FlaskClient, clock_at: Clock) -> None:
    first = {address: fetch(client, address) for address in ADDRESSES}
    clock_at(NOON + timedelta(hours=5))
    for address, answer in first.items():
        assert not answer.headers["ETag"].startswith("W/")
        for condition, header in (("If_None_Match", "ETag"), ("If_Modified_Since", "Last-Modified")):
            again = fetch(client, address, **{condition: answer.headers[header]})
            assert again.status_code == 304
            assert again.data == b""
        assert fetch(client, address).data == answer.data


@pytest.mark.usefixtures("content")
def test_a_feed_takes_few_queries(client: FlaskClient, queries: Callable[[int], Any]) -> None:
    for address in ADDRESSES:
        with queries(6):
            fetch(client, address)


def test_methods(client: FlaskClient) -> None:
    for address in ADDRESSES:
        head = client.head(address)
        assert head.status_code == 200
        assert head.data == b""
        assert head.headers["ETag"] == fetch(client, address).headers["ETag"]
        assert client.post(address).status_code in {400, 405}  # refused for want of a token, or by the route


def test_there_are_no_other_feeds(client: FlaskClient) -> None:
    for address in ("/feeds/releases.exe", "/feeds/releases.RSS", "/feeds/people.rss", "/feeds/.rss"):
        assert client.get(address).status_code == 404


def test_pages_say_where_the_feeds_are(client: FlaskClient) -> None:
    def advertised() -> Iterator[str]:
        for path in ("/", "/feeds/"):
            page = client.get(path).page  # type: ignore[attr-defined]
            yield from page.xpath("//*[self::a or self::link][starts-with(@href, '/feeds/')]/@href")

    found = set(advertised()) - {"/feeds/", "/feeds/all.opml"}
    assert found == {*ADDRESSES, "/feeds/podcast.rss", "/feeds/calendar.ics"}
