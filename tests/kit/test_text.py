"""Clean characters, plain words, excerpts, slugs."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pressroom.kit import text

ANYTHING = st.text(st.characters(), max_size=300)  # surrogates and control characters too
MARKED_UP = st.lists(
    st.sampled_from(["# ", "*", "<b>", "</p>", "<p>", "&lt;", "[x](", ")", "\n\n", "- ", "|", "a", " ", "<![x[", "`"]),
    max_size=40,
).map("".join)


def test_clean_drops_what_xml_forbids_and_composes() -> None:
    assert text.clean("a\x00b\x0bc\ud800d\ufffee\x85f\r\ng\rh\ti") == "abcde\nf\ng\nh\ti"
    assert text.clean("A\u030angstro\u0308m") == "Ångström"


@given(ANYTHING)
def test_clean_text_fits_into_xml_and_stays_clean(typed: str) -> None:
    cleaned = text.clean(typed)
    etree.Element("x").text = cleaned  # raises on what XML forbids
    assert text.clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("# A *title*\n\nFirst & second.\n\n- one\n- two", "A title\nFirst & second.\none\ntwo"),
        ("<h1>A</h1><div>b</div><div>c <b>d</b>e</div>", "A\nb\nc de"),
        ("a <b>bold</b> claim<script>alert(1)</script>", "a bold claim"),
        ("Alleles with p < 0.05 & q > 1", "Alleles with p < 0.05 & q > 1"),
        ("![a helix](/media/1/helix.png)", "a helix"),
        ("a  \nb", "a\nb"),
        ("", ""),
    ],
)
def test_plain_gives_words_only(source: str, words: str) -> None:
    assert text.plain(source) == words


@given(st.one_of(ANYTHING, MARKED_UP))
def test_plain_never_raises_and_never_leaves_a_blank_line(source: str) -> None:
    lines = text.plain(source).split("\n")
    assert lines == [""] or all(line.strip() for line in lines)


def test_excerpt_ends_at_a_word_and_says_that_there_is_more() -> None:
    assert text.excerpt("one two, three four", words=2) == "one two…"
    assert text.excerpt("one two", words=2) == "one two"
    assert text.excerpt("# Head\n\nand *body*", words=40) == "Head and body"


def test_excerpt_cuts_scripts_without_spaces() -> None:
    assert len(text.excerpt("遺" * 5000, words=10)) == 121


@given(st.one_of(ANYTHING, MARKED_UP), st.integers(1, 50))
def test_excerpt_is_one_short_line(source: str, words: int) -> None:
    short = text.excerpt(source, words)
    assert "\n" not in short
    assert len(short.split()) <= words + 1
    assert len(short) <= words * text.LETTERS_PER_WORD + 1


def test_count_words_counts_what_is_read() -> None:
    assert text.count_words("# A well-known *gene*\n\n— 3.5 million [people](https://x.example/a/b) —") == 6
    assert text.count_words("") == 0


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Größe & society’s Ångström: 5′ ends", "grosse-and-societys-angstrom-5-ends"),
        ("  --  Łódź, Þór, Sørensen --", "lodz-thor-sorensen"),
        ("ﬁve ½", "five-1-2"),
        ("2019–2020—a decade’s α-synuclein", "2019-2020-a-decades-synuclein"),
        ("2026", "2026"),
    ],
)
def test_slugs_fold_to_ascii(title: str, slug: str) -> None:
    assert text.slugify(title) == slug


def test_titles_in_other_scripts_get_different_stable_slugs() -> None:
    first, second = text.slugify("遺伝学"), text.slugify("генетика")
    assert first == text.slugify("遺伝学") != second
    assert re.fullmatch(r"title-[0-9a-f]{10}", first)


def test_long_slugs_are_cut_at_a_word() -> None:
    slug = text.slugify("genome " * 40)
    assert len(slug) <= text.SLUG_LENGTH
    assert set(slug.split("-")) == {"genome"}


@given(ANYTHING)
def test_every_title_has_a_slug(title: str) -> None:
    slug = text.slugify(title)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= text.SLUG_LENGTH
    assert text.slugify(slug) == slug
