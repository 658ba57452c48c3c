"""HTML of others is read once, and what costs the square of its length is taken out."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pressroom.kit import markup

MANY = " ".join(f"a{n}" for n in range(150_000))


@pytest.mark.parametrize(
    ("source", "tamed"),
    [
        ('<p a=1 b="x>y" c=\'">\'>t<br/>u</P x>', '<p a=1 b="x>y" c=\'">\'>t<br/>u</P>'),
        ("a < b <!-- <p> --> c <!doctype html><?php x?>", "a &lt; b  c "),
        ("<script>if (a<b) x</script><style>p{}</style>left", "left"),
        ("<TITLE>A & B</TITLE><title>a<b</title>", "<TITLE>A & B</title><title>a&lt;b</title>"),
        ('<script type="application/ld+json">{"a":1}</script >', '<script type="application/ld+json">{"a":1}</script>'),
        (
            '<script type="application/ld+json">["<p>"]</script>',
            r'<script type="application/ld+json">["\u003cp>"]</script>',
        ),
        ("<script>never closed <p>", ""),
        ("text <p class=cut", "text "),
        ("<textarea><p></textarea><b>x</b>", "<b>x</b>"),
        ("\x00a\ud800", "a"),
        (f"<p {MANY}>x</p>", "<p>x</p>"),
    ],
)
def test_what_is_left(source: str, tamed: str) -> None:
    assert markup.tamed(source) == tamed


def test_the_end_of_many_tags() -> None:
    assert markup.tamed("<b>x</b>" * 3, tags=4) == "<b>x</b><b>x</b>"


@given(st.text(alphabet="<>/='\"! -abpscriptle\n", max_size=200))
def test_the_words_of_any_page_are_the_same_to_the_parser(source: str) -> None:
    """No text appears that was not there."""
    found = markup.tamed(source)
    assert len(found) <= 4 * len(source) + 20
    assert markup.tamed(found).count("<script>") == 0


@pytest.mark.parametrize(
    "source",
    [
        f"<p {MANY}>",
        "<p " + " ".join(f'a{n}=">"' for n in range(80_000)) + ">",
        f'<script>//<a b="</script><p c="d>e" {MANY}>',
        f'<a ="x><p c="d>e" {MANY}>',
        f'<!-- <a b=" --><p c="d>e" {MANY}>',
        f'<title><a b="</title><p c="d>e" {MANY}>',
        "<" * 1_000_000,
        "<p " * 300_000,
        "<a b='" * 160_000,
        "</a" * 300_000,
        "<a b = " * 140_000,
        "<div>" * 200_000,
        "<script>x</script>" * 50_000,
        "<!--" * 250_000,
    ],
    ids=range(14),
)
def test_hostile_pages_cost_little(source: str) -> None:
    begun = time.process_time()
    tamed = markup.tamed(source)
    etree.fromstring(f"{tamed}<p>".encode(), etree.HTMLParser(recover=True, no_network=True, encoding="utf-8"))
    assert time.process_time() - begun < 3
