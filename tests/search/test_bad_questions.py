"""Any question is answered, and for a bounded amount of work, which is counted and not timed.

Counted are the terms of a question, the words that its prefixes stand for, and the lists of postings that are read.
What a regular expression does inside cannot be counted; there the work for a text is compared, in the same run, with
that for a fifth of the text.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from benchmarks.corpus import documents
from pressroom import search
from pressroom.search import language
from pressroom.search.analysis import words
from pressroom.search.correcting import correction
from pressroom.search.documents import Query
from pressroom.search.engines.whoosh_codec import PostingsReader
from pressroom.search.engines.whoosh_engine import WhooshEngine
from pressroom.search.engines.whoosh_segments import Segment
from pressroom.search.language import DEEPEST, MOST_TERMS
from pressroom.search.suggester import TRIED
from pressroom.search.tree import EVERYTHING, MOST_EXPANSIONS, All, Node, Not
from pressroom.search.tree import Any as AnyOf
from tests.bad_texts import TEXTS
from tests.search.conftest import NOW, Shelf
from tests.search.test_language import depth, size

pytestmark = pytest.mark.whoosh

DOCUMENTS = 1_200
CORRECTIONS = 3  # attempts, each a question of its own
WIDE = " OR ".join(f"{a}{b}*" for a in "abcdefghlmnprstvw" for b in "aeioulr")


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_is_found_completed_and_exported(shelf: Shelf, text: str) -> None:
    for number in range(3):
        shelf.put(number, "Family history", "A family page", people="Ada", outlet="Herald", topics=("Policy",))
    found = shelf.find(text)
    assert found.total in range(4)
    assert "<script>" not in found.reading
    with shelf.app.test_request_context():
        keys = search.every(Query(text=text), now=NOW)
        assert keys is not None
        assert len(keys) == found.total
        assert search.totals([Query(text=text)], now=NOW) == [found.total]
        for one in search.suggest(Query(text=text), now=NOW):
            assert one.count > 0


@dataclass
class Work:
    """What was done for a question.

    Attributes:
        lists: of postings that were read.
        expanded: words that a prefix stood for.
    """

    lists: int = 0
    expanded: int = 0


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    """The work of the block."""
    work, read, beginning = Work(), PostingsReader.read, Segment.beginning

    def counting_read(postings: PostingsReader, *args: Any, **kwargs: Any) -> Any:
        work.lists += 1
        return read(postings, *args, **kwargs)

    def counting_beginning(segment: Segment, *args: Any) -> Any:
        found = beginning(segment, *args)
        work.expanded += len(found)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(PostingsReader, "read", counting_read)
        patch.setattr(Segment, "beginning", counting_beginning)
        yield work


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> WhooshEngine:
    """Two segments of made-up clips with ten thousand different words."""
    engine = WhooshEngine(tmp_path_factory.mktemp("instance") / "index")
    made = list(documents(DOCUMENTS))
    with engine.replacement() as fresh:
        fresh.add(made[: DOCUMENTS * 9 // 10])
        fresh.take_over([], [])
    engine.write(made[DOCUMENTS * 9 // 10 :], [])
    assert len(engine.snapshot().segments) == 2
    return engine


def fresh(engine: WhooshEngine) -> None:
    """Forget what was worked out."""
    snapshot = engine.snapshot()
    for cache in (snapshot.answers, snapshot._weighed, snapshot._masks):
        cache.clear()


@pytest.mark.parametrize("text", [*TEXTS.values(), WIDE, WIDE.replace(" OR", ""), WIDE.replace("OR ", "-")])
def test_work_is_bounded(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    fresh(engine)
    query, segments = Query(text=text), len(engine.snapshot().segments)
    tree = language.parse(text).tree
    assert size(tree) <= MOST_TERMS
    assert depth(tree) <= 3 * DEEPEST
    with counted(monkeypatch) as work:
        found = engine.search(tree, query)
    assert work.expanded <= MOST_EXPANSIONS * segments
    assert work.lists <= (MOST_EXPANSIONS + MOST_TERMS) * segments
    with counted(monkeypatch) as work:
        engine.search(tree, query)
    assert work == Work()
    with counted(monkeypatch) as work:
        correction(engine, query, found.total)
    assert work.lists <= CORRECTIONS * (MOST_EXPANSIONS + MOST_TERMS) * segments


def test_the_bound_is_met_and_not_passed(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh(engine)
    with counted(monkeypatch) as work:
        engine.search(language.parse(WIDE).tree, Query(text=WIDE))
    assert MOST_EXPANSIONS // 2 < work.expanded <= MOST_EXPANSIONS * 2


def test_one_prefix_stands_for_all_its_words(engine: WhooshEngine) -> None:
    """Sharing the bound takes nothing from a question with few prefixes."""
    expected = {
        document.id
        for document in documents(DOCUMENTS)
        for word in words(f"{document.headline} {document.body} {document.people} {document.outlet}")
        if word.text.startswith(("stra", "ple", "gru"))
    }
    tree = language.parse("stra* OR ple* OR gru*").tree
    found = engine.search(tree, Query(whole=True, kinds=["clip"]))
    assert expected <= {key.id for key in found.keys}


def test_a_phrase_reads_each_word_once(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh(engine)
    text = '"' + " ".join(["the", "of"] * 40) + '"'
    with counted(monkeypatch) as work:
        engine.search(language.parse(text).tree, Query(text=text))
    assert work.lists <= 2 * len(engine.snapshot().segments)


def test_suggestions_try_a_bounded_number_of_words(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "the of and st"
    tried: list[Node] = []
    total = WhooshEngine.total

    def counting(one: WhooshEngine, tree: Node, query: Query) -> int:
        tried.append(tree)
        return total(one, tree, query)

    monkeypatch.setattr(WhooshEngine, "total", counting)
    monkeypatch.setattr("pressroom.search.finding.asked", lambda _now, question: question(engine))
    assert search.suggest(Query(text=text), now=NOW)
    assert 1 < len(tried) <= TRIED


def cpu(work: Callable[[], object]) -> float:
    """Seconds of CPU, the least of several tries."""

    def once() -> float:
        began = time.process_time()
        work()
        return time.process_time() - began

    return min(once() for _ in range(5))


PIECES = [
    "(",
    ")",
    "-",
    '"',
    "a ",
    "x",
    "NOT ",
    "(a -",
    "..2019",
    "1999-01-01.",
    "outlet:",
    ":",
    "é",
    "(a+)+$",
    "a“ ",
    "\u0301",
]


@pytest.mark.parametrize("piece", PIECES)
def test_reading_takes_five_times_as_long_for_five_times_the_text(piece: str) -> None:
    """A pattern that goes back over what it has read would take twenty-five times as long, or for ever."""
    short, long = piece * (1_800 // len(piece)), piece * (9_000 // len(piece))
    for work in (language.parse, language.typed, words):
        assert cpu(lambda work=work: work(long)) < 15 * cpu(lambda work=work: work(short)) + 0.001


def test_a_tree_of_any_depth_that_can_be_typed_is_answered(engine: WhooshEngine) -> None:
    tree: Node = language.parse("the").tree
    expected = engine.search(tree, Query()).total
    for _ in range(3 * DEEPEST):
        tree = Not(All((AnyOf((Not(tree), Not(EVERYTHING))),)))
    assert engine.search(tree, Query()).total == expected
