"""How a release's text is set."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from pressroom.releases import typeset


@pytest.mark.parametrize(
    "markdown",
    [
        "> “We threw it out.”\n>\n> — Noor Haddad, MD, chair of the panel",
        "> “We threw it out.”\n> — Noor Haddad, MD, chair of the panel",
    ],
)
def test_a_quotation_names_its_source(markdown: str) -> None:
    assert typeset.body_html(markdown) == (
        '<blockquote class="quote"><p>“We threw it out.”</p>'
        "<footer><cite>Noor Haddad, MD</cite>, chair of the panel</footer></blockquote>"
    )


def test_degrees_belong_to_the_name_and_places_do_not() -> None:
    assert "<cite>Lena Marsh, MS, CGC</cite>, Bethesda" in typeset.body_html(
        "> “So.”\n> — Lena Marsh, MS, CGC, Bethesda"
    )


def test_a_quotation_without_source_stays_one() -> None:
    assert typeset.body_html("> So it was.") == '<blockquote class="quote"><p>So it was.</p></blockquote>'


def test_a_dash_within_a_quotation_names_nobody() -> None:
    assert "<cite>" not in typeset.body_html("> So it was — and will be.")


def test_the_dateline_stands_before_the_first_words() -> None:
    set_html = typeset.with_dateline("<p>Cats agreed.</p>", "BETHESDA, Md.", date(2026, 11, 12))
    assert set_html == '<p><span class="dateline">BETHESDA, Md., 12 November 2026 – </span>Cats agreed.</p>'


def test_a_text_that_begins_with_a_heading_gets_a_line_for_the_dateline() -> None:
    assert typeset.with_dateline("<h2>Cats</h2>", "BETHESDA, Md.", None).startswith("<p><span")


def test_without_a_dateline_the_text_stays() -> None:
    assert typeset.with_dateline("<p>Cats.</p>", " ", date(2026, 11, 12)) == "<p>Cats.</p>"


@given(st.text(), st.text())
def test_nothing_that_is_typed_becomes_markup_of_its_own(markdown: str, dateline: str) -> None:
    page = html.fragment_fromstring(
        typeset.with_dateline(typeset.body_html("> " + markdown + "<script>x</script>"), dateline, None), "div"
    )
    assert not page.xpath(".//script | .//@onclick | .//style")
