"""``pressroom index verify | rebuild | stats``: what they find, what they say, and how they end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from pressroom import search
from pressroom.kit import clock
from pressroom.kit.lock import alone
from pressroom.search import indexer, progress, verifying
from pressroom.search.documents import Document
from pressroom.search.engines import NoSpaceError, whoosh_files
from tests.search.conftest import NOW, Shelf


def run(shelf: Shelf, *words: str) -> Result:
    return shelf.app.test_cli_runner().invoke(args=["index", *words])


@pytest.fixture
def shelf(shelf: Shelf) -> Shelf:
    for number in (1, 2, 3):
        shelf.put(number, "gene", outlet="Herald", topics=("rare disease", "law"), people="Ada")
    return shelf


def test_rebuild_says_how_many_and_verify_that_all_is_well(shelf: Shelf) -> None:
    made = run(shelf, "rebuild")
    assert (made.exit_code, made.stdout) == (0, "3 documents are in the index.\n")
    right = run(shelf, "verify")
    assert right.exit_code == 0
    assert right.stdout == "clip: 3 in the index, 3 public\nThe index is what the database says.\n"


def test_without_an_index_the_commands_say_what_to_do(shelf: Shelf) -> None:
    for command in ("verify", "stats"):
        missing = run(shelf, command)
        assert missing.exit_code == 1
        assert "There is no index" in missing.stderr
        assert "Run pressroom index rebuild." in missing.stderr


CHANGES: list[dict[str, Any]] = [
    {"headline": "genes"},
    {"body": "more"},
    {"people": "Ida"},
    {"outlet": "Post"},
    {"medium": "print"},
    {"language": "fr"},
    {"topics": ("rare disease",)},
    {"published": NOW + timedelta(seconds=1)},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_verify_finds_a_document_of_which_the_index_has_another_state(shelf: Shelf, change: dict[str, Any]) -> None:
    run(shelf, "rebuild")
    shelf.documents[2] = replace(shelf.documents[2], **change)
    wrong = run(shelf, "verify")
    assert wrong.exit_code == 1
    assert "  1 in another state: 2\n" in wrong.stdout
    assert "The index differs from the database: clip." in wrong.stderr
    run(shelf, "rebuild")
    assert run(shelf, "verify").exit_code == 0


def test_what_is_only_shown_is_no_other_state(shelf: Shelf) -> None:
    run(shelf, "rebuild")
    shelf.documents[2] = replace(shelf.documents[2], label="Print")
    assert run(shelf, "verify").exit_code == 0


def test_verify_finds_what_is_missing_and_what_is_no_longer_public(shelf: Shelf) -> None:
    run(shelf, "rebuild")
    del shelf.documents[1]
    for number in range(10, 22):
        shelf.documents[number] = Document(kind="clip", id=number, headline="new", body="", published=NOW)
    wrong = run(shelf, "verify")
    assert wrong.exit_code == 1
    assert wrong.stdout.splitlines() == [
        "clip: 3 in the index, 14 public",
        "  12 not in the index: 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 …",
        "  1 no longer public: 1",
    ]


def test_what_waits_in_the_queue_is_no_fault(shelf: Shelf) -> None:
    run(shelf, "rebuild")
    shelf.put(2, "changed")
    shelf.put(4, "new")
    right = run(shelf, "verify")
    assert right.exit_code == 0
    assert "  2 wait in the queue" in right.stdout


def test_what_changes_during_the_comparison_is_no_fault(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    run(shelf, "rebuild")
    read = verifying.public_documents

    def changing(keys: Any) -> Any:
        monkeypatch.setattr(verifying, "public_documents", read)
        shelf.put(2, "changed meanwhile")
        assert shelf.ids("meanwhile") == [2]
        return read(keys)

    monkeypatch.setattr(verifying, "public_documents", changing)
    with shelf.app.app_context():
        check = search.verify()["clip"]
    assert check == search.Check(indexed=3, public=3)


def test_verify_tells_how_far_it_is(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexer, "BATCH", 2)
    shelf.rebuild()
    told: list[tuple[int, int]] = []
    with shelf.app.app_context():
        search.verify(lambda done, total: told.append((done, total)))
    assert told == [(2, 3), (3, 3)]


@pytest.mark.whoosh
def test_stats_say_what_the_index_is_made_of(shelf: Shelf) -> None:
    run(shelf, "rebuild")
    del shelf.documents[1]
    shelf.change(1)
    shelf.sweep()
    shelf.change(2, due=NOW)
    shelf.change(2, due=NOW + timedelta(minutes=1))
    with clock.at(NOW + timedelta(minutes=2)):
        said = run(shelf, "stats")
    assert said.exit_code == 0
    rows = dict(line.split(maxsplit=1) for line in said.stdout.replace("cache limit", "cache-limit").splitlines())
    assert (rows["engine"], rows["clips"], rows["documents"]) == ("whoosh", "2", "2")
    assert (rows["segments"], rows["deleted"]) == ("1", "1")
    assert rows["version"] == str(whoosh_files.VERSION)
    assert int(rows["generation"]) > 0
    assert float(rows["size"].removesuffix(" kB").replace(",", "")) > 1
    assert float(rows["free"].split()[0].replace(",", "")) > 1
    assert rows["cache-limit"] == "16 MB in each process"
    assert rows["queue"] == "2 due, the first since 2026-11-19 17:00:00 UTC"


def test_stats_say_how_far_a_new_index_is_in_every_process(shelf: Shelf) -> None:
    said: list[str] = []
    with shelf.app.app_context():
        search.rebuild(lambda _done, _total: said.append(run(shelf, "stats").stdout))
    assert "being made   3 of 3 documents" in said[0]
    assert "being made" not in run(shelf, "stats").stdout


def test_a_maker_that_was_killed_is_not_at_work(shelf: Shelf, instance: Path) -> None:
    run(shelf, "rebuild")
    (instance / "index" / "progress").write_text("[1, 3]")
    (instance / "index" / "changed").write_text("")
    assert "being made" not in run(shelf, "stats").stdout
    shelf.put(4, "gene")
    assert sorted(shelf.ids("gene")) == [1, 2, 3, 4]
    assert not (instance / "index" / "changed").exists()  # it would grow for ever


@pytest.mark.parametrize("content", ["", "half", "[1]", "{}"])
def test_a_progress_that_makes_no_sense_is_none(instance: Path, shelf: Shelf, content: str) -> None:
    index = instance / "index"
    with alone(index / "rebuild.lock", wait=0), shelf.app.app_context():
        (index / "progress").write_text(content)
        assert progress.progress(index, NOW).done is None


@pytest.mark.whoosh
def test_a_rebuild_that_has_no_room_is_not_begun(shelf: Shelf, instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(shelf, "rebuild")
    before = sorted(path.name for path in (instance / "index").iterdir())
    size = sum(path.stat().st_size for path in (instance / "index").glob("whoosh-*/*"))
    monkeypatch.setattr(whoosh_files.Files, "free", lambda _self: 3 * size - 1)
    refused = run(shelf, "rebuild")
    assert refused.exit_code == 1
    assert refused.stderr.splitlines()[-1].startswith("Error: A new index needs three times the space of the old one, ")
    assert "The old index was left as it was." in refused.stderr
    assert sorted(path.name for path in (instance / "index").iterdir()) == before
    with shelf.app.app_context(), pytest.raises(NoSpaceError):
        search.rebuild()
    assert sorted(shelf.ids("gene")) == [1, 2, 3]
    monkeypatch.setattr(whoosh_files.Files, "free", lambda _self: 3 * size)
    assert run(shelf, "rebuild").exit_code == 0


@pytest.mark.whoosh
def test_what_an_earlier_rebuild_left_is_removed_before_the_room_is_measured(shelf: Shelf, instance: Path) -> None:
    run(shelf, "rebuild")
    left = instance / "index" / "whoosh-3-killed"
    left.mkdir()
    (left / "MAIN_x.seg").write_bytes(bytes(1000))
    measured: list[Iterable[Path]] = []

    def free(files: whoosh_files.Files) -> int:
        measured.append(list(files.folder.glob("whoosh-*")))
        return 1 << 40

    measure: Callable[[whoosh_files.Files], int] = free
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whoosh_files.Files, "free", measure)
        run(shelf, "rebuild")
    assert left not in measured[0]
