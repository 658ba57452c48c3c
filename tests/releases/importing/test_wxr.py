"""WordPress exports of every version, read as a stream, and what is refused before it can do harm."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pressroom.releases.importing import sources
from pressroom.releases.importing.items import Item, Term, UnreadableError

FILE = Path(__file__).parent / "files" / "press.xml"
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/{v}/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/{v}/">
<channel><link>https://old.example</link><wp:wxr_version>{v}</wp:wxr_version>
"""
ITEM = """<item><title>Cats</title><link>https://old.example/cats/</link><guid>g{n}</guid>
<content:encoded><![CDATA[{body}]]></content:encoded><wp:post_date_gmt>2014-03-05 15:00:00</wp:post_date_gmt>
<wp:post_name>cats</wp:post_name><wp:status>publish</wp:status><wp:post_type>post</wp:post_type>{more}</item>
"""
END = "</channel></rss>"


def export(*items: str, version: str = "1.2") -> str:
    return HEAD.format(v=version) + "".join(items) + END


def item(n: int = 1, body: str = "Words.", more: str = "") -> str:
    return ITEM.format(n=n, body=body, more=more)


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str | bytes], list[Item]]:
    def run(source: str | bytes) -> list[Item]:
        path = tmp_path / "export.xml"
        path.write_bytes(source.encode() if isinstance(source, str) else source)
        return list(sources.open_source(path).items("America/New_York"))

    return run


def test_an_item_as_it_stands_in_the_file() -> None:
    first, second, *others = sources.open_source(FILE).items("America/New_York")
    assert (first.source, first.guid) == ("news.society.example", "https://news.society.example/?p=11")
    assert (first.where, second.where) == ("line 17", "line 51")
    assert first.headline == "Forty cats & their owners agree"
    assert first.at == datetime(2014, 3, 5, 15, 0, tzinfo=UTC)
    assert first.changed_at == datetime(2014, 3, 9, 8, 0, tzinfo=UTC)
    assert (first.author, second.author) == ("Ilse Maren", "guest")
    assert first.terms == (Term("press-release", "Press release", "category"), Term("cats", "Cats", "tag"))
    assert first.fields["subhead"] == "Owners were asked twice."
    assert first.paths == ("https://news.society.example/2014/03/05/forty-cats/",)
    assert second.at == datetime(2014, 11, 20, 15, 0, tzinfo=UTC), "10:00 in the zone that was named"
    assert [(one.what, one.status) for one in others] == [
        *(("post", "draft"), ("post", "password"), ("page", "publish"), ("attachment", "inherit")),
        *(("post", "future"), ("post", "publish")),
    ]
    assert others[-1].at is None


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_every_version(read: Callable[[str], list[Item]], version: str) -> None:
    twice = (
        '<category><![CDATA[Cats]]></category><category domain="category" nicename="cats"><![CDATA[Cats]]></category>'
        '<category domain="tag" nicename="t"><![CDATA[T]]></category><category domain="menu"><![CDATA[N]]></category>'
    )
    found = read(export(item(more=twice), version=version))
    assert found[0].terms == (Term("cats", "Cats", "category"), Term("t", "T", "tag"))


def test_titles_lose_their_markup_and_dates_that_cannot_be_are_problems(read: Callable[[str], list[Item]]) -> None:
    titled = item().replace("<title>Cats", "<title><![CDATA[A &amp; <em>B</em> < C]]>")
    skipped = item(2).replace("_gmt>2014-03-05 15:00:00</wp:post_date_gmt", ">2014-03-09 02:30:00</wp:post_date")
    posted = (
        item(3)
        .replace("<wp:post_date_gmt>2014-03-05 15:00:00</wp:post_date_gmt>", "")
        .replace("<link>", "<pubDate>Wed, 05 Mar 2014 15:00:00 +0100</pubDate><link>")
    )
    never = (
        item(4)
        .replace("<wp:post_date_gmt>2014-03-05 15:00:00</wp:post_date_gmt>", "")
        .replace("<link>", "<pubDate>Mon, 30 Nov -0001 00:00:00 +0000</pubDate><link>")
    )
    found = read(export(titled, skipped, posted, never))
    assert found[0].headline.startswith("A & B")
    assert "There is no 02:30 on" in found[1].problem
    assert found[2].at == datetime(2014, 3, 5, 14, 0, tzinfo=UTC)
    assert found[3].at is None


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", "The file is empty"),
        (" \n", "The file is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "neither a WordPress export"),
        ("title,date\n", "neither a WordPress export"),
        ("---\ntitle: x\n---\n", "one Markdown file"),
        ("<html><body>x</body></html>", "begins with <html>"),
        ("<rss><channel><item></item></channel></rss>", "no WordPress export"),
        (export(), "has no items"),
        (export(item(), version="9.9"), "of version 9.9"),
        (export(item(), "\n<oops>\n", item(2)), "wrong on line 14"),
        (export(item())[:-60], "wrong on line"),
        (export(item(), "&undefined;"), "wrong on line 9"),
        (export("<a>" * 60), "more than 40 deep"),
        (export(item(more="<a>" * 60)), "more than 40 deep"),
        ('<!DOCTYPE rss SYSTEM "file:///etc/passwd"><rss></rss>', "document type"),
        ('<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><rss>&b;</rss>', "document type"),
        ("<rss xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='/etc/passwd'/></rss>", "has no items"),
    ],
)
def test_what_is_refused_with_a_sentence(read: Callable[[str | bytes], list[Item]], source: str, words: str) -> None:
    with pytest.raises(UnreadableError, match=words) as refused:
        read(source)
    assert "/etc" not in str(refused.value)


def test_laughter_is_cut_short(read: Callable[[str], list[Item]]) -> None:
    entities = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(12))
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableError, match="document type"):
            read(f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "ha">{entities}]><rss>&l12;</rss>')
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_sixteen_bits_and_stray_controls_are_read(read: Callable[[str | bytes], list[Item]]) -> None:
    wide = export(item(body="Émile\nline")).replace("UTF-8", "UTF-16")
    for encoding in ("utf-16", "utf-16-be"):
        mark = "\ufeff" if encoding == "utf-16-be" else ""
        assert "Émile" in read((mark + wide).encode(encoding))[0].content
    assert read("\ufeff" + export(item(body="a\x0bb\x00c")))[0].content == "abc"


def test_one_item_is_in_memory_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "long.xml"
    body = "<p>" + "word " * 4_000 + "</p>\n"
    with path.open("w") as file:
        file.write(HEAD.format(v="1.2"))
        for n in range(400):
            file.write(item(n, body))
        file.write(END)
    assert path.stat().st_size > 8_000_000
    source = sources.open_source(path)
    tracemalloc.start()
    try:
        assert sum(1 for _ in source.items("UTC")) == 400
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_a_change_over_there_changes_the_fingerprint(read: Callable[[str], list[Item]]) -> None:
    same, again, other = (read(export(item(body=body)))[0] for body in ("a", "a", "b"))
    assert same.fingerprint == again.fingerprint != other.fingerprint
