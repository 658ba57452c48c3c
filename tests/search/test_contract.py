"""What every engine does, asked of the engine itself: being ready, writing, replacing, the words of the index."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from pressroom.search import language
from pressroom.search.analysis import plain_words
from pressroom.search.documents import Document, Query
from pressroom.search.engines import Engine, IndexUnusableError, Key
from pressroom.search.speller import LONGEST, SHORTEST, one_slip
from pressroom.search.tree import EVERYTHING, Filed, Prefix, Words
from tests.search.conftest import NOW
from tests.search.oracle import Oracle, parts
from tests.search.test_answers import VOCABULARY, documents


def fill(engine: Engine, some: Iterable[Document] = ()) -> None:
    """Make the index of *some*."""
    with engine.replacement() as fresh:
        fresh.add(list(some))
        fresh.take_over([], [])


def made(id: int, headline: str = "", **fields: object) -> Document:
    return Document(**{"kind": "clip", "id": id, "headline": headline, "body": "", "published": NOW, **fields})  # type: ignore[arg-type]


def test_without_an_index_every_question_says_so(engine: Engine) -> None:
    assert not engine.ready()
    for question in (
        lambda: engine.search(EVERYTHING, Query()),
        lambda: engine.total(Words(("gene",)), Query()),
        lambda: engine.lexicon().count("gene"),
        lambda: engine.write([made(1)], []),
        engine.contents,
    ):
        with pytest.raises(IndexUnusableError):
            question()


def test_an_empty_index_is_asked(engine: Engine) -> None:
    fill(engine)
    assert engine.ready()
    for tree in (EVERYTHING, Words(("gene",)), Words(("gene", "gene")), Prefix("ge"), Filed("outlet", ("x",))):
        found = engine.search(tree, Query())
        assert (found.total, list(found.keys), found.after) == (0, [], "")
        assert not any(found.facets.values())
    assert engine.lexicon().beginning("ge", 5) == []
    engine.write([], [Key("clip", 1)])
    assert engine.contents().keys() == set()


def test_writing_puts_in_replaces_and_takes_out(engine: Engine) -> None:
    fill(engine, [made(1, "old"), made(1, "other", kind="release")])
    engine.write([made(1, "new"), made(2, "new")], [Key("release", 1), Key("clip", 99)])
    assert engine.contents().keys() == {("clip", 1), ("clip", 2)}
    assert engine.total(Words(("old",)), Query()) == 0
    assert engine.total(Words(("new",)), Query()) == 2


def test_what_changed_meanwhile_is_in_a_new_index(engine: Engine) -> None:
    fill(engine, [made(1, "old")])
    with engine.replacement() as fresh:
        fresh.add([made(1, "old"), made(2, "two"), made(3, "three")])
        assert engine.contents().keys() == {("clip", 1)}
        fresh.take_over([made(1, "new"), made(4, "four")], [Key("clip", 2), Key("clip", 99)])
        assert engine.contents().keys() == {("clip", 1), ("clip", 3), ("clip", 4)}
    assert engine.total(Words(("old",)), Query()) == 0
    assert engine.lexicon().count("new") == 1


@pytest.mark.parametrize("failing", [False, True])
def test_a_new_index_that_does_not_take_over_changes_nothing(engine: Engine, failing: bool) -> None:
    class GaveUpError(Exception):
        pass

    fill(engine, [made(1, "old")])
    try:
        with engine.replacement() as fresh:
            fresh.add([made(2, "new")])
            if failing:
                raise GaveUpError
    except GaveUpError:
        assert failing
    assert engine.contents().keys() == {("clip", 1)}
    fill(engine, [made(3, "newer")])
    assert engine.contents().keys() == {("clip", 3)}


def test_the_words_are_those_of_the_documents_that_are_there(engine: Engine) -> None:
    pick, current = random.Random(5), {}
    first, second = documents(3, 80), documents(4, 80)
    fill(engine, first)
    current = {Key(d.kind, d.id): d for d in first}
    for start in range(0, 80, 20):
        batch = [*second[start : start + 10], made(500 + start, f"quokka{start} sinthesis", people="Zebedee")]
        gone = pick.sample(sorted(current), 9)
        gone = [key for key in gone if key not in {Key(d.kind, d.id) for d in batch}]
        engine.write(batch, gone)
        current = {key: d for key, d in current.items() if key not in gone} | {Key(d.kind, d.id): d for d in batch}
    counts = Counter(
        word for document in current.values() for word in {word for part in parts(document) for word in part}
    )
    lexicon, ordered = engine.lexicon(), sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    for word in [*VOCABULARY, "nothing", "", "ada", "quokka20", "\x00", "日"]:
        assert lexicon.count(word) == counts[word]
    for start in ("ge", "t", "q", "zz", "", "c\x00"):
        most = 3
        expected = [pair for pair in ordered if pair[0].startswith(start)][:most]
        if "\x00" not in start:
            assert lexicon.beginning(start, most) == expected
    for word in ("gnee", "gen", "genne", "th", "rnu", "synthesis", "x" * 30, "2019", "zebede", "caef", "genes"):
        alike = [pair for pair in ordered if SHORTEST <= len(pair[0]) <= LONGEST and one_slip(word, pair[0])]
        fits = SHORTEST <= len(word) <= LONGEST and not word.isdigit()
        assert lexicon.near(word) == (alike if fits else [])


def test_two_engines_on_one_index_see_each_change_at_once(engine: Engine) -> None:
    fill(engine)
    for number, document in enumerate(documents(1)[:20], 1):
        engine.write([document], [])
        assert engine.total(EVERYTHING, Query()) == number


def test_a_prefix_stands_for_the_first_words_of_the_alphabet(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pressroom.search.tree.MOST_EXPANSIONS", 3)
    fill(engine, [made(number, f"word{number}", people=f"Name{number}") for number in range(1, 8)])
    for prefix in (Prefix("wor"), Prefix("na", "people")):
        assert sorted(key.id for key in engine.search(prefix, Query()).keys) == [1, 2, 3]
        assert engine.total(prefix, Query()) == 3


def test_long_texts_are_found_to_their_end(engine: Engine) -> None:
    text = " ".join(["the filler word"] * 7_000)
    long = made(1, "Transcript", body=f"{text} gene therapy of the end")
    oracle = Oracle([long, made(2, "gene of therapy"), made(3, "of the end the gene")])
    fill(engine, oracle.documents)
    for asked in ("end", '"gene therapy"', '"of the end"', '"word the"', '"filler the"', "therap*", "filler OR end"):
        tree = language.parse(asked).tree
        assert list(engine.search(tree, Query()).keys) == oracle.order(tree, Query()), asked


def test_phrases_that_overlap_themselves_count_each_time(engine: Engine) -> None:
    texts = ("gene gene", "gene gene gene gene", "gene mouse gene mouse gene", "gene mouse gene x y", "mouse gene gene")
    oracle = Oracle([made(n, text, published=NOW + timedelta(n)) for n, text in enumerate(texts)])
    fill(engine, oracle.documents)
    for words in (("gene", "gene"), ("gene", "mouse", "gene"), ("mouse", "gene")):
        found = engine.search(Words(words), Query())
        assert list(found.keys) == oracle.order(Words(words), Query())


@pytest.mark.parametrize("odd", ["\x00", "a\x00b", "'", "\\", "' | 'x", "%", "%(x)s", ":*", "\ud800", "🧬", "x" * 5000])
def test_odd_values_are_answered(engine: Engine, odd: str) -> None:
    fill(engine, [made(1, "gene", outlet="A", topics=("t", "'; \\ %s", "t"), people="O'Neil \\ %")])
    query = Query(outlets=[odd], topics=[odd], kinds=[odd], years=[odd])
    found = engine.search(Words(("gene",)), query)
    assert (found.total, dict(found.facets["outlet"])[odd]) == (0, 0)
    assert engine.total(EVERYTHING, query) == 0
    for tree in (Words((odd,)), Words((odd, "gene")), Prefix(odd), Filed("topic", (odd,)), Words((odd,), "people")):
        if "\ud800" not in odd:
            assert engine.search(tree, Query()).total == engine.total(tree, Query()) == 0
    assert engine.lexicon().near(odd) == []
    assert engine.search(Words(("gene",)), Query()).facets["topic"] == [("'; \\ %s", 1), ("t", 1)]


def test_facets_of_a_size_have_the_most_frequent_values(engine: Engine) -> None:
    outlets = ["b", "B", "a", "c", "c", "d", "é"]
    fill(engine, [made(n, "x", outlet=name, published=NOW - timedelta(400 * n)) for n, name in enumerate(outlets)])
    every = [("c", 2), ("a", 1), ("B", 1), ("b", 1), ("d", 1), ("é", 1)]
    for size in (0, 1, 3, 100):
        found = engine.search(EVERYTHING, Query(facet_size=size))
        assert found.facets["outlet"] == every[:size]
        assert found.facets["year"] == sorted(found.facets["year"], reverse=True)
        assert len(found.facets["year"]) == min(size, 7)
    assert engine.search(EVERYTHING, Query(facet_size=1, outlets=["d"])).facets["outlet"] == [("c", 2), ("d", 1)]
    assert engine.search(EVERYTHING, Query(facet_size=0, outlets=["d"])).facets["outlet"] == [("d", 1)]


def test_asking_while_it_is_written_and_made_again(engine: Engine) -> None:
    some = [made(number, "gene", body=" ".join(plain_words(f"word{number} of text"))) for number in range(1, 31)]
    fill(engine, some)

    def ask(_turn: int) -> tuple[int, int]:
        found = engine.search(Words(("gene",)), Query())
        return found.total, sum(count for _, count in found.facets["year"])

    with ThreadPoolExecutor(3) as threads:
        asked = threads.map(ask, range(60))
        for number in range(1, 6):
            fill(engine, some)
            engine.write([made(number, "gene again")], [])
        assert set(asked) == {(30, 30)}
