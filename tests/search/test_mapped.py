"""The files of a segment, read where they are mapped: the same bytes as Whoosh's copies, and no copy."""

from __future__ import annotations

import mmap
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh.filedb.structfile import BufferFile

from pressroom.search.engines import IndexUnusableError
from pressroom.search.engines.whoosh_engine import WhooshEngine
from pressroom.search.engines.whoosh_mapped import MappedFile
from pressroom.search.engines.whoosh_snapshot import open_snapshot
from tests.search.test_answers import documents

pytestmark = pytest.mark.whoosh

STEPS = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 40)), max_size=20)


@given(content=st.binary(max_size=300), steps=STEPS, start=st.integers(0, 300))
def test_what_is_read_is_what_whooshs_own_file_reads(content: bytes, steps: list[tuple[int, int]], start: int) -> None:
    ours, theirs = MappedFile(memoryview(content)), BufferFile(content)
    for place, length in steps:
        for file in (ours, theirs):
            file.seek(place)
        assert (ours.read(length), ours.tell()) == (theirs.read(length), theirs.tell())
        assert ours.get(place, length) == theirs.get(place, length)
    assert ours.subset(start, 50).read() == theirs.subset(start, 50).read()


def test_postings_lie_in_the_mapped_file(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index")
    with engine.replacement() as fresh:
        fresh.add(documents(1)[:50])
        fresh.take_over([], [])
    [segment] = engine.snapshot().segments.values()
    file = segment._postings._file
    assert isinstance(file, MappedFile)
    assert isinstance(file._buf.obj, mmap.mmap)


def test_columns_lie_in_the_mapped_file_and_an_answer_reads_copies(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index")
    with engine.replacement() as fresh:
        fresh.add(documents(1)[:50])
        fresh.take_over([], [])
    snapshot = engine.snapshot()
    [segment] = snapshot.segments.values()
    facets = segment.facets.values()
    mapped = [*segment.columns.values(), *(part for one in facets for part in (one.counts, one.codes))]
    assert not any(column.flags.owndata or column.flags.writeable for column in mapped), "a copy, in every process"
    kept = [snapshot.ids, snapshot.published, snapshot.days, *(one.layers[0] for one in snapshot.facets.values())]
    assert not any(np.may_share_memory(numbers, column) for numbers in kept for column in mapped)


def test_a_file_that_became_shorter_is_not_read_where_it_was(tmp_path: Path) -> None:
    """The system ends a process that reads there: SIGBUS, which no program can catch."""
    engine = WhooshEngine(tmp_path / "index")
    with engine.replacement() as fresh:
        fresh.add(documents(1)[:50])
        fresh.take_over([], [])
    [segment] = engine.snapshot().segments.values()
    segment.vocabulary.near("gene")  # opened while the file was whole
    [file] = (tmp_path / "index").glob("whoosh-*/*.seg")
    with file.open("r+b") as cut:
        cut.truncate(100)
    readings = (
        lambda: segment.vocabulary,
        lambda: segment.postings("text", "gene"),
        lambda: segment.any_of("words", [b"gene"]),
        lambda: segment.beginning("words", "ge", 5),
        lambda: segment.fingerprints,
        lambda: open_snapshot(engine.snapshot().path, engine.snapshot()),
    )
    for reading in readings:
        with pytest.raises(IndexUnusableError, match="cut short"):
            reading()
