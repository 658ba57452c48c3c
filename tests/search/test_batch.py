"""A batch of new documents says of each question what an index that has these documents says."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings

from pressroom.search.batch import Batch, numbers
from pressroom.search.documents import FACETS, Document, Query
from pressroom.search.engines import Key
from pressroom.search.engines.whoosh_engine import WhooshEngine
from pressroom.search.matching import values
from pressroom.search.tree import EVERYTHING, Node
from tests.search.oracle import Oracle
from tests.search.test_answers import QUERIES, TREES, documents

Archive = tuple[WhooshEngine, Oracle, Batch, list[Key]]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """An archive of some hundred documents, of which some came last and are the batch."""
    engine = WhooshEngine(tmp_path_factory.mktemp("batch") / "index")
    made = list({Key(one.kind, one.id): one for one in documents(7, 300)}.values())
    with engine.replacement() as fresh:
        fresh.add(made)
        fresh.take_over([], [])
    new = random.Random(7).sample(made, 80)
    yield engine, Oracle(made), Batch(new), [Key(one.kind, one.id) for one in new]


@pytest.mark.whoosh
@settings(max_examples=settings().max_examples * 3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=TREES, query=QUERIES)
def test_it_finds_what_the_archive_finds_of_it(archive: Archive, tree: Node, query: Query) -> None:
    engine, oracle, batch, keys = archive
    found = [keys[number] for number in numbers(batch.matching(tree, query.chosen))]
    expected = set(oracle.order(tree, query)) & set(keys)
    assert set(found) == expected
    assert len(found) == len(expected)
    assert engine.total(tree, query) >= len(expected)


def test_what_it_is_filed_under_may_be_said_in_other_words(archive: Archive) -> None:
    """An address has slugs where a document has names."""
    batch = Batch(documents(3, 40), lambda one: {"slug": (f"n{one.id}",), "kind": (one.kind,)})
    one = batch.documents[5]
    [number] = numbers(batch.matching(EVERYTHING, {"slug": {f"n{one.id}"}, "kind": {one.kind}}))
    assert batch.documents[number] == one
    assert batch.matching(EVERYTHING, {"slug": {"nothing"}}) == 0
    assert batch.matching(EVERYTHING, {"slug": set()}) == batch.every


def test_it_is_filed_as_search_files_it() -> None:
    made: list[Document] = documents(5, 20)
    batch = Batch(made)
    for facet in FACETS:
        for number, one in enumerate(made):
            for value in values(one, facet):
                assert batch.matching(EVERYTHING, {facet: {value}}) >> number & 1
