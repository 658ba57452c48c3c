"""Feeds: valid by their standards, the same bytes for the same content, and answered conditionally."""

from __future__ import annotations

import json
import locale
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import feedparser
import pytest
from flask import Flask, Response
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from werkzeug.exceptions import NotFound

from pressroom.kit.syndication import (
    FORMATS,
    Category,
    Extent,
    Feed,
    FeedError,
    Item,
    Link,
    Media,
    Near,
    Tombstone,
    respond,
    written,
)
from pressroom.kit.syndication.addresses import uri
from pressroom.kit.syndication.podcast import Episode, Show, Transcript, guid
from tests.feed_rules import CHECKS

NAMES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
}
SITE = "https://press.example"
FIRST = datetime(2026, 11, 1, 9, tzinfo=UTC)
CHANGED = datetime(2026, 11, 3, 10, 0, 30, 999, tzinfo=timezone(timedelta(hours=2)))

ITEM = Item(
    id="urn:uuid:6f8e1d2c-0000-4000-8000-000000000001",
    title="Genes <b> & \x00\n “quotes”",
    link=f"{SITE}/releases/2026/genes",
    published=FIRST,
    updated=CHANGED,
    html=(
        '<p>See <a href="/fact-sheet">facts</a>, <a href="#notes">notes</a>, '
        '<img src="../m/1.png" alt=""> &#1; &lt;p&gt;</p>'
    ),
    summary="p < 0.05 & more",
    author="Ada Lindqvist",
    categories=("Research", "", "Rare disease", "Research"),
    enclosures=(
        Link(f"{SITE}/m/1.png", rel="enclosure", type="image/png", title="A helix", length=120),
        Link(f"{SITE}/m/2.png", rel="enclosure", type="image/png"),
    ),
    links=(Link("https://outlet.example/story", rel="related"),),
    language="es",
)
OLDER = Item(
    id="urn:uuid:6f8e1d2c-0000-4000-8000-000000000002",
    title="Older",
    link=f"{SITE}/releases/2026/older",
    published=FIRST - timedelta(days=9),
    updated=FIRST - timedelta(days=10),
)
EMPTY = Feed(
    id=f"{SITE}/feeds/releases",
    title="Society: releases",
    description="Releases & more",
    link=f"{SITE}/releases/",
    address=f"{SITE}/feeds/releases",
    updated=datetime(2026, 1, 1, tzinfo=UTC),
    author="Society",
)
FEED = replace(EMPTY, items=(ITEM, OLDER), links=(Link("https://hub.example/", rel="hub"),), language="en-GB")


def xml(feed: Feed, fmt: str) -> etree._Element:
    return etree.fromstring(written(feed, fmt).body)


def texts(element: etree._Element, path: str) -> list[str]:
    return [found.text or "" for found in element.findall(path, NAMES)]


# RSS -----------------------------------------------------------------------------------------------------


def test_the_channel_links_to_the_page_and_to_itself() -> None:
    channel = xml(FEED, "rss").find("channel")
    assert channel is not None
    assert texts(channel, "link") == [f"{SITE}/releases/"]
    links = [dict(link.attrib) for link in channel.findall("atom:link", NAMES)]
    assert links == [
        {"href": f"{SITE}/feeds/releases.rss", "rel": "self", "type": "application/rss+xml"},
        {"href": "https://hub.example/", "rel": "hub"},
    ]


def test_the_channel_says_when_its_newest_change_was() -> None:
    channel = xml(FEED, "rss")[0]
    assert texts(channel, "lastBuildDate") == ["Tue, 03 Nov 2026 08:00:30 GMT"]
    assert texts(channel, "language") == ["en-GB"]
    assert texts(channel, "description") == ["Releases & more"]


def test_an_rss_item_follows_the_best_practices() -> None:
    item = xml(FEED, "rss").findall("channel/item")[0]
    assert texts(item, "title") == ["Genes <b> & “quotes”"]
    assert texts(item, "link") == [ITEM.link]
    assert [(guid.text, guid.get("isPermaLink")) for guid in item.findall("guid")] == [(ITEM.id, "false")]
    assert texts(item, "pubDate") == ["Sun, 01 Nov 2026 09:00:00 GMT"]
    assert texts(item, "description") == ["p &lt; 0.05 &amp; more"]  # a description is HTML
    assert texts(item, "category") == ["Research", "Rare disease"]
    assert texts(item, "dc:creator") == ["Ada Lindqvist"]
    assert item.find("author") is None  # that would have to be an e-mail address
    assert [dict(file.attrib) for file in item.findall("enclosure")] == [
        {"url": f"{SITE}/m/1.png", "length": "120", "type": "image/png"}
    ]
    names = [etree.QName(child).localname for child in item]
    assert names.index("encoded") > names.index("description")


def test_the_newest_item_comes_first() -> None:
    assert texts(xml(FEED, "rss"), "channel/item/guid") == [ITEM.id, OLDER.id]
    assert texts(xml(FEED, "atom"), "atom:entry/atom:id") == [ITEM.id, OLDER.id]


def test_addresses_in_html_are_absolute() -> None:
    (content,) = texts(xml(FEED, "rss"), "channel/item/content:encoded")
    assert f'href="{SITE}/fact-sheet"' in content
    assert f'href="{ITEM.link}#notes"' in content
    assert f'src="{SITE}/releases/m/1.png"' in content
    assert "&lt;p&gt;" in content
    assert texts(xml(FEED, "atom"), "atom:entry/atom:content") == [content]
    assert json.loads(written(FEED, "json").body)["items"][0]["content_html"] == content


# Atom ----------------------------------------------------------------------------------------------------


def test_an_atom_feed_has_what_the_standard_requires() -> None:
    feed = xml(FEED, "atom")
    assert feed.tag == "{http://www.w3.org/2005/Atom}feed"
    assert texts(feed, "atom:id") == [FEED.id]
    assert texts(feed, "atom:title") == [FEED.title]
    assert texts(feed, "atom:updated") == ["2026-11-03T08:00:30+00:00"]
    assert texts(feed, "atom:author/atom:name") == ["Society"]
    assert [dict(link.attrib) for link in feed.findall("atom:link", NAMES)] == [
        {"href": f"{SITE}/feeds/releases.atom", "rel": "self", "type": "application/atom+xml"},
        {"href": f"{SITE}/releases/", "rel": "alternate", "type": "text/html"},
        {"href": "https://hub.example/", "rel": "hub"},
    ]


def test_an_atom_entry_keeps_its_links_and_dates_apart() -> None:
    entry, older = xml(FEED, "atom").findall("atom:entry", NAMES)
    assert texts(entry, "atom:published") == ["2026-11-01T09:00:00+00:00"]
    assert texts(entry, "atom:updated") == ["2026-11-03T08:00:30+00:00"]
    assert texts(entry, "atom:summary") == ["p < 0.05 & more"]  # a summary is text
    assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "es"
    assert [dict(link.attrib) for link in entry.findall("atom:link", NAMES)] == [
        {"href": ITEM.link, "rel": "alternate", "type": "text/html"},
        {
            "href": f"{SITE}/m/1.png",
            "rel": "enclosure",
            "type": "image/png",
            "title": "A helix",
            "length": "120",
        },
        {"href": f"{SITE}/m/2.png", "rel": "enclosure", "type": "image/png"},
        {"href": "https://outlet.example/story", "rel": "related"},
    ]
    assert texts(older, "atom:updated") == texts(older, "atom:published")  # never before it


# JSON ----------------------------------------------------------------------------------------------------


def test_json_feed_says_the_same() -> None:
    feed = json.loads(written(FEED, "json").body)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"{SITE}/feeds/releases.json"
    assert feed["home_page_url"] == f"{SITE}/releases/"
    assert feed["authors"] == [{"name": "Society"}]
    item, older = feed["items"]
    assert item["id"] == ITEM.id
    assert item["url"] == ITEM.link
    assert item["external_url"] == "https://outlet.example/story"
    assert (item["date_published"], item["date_modified"]) == ("2026-11-01T09:00:00Z", "2026-11-03T08:00:30Z")
    assert item["tags"] == ["Research", "Rare disease"]
    assert item["attachments"][0] == {
        "url": f"{SITE}/m/1.png",
        "mime_type": "image/png",
        "title": "A helix",
        "size_in_bytes": 120,
    }
    assert older["content_text"] == "Older"  # one of content_html and content_text is required


# All formats ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fmt", FORMATS)
def test_an_empty_feed_is_valid_and_has_a_fixed_date(fmt: str) -> None:
    assert b"2026" in written(EMPTY, fmt).body or fmt == "json"
    assert EMPTY.changed == datetime(2026, 1, 1, tzinfo=UTC)
    if fmt != "json":
        assert not feedparser.parse(written(EMPTY, fmt).body).bozo


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_same_content_is_the_same_bytes(fmt: str) -> None:
    first = written(FEED, fmt)
    written.cache_clear()
    again = written(replace(FEED, items=(replace(ITEM), replace(OLDER))), fmt)
    assert again is not first
    assert again == first


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_change_changes_the_tag_but_no_id_and_no_date_of_publication(fmt: str) -> None:
    changed = replace(FEED, items=(replace(ITEM, title="Corrected", updated=CHANGED + timedelta(days=1)), OLDER))
    assert written(changed, fmt).etag != written(FEED, fmt).etag
    if fmt != "json":
        before, after = (feedparser.parse(written(feed, fmt).body).entries[0] for feed in (FEED, changed))
        assert (after.id, after.published) == (before.id, before.published)


@pytest.mark.parametrize("fmt", ["rss", "atom"])
def test_readers_read_it(fmt: str) -> None:
    read = feedparser.parse(written(FEED, fmt).body)
    assert not read.bozo
    assert read.feed.title == FEED.title
    assert read.feed.link == FEED.link
    assert [entry.id for entry in read.entries] == [ITEM.id, OLDER.id]
    assert read.entries[0].link == ITEM.link
    assert read.entries[0].author == "Ada Lindqvist"


def test_writing_leaves_the_locale_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def touched(*_: object) -> str:
        raise AssertionError("the locale belongs to the process, and threads share it")

    monkeypatch.setattr(locale, "setlocale", touched)
    written.cache_clear()
    assert written(FEED, "rss").body


GONE = Tombstone(
    id="urn:uuid:6f8e1d2c-0000-4000-8000-000000000003",
    title="Genes & dogs",
    link=f"{SITE}/releases/2026/dogs",
    published=FIRST - timedelta(days=1),
    withdrawn=FIRST + timedelta(days=5, microseconds=7),
    reason="The dogs were <cats> & \x01 not dogs.",
    by="Society",
)
BEREFT = replace(FEED, tombstones=(GONE,))


def test_atom_says_by_a_tombstone_what_was_taken_back() -> None:
    feed = xml(BEREFT, "atom")
    at = {"at": "http://purl.org/atompub/tombstones/1.0", **NAMES}
    (stone,) = feed.findall("at:deleted-entry", at)
    assert dict(stone.attrib) == {"ref": GONE.id, "when": "2026-11-06T09:00:00Z"}
    assert stone.findtext("at:by/atom:name", namespaces=at) == "Society"
    assert stone.findtext("at:comment", namespaces=at) == "The dogs were <cats> &  not dogs."
    (link,) = stone.findall("atom:link", at)
    assert (link.get("rel"), link.get("href")) == ("alternate", GONE.link)
    assert texts(feed, "atom:entry/atom:id") == [ITEM.id, OLDER.id]
    assert texts(feed, "atom:updated") == ["2026-11-06T09:00:00+00:00"]
    assert not feedparser.parse(written(BEREFT, "atom").body).bozo
    assert b"tombstones" not in written(FEED, "atom").body


def test_elsewhere_the_item_itself_says_that_it_is_gone() -> None:
    """With its id and date, where it stood: a reader shows it in the place of what it has."""
    items = json.loads(written(BEREFT, "json").body)["items"]
    assert [item["id"] for item in items] == [ITEM.id, GONE.id, OLDER.id]
    assert items[1] == {
        "id": GONE.id,
        "url": GONE.link,
        "title": "Withdrawn: Genes & dogs",
        "content_text": "The dogs were <cats> &  not dogs.",
        "summary": "The dogs were <cats> &  not dogs.",
        "date_published": "2026-10-31T09:00:00Z",
        "date_modified": "2026-11-06T09:00:00Z",
        "authors": [{"name": "Society"}],
    }
    channel = xml(BEREFT, "rss")[0]
    assert texts(channel, "item/guid") == [ITEM.id, GONE.id, OLDER.id]
    assert texts(channel, "item/title")[1] == "Withdrawn: Genes & dogs"
    assert texts(channel, "item/description")[1:2] == ["The dogs were &lt;cats&gt; &amp;  not dogs."]
    assert texts(channel, "lastBuildDate") == ["Fri, 06 Nov 2026 09:00:00 GMT"]
    for fmt in FORMATS:
        written.cache_clear()
        assert written(BEREFT, fmt) == written(replace(BEREFT, tombstones=(replace(GONE),)), fmt)


def test_a_category_names_its_list_of_words() -> None:
    categories = (Category("yes", "Peer-reviewed", f"{SITE}/releases/#peer-review"), "Genes", Category("Genes"))
    feed = replace(FEED, items=(replace(ITEM, categories=categories),))
    found = [dict(one.attrib) for one in xml(feed, "atom").findall("atom:entry/atom:category", NAMES)]
    assert found == [
        {"term": "yes", "label": "Peer-reviewed", "scheme": f"{SITE}/releases/#peer-review"},
        {"term": "Genes"},
    ]
    rss = [(one.text, one.get("domain")) for one in xml(feed, "rss").findall("channel/item/category")]
    assert rss == [("Peer-reviewed", f"{SITE}/releases/#peer-review"), ("Genes", None)]
    assert json.loads(written(feed, "json").body)["items"][0]["tags"] == ["Peer-reviewed", "Genes"]


HOSTILE = st.text(st.characters(), max_size=80)


ADDRESSES = st.builds("https://a.example/{}?q={}#{}".format, HOSTILE, HOSTILE, HOSTILE)


def hostile(text: str, address: str) -> Feed:
    """A feed with *text* and *address* wherever words and addresses may stand."""
    said = {"title": text, "caption": text, "credit": text, "terms": text}
    medium = Media(f"{SITE}/m/1.png", "image/png", 9, 4, 3, thumbnail=address, **said)
    words = (Transcript(address, "text/vtt", "en", captions=True),)
    item = replace(
        ITEM,
        title=text,
        summary=text,
        html=text,
        author=text,
        categories=(text, Category(text, text, f"{SITE}/#x")),
        links=(Link(address, rel="related", title=text),),
        media=(medium,),
        episode=Episode(60, image=address, transcripts=words, people=(text,)),
    )
    return replace(
        FEED,
        title=text,
        description=text,
        items=(item, OLDER),
        author=f"x {text}",
        rights=text,
        licence=address,
        hub=address,
        links=(),
        tombstones=(replace(GONE, title=text, reason=text or "x"),),
        near=(Near("current", f"{SITE}/feeds/releases"), Near("prev-archive", f"{SITE}/feeds/releases/2026-10")),
        extent=Extent.ARCHIVE,
    )


def wrong_in(feed: Feed) -> list[str]:
    """What breaks a rule, in any format, of a podcast too."""
    episodes = tuple(replace(item, enclosures=(SOUND,)) for item in feed.items if item.episode)
    show = Show(f"x {feed.title}", feed.title or "Science", feed.hub, "p@a.example", feed.title, feed.hub)
    heard = replace(feed, podcast=show, items=episodes, tombstones=())
    read = [(fmt, written(feed, fmt).body, feed.own_address(fmt)) for fmt in FORMATS]
    read.append(("podcast", written(heard, "rss").body, heard.own_address("rss")))
    return [f"{fmt}: {one}" for fmt, body, own in read for one in CHECKS[fmt](body, own)]


SOUND = Link(f"{SITE}/m/1.mp3", rel="enclosure", type="audio/mpeg", length=7)


@settings(max_examples=60, deadline=None)
@given(text=HOSTILE, address=ADDRESSES)
def test_any_text_and_any_address_break_no_rule(text: str, address: str) -> None:
    assert wrong_in(hostile(text, address)) == []


MEANT_TO_BREAK = (
    *(
        "]]>",
        "<![CDATA[",
        "&#0;&#x1;&amp;",
        "\ud800\udfff",
        "\u202eevil\u2066",
        "🧬" * 99,
        "x" * 100_000,
        "<b>&lt;b&gt;",
    ),
    *("", " \t\n", "<p>open", "<a href='relative'>x</a>", "\x00\x0b\x1f\x7f\x85\ufffe\uffff", "<!-- -->", "<?x y?>"),
)


def test_texts_that_were_meant_to_break_a_feed_do_not() -> None:
    for text in MEANT_TO_BREAK:
        assert wrong_in(hostile(text, f"https://ü.example/{text[:50]}")) == [], text[:50]


def test_the_rules_find_what_breaks_them() -> None:
    """A checker that finds nothing proves nothing."""
    rss, atom = written(FEED, "rss").body, written(FEED, "atom").body
    broken = [
        ("rss", rss.replace(b"<link>https://press.example/releases/</link>", b"<link>/releases/</link>")),
        ("rss", rss.replace(b"&#x3C;b", b"&lt;b")),
        ("rss", rss.replace(OLDER.id.encode(), ITEM.id.encode())),
        ("rss", rss.replace(b"Sun, 01 Nov", b"Mon, 01 Nov")),
        ("rss", rss.replace(b'rel="self"', b'rel="via"')),
        ("rss", rss.replace(b'length="120"', b'length=""')),
        ("rss", rss.replace(b"https://press.example/fact-sheet", b"/fact-sheet")),
        ("atom", atom.replace(b"<updated>2026-11-03", b"<updated>2026-10-03", 1)),
        ("atom", atom.replace(OLDER.id.encode(), b"17")),
        ("atom", atom.replace(b"https://outlet.example/story", b"https://outlet.example/a story")),
        ("json", written(FEED, "json").body.replace(b"content_text", b"text")),
        ("json", written(FEED, "json").body.replace(b"2026-11-01T09:00:00Z", b"yesterday")),
    ]
    for fmt, body in broken:
        assert list(CHECKS[fmt](body, FEED.own_address(fmt))), body


def test_addresses_are_written_as_uris() -> None:
    written_as = {
        "https://a.example/ü b?q=“x”#%zz": "https://a.example/%C3%BC%20b?q=%E2%80%9Cx%E2%80%9D#%25zz",
        "https://bücher.example/": "https://xn--bcher-kva.example/",
        "https://a.example/%C3%BC": "https://a.example/%C3%BC",
        "https://[::1]:8000/x": "https://[::1]:8000/x",
        "https://a.example/\ud800\x00x": "https://a.example/x",
    }
    assert {address: uri(address) for address in written_as} == written_as


def test_a_document_of_several_says_where_the_others_are() -> None:
    near = (Near("first", f"{SITE}/x"), Near("next", f"{SITE}/x", "page=2"))
    feed = replace(FEED, near=near, hub="https://hub.example/", links=())
    assert [link.get("href") for link in xml(feed, "atom").findall("atom:link", NAMES)][2:] == [
        *(f"{SITE}/x.atom", f"{SITE}/x.atom?page=2", "https://hub.example/")
    ]
    assert json.loads(written(feed, "json").body)["next_url"] == f"{SITE}/x.json?page=2"
    archive = replace(FEED, near=(Near("current", f"{SITE}/x"),), extent=Extent.ARCHIVE)
    for fmt in ("rss", "atom"):
        assert b"<fh:archive/>" in written(archive, fmt).body
        assert b"history" not in written(FEED, fmt).body


def test_the_guid_of_a_podcast_is_that_of_its_namespace() -> None:
    """The vector of https://podcasting2.org/docs/podcast-namespace/tags/guid."""
    assert guid("https://mp3s.nashownotes.com/pc20rss.xml") == "917393e3-1b1e-5cef-ace4-edaa54e1f810"
    assert guid("https://podnews.net/rss") == "9b024349-ccf0-5f69-a609-6b82873eab3c"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: replace(ITEM, published=datetime(2026, 1, 1)),  # noqa: DTZ001 - the mistake under test
        lambda: replace(ITEM, link="/releases/2026/genes"),
        lambda: replace(ITEM, link="//press.example/x"),
        lambda: replace(ITEM, id="17"),
        lambda: Link("javascript:alert(1)"),
        lambda: Category("yes", scheme="/releases/"),
        lambda: replace(GONE, withdrawn=datetime(2026, 1, 1)),  # noqa: DTZ001 - the mistake under test
        lambda: replace(GONE, id="17"),
        lambda: Link("http://[broken"),
        lambda: replace(EMPTY, updated=datetime(2026, 1, 1)),  # noqa: DTZ001 - the mistake under test
        lambda: replace(EMPTY, address="/feeds/releases"),
    ],
)
def test_what_would_not_be_valid_is_refused(wrong: Callable[[], object]) -> None:
    with pytest.raises(FeedError):
        wrong()


# Answers -------------------------------------------------------------------------------------------------


def answer(app: Flask, fmt: str, method: str = "GET", **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with app.test_request_context(method=method, headers=named):
        return respond(FEED, fmt)


@pytest.fixture
def bare() -> Flask:
    """Answering needs a request, and nothing of the press room."""
    return Flask("bare")


@pytest.mark.parametrize("fmt", FORMATS)
def test_an_answer_names_its_type_and_its_bytes(bare: Flask, fmt: str) -> None:
    given = answer(bare, fmt)
    assert given.status_code == 200
    assert given.content_type == f"{FORMATS[fmt][1]}; charset=utf-8"
    assert given.get_etag() == (written(FEED, fmt).etag, False)
    assert given.headers["Last-Modified"] == format_datetime(FEED.changed, usegmt=True)
    assert given.headers["Cache-Control"] == "public, no-cache"
    assert given.data == written(FEED, fmt).body


@pytest.mark.parametrize("fmt", FORMATS)
def test_nothing_new_is_304_without_a_body(bare: Flask, fmt: str) -> None:
    first = answer(bare, fmt)
    for headers in (
        {"If_None_Match": first.headers["ETag"]},
        {"If_None_Match": f'"other", W/{first.headers["ETag"]}'},
        {"If_Modified_Since": first.headers["Last-Modified"]},
        {"If_None_Match": first.headers["ETag"], "If_Modified_Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
    ):
        again = answer(bare, fmt, **headers)
        assert again.status_code == 304
        assert again.headers["ETag"] == first.headers["ETag"]


def test_something_new_is_200(bare: Flask) -> None:
    modified = answer(bare, "rss").headers["Last-Modified"]
    later = format_datetime(FEED.changed + timedelta(days=1), usegmt=True)
    for headers in (
        {"If_None_Match": '"other"'},
        {"If_None_Match": '"other"', "If_Modified_Since": modified},
        {"If_Modified_Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"If_Modified_Since": later},  # something newer was taken out since
        {"If_Modified_Since": "yesterday"},
    ):
        assert answer(bare, "rss", **headers).status_code == 200


def test_head_is_answered(bare: Flask) -> None:
    assert answer(bare, "atom", "HEAD").headers["ETag"] == answer(bare, "atom").headers["ETag"]
    assert answer(bare, "atom", "HEAD", If_None_Match="*").status_code == 304


def test_there_is_no_other_format(bare: Flask) -> None:
    with pytest.raises(NotFound):
        answer(bare, "exe")


def test_a_feed_that_is_a_view_keeps_its_query() -> None:
    feed = replace(FEED, query="q=genes&year=2026")
    assert feed.own_address("rss") == f"{SITE}/feeds/releases.rss?q=genes&year=2026"
