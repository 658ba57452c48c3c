"""The benchmark of search runs, on whatever engines are installed, and they answer the same. No time is looked at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from benchmarks import search, tables
from benchmarks.engines import available
from benchmarks.worker import Worker
from tests import apart

DOCUMENTS = 200
QUESTIONS = 50
SAME_WORDS = {"tantivy", "whoosh-tuned", "whoosh"}  # they take words apart, and stem them, as we do

pytestmark = [pytest.mark.whoosh, pytest.mark.slow, pytest.mark.xdist_group("benchmark")]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The figures of one run, as they are written and read."""
    folder = tmp_path_factory.mktemp("benchmark")
    with patch("benchmarks.worker.get_context", lambda _way: apart.context()):
        found = search.run(DOCUMENTS, available(), rounds=1, folder=str(folder), per_class=5)
    assert not list(folder.iterdir()), "the run left files"
    read: dict[str, Any] = json.loads(json.dumps(found))
    return read


def test_every_engine_that_is_installed_took_part(report: dict[str, Any]) -> None:
    assert list(report["engines"]) == available()
    assert {"pressroom", "fts5", "whoosh-tuned", "whoosh"} <= set(available())
    for part in ("build", "open", "save"):
        assert list(report[part]) == available()


def test_the_engines_find_the_same(report: dict[str, Any]) -> None:
    for name, row in report["agreement"].items():
        assert row["questions"] == QUESTIONS
        # SQLite and PostgreSQL have stemmers of their own.
        assert row["totals"] >= (QUESTIONS if name in SAME_WORDS else QUESTIONS * 0.9), name
        assert row["facets"] == row["totals"], name


def test_every_class_of_questions_is_told_for_every_engine(report: dict[str, Any]) -> None:
    for round_ in ("first", "again"):
        for measure in ("search", "full"):
            groups = report["times"][round_][measure]
            assert len(groups) == 11
            for engines in groups.values():
                assert list(engines) == available()
                assert all(len(row["cpu"]) == len(row["wall"]) == 3 for row in engines.values())
            assert {row["questions"] for row in groups["all"].values()} == {QUESTIONS}


def test_a_goal_is_met_or_missed_by_what_was_measured(report: dict[str, Any]) -> None:
    ours = report["times"]["again"]["full"]["all"]["pressroom"]["cpu"]
    theirs = report["times"]["again"]["full"]["all"]["fts5"]["cpu"]
    for times, met in ((21.0, True), (19.0, False)):
        theirs[1] = ours[1] * times
        goals = {row["goal"]: row for row in tables.goals(report)}
        assert goals["full, p95, faster than FTS5"]["met"] is met
        assert goals["full, p95, faster than FTS5"]["measured"] == pytest.approx(times)


def test_the_tables_name_what_was_missed(report: dict[str, Any]) -> None:
    report["goals"] = [
        {"goal": "fast", "measured": 3.0, "sense": "≤", "limit": 2.0, "unit": "×", "met": False},
        {"goal": "small", "measured": 1.0, "sense": "≤", "limit": 2.0, "unit": "×", "met": True},
    ]
    text = tables.rendered(report)
    assert "| fast | ≤ 2.00 × | 3.00 × | **missed** |" in text
    assert "| small | ≤ 2.00 × | 1.00 × | met |" in text
    for heading in ("Goals", "Full", "Search", "By the clock", "Index", "Saving", "Bad input", "The same answers"):
        assert f"\n### {heading}" in text


RECORDED = sorted(Path(search.__file__).with_name("results").glob("[0-9]*.json"))  # those of search bear a size
DOCUMENTATION = Path(search.__file__).parents[1] / "docs" / "benchmarks.md"


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_run_is_told_as_it_was(path: Path) -> None:
    report = json.loads(path.read_text("utf-8"))
    assert path.with_suffix(".md").read_text("utf-8") == tables.rendered(report) + "\n"
    assert tables.overview(report) in DOCUMENTATION.read_text("utf-8")
    assert path.stem in DOCUMENTATION.read_text("utf-8")


def test_what_is_recorded_can_be_printed_again(
    report: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "run.json").write_text(json.dumps(report))
    tables.main([str(tmp_path / "run.json")])
    assert capsys.readouterr().out == tables.rendered(report) + "\n"
    tables.main(["--goals", str(tmp_path / "run.json")])
    assert capsys.readouterr().out == tables.overview(report) + "\n"


def test_an_engine_that_fails_is_named_and_ends(tmp_path: Path) -> None:
    worker = Worker("fts5", tmp_path / "fts5")
    with pytest.raises(RuntimeError, match="fts5 failed at open"):
        worker.call("open")
    worker.stop()


def test_an_engine_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        search.main(["--engines", "pressroom,lucene"])
    assert "cannot run here: lucene" in capsys.readouterr().err
