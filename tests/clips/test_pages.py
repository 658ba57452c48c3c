"""What is read off the page of a story."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from pressroom.clips.gathering import pages
from pressroom.clips.gathering.pages import Told
from pressroom.kit.fetch import Fetched

AT = "https://ledger.example/news/1?utm_source=x"
DATA = """
<html lang="es-MX"><head><title>Genes in the harbour | The Harbor Ledger</title>
<meta property="og:title" content="Shared title"><meta property="og:site_name" content="The Harbor Ledger">
<meta name="description" content="For machines."><meta property="og:description" content="Three &amp;amp; more.">
<link rel="canonical" href="/news/1">
<script type="application/ld+json">[{"@type": "WebSite", "name": "No"}, {"@context": "https://schema.org", "@graph": [
{"@type": ["NewsArticle"], "headline": "Genes &amp; the   harbour", "datePublished": "2026-11-12T23:30:00-05:00",
 "author": [{"@type": "Person", "name": "Rita Okafor"}, "Jo Lind", {"name": "Rita Okafor"}, {"x": 1}],
 "publisher": {"name": "Harbor Ledger"}, "inLanguage": "en-US"}]}]</script></head><body><time datetime="2020-01-01">
"""


def test_structured_data_comes_first() -> None:
    assert pages.read(DATA, AT) == Told(
        headline="Genes & the harbour",
        outlet="Harbor Ledger",
        published_on="2026-11-12",
        byline="Rita Okafor, Jo Lind",
        excerpt="Three & more.",
        language="en",
        url="https://ledger.example/news/1",
        published_at=datetime(2026, 11, 13, 4, 30, tzinfo=UTC),
    )


def test_what_is_meant_for_sharing_and_html_come_after_it() -> None:
    without = DATA.replace("ld+json", "json")
    told = pages.read(without, AT)
    assert (told.headline, told.outlet, told.language) == ("Shared title", "The Harbor Ledger", "es")
    assert (told.published_on, told.byline) == ("2020-01-01", "")
    plain = pages.read(without.replace("og:title", "x"), AT)
    assert plain.headline == "Genes in the harbour"


def test_the_day_is_looked_for_in_many_places() -> None:
    for written, day in (
        (
            '<meta property="article:published_time" content="2026-11-12T01:00Z"><time datetime="2020-01-01">',
            "2026-11-12",
        ),
        ('<meta name="DC.date" content="12 November 2026">', "2026-11-12"),
        ('<meta name="date" content="11/12/2026"><time datetime="2026-11-13">', "2026-11-13"),
        ('<meta itemprop="datePublished" content="2026-11-12"><time datetime="2020-01-01">', "2026-11-12"),
        ('<nav><time datetime="2020-01-01"></nav><article><time datetime="2026-11-12"></article>', "2026-11-12"),
        ('<time datetime="2026-02-30"></time>', ""),
        ("<time>yesterday</time>", ""),
    ):
        assert pages.read(written, AT).published_on == day, written


def test_nothing_of_a_page_is_more_than_words() -> None:
    told = pages.read(
        """<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>
        <title><b>&x;\0 a\x07 </title><link rel=canonical href="javascript:alert(1)">
        <meta property=og:url content="x y">
        <meta name=author content="https://face.example/a"><base href="https://evil.example/">
        <meta property=og:title content="&lt;script&gt;alert(1)&lt;/script&gt;"><meta property=og:site_name content="""
        + "x" * 999
        + ">",
        AT,
    )
    assert told.headline == "<script>alert(1)</script>"  # escaped where it is shown, like whatever is typed
    assert (told.url, told.byline) == ("", "")
    assert len(told.outlet) == 200
    xi = "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/passwd' parse='text'/>"
    assert pages.read(f"<title>{xi}a</title>", AT).headline.endswith("a")
    assert "root:" not in str(pages.read(f"<title>a</title>{xi}<p>&x;", AT))


def test_what_is_deep_or_long_is_read_as_far_as_it_goes() -> None:
    deep = "[" * 100_000
    for page in (
        "<div>" * 50_000 + "<title>x</title>",
        f"<title>x</title><script type='application/ld+json'>{deep}</script>",
        "<title>x</title><script type='application/ld+json'>" + "[" * 400 + "1" + "]" * 400 + "</script>",
        "<title>x</title><script type='application/ld+json'>[" + '{"@type": "Article"},' * 50_000 + "1]</script>",
        "<title>x</title>" + "<meta name=a content=b>" * 50_000,
    ):
        assert pages.read(page, AT).headline in {"x", ""}


def test_the_encoding_is_what_is_said_or_what_fits() -> None:
    for content, header, shown in (
        ("é".encode(), "", "é"),
        ("é".encode("cp1252"), "", "é"),
        ("é".encode("cp1252"), "; charset=utf-8", "é"[:0] + "\ufffd"),
        ("é".encode(), "; charset=zip", "é"),
        ("é".encode("utf-16"), "; charset=utf-8", "é"),
        ("\ufeffé".encode(), "; charset=latin-1", "é"),
        (b'<meta charset="windows-1251">\xe6', "", "ж"),
        (b'<meta http-equiv=x content="text/html; charset=nonsense">\xe9', "", "é"),
    ):
        got = pages.decoded(Fetched("", 200, {"content-type": f"text/html{header}"}, content))
        assert got.endswith(shown), (content, header, got)


@given(st.binary(max_size=300) | st.text(alphabet="<>/=\"'ametimlnk {}[]:,@", max_size=200).map(str.encode))
def test_reading_never_raises(content: bytes) -> None:
    pages.read(pages.decoded(Fetched("", 200, {}, content)), AT)
    data = b'<script type=\'application/ld+json\'>{"@type": "Article", "author": ' + content + b"}</script>"
    pages.read(pages.decoded(Fetched("", 200, {}, data)), AT)
