"""The query language: what is understood, that nothing raises, and that nothing grows without bound."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pressroom.search.analysis import COMMON
from pressroom.search.language import DEEPEST, MOST_TERMS, parse
from pressroom.search.tree import All, Any, Between, Filed, Node, Not, Prefix, Words


def w(*words: str) -> Words:
    return Words(words)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", All(())),
        ("gene", w("gene")),
        ("gene therapy", All((w("gene"), w("therapy")))),
        ("gene AND therapy", All((w("gene"), w("therapy")))),
        ('"gene therapy"', w("gene", "therapy")),
        ("“gene therapy”", w("gene", "therapy")),
        ("gene-therapy", w("gene", "therapy")),
        ("gene OR therapy", Any((w("gene"), w("therapy")))),
        ("a1 b1 OR c1 d1", Any((All((w("a1"), w("b1"))), All((w("c1"), w("d1")))))),
        ("gene or therapy", All((w("gene"), w("therapy")))),
        ("gene NOT mouse", All((w("gene"), Not(w("mouse"))))),
        ("gene -mouse", All((w("gene"), Not(w("mouse"))))),
        ("-(x OR y)", Not(Any((w("x"), w("y"))))),
        ("NOT NOT x", w("x")),
        ("(gene OR genome) therapy", All((Any((w("gene"), w("genome"))), w("therapy")))),
        ("genom*", Prefix("genom")),
        ("g*", w("g")),
        ("gene-ed*", All((w("gene"), Prefix("ed")))),
        ("by:lovelace", Words(("lovelace",), "people")),
        ('by:"Ada Lovelace"', Words(("ada", "lovelace"), "people")),
        ("by:love*", Prefix("love", "people")),
        ("outlet:Herald", Filed("outlet", ("herald",))),
        ('OUTLET:"New York Times"', Filed("outlet", ("new", "york", "times"))),
        ("topic:gen*", Filed("topic", ("gen",), begun=True)),
        ("medium:radio lang:en", All((Filed("medium", ("radio",)), Filed("language", ("en",))))),
        ("before:2020", Between(None, date(2019, 12, 31))),
        ("after:2019-05", Between(date(2019, 5, 1), None)),
        ("2019..2021", Between(date(2019, 1, 1), date(2021, 12, 31))),
        ("2020-02..2020-02-29", Between(date(2020, 2, 1), date(2020, 2, 29))),
        ("2021..2019", Between(date(2019, 1, 1), date(2021, 12, 31))),
        ("2019..", Between(date(2019, 1, 1), None)),
        ("..2019", Between(None, date(2019, 12, 31))),
        ("2019", w("2019")),
        ("the gene", w("gene")),
        ('"the gene"', w("the", "gene")),
        ("the who", All((w("the"), w("who")))),
        ("the -gene", All((w("the"), Not(w("gene"))))),
    ],
)
def test_what_is_understood(text: str, tree: Node) -> None:
    assert parse(text).tree == strip(tree)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("note:this", w("note", "this")),
        ("http://example.org", w("http", "example", "org")),
        ("before:yesterday", w("before", "yesterday")),
        ("after:2019-02-30", w("after", "2019", "02", "30")),
        ("outlet:", w("outlet")),
        ('"never closed', All((w("never"), w("closed")))),
        ("gene OR", w("gene")),
        ("AND OR gene", w("gene")),
        ("gene )( therapy", All((w("gene"), w("therapy")))),
        ("2019-02-30..", None),
        ("..", None),
        ("AND NOT OR", All(())),
        ("((((", All(())),
        ("!!! -- \x00", All(())),
    ],
)
def test_what_makes_no_sense_is_read_as_well_as_it_can_be(text: str, tree: Node | None) -> None:
    found = parse(text).tree
    assert tree is None or found == strip(tree)


def strip(node: Node) -> Node:
    """What marks a word as common follows from the word, so it need not be written out in each case above."""
    if isinstance(node, Words):
        return replace(node, common=len(node.words) == 1 and node.words[0] in COMMON and node.within == "text")
    if isinstance(node, Not):
        return Not(strip(node.node))
    if isinstance(node, All | Any):
        return type(node)(tuple(map(strip, node.nodes)))
    return node


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("gene therapy 2019..2021", "Searched for <b>gene</b> and <b>therapy</b>, 2019 to 2021."),
        ('"Gene Therapy"', "Searched for <b>“Gene Therapy”</b>."),
        ("genom*", "Searched for words that begin with <b>genom</b>."),
        ("(a1 OR b1) c1", "Searched for (<b>a1</b> or <b>b1</b>) and <b>c1</b>."),
        ("gene -mouse", "Searched for <b>gene</b>, but not <b>mouse</b>."),
        ("outlet:Herald", "Searched for everything, outlet <b>Herald</b>."),
        ("gene -outlet:Herald", "Searched for <b>gene</b>, but not outlet <b>Herald</b>."),
        ("the gene", "Searched for <b>gene</b>; without the common word <b>the</b>."),
        ("by:Lovelace before:2020-05-02", "Searched for by-line <b>Lovelace</b>, before 2 May 2020."),
        ("2020-05-01..2020-05-01", "Searched for everything, 1 May 2020."),
        ("after:2019", "Searched for everything, from 2019 on."),
        ("before:2020", "Searched for everything, until 2019."),
        ("!", "There is no word to search for in this, so everything is shown."),
        ("  ", ""),
        (
            "<script>alert(1)</script>",
            "Searched for <b>&lt;script&gt;alert</b> and <b>1</b> and <b>&lt;/script&gt;</b>.",
        ),
    ],
)
def test_how_it_was_read(text: str, sentence: str) -> None:
    assert str(parse(text).reading) == sentence


def size(node: Node) -> int:
    if isinstance(node, All | Any):
        return sum(map(size, node.nodes))
    if isinstance(node, Not):
        return size(node.node)
    return len(node.words) if isinstance(node, Words | Filed) else 1


def depth(node: Node) -> int:
    if isinstance(node, All | Any):
        return 1 + max(map(depth, node.nodes), default=0)
    return depth(node.node) if isinstance(node, Not) else 0


PIECES = st.sampled_from(
    'gene the a* ge* " “ ( ) - AND OR NOT outlet: by: before: 2019 .. -05- : * <b> & \x00 日本 é'.split(" ")  # noqa: SIM905
)


@settings(max_examples=300)
@given(
    st.one_of(
        st.text(max_size=300),
        st.lists(PIECES, max_size=80).map("".join),
        st.lists(PIECES, max_size=80).map(" ".join),
    )
)
def test_nothing_raises_and_everything_is_bounded(text: str) -> None:
    question = parse(text)
    assert size(question.tree) <= MOST_TERMS
    assert depth(question.tree) <= 3 * DEEPEST
    assert "<" not in str(question.reading).replace("<b>", "").replace("</b>", "")


@pytest.mark.parametrize(
    "piece", ["(", ")", "-", '"', "a ", "x", "NOT ", "a OR ", "(a -", "..2019", "outlet:", ":", "é", "1"]
)
def test_ten_thousand_characters_are_no_matter(piece: str) -> None:
    question = parse(piece * (10_000 // len(piece)))
    assert size(question.tree) <= MOST_TERMS
    assert len(question.reading) < 10_000


def test_what_was_left_out_is_said() -> None:
    assert "only the first 32 words count" in parse(" ".join(f"w{n}" for n in range(40))).reading
    assert "only the beginning of the text was read" in parse("gene " + " " * 10_000 + "x").reading
