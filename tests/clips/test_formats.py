"""Files of clips that are no tables: told by what stands in them, read as far as they can be."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pressroom.clips.formats import Line, as_json, as_ris
from pressroom.clips.gathering import bibtex, formats, lines, ris
from pressroom.clips.gathering.entries import open_entries
from pressroom.clips.gathering.items import Found, Item
from pressroom.clips.gathering.latex import as_text
from pressroom.clips.rules import Medium
from pressroom.kit.encodings import UnreadableError

NOW = datetime(2026, 12, 1, tzinfo=UTC)
LINE = Line(
    headline="Genes at sea",
    published_on=date(2019, 3, 5),
    outlet="The Harbor Ledger",
    byline="Rita Okafor; José Martínez",
    medium=Medium.ONLINE,
    language="es",
    excerpt="Three generations.",
    url="https://harborledger.example/genes",
    topics=("Genes", "The sea"),
    page="https://press.example/clips/7",
    releases=("https://press.example/releases/1",),
)
RIS = """TY  - NEWS
TI  - Genes at sea and
  on land
JO  - The Harbor Ledger
AU  - Okafor, Rita
DA  - 2019/03/05/
UR  - https://h.example/1
ER  -

TY  - MGZN
T1  - No end
JF  - Tide
PY  - 2019
TY  - ELEC
T1  - No day
UR  - https://h.example/3
PY  - 2019///
ER  -
left over
"""
BIBTEX = r"""% of the press office
@string{hl = "The Harbor Ledger"}
@online{k1, title = {Gen{\"e} f{\"u}r \'{e}lite {\ss} --- caf\'e}, author = {Okafor, Rita and Jos\'e Mart\'{\i}nez},
  journal = hl, year = 2019, month = mar, day = 5, url = {https://h.example/a_b}, keywords = {genes, the sea}}
@misc{k2, title = "Quoted {"}x{"}" # " more", howpublished = {\url{https://q.example/1}}, date = {2020-01-02}}
@article{k3, title = {Open {brace}, journal = {Tide, year = 2001
@article{k4, title = {Fine}, journal = {J {\&} K}, year = 2018, month = "24~" # nov}
@comment{nothing}
@book{k5}
"""
WXR = """<?xml version="1.0"?><rss xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/"><channel>
<wp:wxr_version>1.2</wp:wxr_version><wp:base_blog_url>https://society.example</wp:base_blog_url>
<item><title>Genes at sea</title><link>https://society.example/press/1</link>
 <content:encoded><![CDATA[<p>See <a href="https://society.example/about">us</a> ]]]]><![CDATA[> and
 <a href="https://harborledger.example/genes?a=1&amp;b=2">the story</a>, it says.</p>]]></content:encoded>
 <wp:post_date>2019-03-05 22:30:00</wp:post_date><wp:post_date_gmt>2019-03-06 03:30:00</wp:post_date_gmt>
 <wp:status>publish</wp:status><wp:post_type>post</wp:post_type>
 <category domain="category" nicename="g"><![CDATA[Genes]]></category>
 <category domain="category" nicename="u"><![CDATA[Uncategorized]]></category>
 <category domain="media-outlet" nicename="hl"><![CDATA[The Harbor Ledger]]></category></item>
<item><title>By field</title><link>https://society.example/press/2</link>
 <pubDate>Wed, 06 Mar 2019 10:05:00 +0000</pubDate>
 <wp:post_type>press_coverage</wp:post_type><wp:status>publish</wp:status>
 <wp:postmeta><wp:meta_key>_edit_last</wp:meta_key><wp:meta_value>1</wp:meta_value></wp:postmeta>
 <wp:postmeta><wp:meta_key>article_url</wp:meta_key><wp:meta_value>https://tide.example/2</wp:meta_value></wp:postmeta>
 <wp:postmeta><wp:meta_key>publication</wp:meta_key><wp:meta_value>Tide</wp:meta_value></wp:postmeta>
 <wp:postmeta><wp:meta_key>reporter</wp:meta_key><wp:meta_value>Rita Okafor</wp:meta_value></wp:postmeta></item>
<item><title>Menu</title><wp:post_type>nav_menu_item</wp:post_type><wp:status>publish</wp:status></item>
<item><title>A draft</title><wp:post_type>post</wp:post_type><wp:status>draft</wp:status></item>
<item><title>Cut"""


def write(tmp_path: Path, content: str | bytes, name: str = "clips.txt") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(tmp_path: Path, content: str | bytes, name: str = "clips.txt") -> list[Item]:
    reader = formats.open_file(write(tmp_path, content, name), name)
    assert reader is not None
    items = list(reader.items(0, now=NOW))
    assert len(items) == reader.total
    assert list(reader.items(1, now=NOW)) == items[1:]
    return items


def found(item: Item) -> Found:
    assert item.found is not None, item.problem
    return item.found


@pytest.mark.parametrize("write_line", [as_json, as_ris])
def test_our_own_exports_come_back_as_they_were(tmp_path: Path, write_line: object) -> None:
    story = found(read(tmp_path, write_line(LINE))[0])  # type: ignore[operator]
    assert story == Found(
        headline=LINE.headline,
        outlet=LINE.outlet,
        published_on=LINE.published_on,
        url=LINE.url,
        byline=LINE.byline,
        excerpt=LINE.excerpt,
        language="es",
        topics=LINE.topics,
        releases=LINE.releases,
    )


def test_ris(tmp_path: Path) -> None:
    whole, endless, undated, stray = read(tmp_path, RIS.replace("\n", "\r\n"))
    assert (found(whole).headline, found(whole).byline, found(whole).published_on) == (
        "Genes at sea and on land",
        "Rita Okafor",
        date(2019, 3, 5),
    )
    assert (endless.line, found(endless).medium, endless.problem) == (10, Medium.PRINT, "it has no ER at its end")
    assert (found(undated).outlet, found(undated).published_on) == ("h.example", None)
    assert (stray.line, stray.found) == (19, None)


def test_bibtex(tmp_path: Path) -> None:
    first, second, broken, last, empty = read(tmp_path, BIBTEX, "named.csv")
    assert found(first).headline == "Genë für élite ß — café"
    assert (found(first).outlet, found(first).byline) == ("The Harbor Ledger", "Rita Okafor; José Martínez")
    assert (found(first).url, found(first).published_on) == ("https://h.example/a_b", date(2019, 3, 5))
    assert found(first).topics == ("genes", "the sea")
    assert (found(second).headline, found(second).url) == ('Quoted "x" more', "https://q.example/1")
    assert (broken.line, broken.found) == (6, None)
    assert broken.problem.endswith("a brace is opened and never closed")
    assert (found(last).outlet, found(last).published_on, found(last).medium) == (
        "J & K",
        date(2018, 11, 24),
        Medium.PRINT,
    )
    assert empty.problem == "the @book has no fields"


def test_tex() -> None:
    assert as_text(r"\v{S}koda, \c{c}a, \aa ngstr\"om, \o{}re, na\"{\i}ve, 5\,\%, \textit{in} \{x\}") == (
        "Škoda, ça, ångström, øre, naïve, 5 %, in {x}"
    )


def test_json_lines(tmp_path: Path) -> None:
    content = (
        '{"title": "T", "datePublished": "2019-03-05T09:30+01:00", "publisher": {"name": "Tide"}, "tag": ["a", "b"]}\n'
        '{"headline": "T"}\n[1]\n{"a": NaN}\n{"nothing": 1}\n\n'
        + '{"a":' * 2000
        + '\n{"headline": "\\u0000X", "link": 1e999}\n'
    )
    items = read(tmp_path, content)
    assert found(items[0]).published_at == datetime(2019, 3, 5, 8, 30, tzinfo=UTC)
    assert (found(items[0]).outlet, found(items[0]).topics) == ("Tide", ("a", "b"))
    assert [(item.line, item.problem.split(" (")[0]) for item in items[1:]] == [
        (2, "the outlet is missing, and there is no web address to name it by"),
        (3, "the line is no object; write one as in {“headline”: …, “date”: …}"),
        (4, "the line is no JSON"),
        (5, "the object has none of the names that are known, such as headline, date, outlet, link"),
        (7, "the line is no JSON"),
        (8, "the line is no JSON"),
    ]


def test_a_wordpress_export_of_a_press_page(tmp_path: Path) -> None:
    by_link, by_field, menu, draft, rest = read(tmp_path, WXR, "site.txt")
    story = found(by_link)
    assert (story.url, story.outlet) == ("https://harborledger.example/genes?a=1&b=2", "The Harbor Ledger")
    assert (story.published_on, story.published_at) == (date(2019, 3, 5), datetime(2019, 3, 6, 3, 30, tzinfo=UTC))
    assert story.topics == ("Genes",)
    assert story.excerpt.startswith("See us ]]> and the story")
    story = found(by_field)
    assert (story.url, story.outlet, story.byline) == ("https://tide.example/2", "Tide", "Rita Okafor")
    assert story.published_at == datetime(2019, 3, 6, 10, 5, tzinfo=UTC)
    assert menu.problem == "it is an entry of a menu and no story"
    assert draft.problem == "it is not public there (“draft”)"
    assert "was not read. The XML is wrong on line" in rest.problem


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("<!DOCTYPE html><title>x</title>", "a web page"),
        ('<?xml version="1.0"?><rss><channel/></rss>', "a feed"),
        ("<a/>", "no WordPress export"),
        ('[{"headline": "x"}]', "each object on a line"),
        ('<!DOCTYPE r [<!ENTITY a "b">]><rss xmlns:wp="http://wordpress.org/export/1.2/">&a;</rss>', "document type"),
        ('<rss xmlns:wp="http://wordpress.org/export/1.2/">' + "<a>" * 20_000, "deep"),
    ],
    ids=["html", "feed", "xml", "json", "entities", "levels"],
)
def test_what_cannot_be_read_says_what_to_do(tmp_path: Path, content: str, sentence: str) -> None:
    with pytest.raises(UnreadableError, match=sentence):
        formats.open_file(write(tmp_path, content), "x")


@pytest.mark.parametrize("content", ["headline,date\na,b\n", "titel;datum\n", "@handle,x\n1,2\n", ""])
def test_a_table_is_what_is_left(tmp_path: Path, content: str) -> None:
    assert formats.of(write(tmp_path, content), "x.csv") is None


def test_entries_in_other_encodings(tmp_path: Path) -> None:
    assert found(read(tmp_path, RIS.replace("Genes", "Gènes").encode("utf-16"))[0]).headline.startswith("Gènes")
    assert found(read(tmp_path, BIBTEX.replace("Fine", "Fné").encode("cp1252"))[3]).headline == "Fné"


def test_nothing_in_it(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="no entries"):
        open_entries(write(tmp_path, "% a remark"), bibtex.read)
    for each in (bibtex.read, ris.read, lines.read):
        with pytest.raises(UnreadableError, match="empty"):
            open_entries(write(tmp_path, "\n \n"), each)


def test_what_looks_for_ever_is_looked_at_once(tmp_path: Path) -> None:
    """Each would take minutes if a reader tried every way to read it."""
    spaces = read(tmp_path, "@misc{c, " + " " * 150_000 + "x}\n" + "@misc{b, " + "a, " * 50_000 + "}\n")
    assert [item.problem for item in spaces] == ["the @misc has no fields"] * 2
    brackets = WXR.replace("it says", "[a" * 100_000)
    assert found(read(tmp_path, brackets)[0]).outlet == "The Harbor Ledger"
