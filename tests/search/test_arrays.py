"""Postings as arrays: Whoosh's own searcher reads them, stock segments stand beside them, merging loses nothing."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import query as q
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader

from pressroom.search.analysis import plain_words, stem
from pressroom.search.documents import Document, Query
from pressroom.search.engines import IndexUnusableError, Key
from pressroom.search.engines.whoosh_codec import Postings, packed, unpacked
from pressroom.search.engines.whoosh_engine import WhooshEngine
from pressroom.search.engines.whoosh_files import SCHEMA, entry
from pressroom.search.engines.whoosh_writer import ArrayWriter
from pressroom.search.tree import All, Prefix, Words
from tests.search.oracle import Oracle
from tests.search.test_answers import DOCUMENTS, VOCABULARY, documents


@pytest.fixture
def index(tmp_path: Path) -> FileIndex:
    """An empty index of Whoosh."""
    return FileStorage(str(tmp_path)).create_index(SCHEMA)


def put(writer: Any, some: Sequence[Document]) -> None:
    for document in some:
        writer.add_document(**entry(document))


def keep(_writer: object, segments: list[Any]) -> list[Any]:
    return segments


def join(writer: ArrayWriter, segments: list[Any]) -> list[Any]:
    for segment in segments:
        writer.add_reader(SegmentReader(writer.storage, writer.schema, segment))
    return []


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


def test_stock_segments_stand_beside_arrays_and_are_merged_with_them(index: FileIndex) -> None:
    some = documents(1)
    with index.writer() as stock:
        put(stock, some[:100])
    writer = ArrayWriter(index)
    put(writer, some[100:200])
    writer.commit(mergetype=keep)
    with index.writer() as stock:
        put(stock, some[200:])
        stock.merge = False
    assert len(index._segments()) == 3
    apart = answers(index)
    joined = ArrayWriter(index)
    joined.commit(mergetype=join)
    assert len(index._segments()) == 1
    assert answers(index) == apart


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
    writer.commit(mergetype=join)
    (tmp_path / "once").mkdir()
    once = FileStorage(str(tmp_path / "once")).create_index(SCHEMA)
    left = [document for document in some if document.id not in gone]
    whole = ArrayWriter(once)
    put(whole, left)
    whole.commit()
    assert [[id for id, _ in rows] for rows in answers(index)] == [[id for id, _ in rows] for rows in answers(once)]
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
    found = unpacked(b"x" * padding + packed(postings), padding)
    assert found is not None
    assert found.documents.tolist() == postings.documents.tolist()
    assert found.counts.tolist() == postings.counts.tolist()
    assert found.places.tolist() == postings.places.tolist()
