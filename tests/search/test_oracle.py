"""Thousands of random questions against going through everything: total, order, page, mark and counts are equal.

Each archive is made once for some dozens of questions: several hundred documents in one segment or many, merged or
not, with documents replaced and taken out. Hypothesis shrinks a question that fails to the smallest one that still
does, and prints it with the number of the archive. Ten times as many:

    pytest tests/search/test_oracle.py --hypothesis-profile=thorough
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, event, given, settings

from pressroom.search.documents import Document, Query
from pressroom.search.engines import Key
from pressroom.search.engines.whoosh_engine import WhooshEngine
from pressroom.search.tree import Node
from tests.search.oracle import Oracle
from tests.search.test_answers import QUERIES, TREES, documents

pytestmark = pytest.mark.whoosh

ARCHIVES = min(40, settings().max_examples // 5)  # 20, or 40 with the profile "thorough"
QUESTIONS = settings().max_examples * 3 // 5  # of each archive: 60, or 600 with the profile "thorough"

# How an archive came to be: commits, documents in each, and whether it was then made again as one segment.
SHAPES = [(1, 300, False), (3, 120, False), (6, 60, False), (12, 30, False), (20, 20, False), (5, 80, True)]


@pytest.fixture(scope="module", params=range(ARCHIVES))
def archive(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[WhooshEngine, Oracle]]:
    """An engine and the oracle of the same documents."""
    number: int = request.param
    engine = WhooshEngine(tmp_path_factory.mktemp(f"archive{number}") / "index")
    yield engine, Oracle(_filled(engine, number))


def _filled(engine: WhooshEngine, number: int) -> list[Document]:
    """Write archive *number* and give what is in it at the end."""
    commits, size, again = SHAPES[number % len(SHAPES)]
    pick, current = random.Random(number), {}
    with engine.replacement() as fresh:
        fresh.take_over([], [])
    for commit in range(commits):
        made = {Key(one.kind, one.id): one for one in documents(number * 100 + commit, 300)}
        batch = dict(pick.sample(sorted(made.items()), size))
        gone = [key for key in pick.sample(sorted(current), len(current) // 8) if key not in batch]
        engine.write(list(batch.values()), gone)
        current = {key: one for key, one in current.items() if key not in gone} | batch
    if again:
        with engine.replacement() as fresh:
            fresh.add(list(current.values()))
            fresh.take_over([], [])
    return list(current.values())


@settings(max_examples=QUESTIONS, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(tree=TREES, query=QUERIES)
def test_an_answer_is_that_of_going_through_everything(
    archive: tuple[WhooshEngine, Oracle], tree: Node, query: Query
) -> None:
    engine, oracle = archive
    expected = oracle.order(tree, query)
    event("nothing" if not expected else "one page" if len(expected) <= query.per_page else "several pages")
    found = engine.search(tree, query)
    assert found.total == engine.total(tree, query) == len(expected)
    assert found.keys == expected[query.window]
    assert {facet: dict(rows) for facet, rows in found.facets.items()} == oracle.facets(tree, query)
    assert engine.search(tree, replace(query, whole=True)).keys == expected
    if found.keys:
        assert found.first == query.window.start + 1
    follow, size = query.window.stop, query.per_page
    if found.after:
        behind = engine.search(tree, replace(query, page=1, after=found.after))
        assert behind.keys == expected[follow : follow + size]
        assert behind.first == follow + 1
    else:
        assert not expected[follow:] or not found.keys
    if found.before:
        ahead = engine.search(tree, replace(query, page=1, before=found.before))
        assert ahead.keys == expected[query.window.start - size : query.window.start]
        assert ahead.first == query.window.start - size + 1
    else:
        assert query.window.start == 0 or not found.keys


def test_the_archives_are_of_every_shape(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What is compared would else be one segment without a hole."""
    segments, holes = [], []
    for number in range(len(SHAPES)):
        engine = WhooshEngine(tmp_path_factory.mktemp("shape") / "index")
        _filled(engine, number)
        snapshot = engine.snapshot()
        segments.append(len(snapshot.segments))
        holes.append(snapshot.size - len(snapshot.documents))
    assert segments[0] == segments[5] == 1
    assert segments[1] == 3
    assert segments[3] < 12  # some were merged
    assert segments[4] < 20
    assert sum(hole > 0 for hole in holes) >= 4
