"""Totals, order and facets of random questions, against going through everything; and what people rely on."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pressroom.search import language
from pressroom.search.documents import MOST_PER_PAGE, Document, Query
from pressroom.search.engines import Engine, Key
from pressroom.search.engines.whoosh_engine import WhooshEngine
from pressroom.search.marks import Mark
from pressroom.search.tree import All, Any, Between, Filed, Node, Not, Prefix, Words
from tests.search.conftest import NOW, Shelf, make_engine
from tests.search.oracle import Oracle

VOCABULARY = [
    *("gene", "genes", "genetic", "genome", "prices", "fall", "to", "the", "of"),
    *("therapy", "therapies", "mouse", "run", "running", "café", "ruin"),
]
OUTLETS = ["", "Daily Herald", "The Herald", "Café Post", "New York Wire"]
TOPICS = ["rare disease", "genome", "policy", "education", "mice", "ethics", "law"]
PEOPLE = ["", "Ada Lovelace", "Gene Ruin", "Lovelace Byron, Ada King"]
DOCUMENTS = 300


def documents(seed: int, count: int = DOCUMENTS) -> list[Document]:
    pick = random.Random(seed)

    def text(most: int) -> str:
        return " ".join(pick.choices(VOCABULARY, weights=range(len(VOCABULARY), 0, -1), k=pick.randint(0, most)))

    return [
        Document(
            kind=pick.choice(["clip", "clip", "release"]),
            id=number,
            headline=text(4),
            body=text(12),
            people=pick.choice(PEOPLE),
            outlet=pick.choice(OUTLETS),
            medium=pick.choice(["online", "print", ""]),
            language=pick.choice(["en", "en-GB", "fr"]),
            topics=tuple(pick.choices(TOPICS, k=pick.choice([0, 1, 2, 3, 8]))),
            # Many of the same instant, so that the order beyond it is tested as well.
            published=datetime(2018, 12, 30, tzinfo=UTC) + timedelta(days=100 * pick.randint(0, 12)),
        )
        for number in range(1, count + 1)
    ]


WORDS = st.sampled_from(VOCABULARY)
LEAVES: st.SearchStrategy[Node] = st.one_of(
    WORDS.map(lambda word: Words((word.replace("é", "e"),))),
    st.lists(WORDS, min_size=2, max_size=3).map(lambda some: Words(tuple(w.replace("é", "e") for w in some))),
    st.sampled_from(["ge", "gen", "th", "ru", "zz", "ca"]).map(Prefix),
    st.sampled_from([("ada",), ("ada", "lovelace"), ("lovelace",), ("gene",)]).map(lambda some: Words(some, "people")),
    st.sampled_from(["lo", "ki"]).map(lambda start: Prefix(start, "people")),
    st.sampled_from(
        [
            Filed("outlet", ("herald",)),
            Filed("outlet", ("daily", "her"), begun=True),
            Filed("topic", ("rare", "disease")),
            Filed("topic", ("disease",)),
            Filed("language", ("en",)),
            Filed("medium", ("print",)),
        ]
    ),
    st.tuples(
        st.one_of(st.none(), st.dates(date(2018, 1, 1), date(2023, 1, 1))),
        st.one_of(st.none(), st.dates(date(2018, 1, 1), date(2023, 1, 1))),
    ).map(lambda days: Between(*days)),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, max_size=3).map(lambda nodes: All(tuple(nodes))),
        st.lists(inner, min_size=1, max_size=3).map(lambda nodes: Any(tuple(nodes))),
    ),
    max_leaves=6,
)


def some(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.one_of(st.just([]), st.lists(st.sampled_from(values), max_size=2))


QUERIES = st.builds(
    Query,
    kinds=some(["clip", "release", "page"]),
    outlets=some([*OUTLETS[1:], "Nowhere"]),
    topics=some(TOPICS),
    mediums=some(["online", "print"]),
    languages=some(["en", "fr"]),
    years=some(["2018", "2019", "2021", "1900"]),
    sort=st.sampled_from(["relevance", "newest", "oldest"]),
    page=st.integers(1, 4),
    per_page=st.integers(5, 40),
)


@pytest.fixture(scope="module")
def answering(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, engine_name: str
) -> tuple[Engine, Oracle]:
    """An index, of several segments in Whoosh, with deleted and replaced documents; the oracle of what is left."""
    engine = make_engine(request, tmp_path_factory.mktemp("instance") / "index", engine_name)
    first, second = documents(1), documents(2)
    with engine.replacement() as fresh:
        fresh.add(first[:200])
        fresh.take_over([], [])
    current = {Key(d.kind, d.id): d for d in first[:200]}
    for start in range(0, DOCUMENTS, 37):
        batch = {Key(d.kind, d.id): d for d in second[start : start + 12]}
        gone = [key for key in current if key.id % 11 == start % 11 and key not in batch]
        engine.write(list(batch.values()), gone)
        current = {key: d for key, d in current.items() if key not in gone} | batch
    assert not isinstance(engine, WhooshEngine) or len(engine.snapshot().segments) > 1
    return engine, Oracle(current.values())


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=TREES, query=QUERIES)
def test_answers_are_those_of_going_through_everything(
    answering: tuple[Engine, Oracle], tree: Node, query: Query
) -> None:
    engine, oracle = answering
    found = engine.search(tree, query)
    expected = oracle.order(tree, query)
    assert found.total == len(expected)
    assert found.keys == expected[query.window]
    assert {facet: dict(rows) for facet, rows in found.facets.items()} == oracle.facets(tree, query)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.lists(st.sampled_from([*VOCABULARY, "OR", "NOT", "-", "(", ")", '"', "ge*", "2019..2020"]), max_size=7))
def test_typed_questions_as_well(answering: tuple[Engine, Oracle], text: list[str]) -> None:
    engine, oracle = answering
    tree = language.parse(" ".join(text)).tree
    found = engine.search(tree, Query(per_page=100))
    assert (found.total, found.keys) == (
        len(oracle.order(tree, Query())),
        oracle.order(tree, Query())[:MOST_PER_PAGE],
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=TREES, query=QUERIES)
def test_the_page_after_a_mark_is_the_next_one(answering: tuple[Engine, Oracle], tree: Node, query: Query) -> None:
    engine, oracle = answering
    expected = oracle.order(tree, query)
    seen: list[object] = []
    page = engine.search(tree, replace(query, page=1))
    while True:
        seen += page.keys
        if not page.after:
            break
        page = engine.search(tree, replace(query, after=page.after))
    assert seen == expected


@pytest.mark.parametrize(
    "after",
    ["", ".", "newest", "n.x-.1.2.clip", "n.1e3..1.clip", "o.1.1.1.clip", "r.1.1.1.clip", "\x00", "n." + "9" * 200],
)
def test_a_mark_that_is_not_understood_is_not_used(answering: tuple[Engine, Oracle], after: str) -> None:
    engine, oracle = answering
    query = Query(sort="newest", after=after)
    assert engine.search(All(()), query).keys == oracle.order(All(()), query)[:20]


def test_a_mark_beyond_everything_is_answered(answering: tuple[Engine, Oracle]) -> None:
    last = Mark("newest", 0, -(1 << 61), 1, "clip")
    assert answering[0].search(All(()), Query(sort="newest", after=str(last))).keys == []


def test_four_threads_get_the_answers_of_one(answering: tuple[Engine, Oracle]) -> None:
    engine, oracle = answering
    questions = [(language.parse(text).tree, Query(text=text)) for text in ("gene*", '"of the"', "run OR fall", "ruin")]
    expected = [oracle.order(tree, query)[:20] for tree, query in questions]

    def ask(turn: int) -> bool:
        if isinstance(engine, WhooshEngine):
            engine.snapshot().answers.clear()
        tree, query = questions[turn % 4]
        return engine.search(tree, query).keys == expected[turn % 4]

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(ask, range(200)))


def test_the_contents_are_what_was_put_in(answering: tuple[Engine, Oracle]) -> None:
    engine, oracle = answering
    assert engine.contents() == {(d.kind, d.id): d.fingerprint for d in oracle.documents}


# What people rely on -------------------------------------------------------------------------------------


def test_phrases_keep_their_small_words(shelf: Shelf) -> None:
    shelf.put(1, "Prices to fall")
    shelf.put(2, "Prices fall")
    shelf.put(3, "Fall prices")
    assert shelf.ids('"prices fall"') == [2]
    assert shelf.ids('"prices to fall"') == [1]
    assert sorted(shelf.ids("prices fall")) == [1, 2, 3]


def test_a_phrase_does_not_reach_from_the_headline_into_the_text(shelf: Shelf) -> None:
    shelf.put(1, "A new gene", "therapy was found", people="Ada", outlet="Herald", topics=("gene", "therapy"))
    assert shelf.ids('"gene therapy"') == []
    assert shelf.ids("gene therapy") == [1]


@pytest.mark.parametrize(
    "text", ["zurich", "ZÜRICH", "zürich", "Zu*", '"cafe in zurich"', "日本", '"日本語"', "москва"]
)
def test_titles_of_other_languages_are_found(shelf: Shelf, text: str) -> None:
    shelf.put(1, "Café in Zürich", "日本語のニュース · Москва")
    shelf.put(2, "Something else")
    assert shelf.ids(text) == [1]


def test_all_forms_of_a_word(shelf: Shelf) -> None:
    for number, word in enumerate(["operating", "operate", "operates", "operated", "opera"], 1):
        shelf.put(number, word)
    assert sorted(shelf.ids("operating")) == [1, 2, 3, 4]


def test_small_words_do_not_narrow_a_question(shelf: Shelf) -> None:
    shelf.put(1, "Gene therapy")
    assert shelf.ids("what is the gene therapy") == [1]
    assert shelf.ids('"the gene"') == []


def test_names_and_outlets_are_found_by_plain_words_and_by_field(shelf: Shelf) -> None:
    shelf.put(1, "One", people="Jane Jones", outlet="The Daily Herald", topics=("rare disease",))
    shelf.put(2, "Jones", outlet="Herald of Jane")
    assert sorted(shelf.ids("jones herald")) == [1, 2]
    assert shelf.ids("by:jones") == [1]
    assert shelf.ids("by:jone") == []
    assert shelf.ids('outlet:"daily herald"') == [1]
    assert shelf.ids("topic:disease") == [1]


def test_nothing_asked_is_everything_newest_first(shelf: Shelf) -> None:
    for number in (1, 2, 3):
        shelf.put(
            number,
            "x",
            published=NOW - timedelta(days=number % 3),
            medium="print" if number > 1 else "online",
        )
    assert shelf.ids() == [3, 1, 2]
    assert shelf.ids(sort="oldest") == [2, 1, 3]
    assert shelf.ids(mediums=["print"]) == [3, 2]
    assert shelf.find().reading == ""


def test_a_facet_is_not_narrowed_by_its_own_choice(shelf: Shelf) -> None:
    shelf.put(1, "gene", outlet="A", medium="print")
    shelf.put(2, "gene", outlet="B", medium="print")
    shelf.put(3, "gene", outlet="B", medium="radio")
    results = shelf.find("gene", outlets=["A"])
    assert results.total == 1
    assert results.facets["outlet"] == [("B", 2), ("A", 1)]
    assert results.facets["medium"] == [("print", 1)]


def test_a_chosen_value_without_matches_stays_so_that_it_can_be_taken_away(shelf: Shelf) -> None:
    shelf.put(1, "gene", outlet="A")
    assert shelf.find("gene", outlets=["Gone"]).facets["outlet"] == [("A", 1), ("Gone", 0)]
    assert shelf.find("gene", outlets=["Gone"], facet_size=1).facets["outlet"] == [("A", 1), ("Gone", 0)]


def test_the_year_is_that_of_the_documents_own_calendar(shelf: Shelf) -> None:
    eve = datetime(2025, 12, 31, 23, tzinfo=UTC)
    shelf.put(1, "utc", published=eve)
    shelf.put(2, "ahead", published=eve.astimezone(ZoneInfo("Europe/Berlin")))
    assert shelf.find().facets["year"] == [("2026", 1), ("2025", 1)]
    assert shelf.ids("before:2026") == [1]


def test_pages(shelf: Shelf) -> None:
    for number in range(1, 8):
        shelf.put(number, "gene", published=NOW + timedelta(hours=number))
    second = shelf.find("gene", per_page=3, page=2, sort="newest")
    assert ([hit.id for hit in second.hits], second.total, second.pages) == ([4, 3, 2], 7, 3)
    assert shelf.find("gene", per_page=3, page=9).hits == []
    assert shelf.find("gene", per_page=0, page=-5).page == 1
    assert len(shelf.find("gene", per_page=10**9).hits) == 7


@pytest.mark.parametrize("query", [{"sort": "'; DROP"}, {"years": ["x", 99999]}, {"kinds": ["\x00"]}, {"page": 10**30}])
def test_odd_filters_are_answered(shelf: Shelf, query: dict[str, object]) -> None:
    shelf.put(1, "gene")
    assert shelf.find("gene", **query).total in (0, 1)


@pytest.mark.whoosh
def test_the_folder_is_for_its_owner_only(shelf: Shelf, instance: Path) -> None:
    shelf.put(1, "gene")
    shelf.find("gene")
    for folder in (instance / "index", *(instance / "index").glob("whoosh-*")):
        assert folder.stat().st_mode & 0o777 == 0o700
