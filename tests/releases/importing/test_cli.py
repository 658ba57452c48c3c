"""``pressroom import-releases``: shown first, asked, then imported; and taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from pressroom.kit.db import db
from pressroom.releases.importing import batches
from pressroom.releases.importing.models import ReleaseImport
from pressroom.releases.importing.rules import ImportState
from pressroom.releases.models import Release

FILES = Path(__file__).parent / "files"
EXPORT = str(FILES / "press.xml")


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    def invoke(*words: str, typed: str = "") -> Result:
        result: Result = app.test_cli_runner().invoke(args=list(words), input=typed)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


def count(staff: Any, cls: type[Any] = Release) -> int:
    with staff():
        return db.session.scalar(select(func.count()).select_from(cls)) or 0


def test_a_dry_run_shows_everything_and_changes_nothing(run: Callable[..., Result], staff: Any, noon: Any) -> None:
    result = run("import-releases", EXPORT, "--dry-run", "--kind", "Press release=research", "--topic", "cats=Felines")
    assert result.exit_code == 0
    for line in (
        "+ line 17: Forty cats & their owners agree",
        "    Wednesday, 5 March 2014, 10:00 EST (UTC−05:00)  /releases/2014/forty-cats",
        "    Research; Felines; by Ilse Maren",
        "    /2014/03/05/forty-cats will lead there",
        "    ! Another release of 2014 has the address “forty-cats”, so it becomes “forty-cats-2”.",
        "- line 94: About us: left out: It is a page. What comes in: post.",
        "  Press release (category, 1) → kind research",
        "  Cats (tag, 1) → topic Felines",
        "Would come in: 2; left out: 6.",
    ):
        assert line in result.output.splitlines()
    assert "Hidden words" not in result.output
    assert count(staff) == count(staff, ReleaseImport) == 0


def test_it_asks_imports_once_and_takes_back(run: Callable[..., Result], staff: Any, noon: Any) -> None:
    assert "Nothing was imported." in run("import-releases", EXPORT, typed="n\n").output
    assert count(staff) == 0
    result = run("import-releases", EXPORT, "--drafts", "--scheduled", typed="y\n")
    assert "Came in: 4; left out: 4." in result.output
    assert "pressroom undo-import 1 takes it back" in result.output
    again = run("import-releases", EXPORT, "--drafts", "--scheduled", "--yes")
    assert "Here already: 4; left out: 4." in again.output
    assert (count(staff), count(staff, ReleaseImport)) == (4, 1)
    assert "Left out: 4; taken back: 4." in run("undo-import", "1").output
    assert count(staff) == 0
    for number, sentence in (("1", "taken back already"), ("7", "There is no import 7.")):
        refused = run("undo-import", number)
        assert refused.exit_code == 1
        assert sentence in refused.output


def test_a_folder_comes_in(run: Callable[..., Result], staff: Any, noon: Any) -> None:
    result = run("import-releases", str(FILES / "folder"), "--yes")
    assert "Came in: 3; left out: 1." in result.output
    assert count(staff) == 3


def test_after_ctrl_c_the_same_command_goes_on(
    run: Callable[..., Result], staff: Any, noon: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "BATCH", 2)
    made = batches._made
    left = iter([1, 1])

    def interrupted(*args: Any, **more: Any) -> Any:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return made(*args, **more)

    monkeypatch.setattr(batches, "_made", interrupted)
    words = ("import-releases", str(FILES / "folder"), "--yes")
    stopped = run(*words)
    assert stopped.exit_code == 130
    assert "Give the same command to go on" in stopped.output
    with staff():
        job = db.session.scalars(select(ReleaseImport)).one()
        assert (job.state, job.position) == (ImportState.STOPPED, 2)
    monkeypatch.setattr(batches, "_made", made)
    assert "Going on after item 2" in run(*words).output
    assert (count(staff), count(staff, ReleaseImport)) == (3, 1)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--zone", "Mars/Base"), "There is no time zone “Mars/Base”"),
        (("--kind", "press"), "is no pair. Write --kind"),
        (("--kind", "press=gossip"), "There is no kind “gossip”"),
        (("--default-kind", "gossip"), "is not one of"),
    ],
)
def test_options_that_mean_nothing(run: Callable[..., Result], words: tuple[str, ...], sentence: str) -> None:
    result = run("import-releases", EXPORT, *words)
    assert result.exit_code in {1, 2}
    assert sentence in result.output


def test_a_file_that_is_wrong_at_its_end_brings_nothing_in(
    run: Callable[..., Result], staff: Any, noon: Any, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.xml"
    broken.write_text((FILES / "press.xml").read_text().replace("</rss>", "</oops>"))
    result = run("import-releases", str(broken), "--yes")
    assert result.exit_code == 1
    assert "The XML is wrong on line 134" in result.output
    assert count(staff) == count(staff, ReleaseImport) == 0
    assert run("import-releases", str(tmp_path / "missing.xml")).exit_code == 2
