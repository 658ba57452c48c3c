"""Postings as arrays: Whoosh's own searcher reads them, stock segments stand beside them, merging loses nothing."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import query as q
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile
from whoosh.index import FileIndex

from pressroom.search.analysis import plain_words, stem
from pressroom.search.documents import Document, Query
from pressroom.search.engines import IndexUnusableError, Key
from pressroom.search.engines.arrays import smallest
from pressroom.search.engines.whoosh_codec import ArrayCodec, Postings, packed, unpacked
from pressroom.search.engines.whoosh_engine import WhooshEngine
from pressroom.search.engines.whoosh_files import SCHEMA, entry
from pressroom.search.engines.whoosh_snapshot import Histogram, Table
from pressroom.search.engines.whoosh_writer import ArrayWriter
from pressroom.search.tree import All, Prefix, Words
from pressroom.search.tree import Any as Either
from tests.search.oracle import Oracle
from tests.search.test_answers import DOCUMENTS, VOCABULARY, documents

pytestmark = pytest.mark.whoosh


@pytest.fixture
def index(tmp_path: Path) -> FileIndex:
    """An empty index of Whoosh."""
    return FileStorage(str(tmp_path)).create_index(SCHEMA)


def put(writer: Any, some: Sequence[Document]) -> None:
    for document in some:
        writer.add_document(**entry(document))


def keep(_writer: object, segments: list[Any]) -> list[Any]:
    return segments


def by_whoosh(index: FileIndex, asked: q.Query) -> list[tuple[int, float]]:
    """Ids and scores, as Whoosh's own searcher gives them."""
    with index.searcher() as searcher:
        column = searcher.reader().column_reader("id")
        return sorted((column[hit.docnum], round(hit.score, 4)) for hit in searcher.search(asked, limit=None))


QUESTIONS = [
    q.Term("text", stem("gene")),
    q.Term("text", "the"),
    q.Or([q.Term("text", stem("therapy")), q.Term("text", "mous")]),
    q.And([q.Term("text", "of"), q.Term("text", stem("genome"))]),
    q.Phrase("text", ["price", "fall"]),
    q.Phrase("people", ["ada", "lovelace"]),
    q.Prefix("words", "gen"),
    q.Term("key", "clip:7"),
]


def answers(index: FileIndex) -> list[list[tuple[int, float]]]:
    return [by_whoosh(index, asked) for asked in QUESTIONS]


def ids(found: list[list[tuple[int, float]]]) -> list[list[int]]:
    return [[id for id, _ in rows] for rows in found]


def test_whoosh_finds_and_scores_the_same_as_in_its_own_index(index: FileIndex, tmp_path: Path) -> None:
    writer = ArrayWriter(index)
    put(writer, documents(1))
    writer.commit()
    (tmp_path / "stock").mkdir()
    stock = FileStorage(str(tmp_path / "stock")).create_index(SCHEMA)
    with stock.writer() as other:
        put(other, documents(1))
    assert answers(index) == answers(stock)
    assert all(answers(index))
    with index.reader() as ours, stock.reader() as theirs:
        assert list(ours.all_terms()) == list(theirs.all_terms())
        for term in ours.all_terms():
            assert ours.term_info(*term).__dict__ | PLACE == theirs.term_info(*term).__dict__ | PLACE


PLACE = {"_offset": 0, "_length": 0}  # where the postings are in the file differs


def in_three(index: FileIndex, *, second: bool) -> None:
    """Put documents into three segments; the *second* one is ours, the others are Whoosh's."""
    some = documents(1)
    for number, start in enumerate(range(0, DOCUMENTS, 100)):
        writer = ArrayWriter(index) if second and number == 1 else index.writer()
        put(writer, some[start : start + 100])
        writer.commit(mergetype=keep)


def test_stock_segments_stand_beside_arrays_and_are_merged_with_them(index: FileIndex, tmp_path: Path) -> None:
    in_three(index, second=True)
    assert [type(segment.codec()) for segment in index._segments()] == [W3Codec, ArrayCodec, W3Codec]
    apart = answers(index)
    ArrayWriter(index).commit(optimize=True)
    assert [type(segment.codec()) for segment in index._segments()] == [ArrayCodec]
    assert ids(answers(index)) == ids(apart)
    # Merging rounds the length of the whole, which the scores depend on: it does so as Whoosh does.
    (tmp_path / "stock").mkdir()
    stock = FileStorage(str(tmp_path / "stock")).create_index(SCHEMA)
    in_three(stock, second=False)
    assert answers(stock) == apart
    stock.writer().commit(optimize=True)
    assert answers(index) == answers(stock)


LEAVES: list[tuple[Words | Prefix, q.Query]] = [
    *((Words((word.replace("é", "e"),)), q.Term("text", stem(word.replace("é", "e")))) for word in VOCABULARY),
    (Words(("prices", "fall")), q.Phrase("text", [stem("prices"), stem("fall")])),
    (Words(("of", "the")), q.Phrase("text", ["of", "the"])),
    (Words(("ada", "lovelace"), "people"), q.Phrase("people", ["ada", "lovelace"])),
    (Prefix("gen"), q.Prefix("words", "gen")),
]


@pytest.mark.parametrize("merged", [False, True])
def test_both_executors_find_the_same_in_mixed_segments(tmp_path: Path, merged: bool) -> None:
    """Whoosh's searcher is right about words, phrases, AND and OR if it is not told to stop at a number.

    Not about ``AndNot``: it may give the first document of a segment though it has the word that it must not have.
    """
    engine, some = WhooshEngine(tmp_path / "index"), documents(1)
    with engine.replacement() as fresh:
        fresh.add(some[:100])
        fresh.take_over([], [])
    index = FileIndex(FileStorage(str(engine.snapshot().path)), schema=SCHEMA)
    for segment in (some[100:150], some[150:200]):
        writer = index.writer()
        put(writer, segment)
        writer.commit(merge=False)
    gone = [Key(document.kind, document.id) for document in some[:200:7]]
    engine.write(some[200:], gone)
    if merged:
        ArrayWriter(index).commit(optimize=True)
    snapshot = engine.snapshot()
    assert len(snapshot.segments) == (1 if merged else 4)
    with index.refresh().searcher() as searcher:
        for leaf, stock in LEAVES:
            found = list(searcher.docs_for_query(stock))
            assert snapshot.weighed(leaf).documents.tolist() == found
            assert found
        for (one, stock), (other, stock_other) in pairwise(LEAVES):
            for tree, both in ((All((one, other)), q.And), (Either((one, other)), q.Or)):
                found = searcher.search(both([stock, stock_other]), limit=None)
                assert engine.total(tree, Query()) == len(found)
    assert engine.contents().keys() == {Key(d.kind, d.id) for d in some} - set(gone)


def test_what_is_merged_is_what_was_put_in_at_once(index: FileIndex, tmp_path: Path) -> None:
    some = documents(3)
    pick = random.Random(5)
    gone = {document.id for document in some if pick.random() < 0.4}
    for start in range(0, DOCUMENTS, 60):
        writer = ArrayWriter(index)
        put(writer, some[start : start + 60])
        writer.commit(mergetype=keep)
    writer = ArrayWriter(index)
    for id in gone:
        for kind in ("clip", "release"):
            writer.delete_by_term("key", f"{kind}:{id}")
    writer.commit(optimize=True)
    (tmp_path / "once").mkdir()
    once = FileStorage(str(tmp_path / "once")).create_index(SCHEMA)
    left = [document for document in some if document.id not in gone]
    whole = ArrayWriter(once)
    put(whole, left)
    whole.commit()
    assert ids(answers(index)) == ids(answers(once))
    with index.reader() as merged, once.reader() as fresh:
        for name in SCHEMA.names():
            if SCHEMA[name].column_type:
                assert list(merged.column_reader(name)) == list(fresh.column_reader(name))
        for field, term in fresh.all_terms():
            assert _where(merged, field, term) == _where(fresh, field, term)
        assert list(merged.all_terms()) == list(fresh.all_terms())


def _where(reader: Any, field: str, term: bytes) -> list[tuple[int, float, bytes]]:
    return [(m.id(), m.weight(), m.value()) for m in [reader.postings(field, term)] for _ in _steps(m)]


def _steps(matcher: Any) -> Any:
    while matcher.is_active():
        yield
        matcher.next()


def test_a_segment_full_of_deleted_documents_is_merged_into_nothing(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index")
    with engine.replacement() as fresh:
        fresh.add(documents(1)[:20])
        fresh.take_over([], [])
    engine.write([], list(engine.contents()))
    assert not engine.contents()
    engine.write(documents(2)[:5], [])
    assert len(engine.contents()) == 5


def test_a_new_index_of_many_words_is_written_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pressroom.search.engines.whoosh_engine.MOST_WORDS", 500)
    engine, some = WhooshEngine(tmp_path / "index"), documents(1)
    with engine.replacement() as fresh:
        for start in range(0, DOCUMENTS, 50):
            fresh.add(some[start : start + 50])
        fresh.take_over([], [Key(some[0].kind, some[0].id)])
    oracle = Oracle(some[1:])
    for word in VOCABULARY:
        for leaf in (Words(plain_words(word)), Prefix(word[:2].replace("é", "e"))):
            found = engine.search(All((leaf,)), Query())
            assert (found.total, found.keys) == (
                len(oracle.order(leaf, Query())),
                oracle.order(leaf, Query())[:20],
            )


def test_another_process_sees_each_change_at_once(tmp_path: Path) -> None:
    writing, reading = WhooshEngine(tmp_path / "index"), WhooshEngine(tmp_path / "index")
    with writing.replacement() as fresh:
        fresh.take_over([], [])
    for number, document in enumerate(documents(1)[:20], 1):
        writing.write([document], [])
        assert len(reading.contents()) == number
    with writing.replacement() as fresh:
        fresh.take_over(documents(2)[:3], [])
    assert len(reading.contents()) == 3


@pytest.mark.parametrize("seed", range(30))
def test_flipped_bytes_are_an_answer_or_a_damaged_index(tmp_path: Path, seed: int) -> None:
    pick, engine = random.Random(seed), WhooshEngine(tmp_path / "index")
    with engine.replacement() as fresh:
        fresh.add(documents(1)[:50])
        fresh.take_over([], [])
    [segment] = (tmp_path / "index").glob("*/*.seg")
    raw = bytearray(segment.read_bytes())
    for _ in range(20):
        raw[pick.randrange(len(raw))] ^= 1 << pick.randrange(8)
    segment.write_bytes(raw)
    with suppress(IndexUnusableError):
        for leaf in (Words(("gene",)), Words(("prices", "fall")), Prefix("ge"), Words(("lovelace",), "people")):
            engine.search(leaf, Query())


NUMBERS = st.lists(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=300).map(sorted), min_size=1, max_size=5)


@given(places=NUMBERS, first=st.integers(0, 2**31), padding=st.integers(0, 9))
def test_postings_come_back_as_they_were_put_in(places: list[list[int]], first: int, padding: int) -> None:
    postings = Postings(
        np.arange(first, first + len(places)),
        np.array([len(row) for row in places]),
        np.array([place for row in places for place in row]),
    )
    found = unpacked(BufferFile(memoryview(b"x" * padding + packed(postings))), padding)
    assert found is not None
    assert found.documents.tolist() == postings.documents.tolist()
    assert found.counts.tolist() == postings.counts.tolist()
    assert found.places.tolist() == postings.places.tolist()


@pytest.mark.parametrize("size", [0, 1, 30, 700, 5_000, 9_001])
@pytest.mark.parametrize("different", [1, 3, 1_000_000])
@pytest.mark.parametrize("count", [1, 20, 700])
def test_the_smallest_of_many(size: int, different: int, count: int) -> None:
    pick = np.random.default_rng(size + different)
    for keys in (pick.integers(-different, different, size), -np.round(pick.random(size) * different, 3)):
        found = smallest(keys, count).tolist()
        edge = sorted(keys.tolist())[:count]
        assert found == [place for place, key in enumerate(keys.tolist()) if edge and key <= edge[-1]]


@pytest.mark.parametrize("cells", [1, 64, Histogram.CELLS])
def test_facets_counted_at_once_are_those_counted_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cells: int
) -> None:
    monkeypatch.setattr(Histogram, "CELLS", cells)
    engine = WhooshEngine(tmp_path / "index")
    with engine.replacement() as fresh:
        fresh.add(documents(1))
        fresh.take_over(documents(2)[:40], [Key("clip", 7)])
    snapshot = engine.snapshot()
    assert len(snapshot.segments) > 1
    assert len(snapshot.documents) < snapshot.size
    together = [Histogram(snapshot.facets), Table(snapshot.facets)]
    pick = np.random.default_rng(3)
    for share in (0, 0.01, 0.3, 1):
        chosen = snapshot.documents[pick.random(len(snapshot.documents)) < share]
        for counted in (each.counts(chosen) for each in together):
            assert list(counted) == list(snapshot.facets)
            for name, facet in snapshot.facets.items():
                assert counted[name].tolist() == facet.counts(chosen).tolist()


def test_many_documents_have_the_facets_of_the_oracle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pressroom.search.engines.whoosh_snapshot.MANY", 0)
    engine = WhooshEngine(tmp_path / "index")
    with engine.replacement() as fresh:
        fresh.add(documents(4))
        fresh.take_over([], [])
    oracle = Oracle(documents(4))
    for query in (Query(), Query(kinds=["clip"]), Query(mediums=["print"], years=["2020"]), Query(facet_size=2)):
        for tree in (All(()), Words(("gene",))):
            found, expected = engine.search(tree, query), oracle.facets(tree, query)
            for name, rows in found.facets.items():
                assert dict(rows).items() <= expected[name].items()
                assert len(rows) == len(expected[name]) or query.facet_size == 2
