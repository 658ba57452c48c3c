"""What is marked, which part is shown, and that nothing of a text becomes markup."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from markupsafe import escape

from pressroom.search.language import parse
from pressroom.search.snippets import WORDS, marked, snippet
from pressroom.search.tree import sought
from tests.search.conftest import Shelf


def mark(text: str, query: str) -> str:
    return str(marked(text, list(sought(parse(query).tree))))


def cut(text: str, query: str = "") -> str:
    return str(snippet(text, list(sought(parse(query).tree))))


def test_all_forms_of_a_word_are_marked() -> None:
    assert mark("Therapies: a Therapy’s test", "therapy") == ("<mark>Therapies</mark>: a <mark>Therapy’s</mark> test")


def test_phrases_are_marked_where_they_stand_and_nowhere_else() -> None:
    assert mark("to fall; prices fall", '"prices fall"') == "to fall; <mark>prices fall</mark>"


def test_prefixes_accents_and_overlaps() -> None:
    assert mark("Genomics in Zürich", "genom* zurich") == "<mark>Genomics</mark> in <mark>Zürich</mark>"
    assert mark("one two three", '"one two" "two three"') == "<mark>one two three</mark>"


def test_what_is_excluded_is_not_marked() -> None:
    assert mark("gene mouse", "gene -mouse") == "<mark>gene</mark> mouse"


def test_the_part_with_most_of_the_words_is_shown() -> None:
    text = "start gene " + "x " * 200 + "the gene of the therapy stands here" + " y" * 200
    shown = cut(text, "gene therapy")
    assert "<mark>gene</mark> of the <mark>therapy</mark>" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(html.fromstring(f"<p>{shown}</p>").text_content().split()) <= WORDS + 2


def test_without_a_match_the_beginning_is_shown() -> None:
    assert cut("One two.", "gene") == "One two."
    assert cut("w " * 100) == "w " * (WORDS - 1) + "w …"
    assert cut("") == ""


def test_markup_in_a_text_and_in_a_question_stays_text(shelf: Shelf) -> None:
    shelf.put(1, "<script>alert(1)</script> & gene", "<img src=x onerror=alert(1)> gene <mark>not ours</mark>")
    results = shelf.find('gene "<script>"')
    [hit] = results.hits
    assert hit.headline == "&lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt; &amp; <mark>gene</mark>"
    assert "<img" not in hit.snippet
    assert hit.snippet.count("<mark>") == 1
    assert "<script" not in results.reading


@given(st.text(max_size=200), st.sampled_from(["gene", '"the gene"', "a*", "the OR gene", "ge*", "日"]))
def test_a_marked_text_is_the_same_text(text: str, query: str) -> None:
    shown = mark(text, query)
    plain = shown.replace("<mark>", "").replace("</mark>", "")
    assert str(escape(text)) == plain


@given(st.lists(st.sampled_from(["gene", "x", "<b>", "é", "¼", "日本", "\n", "therapies"]), max_size=150).map(" ".join))
def test_a_snippet_is_short_and_well_formed(text: str) -> None:
    shown = cut(text, "gene therapy")
    assert shown.count("<mark>") == shown.count("</mark>")
    assert "<b>" not in shown
    if "gene" in text:
        assert "<mark>" in shown
