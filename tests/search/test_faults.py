"""What happens to disks and processes: full, killed, two at once, bytes that are not what was written."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pressroom import search
from pressroom.kit.db import db
from pressroom.search import database, indexer, progress, verifying
from pressroom.search.documents import Document, Query
from pressroom.search.engines import IndexUnusableError, NoSpaceError
from pressroom.search.engines.whoosh_engine import WhooshEngine
from pressroom.search.language import parse
from tests import apart
from tests.search import child
from tests.search.conftest import NOW, Shelf

pytestmark = pytest.mark.whoosh


def text(seed: int, words: int) -> str:
    """Many different words, so that the index of them is large."""
    return " ".join(f"w{seed}x{number}" for number in range(words))


def segments_on_disk(index: Path) -> set[str]:
    return {path.name.split(".")[0] for path in index.glob("whoosh-*/MAIN_*.seg")}


def engine(shelf: Shelf) -> WhooshEngine:
    made: WhooshEngine = shelf.app.extensions["search"]
    return made


# A full disk ---------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(instance: Path) -> Iterator[Path]:
    """The folder of the index as a disk of twelve megabytes."""
    folder = instance / "index"
    folder.mkdir(mode=0o700)
    mount = shutil.which("mount")
    options = ["-t", "tmpfs", "-o", "size=12m,mode=0700", "tmpfs", str(folder)]
    if os.geteuid() or not mount or subprocess.run([mount, *options], check=False, capture_output=True).returncode:
        pytest.skip("only root can make a disk that is really full; the limit of a file's size is tried below")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path, left: int) -> Path:
    """Take all space but *left* bytes."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as out:
        try:
            while True:
                out.write(bytes(4096))
        except OSError as error:
            assert error.errno == errno.ENOSPC
    os.truncate(ballast, ballast.stat().st_size - left)
    return ballast


@pytest.mark.parametrize("left", [0, 4096, 16384, 65536, 131072])
def test_a_disk_that_fills_up_in_mid_commit(small_disk: Path, shelf: Shelf, left: int) -> None:
    shelf.put(1, "gene", text(1, 3000))
    assert shelf.ids("gene") == [1]
    ballast = fill(small_disk, left)
    shelf.put(2, "gene", text(2, 9000))
    with shelf.app.app_context(), pytest.raises(OSError) as full:
        search.drain(now=NOW)
    assert full.value.errno == errno.ENOSPC
    assert segments_on_disk(small_disk) == set(engine(shelf).snapshot().segments)  # nothing half-written stays
    results = shelf.find("gene")
    assert ([hit.id for hit in results.hits], results.degraded) == ([1], False)  # the old generation answers
    assert shelf.waiting() == 1
    ballast.unlink()
    assert sorted(shelf.ids("gene")) == [1, 2]  # the lock is free
    assert shelf.waiting() == 0
    with shelf.app.app_context():
        assert not verifying.damages()
        assert search.verify()["clip"].good


def test_a_new_index_is_not_begun_on_a_disk_that_cannot_hold_it(small_disk: Path, shelf: Shelf) -> None:
    shelf.put(1, "gene", text(1, 9000))
    assert shelf.ids("gene") == [1]
    pointer = (small_disk / "current").read_text()
    ballast = fill(small_disk, 400_000)
    with shelf.app.app_context(), pytest.raises(NoSpaceError, match="three times the space"):
        search.rebuild()
    assert (small_disk / "current").read_text() == pointer
    assert [path.name for path in small_disk.glob("whoosh-*")] == [pointer]
    assert shelf.ids("gene") == [1]
    ballast.unlink()
    assert shelf.rebuild() == 1


def test_a_disk_that_fills_up_while_an_index_is_made(small_disk: Path, shelf: Shelf) -> None:
    shelf.put(1, "gene")
    assert shelf.ids("gene") == [1]
    for number in range(2, 12):
        shelf.documents[number] = Document(
            kind="clip", id=number, headline="gene", body=text(number, 9000), published=NOW
        )
    ballast = fill(small_disk, 500_000)
    with shelf.app.app_context(), pytest.raises(OSError) as full:
        search.rebuild()
    assert full.value.errno == errno.ENOSPC
    assert len(list(small_disk.glob("whoosh-*"))) == 1
    assert not (small_disk / "progress").exists()
    assert shelf.ids("gene") == [1]
    ballast.unlink()


def test_a_lost_index_on_a_full_disk_is_answered_from_the_database(small_disk: Path, shelf: Shelf) -> None:
    shelf.put(1, "gene")
    assert shelf.ids("gene") == [1]
    shutil.rmtree(next(small_disk.glob("whoosh-*")))
    ballast = fill(small_disk, 0)
    results = shelf.find("genes")
    assert ([hit.id for hit in results.hits], results.newest) == ([1], database.NEWEST)
    ballast.unlink()
    assert not shelf.find("genes").degraded


@contextmanager
def no_file_larger_than(limit: int) -> Iterator[None]:
    """Writing beyond it fails, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("limit", [0, 200, 4_000, 40_000, 150_000])
def test_a_file_that_cannot_be_written_to_its_end(tmp_path: Path, limit: int) -> None:
    made = WhooshEngine(tmp_path)
    first, second = (
        Document(kind="clip", id=number, headline="gene", body=text(number, 9000), published=NOW) for number in (1, 2)
    )
    with made.replacement() as fresh:
        fresh.add([first])
        fresh.take_over([], [])
    for _ in range(2):  # the second try meets no lock of the first
        with no_file_larger_than(limit), pytest.raises(OSError) as failed:
            made.write([second], [])
        assert failed.value.errno == errno.EFBIG
    assert segments_on_disk(tmp_path) == set(made.snapshot().segments)
    assert made.search(parse("gene").tree, Query()).total == 1
    made.write([second], [])
    assert made.search(parse("gene").tree, Query()).total == 2
    assert not made.damages()


# Processes -----------------------------------------------------------------------------------------------


@pytest.fixture
def things(shelf: Shelf) -> Shelf:
    """The shelf with the things of the child processes, ten of them in the index."""
    for number in range(1, 11):
        shelf.documents[number] = child.thing(number)
    shelf.rebuild()
    assert shelf.find("gene").total == 10
    return shelf


def add_the_rest(shelf: Shelf) -> None:
    for number in range(11, child.THINGS + 1):
        shelf.documents[number] = child.thing(number)
    with shelf.app.app_context():
        search.enqueue_many("clip", range(11, child.THINGS + 1), due=NOW)
        db.session.commit()


@pytest.mark.slow
@pytest.mark.sqlite
def test_several_processes_that_write_at_once(things: Shelf, instance: Path) -> None:
    add_the_rest(things)
    writers = [child.start(instance, "drain") for _ in range(3)]
    assert [apart.ended(writer) for writer in writers] == [0, 0, 0]
    assert things.waiting() == 0
    assert things.find("gene").total == child.THINGS
    with things.app.app_context():
        assert search.verify()["clip"].good
        assert not verifying.damages()


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.parametrize(
    "death", ["while it writes words", "before the table of contents", "after the table of contents"]
)
def test_a_process_that_is_killed_in_mid_commit(things: Shelf, instance: Path, death: str) -> None:
    index = instance / "index"
    pointer = (index / "current").read_text()
    add_the_rest(things)
    assert apart.ended(child.start(instance, "drain", death)) == -9
    assert things.waiting() == child.THINGS - 10  # no row is lost
    fresh = WhooshEngine(index)
    assert fresh.search(parse("gene").tree, Query()).total in {10, 17}  # the old generation, or the new one, whole
    with things.app.app_context():
        search.sweep()
    assert things.find("gene").total == child.THINGS  # the lock is free
    assert things.waiting() == 0
    assert (index / "current").read_text() == pointer  # nothing had to be made again
    assert segments_on_disk(index) == set(engine(things).snapshot().segments)
    with things.app.app_context():
        assert search.verify()["clip"].good
        assert not verifying.damages()


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("task", "death"),
    [("rebuild half", ""), ("rebuild", "before the table of contents"), ("rebuild", "before it takes over")],
)
def test_a_process_that_is_killed_while_it_makes_an_index(things: Shelf, instance: Path, task: str, death: str) -> None:
    index = instance / "index"
    pointer = (index / "current").read_text()
    add_the_rest(things)
    assert apart.ended(child.start(instance, task, death)) == -9
    assert (index / "current").read_text() == pointer
    assert len(list(index.glob("whoosh-*"))) == 2
    with things.app.app_context():
        assert progress.progress(index, NOW).done is None
    assert things.find("gene 12").total == 1  # the old one answers, and takes what is new
    assert not (index / "changed").exists()
    assert things.rebuild() == child.THINGS
    assert len(list(index.glob("whoosh-*"))) == 1
    assert things.find("gene").total == child.THINGS
    assert things.waiting() == 0


# Bytes that are not what was written ---------------------------------------------------------------------


def flip(path: Path, at: float) -> None:
    content = bytearray(path.read_bytes())
    content[int(at * (len(content) - 1))] ^= 0xFF
    path.write_bytes(content)


def cut(path: Path, at: float) -> None:
    os.truncate(path, int(at * path.stat().st_size))


def remove(path: Path, at: float) -> None:
    path.unlink()


SPOILT: list[tuple[Callable[[Path, float], None], float]] = [
    *((flip, n / 8) for n in range(9)),
    *((cut, n / 3) for n in range(3)),
    (remove, 0),
]


def made_again(index: Path, before: Path) -> bool:
    return (index / "current").read_bytes() != (before / "current").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("kind", ["*.seg", "*.toc", "checksums", "../current"])
def test_each_file_in_turn_is_spoilt(
    shelf: Shelf, instance: Path, kind: str, large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question is answered, the damage is found, and a new index is made."""
    index = instance / "index"
    for number in (1, 2, 3):
        shelf.put(number, "gene therapy", text(number, 50), outlet="Herald")
        assert shelf.find("gene").total == number  # a segment each
    whole = shutil.copytree(index, instance / "whole")
    monkeypatch.setattr(indexer, "SMALL", 0 if large else 5000)
    names = [path.relative_to(index) for path in index.glob(f"whoosh-*/{kind}")]
    assert names
    name = names[0]
    for spoil, at in SPOILT:
        shutil.rmtree(index)
        shutil.copytree(whole, index)
        spoil((index / name).resolve(), at)
        shelf.app.extensions["search"] = WhooshEngine(index)
        for asked in ("gene", '"gene therapy"', "gen*", "outlet:herald", "w1x7 OR w2x7"):
            results = shelf.find(asked)
            assert 0 <= results.total <= 3
        with shelf.app.app_context():
            if kind != "../current" and not made_again(index, whole):
                assert verifying.damages()
            assert search.rebuild() == 3
            assert not verifying.damages()
            assert search.verify()["clip"] == search.Check(indexed=3, public=3)
        results = shelf.find("gene")
        assert (results.total, results.degraded) == (3, False)


def test_what_no_question_notices_verify_finds(shelf: Shelf, instance: Path) -> None:
    """A byte in the middle of a list of words: the index can be read, and is wrong."""
    for number in range(1, 40):
        shelf.put(number, "gene", text(number, 300))
    shelf.sweep()
    run = shelf.app.test_cli_runner().invoke
    assert run(args=["index", "verify"]).exit_code == 0
    [file] = (instance / "index").glob("whoosh-*/*.seg")
    flip(file, 0.5)
    wrong = run(args=["index", "verify"])
    assert wrong.exit_code == 1
    assert f"The file {file.name} of the index is damaged." in wrong.stderr
    assert run(args=["index", "rebuild"]).exit_code == 0
    assert run(args=["index", "verify"]).exit_code == 0


def test_an_index_that_is_away_has_damages_and_no_stats(tmp_path: Path) -> None:
    made = WhooshEngine(tmp_path)
    assert made.damages() == ["There is no index: no index was made yet."]
    with pytest.raises(IndexUnusableError):
        made.stats()
