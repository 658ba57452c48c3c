"""What is marked, which part is shown, and that nothing of a text becomes markup."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from markupsafe import escape

from pressroom.search.analysis import stem
from pressroom.search.language import parse
from pressroom.search.snippets import ENDING, WORDS, best, marked, shown, snippet
from pressroom.search.tree import Leaf, sought
from tests.search import plain_snippets
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


# Everything that words are made of, and what stands between them: forms of a stem, possessives, letters that fold to
# others, to several or to none, scripts without spaces.
ODD = """
    gene genes Gene's generic therapy THERAPIES therapy’s dying die skies sky happy happily s 's ’s ss a the to of
    prices fall falls x_s é É café cafe\u0301 ﬁne ß straße Æsop ¼ … “ ” — ( ) ' - _ 日 日本 ไทย İ \u0131 \u03a3 ς
    \u0301 <b> & " 🎉
"""
PIECES = st.sampled_from(ODD.split()) | st.text(max_size=6)
BETWEEN = st.sampled_from([" ", " ", " ", "", "'", "'s", "’s ", "  ", "\n", "-"])
TEXTS = st.lists(st.tuples(PIECES, BETWEEN), max_size=120).map(lambda some: "".join(map("".join, some)))
ASKED = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "gene",
                "therapy",
                "s",
                "die",
                "sky",
                "happy",
                "the",
                "ge*",
                "th*",
                "s*",
                "日",
                "日本",
                "ไท",
                "ss",
                "strasse",
                '"prices fall"',
                '"the gene"',
                '"gene s"',
                '"s s"',
                "by:gene",
                "cafe",
                "œ",
                '"prices to fall"',
                "OR",
                "x",
            ]
        ),
        st.text(max_size=8),
    ),
    max_size=5,
).map(" ".join)


def leaves_of(query: str) -> list[Leaf]:
    return list(dict.fromkeys(sought(parse(query).tree)))


@settings(max_examples=400)
@given(TEXTS, ASKED)
def test_marks_and_snippets_are_those_of_the_plain_way(text: str, query: str) -> None:
    leaves = leaves_of(query)
    assert marked(text, leaves) == plain_snippets.marked(text, leaves)
    assert snippet(text, leaves) == plain_snippets.snippet(text, leaves)


@settings(max_examples=150)
@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=4), ASKED, st.sampled_from([1, 100, 100_000]))
def test_a_page_of_texts_is_marked_as_each_of_them(pairs: list[tuple[str, str]], query: str, together: int) -> None:
    leaves = leaves_of(query)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pressroom.search.snippets.TOGETHER", together)
        page = shown(pairs, leaves)
    plain = [(plain_snippets.marked(one, leaves), plain_snippets.snippet(two, leaves)) for one, two in pairs]
    assert [(str(one), str(two)) for one, two in page] == plain


def test_no_phrase_reaches_from_one_text_into_the_next() -> None:
    leaves = leaves_of('"prices fall" "fall prices"')
    assert shown([("prices", "fall"), ("prices", "fall")], leaves) == [("prices", "fall")] * 2


def test_a_text_may_have_the_characters_that_hold_places() -> None:
    odd = "".join(map(chr, range(32))) + "".join(map(chr, range(0xE000, 0xE010))) + "\x7f"
    [(headline, text)] = shown([(f"{odd} gene {odd}", f"{odd} gene\x01\x02\x03")], leaves_of("gene"))
    assert headline == f"{escape(odd)} <mark>gene</mark> {escape(odd)}"
    assert text == " ".join(f"{odd} <mark>gene</mark>\x01\x02\x03".split())


ENDINGS = (
    "s es ed ing ings er ly y ies ied ion ional ational ization ness fulness ousness iveness al alism ality ate ative "
)
ENDINGS += (
    "able ibly ability ibility ical icity ence ency ance ancy ment ement li lli ogy logical ative e eed eedly ingly"
)


EXCEPTIONS = """
    dying lying tying skies skis idly gently ugly early only singly news howe atlas cosmos bias andes inning outing
    canning herring earring proceed exceed succeed generate commune arsenal
"""
BEGUN = st.text("abcdefghilmnoprstuvy", min_size=1, max_size=8)


@given(st.builds(str.__add__, BEGUN, st.sampled_from(ENDINGS.split())) | st.sampled_from(EXCEPTIONS.split()))
def test_a_word_begins_as_its_stem_does_but_for_the_ending(word: str) -> None:
    begun = stem(word)[: max(len(stem(word)) - ENDING, 1)]
    assert word.startswith(begun)


def test_of_a_long_text_only_what_is_needed_is_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr("pressroom.search.snippets.stem", lambda word: asked.append(word) or stem(word))
    text = "one other word " * 6_000 + "the gene stands here " + "one other word " * 6_000
    assert "<mark>gene</mark>" not in cut(text, "genome")
    assert "<mark>gene</mark> stands" in cut(text, "gene")
    assert len(asked) < 10


@pytest.mark.parametrize(
    ("question", "most", "numbers"),
    [
        ("one", 2, [0, 3]),
        ('"the family"', 2, [1]),
        ("one family", 2, [0, 2]),
        ("one two", 1, [4]),
        ("Ćafé", 3, [5]),
        ("none", 3, []),
    ],
)
def test_the_best_texts_have_each_word_once_before_one_comes_again(
    question: str, most: int, numbers: list[int]
) -> None:
    """A phrase that goes on in the next text is found where it begins, and accents move no edge."""
    texts = ["ﬃ Ǻ one", "of the", "family tree", "one", "two, and one", "ǺǺ ćafé"]
    assert best(texts, list(sought(parse(question).tree)), most) == numbers
    assert best([], list(sought(parse(question).tree)), most) == []
