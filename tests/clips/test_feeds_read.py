"""Feeds as readers of clips: what can be read is read, and the rest is told with its number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pressroom.clips.gathering.feeds import Feed, NoFeedError, open_feed
from pressroom.clips.gathering.items import Found, Item
from pressroom.kit import feedreading
from pressroom.kit.feedreading import decoding
from tests.clips import feed_documents as documents
from tests.clips.feed_documents import HEAD, entry, rss

NOW = datetime(2026, 11, 19, 17, 0, tzinfo=UTC)
Open = Callable[..., Feed]


@pytest.fixture
def feed(tmp_path: Path) -> Open:
    def opened(content: str | bytes, **options: str) -> Feed:
        path = tmp_path / "feed"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return open_feed(path, address="https://ledger.example/feed/all.xml", **options)

    return opened


def items(feed: Feed) -> list[Item]:
    found = list(feed.items(0, now=NOW))
    assert len(found) == feed.total
    return found


def only(feed: Feed) -> Found:
    (item,) = items(feed)
    assert item.found is not None, item.problem
    return item.found


def test_rss_with_all_that_it_says(feed: Open) -> None:
    opened = feed(rss(3))
    assert opened.about.title == "The Harbor Ledger"
    assert (opened.about.minutes, opened.about.site) == (30, "https://ledger.example/")
    second = items(opened)[1].found
    assert second == Found(
        headline="Genes and robots, part 1",
        outlet="ledger.example",
        published_on=date(2026, 11, 10),
        published_at=datetime(2026, 11, 10, 10, 1, tzinfo=UTC),
        url="https://ledger.example/2026/1",
        byline="Rita Okafor",
        excerpt="Recorded visits, 1.",
        external_id="id-1",
    )
    assert [item.line for item in opened.items(2, now=NOW)] == [3]
    assert only(feed(rss(1), outlet="The Ledger")).outlet == "The Ledger"


def test_atom_with_its_own_base_and_language(feed: Open) -> None:
    found = only(feed(documents.ATOM))
    assert (found.headline, found.url) == ("Gene & Roboter", "https://zeitung.example/2026/gene")
    assert (found.published_on, found.published_at) == (date(2026, 11, 10), datetime(2026, 11, 11, 4, 30, tzinfo=UTC))
    assert (found.byline, found.language, found.excerpt) == ("Ada Brandt", "de", "Ein kurzer Text.")


def test_rss_of_long_ago(feed: Open) -> None:
    opened = feed(documents.RDF.encode("latin-1"))
    found = only(opened)
    assert (found.headline, found.byline, opened.about.minutes) == ("Un café", "Zoë", 360)
    assert found.published_at == datetime(2026, 11, 10, 10, 5, tzinfo=UTC)
    old = only(feed(documents.RSS_091))
    assert (old.headline, old.published_on, old.published_at) == ("From long ago", None, None)


def test_json_feed_whose_title_comes_last(feed: Open) -> None:
    opened = feed(documents.JSON)
    seven, none, eight, nine = items(opened)
    assert seven.found is not None
    assert (seven.found.url, seven.found.byline) == ("https://ledger.example/seven", "Rita Okafor, Wren Diaz")
    assert (seven.found.language, seven.found.external_id, opened.about.title) == ("es", "7", "My feed")
    assert (none.line, none.problem) == (2, "nothing can be read in this entry")
    assert "begin with https:// or http://" in eight.problem
    assert nine.problem == "the headline is missing"
    first, *broken = items(feed(documents.JSON.split('"no entry"')[0]))
    assert first.found == seven.found
    assert "broken here" in broken[0].problem


def test_a_google_alert(feed: Open) -> None:
    found = only(feed(documents.ALERT))
    assert (found.headline, found.outlet) == ("Genes & robots", "ledger.example")
    assert found.url == "https://www.ledger.example/a?id=7"
    assert (found.excerpt, found.byline) == ("All about genes ...", "")
    assert found.published_at == datetime(2026, 11, 10, 11, 53, tzinfo=UTC)


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + rss([entry(1, title="Café")]),
        rss([entry(1, title="Café")]).decode().replace("utf-8", "utf-16").encode("utf-16"),
        rss([entry(1, title="Café")]).decode().encode("utf-16-le"),
        rss([entry(1, title="Café")]).decode().replace("utf-8", "iso-8859-1").encode("latin-1"),
        rss([entry(1, title="Café")]).decode().encode("latin-1"),  # it says UTF-8, and is not
        rss([entry(1, title="Café")]).replace(b"utf-8", b"iso-8859-1"),  # the other way round
        b"\n\n  " + rss([entry(1, title="Café")]),
        rss([entry(1, title="Caf&eacute;")]),
        rss([entry(1, title="Caf\x00\x0bé")]),
        rss([entry(1, title="<![CDATA[Caf&eacute;]]>")]),
    ],
    ids=range(10),
)
def test_encodings_marks_and_entities(feed: Open, content: bytes) -> None:
    assert only(feed(content)).headline == "Café"


def test_what_the_server_says_of_the_encoding(feed: Open) -> None:
    content = rss([entry(1, title="Кафе")]).decode().replace(' encoding="utf-8"', "").encode("cp1251")
    assert only(feed(content, charset="cp1251")).headline == "Кафе"


def test_each_entry_is_read_by_itself(feed: Open) -> None:
    content = rss(
        [
            entry(1),
            "<item><title>Not closed<link>https://ledger.example/x",
            entry(2, title="AT&T & &unheardof; <b>bold"),
            "<item><title>  </title><link>https://ledger.example/y</link></item>",
            entry(3, link="javascript:alert(1)"),
            entry(4, link="/relative?a=1&b=2", day="nonsense"),
            entry(5, day="Fri, 10 Dec 2027 11:00:00 GMT"),
            f"<item><title>{'x' * 600_000}</title></item>",
            entry(6, more="<dc:undeclared/><what:ever>x</what:ever>"),
        ]
    )
    found = items(feed(content))
    assert [item.line for item in found] == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    one, _, two, blank, script, relative, future, long, odd = found
    assert one.found and two.found and relative.found and future.found and odd.found
    assert two.found.headline == "AT&T & &unheardof; bold"
    assert blank.problem == "the headline is missing"
    assert script.found is None
    assert "begin with https:// or http://" in script.problem
    assert relative.found.url == "https://ledger.example/relative?a=1&b=2"
    assert (relative.found.published_on, relative.problem) == (None, "no day can be read in “nonsense”")
    assert (future.found.published_on, "still to come" in future.problem) == (None, True)
    assert "more than 500 kB" in long.problem


def test_a_feed_that_is_cut_off(feed: Open) -> None:
    first, second, end = items(feed(rss(2)[:-90]))
    assert first.found and second.found
    assert (end.line, "cut off" in end.problem) == (2, True)


def test_missing_ids_and_links(feed: Open) -> None:
    content = rss(
        ["<item><title>T</title><guid>https://ledger.example/1</guid></item>", "<item><title>U</title></item>"]
    )
    first, second = items(feed(content))
    assert first.found
    assert first.found.url == "https://ledger.example/1"
    assert "no web address" in second.problem
    assert items(feed(content, outlet="Ledger"))[1].found


def test_something_else_than_a_feed(feed: Open) -> None:
    link = '<link rel="alternate" type="application/rss+xml" title="News" href="/f?a=1&amp;b=2">'
    with pytest.raises(NoFeedError, match="names its feed") as refused:
        feed(f"<!doctype html><html><head>{link}")
    assert refused.value.feeds == (("https://ledger.example/f?a=1&b=2", "News"),)
    for content, says in (
        ("<html><body>Hello</body></html>", "names none"),
        ("", "neither RSS, Atom nor JSON Feed"),
        ("Hello", "neither RSS, Atom nor JSON Feed"),
        (b"%PDF-1.7\n%\xe2\xe3", "neither RSS, Atom nor JSON Feed"),
        ("{", "no JSON that can be read"),
        ('{"a": 1}', "neither RSS"),
    ):
        with pytest.raises(NoFeedError, match=says):
            feed(content)
    assert items(feed(f"{HEAD}</channel></rss>")) == []


HOSTILE = {
    "an entity bomb": '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 or str()};" * 10}">' for n in range(1, 10))
    + f"]>{HEAD}{entry(1, title='&a9;')}",
    "an outer entity": f'<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>{HEAD}{entry(1, title="&a;")}',
    "20,000 levels": f"{HEAD}{entry(1, more='<a>' * 20_000)}",
    "20,000 levels round it": f"{'<a>' * 20_000}{HEAD}{entry(1)}",
    "a tag that does not end": f'{HEAD}<item title="{"x" * 3_000_000}',
    "a section that does not end": f"{HEAD}<item><title><![CDATA[{'x' * 3_000_000}",
    "levels of JSON": '{"version": "https://jsonfeed.org/version/1.1", "items": [' + "[" * 200_000,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_documents_cost_little_and_hurt_nobody(feed: Open, what: str) -> None:
    content = HOSTILE[what]
    if "item" in content and not content.startswith("{"):
        content = content.replace("<channel>", f"<channel>{entry(7)}", 1)  # what comes before it is read
    try:
        found = items(feed(content))
    except NoFeedError:
        assert what == "levels of JSON"
        return
    assert len(found) >= 2 or what == "20,000 levels round it"
    assert not any(item.found and ("aaaa" in item.found.headline or "root:" in item.found.headline) for item in found)


def test_whoever_takes_too_much_is_ended_and_what_was_read_stays(feed: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = "import os; {} os.kill(os.getpid(), 9)"
    one = """print('{{"n": 1, "title": "T", "link": "https://o.example/"}}'); print('{{', end='', flush=True);"""
    monkeypatch.setattr(feedreading.limited, "_CHILD", ended.format(one))
    first, rest = items(feed(rss(2)))
    assert first.found
    assert "too much time or memory" in rest.problem
    monkeypatch.setattr(feedreading.limited, "_CHILD", ended.format(""))
    with pytest.raises(NoFeedError, match="too much time or memory"):
        feed(rss(2))


def test_mending_keeps_what_is_right() -> None:
    assert decoding.mended("a &amp; b &lt; &#233; &#0; &#x1F; &nbsp;&copy & x") == (
        "a &amp; b &lt; &#233;   \N{NO-BREAK SPACE}&amp;copy &amp; x"
    )
