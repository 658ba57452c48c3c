"""How the fact sheet is put together; what a free key is."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.kit import text
from pressroom.pages import rules


@dataclass(eq=False)
class Row:
    section: str
    source: str = ""


def test_prose_is_cut_at_its_headings() -> None:
    html = text.to_html("First.\n\n## One\n\nA *b*.\n\n- c\n\n## Two\n\n### Three\n\nD.")
    assert [heading for heading, _ in rules.split_prose(html)] == ["", "One", "Two"]
    assert "<em>b</em>" in rules.split_prose(html)[1][1]
    assert "<h3>Three</h3>" in rules.split_prose(html)[2][1]


def test_a_heading_within_a_quotation_cuts_nothing() -> None:
    html = text.to_html("## One\n\n> ## Not this\n\nB.")
    assert [heading for heading, _ in rules.split_prose(html)] == ["One"]


def test_a_heading_keeps_what_follows_emphasis() -> None:
    assert rules.split_prose(text.to_html("## The `BRCA1` gene, *once* more"))[0][0] == "The BRCA1 gene, once more"


def test_nothing_gives_no_section() -> None:
    assert rules.split_prose("") == []
    assert rules.sections("", ()) == []


def test_facts_stand_under_the_heading_of_the_prose_and_new_headings_follow() -> None:
    a, b, c = Row("Two"), Row("Other"), Row("Two")
    found = rules.sections(text.to_html("## One\n\nx\n\n## Two\n\ny"), [a, b, c])
    assert [section.heading for section in found] == ["One", "Two", "Other"]
    assert found[1].facts == [a, c]
    assert found[2].prose == ""


def test_each_section_has_an_anchor_of_its_own() -> None:
    found = rules.sections(text.to_html("## A b\n\nx\n\n## A-b\n\ny\n\n## A b\n\nz"), [])
    assert len({section.anchor for section in found}) == len(found) == 2


@given(st.text(alphabet=st.sampled_from("ab &<>\"'#-*>`\n [](!)\\|:1.é"), max_size=200))
def test_cutting_keeps_every_word_and_stays_safe(markdown: str) -> None:
    html = text.to_html(markdown)
    pieces = rules.split_prose(html)
    whole = "".join(
        f"<h2>{text.clean(heading).replace('&', '&amp;').replace('<', '&lt;')}</h2>{part}" for heading, part in pieces
    )
    assert text.plain(f"<div>{whole}</div>").split() == text.plain(f"<div>{html}</div>").split()
    assert not any("<script" in part.lower() for _, part in pieces)


@pytest.mark.parametrize(
    ("place", "step", "expected"), [(0, 1, 2), (2, -1, 0), (0, -1, None), (2, 1, None), (1, 1, None)]
)
def test_neighbours_are_of_the_same_section(place: int, step: int, expected: int | None) -> None:
    rows = [Row("a"), Row("b"), Row("a")]
    found = rules.neighbour(rows, rows[place], step)
    assert found is (None if expected is None else rows[expected])


def test_a_key_is_free() -> None:
    assert rules.free_key("members", []) == "members"
    assert rules.free_key("members", ["members", "members-2"]) == "members-3"
    assert rules.free_key("", ["fact"]) == "fact-2"


def test_the_common_source_is_the_most_frequent_one() -> None:
    assert rules.common_source([Row("", "a"), Row("", "b"), Row("", "b"), Row("", "")]) == "b"
    assert rules.common_source([Row("", "")]) == ""
