"""Markdown to HTML that nobody can be hurt by."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from pressroom.kit import markdown, text

LINK_ATTRIBUTES = ("href", "src")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Plain *words*.", "<p>Plain <em>words</em>.</p>"),
        ("# One\n\n## Two", "<h2>One</h2>\n<h3>Two</h3>"),
        ("## Two\n\n### Three", "<h2>Two</h2>\n<h3>Three</h3>"),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>"),
        ("the 5' and 3' ends (c)", "<p>the 5' and 3' ends (c)</p>"),
        ("<b>raw</b>", "<p>&lt;b&gt;raw&lt;/b&gt;</p>"),
        ("https://a.example", "<p>https://a.example</p>"),
        ("<https://a.example>", '<p><a href="https://a.example" rel="external">https://a.example</a></p>'),
        ("[in](/fact-sheet)", '<p><a href="/fact-sheet">in</a></p>'),
        ("[ring](tel:+1-301-555-0142)", '<p><a href="tel:+1-301-555-0142">ring</a></p>'),
        ("![a](/media/1/a.png)", '<p><img src="/media/1/a.png" alt="a" loading="lazy"></p>'),
        ("![a](https://b.example/a.png)", '<p><a href="https://b.example/a.png" rel="external">a</a></p>'),
        ("![a](//b.example/a.png)", '<p><a href="//b.example/a.png" rel="external">a</a></p>'),
        ("Gene\n: a part", "<dl>\n<dt>Gene</dt>\n<dd>a part</dd>\n</dl>"),
    ],
)
def test_known_texts(source: str, expected: str) -> None:
    assert text.to_html(source) == expected


def test_numbers_in_tables_are_aligned_by_a_class() -> None:
    made = text.to_html("| a | n |\n|---|--:|\n| b | 1 |")
    assert '<td class="num">1</td>' in made
    assert "style" not in made


@pytest.mark.parametrize(
    "source",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](java\x00script:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "<javascript:alert(1)>",
        "![x](javascript:alert(1))",
        '![x](/a.png "x\\" onerror=\\"alert(1)")',
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]",
        "```<script>\nalert(1)\n```",
        '[x](https://a.example "&quot; onclick=&quot;alert(1)")',
    ],
)
def test_attacks_do_nothing(source: str) -> None:
    _assert_harmless(text.to_html(source))


PIECES = [
    *("javascript:", "data:", "<script>", "</script>", "onerror=", "style=", "&#106;", "&quot;", "http://"),
    *("[x](", "![x](", ")", "<", ">", '"', "'", "\n", "\\", "`", "|", "*", "#", ":", " ", "a"),
]
ATTACKING = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@settings(max_examples=300)
@given(st.one_of(st.text(st.characters(), max_size=300), ATTACKING))
def test_whatever_is_typed_is_harmless(source: str) -> None:
    _assert_harmless(text.to_html(source))


@given(ATTACKING)
def test_what_was_made_survives_another_cleaning(source: str) -> None:
    made = text.to_html(source)
    assert markdown.sanitise(made) == made


def _assert_harmless(made: str) -> None:
    if not made:
        return
    for element in html.fragment_fromstring(made, create_parent="div").iterdescendants():
        assert element.tag in markdown.BLOCKS | markdown.INLINES
        assert set(element.attrib) <= markdown.ATTRIBUTES.get(str(element.tag), set())
        for name in LINK_ATTRIBUTES:
            followed = re.sub(r"[\x00-\x20]", "", element.get(name) or "")  # as browsers do
            scheme = re.match(r"([a-z][a-z0-9+.-]*):", followed, re.IGNORECASE)
            assert not scheme or scheme[1].lower() in markdown.SCHEMES
        if element.tag == "img":
            assert not (element.get("src") or "").startswith(("//", "http:", "https:"))
