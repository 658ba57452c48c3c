"""The words of a segment in a file of it: the same as in Whoosh's dictionary, with and without it."""

from __future__ import annotations

import mmap
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from whoosh.codec.whoosh3 import W3Codec
from whoosh.index import TOC
from whoosh.reading import SegmentReader

from pressroom.search.documents import Query
from pressroom.search.engines import IndexUnusableError, Key
from pressroom.search.engines.whoosh_damage import damage_said
from pressroom.search.engines.whoosh_engine import WhooshEngine
from pressroom.search.engines.whoosh_files import SCHEMA, storage
from pressroom.search.engines.whoosh_segments import Segment
from pressroom.search.engines.whoosh_vocabulary import FIELDS, opened, packed
from pressroom.search.tree import Prefix
from tests.search.test_answers import documents

pytestmark = pytest.mark.whoosh

BEGUN = ("ge", "gen", "th", "p", "", "zz", "é", "m")


def engine(folder: Path) -> WhooshEngine:
    """An index of several segments, with documents that were taken out and put in again."""
    made = WhooshEngine(folder / "index")
    with made.replacement() as fresh:
        fresh.add(documents(1)[:120])
        fresh.take_over([], [])
    made.write(documents(2)[100:160], [Key("clip", 7)])
    made.write(documents(3)[150:200], [])
    return made


def without_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments are written as they were before their words had files."""
    monkeypatch.setattr("pressroom.search.engines.whoosh_vocabulary.FIELDS", ())


def dictionary(segment: Segment, field: str) -> list[tuple[bytes, int]]:
    return [(term, int(info.doc_frequency())) for term, info in segment._reader.iter_field(field)]


def test_the_words_of_a_segment_are_those_of_its_dictionary(tmp_path: Path) -> None:
    snapshot = engine(tmp_path).snapshot()
    assert len(snapshot.segments) > 1
    for segment in snapshot.segments.values():
        for field in FIELDS:
            found = segment._vocabulary(field)
            assert found is not None
            assert list(zip(found.words, found.counts, strict=True)) == dictionary(segment, field)


def test_merging_writes_them_anew(tmp_path: Path) -> None:
    made = engine(tmp_path)
    for number in range(8):  # of a like size become one
        made.write(documents(4)[number : number + 1], [])
    for segment in made.snapshot().segments.values():
        assert segment._vocabulary("words") is not None
        assert list(segment.vocabulary.words) == [word for word, _ in dictionary(segment, "words")]


def test_they_lie_where_the_segment_is_mapped(tmp_path: Path) -> None:
    segment = next(iter(engine(tmp_path).snapshot().segments.values()))
    texts: Any = segment.vocabulary.words
    assert isinstance(texts._texts.obj, mmap.mmap)


def answered(asked: WhooshEngine) -> list[Any]:
    """What of an engine's answers comes from its words."""
    lexicon = asked.lexicon()
    words = [(lexicon.beginning(start, 5), lexicon.near(start + "ne")) for start in BEGUN]
    found = [
        asked.search(Prefix(start, within), Query(per_page=100)) for start in BEGUN for within in ("text", "people")
    ]
    return [words, [(one.total, one.keys, one.facets) for one in found]]


def test_an_index_without_them_answers_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = engine(tmp_path / "ours")
    with monkeypatch.context() as patch:
        without_files(patch)
        before = engine(tmp_path / "before")
    assert all(segment._vocabulary("words") is None for segment in before.snapshot().segments.values())
    assert answered(before) == answered(ours)
    assert ours.lexicon().near("gnee")
    before.write(documents(5)[:1], [])  # and its next segment has them
    assert any(segment._vocabulary("words") for segment in before.snapshot().segments.values())


def test_a_prefix_stands_for_the_first_words_of_all_segments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pressroom.search.tree.MOST_EXPANSIONS", 2)
    asked = engine(tmp_path)
    asked.write([replace(documents(6)[0], headline="gea gec", people="")], [])  # the first words are in this one only
    snapshot = asked.snapshot()
    assert len(snapshot.segments) > 1
    for start in BEGUN:
        every = {word for segment in snapshot.segments.values() for word, _ in dictionary(segment, "words")}
        first = sorted(word for word in every if word.startswith(start.encode()))[:2]
        expected = 0
        for segment, live in snapshot.parts():
            lists = [segment.postings("words", word.decode()).documents.tolist() for word in first]
            having = {number for numbers in lists for number in numbers}
            expected += int(live[sorted(having)].sum())
        assert asked.total(Prefix(start), Query()) == expected, start


def test_a_prefix_of_words_that_a_document_has_more_than_once(tmp_path: Path) -> None:
    by_lines = ["Ada, Ada and Adam", "Adam", "Adler Adler", "Bea"]
    asked = WhooshEngine(tmp_path / "index")
    with asked.replacement() as fresh:
        fresh.add([replace(one, people=by) for one, by in zip(documents(1), by_lines, strict=False)])
        fresh.take_over([], [])
    found = asked.search(Prefix("ad", "people"), Query(sort="oldest"))
    assert sorted(key.id for key in found.keys) == [1, 2, 3]


def test_a_byte_that_is_another_is_an_answer_or_a_damage() -> None:
    words = [b"gene", b"genome", "gén".encode(), b"mouse"]
    raw = packed(words, [5, 9, 1, 2], spelled=True)
    for place in range(len(raw)):
        spoilt = bytearray(raw)
        spoilt[place] ^= 0xFF
        with suppress(IndexUnusableError), damage_said():
            vocabulary = opened(memoryview(bytes(spoilt)))
            vocabulary.count("gene")
            vocabulary.beginning("gen", 3)
            vocabulary.near("gnee")


def test_they_are_whooshs_files_and_go_with_their_segment(tmp_path: Path) -> None:
    path = engine(tmp_path).snapshot().path
    assert {file.suffix for file in path.glob("MAIN_*.*")} == {".seg"}
    with storage(path) as files:
        for segment in TOC.read(files, "MAIN", schema=SCHEMA).segments:
            with SegmentReader(files, SCHEMA, segment) as reader:
                assert reader.storage().file_exists(segment.make_filename(".words"))
                assert reader.storage().file_exists(segment.make_filename(W3Codec.POSTS_EXT))
