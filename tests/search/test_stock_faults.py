"""What is wrong in Whoosh, and is not in an index of ours: asked of the engine itself, on whichever Whoosh it runs."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from whoosh.filedb.filestore import FileStorage, RamStorage

from pressroom.search import language
from pressroom.search.documents import FACETS, Document, Query
from pressroom.search.engines import Key
from pressroom.search.engines.whoosh_columns import ValuesColumn
from pressroom.search.engines.whoosh_engine import WhooshEngine
from pressroom.search.engines.whoosh_files import SCHEMA
from pressroom.search.tree import All, Any, Between, Words
from tests.search.oracle import Oracle
from tests.search.test_answers import documents

pytestmark = pytest.mark.whoosh

DAY = datetime(2026, 11, 19, 17, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    """An engine with an empty index."""
    made = WhooshEngine(tmp_path / "index")
    with made.replacement() as fresh:
        fresh.take_over([], [])
    return made


def clip(id: int, headline: str, **fields: object) -> Document:
    return Document(**{"kind": "clip", "id": id, "headline": headline, "body": "", "published": DAY, **fields})


def ids(engine: WhooshEngine, text: str) -> list[int]:
    return sorted(key.id for key in engine.search(language.parse(text).tree, Query()).keys)


def test_a_total_does_not_depend_on_how_many_are_shown(engine: WhooshEngine) -> None:
    """Whoosh counts what it looked at, and calls it exact, when it may stop after the best twenty."""
    some = documents(4, 600)
    engine.write(some, [])
    words = Any((Words(("gene",)), Words(("prices",)), Words(("running",))))
    tree = All((words, Between(date(2019, 1, 1), date(2021, 6, 1))))
    expected = len(Oracle(some).kept(tree, Query()))
    assert expected > 100
    for size in (1, 20, 100):
        for sort in ("relevance", "newest"):
            for page in (1, 2, 7):
                assert engine.search(tree, Query(per_page=size, sort=sort, page=page)).total == expected
    assert engine.total(tree, Query()) == expected


@pytest.mark.parametrize(
    "forms",
    [
        ("run", "running", "runs"),
        ("plan", "planning", "planned", "plans"),
        ("bid", "bidding", "bids"),
        ("operate", "operating", "operates", "operated"),
    ],
)
def test_each_form_of_a_word_finds_all(engine: WhooshEngine, forms: tuple[str, ...]) -> None:
    """Whoosh's Porter stemmer makes "runn" of "running"."""
    engine.write([clip(number, form) for number, form in enumerate(forms)], [])
    for form in forms:
        assert ids(engine, form) == list(range(len(forms)))


def test_small_words_keep_their_places(engine: WhooshEngine) -> None:
    """Whoosh leaves them out and counts on as if they had not been there."""
    engine.write([clip(1, "prices fall"), clip(2, "prices to fall"), clip(3, "prices of the fall")], [])
    assert ids(engine, '"prices fall"') == [1]
    assert ids(engine, '"prices to fall"') == [2]
    assert ids(engine, '"of the"') == [3]


def test_a_column_has_as_many_values_as_there_are() -> None:
    """Whoosh's ``RefBytesColumn`` silently drops what comes after 65,535 different ones."""
    assert all(type(SCHEMA[name].column_type) is ValuesColumn for name in FACETS)
    values, storage, column = [f"Outlet {number}" for number in range(70_000)], RamStorage(), ValuesColumn()
    file = storage.create_file("outlets")
    writer = column.writer(file)
    for number, value in enumerate(values):
        writer.add(number, (value,))
    writer.finish(len(values))
    file.close()
    reader = column.reader(storage.open_file("outlets"), 0, storage.file_length("outlets"), len(values))
    assert [reader[number] for number in range(len(values))] == [(value,) for value in values]
    assert len(reader.values) == len(values)


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file can become larger than *size* bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [0, 300, 2_000, 20_000])
def test_a_full_disk_keeps_no_lock_and_leaves_nothing_behind(engine: WhooshEngine, size: int) -> None:
    """Whoosh 2.7.4 keeps its lock, and the files of the commit that failed."""
    engine.write(documents(1, 30), [])
    folder = engine.snapshot().path
    before = {path.name for path in folder.iterdir()}
    many = [clip(1000 + number, f"word{number} " * 5) for number in range(2_000)]
    with room_for(size), pytest.raises(OSError, match="File too large"):
        engine.write(many, [])
    assert {path.name for path in folder.iterdir()} == before
    assert len(engine.contents()) == 30
    lock = FileStorage(str(folder)).lock("MAIN_WRITELOCK")
    assert lock.acquire(blocking=False)
    lock.release()
    engine.write(many, [])
    assert len(engine.contents()) == 2_030


def test_words_of_documents_that_are_gone_are_no_words(engine: WhooshEngine) -> None:
    """Whoosh's dictionary keeps them until it merges, and suggests them."""
    some = [clip(number, "prices fall") for number in range(10, 20)]
    engine.write([clip(1, "genome sequencing"), clip(2, "genome"), clip(3, "mouse"), *some], [])
    engine.write([clip(2, "mice")], [Key("clip", 1)])
    assert len(engine.snapshot().segments) == 2  # not merged yet
    words = engine.lexicon()
    assert [words.count(word) for word in ("sequencing", "genome", "mouse", "mice")] == [0, 0, 1, 1]
    assert words.beginning("seq", 5) == []
    assert words.beginning("m", 5) == [("mice", 1), ("mouse", 1)]
    assert words.near("genomes") == []
    assert words.near("mouses") == [("mouse", 1)]
