"""Search without an index: of the same documents it says the same, its net lets every match through, and it ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom import search
from pressroom.search import database, indexer, language, matching
from pressroom.search.analysis import stem
from pressroom.search.documents import Document, Query
from pressroom.search.engines.whoosh_engine import WhooshEngine
from pressroom.search.tree import EVERYTHING, All, Any, Node, Not, Words
from pressroom.search.wanted import MOST_GROUPS, wanted
from tests.search.conftest import NOW, Shelf
from tests.search.oracle import Oracle
from tests.search.test_answers import QUERIES, TREES, documents

DOCUMENTS = documents(3, 120)

# The forms of a word must have a part in common that SQL can be asked for.
FORMS = [
    "therapy therapies therapy's",
    "run running runs",
    "hope hoping hoped hopes",
    "hop hopping hopped",
    "die dies dying died",
    "lie lying lies",
    "sky skies",
    "agree agreed agreeing agreement",
    "happy happily happiness happier",
    "early",
    "relate relational relating relates",
    "organize organization organizing organized",
    "activate activating active activity",
    "gene genes",
    "genetic genetics genetically",
    "city cities",
    "enjoy enjoyed enjoying",
    "depend dependence dependency",
    "free freely freed",
    "one ones",
    "study studies studied studying",
    "rate rates rating rated",
    "use used using uses",
    "try tries trying tried",
    "child children",
    "controlling controlled control",
]


@pytest.fixture(scope="module")
def whoosh(tmp_path_factory: pytest.TempPathFactory) -> WhooshEngine:
    engine = WhooshEngine(tmp_path_factory.mktemp("instance") / "index")
    with engine.replacement() as fresh:
        fresh.add(DOCUMENTS)
        fresh.take_over([], [])
    return engine


@given(tree=TREES, query=QUERIES)
def test_of_the_same_documents_it_says_what_the_index_says(whoosh: WhooshEngine, tree: Node, query: Query) -> None:
    theirs, ours = whoosh.search(tree, query), matching.answer(DOCUMENTS, tree, query)
    assert (ours.total, list(ours.keys), ours.facets) == (theirs.total, list(theirs.keys), theirs.facets)


def passes(document: Document, asked: search.Wanted) -> bool:
    """Whether the net lets *document* through, as a database that knows the capitals of ASCII only."""
    parts = (document.headline, document.body, document.people, document.outlet, *document.topics)
    text = " ".join(parts).encode("utf-8").lower()
    day = document.published.date()
    return (
        all(any(part.encode("utf-8").lower() in text for part in group) for group in asked.groups)
        and (asked.first is None or asked.first <= day)
        and (asked.last is None or day <= asked.last)
    )


@given(tree=TREES, query=QUERIES)
def test_the_net_lets_every_match_through(tree: Node, query: Query) -> None:
    asked = wanted(tree, query, 10)
    assert len(asked.groups) <= MOST_GROUPS
    # What is written with an accent is found by what is typed with it: SQL cannot take accents away.
    written = [document for document in DOCUMENTS if "é" not in f"{document.headline}{document.body}{document.outlet}"]
    for document in Oracle(written).kept(tree, query):
        assert passes(document, asked)


@pytest.mark.parametrize("forms", FORMS)
def test_every_form_of_a_word_passes_what_another_form_asks_for(forms: str) -> None:
    words = forms.replace("'s", "").split()
    for typed in words:
        asked = wanted(language.parse(typed).tree, Query(), 10)
        for form in words:
            if stem(form) == stem(typed):
                assert passes(Document(kind="clip", id=1, headline=form, body="", published=NOW), asked), (typed, form)


@pytest.mark.parametrize("typed", ["café", "Café", "CAFÉ", "caf*", "outlet:café", '"café society"'])
def test_accents_are_asked_for_as_they_were_typed(typed: str) -> None:
    asked = wanted(language.parse(typed).tree, Query(), 10)
    for written in ("Café society", "café society"):
        assert passes(Document(kind="clip", id=1, headline="", body=written, outlet=written, published=NOW), asked)


def test_groups_are_the_longest_words_and_either_side_of_an_or() -> None:
    asked = wanted(language.parse("genome (therapy OR policy) -mouse by:ada a").tree, Query(), 7)
    assert set(asked.groups) == {("genom",), ("therap", "polic"), ("ada",)}
    assert asked.most == 7
    many = wanted(language.parse(" ".join(f"word{'x' * n}" for n in range(20))).tree, Query(), 7)
    assert len(many.groups) == MOST_GROUPS
    assert min(len(group[0]) for group in many.groups) > 10


def test_what_an_or_leaves_open_asks_for_nothing() -> None:
    assert wanted(language.parse("gene OR -mouse").tree, Query(), 7).groups == ()
    assert wanted(language.parse("-mouse").tree, Query(), 7).groups == ()
    assert wanted(Any(()), Query(), 7).groups == ()


def test_filters_narrow_the_net_as_well() -> None:
    asked = wanted(language.parse("after:2018-03 2017..2019").tree, Query(outlets=["Daily Herald"]), 7)
    assert set(asked.groups) == {("herald",)}
    assert (asked.first, asked.last) == (date(2018, 3, 1), date(2019, 12, 31))
    asked = wanted(EVERYTHING, Query(years=["2019", "2016"], topics=["rare disease", "law"]), 7)
    assert asked.groups == (("law", "disease"),)
    assert (asked.first, asked.last) == (date(2016, 1, 1), date(2019, 12, 31))
    assert wanted(EVERYTHING, Query(years=["soon"]), 7).first is None
    assert wanted(EVERYTHING, Query(years=["0", "99999999999"]), 7).first is None


# In a press room -----------------------------------------------------------------------------------------


@pytest.fixture
def lost(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """A shelf whose index is gone, and too large to be made again while somebody waits."""
    monkeypatch.setattr(indexer, "SMALL", 0)
    for number in range(1, 31):
        shelf.documents[number] = Document(
            kind="clip",
            id=number,
            headline=f"Gene therapy {number}",
            body="mouse" if number % 2 else "prices fall",
            outlet="Herald" if number % 3 else "Post",
            published=NOW - timedelta(days=number),
        )
    return shelf


def test_the_answer_has_hits_totals_facets_order_and_pages(lost: Shelf) -> None:
    results = lost.find("therapies -mouse", outlets=["Post"], per_page=2, page=2)
    assert (results.degraded, results.newest, results.total, results.page) == (True, database.NEWEST, 5, 2)
    assert [hit.id for hit in results.hits] == [18, 24]
    assert dict(results.facets["outlet"]) == {"Herald": 10, "Post": 5}
    assert "<mark>therapy</mark>" in results.hits[0].headline
    assert "therapies" in results.reading
    assert lost.ids("therapy", sort="oldest", per_page=2) == [30, 29]
    assert lost.ids('"prices fall"', sort="newest", per_page=2) == [2, 4]
    assert lost.find('"fall prices"').total == 0


def test_the_worker_is_asked_once_and_the_next_answer_is_whole(lost: Shelf) -> None:
    for _ in range(3):
        assert lost.find("gene").degraded
    assert lost.waiting() == 1
    assert lost.sweep() == 30
    results = lost.find("gene")
    assert (results.degraded, results.newest, results.total) == (False, 0, 30)


def test_the_newest_are_looked_at_and_not_more(lost: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "NEWEST", 7)
    results = lost.find("gene")
    assert (results.newest, results.total) == (7, 7)
    assert sorted(hit.id for hit in results.hits) == [1, 2, 3, 4, 5, 6, 7]
    assert lost.find("gene", kinds=["page"]).total == 0


def test_a_filter_reaches_further_back_than_the_newest(lost: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what is chosen in a facet still does not narrow its own counts."""
    monkeypatch.setattr(database, "NEWEST", 7)
    lost.documents[40] = Document(
        kind="clip", id=40, headline="Gene", body="", outlet="Old Wire", published=NOW - timedelta(days=400)
    )
    assert lost.find("gene", outlets=["Old Wire"]).total == 1
    assert dict(lost.find("gene", outlets=["Old Wire"]).facets["outlet"]) == {"Herald": 5, "Post": 2, "Old Wire": 1}
    assert lost.ids("gene", years=["2025"]) == [40]


def test_long_texts_are_looked_at_as_far_as_there_is_time(lost: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "MOST_CHARACTERS", 100)
    assert sorted(lost.ids("gene")) == [1, 2, 3, 4]


def test_what_is_no_longer_public_is_not_shown(lost: Shelf) -> None:
    newest = lost.newest
    search.register(
        "clip", load=lost.load, ids=lambda: list(lost.documents), newest=lambda asked: [*newest(asked), 99, 100]
    )
    del lost.documents[1]
    assert lost.find("gene").total == 29


ODD = [
    *("-gene", "NOT", "-", "*", "ge*", "g*", '"', '"gene', "gene AND", "OR OR", "((((", "))))", "-(gene OR therapy)"),
    *(
        "%",
        "_",
        "\\",
        "'; DROP TABLE clip; --",
        "100%",
        "a_b",
        "\x00",
        "\u202e",
        "😀",
        "日本",
        "before:0001",
        "after:9999",
    ),
    *("9999..", "..0001", "0001..9999", "9999-12-31..9999-12-31", "by:", "outlet:", "outlet:%", "by:x*", "a", "the"),
    *("x" * 20_000, " ".join(["gene"] * 500), "é" * 500, "-" * 500, "(" * 500 + "gene"),
]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_questions_are_answered_as_the_index_answers_them(lost: Shelf, text: str) -> None:
    without = lost.find(text, sort="newest", per_page=100)
    assert without.degraded
    lost.rebuild()
    whole = lost.find(text, sort="newest", per_page=100)
    assert not whole.degraded
    assert [hit.id for hit in without.hits] == [hit.id for hit in whole.hits]
    assert (without.total, without.facets) == (whole.total, whole.facets)


def test_deep_trees_of_nots_are_answered(lost: Shelf) -> None:
    tree: Node = Words(("gene",))
    for _ in range(60):
        tree = Not(All((tree,)))
    with lost.app.test_request_context():
        assert database.search(tree, Query()).total == 30


@pytest.mark.whoosh
def test_an_index_that_breaks_between_two_questions(lost: Shelf) -> None:
    lost.rebuild()
    assert not lost.find("gene").degraded
    (Path(lost.app.instance_path) / "index" / "current").write_text("nowhere")
    assert lost.find("gene").total == 30
    with lost.app.test_request_context():
        assert search.totals([Query(text="mouse"), Query(text="zebra")], now=NOW) == [15, 0]
        assert search.every(Query(), now=NOW) is None


@given(first=st.dates(), last=st.dates())
def test_days_at_the_ends_of_the_calendar_are_asked_for_without_an_error(first: date, last: date) -> None:
    tree = language.parse(f"{first.isoformat()}..{last.isoformat()}").tree
    asked = wanted(tree, Query(), 10)
    begin, end = min(first, last), max(first, last)
    document = Document(kind="clip", id=1, headline="", body="", published=datetime(*begin.timetuple()[:3], tzinfo=UTC))
    assert passes(document, asked)
    assert (asked.first, asked.last) == (begin, end)
