"""What older versions kept with clips is made anew, without losing one; and what is known is known in any spelling."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from pressroom.clips import actions, jobs, queries, rules
from pressroom.clips.models import Clip
from pressroom.clips.rules import ClipExistsError
from pressroom.clips.stories import aliases, marking, placing, renewing
from pressroom.clips.stories.models import ClipPrint, clip_placement
from pressroom.clips.stories.rules import Reason
from pressroom.jobs import work
from pressroom.kit.db import db
from tests.clips.conftest import clip
from tests.conftest import NOON


def _old(number: int, url: str, mark: str) -> None:
    """Make of a clip what a former version left: another address, fingerprint, and no print."""
    db.session.execute(update(Clip).where(Clip.id == number).values(url=url, fingerprint=mark))
    db.session.execute(delete(ClipPrint).where(ClipPrint.clip_id == number))


@pytest.fixture
def old(staff: Any, clock_at: Callable) -> list[int]:
    """Three clips of a former version, of which two are the same by the rules of today."""
    clock_at(NOON)
    with staff():
        numbers = []
        for n, headline in enumerate(("A fern", "Another fern", "Barley")):
            numbers.append(clip(headline=headline, excerpt="", url=f"https://paper.example/{n}").id)
        _old(numbers[0], "https://www.paper.example/fern", "1" * 64)
        _old(numbers[1], "https://amp.paper.example/fern?amp=1", "2" * 64)
        _old(numbers[2], "https://m.paper.example/barley", "3" * 64)
    return numbers


def test_fingerprints_are_made_anew_and_twins_are_kept_together(app: Flask, staff: Any, old: list[int]) -> None:
    with staff():
        assert jobs.renew() == 1
    with staff():
        first, twin, barley = db.session.scalars(select(Clip.fingerprint).order_by(Clip.id))
        assert first == aliases.of_address("https://paper.example/fern")
        assert twin == "2" * 64, "it stays as it was"
        assert barley == aliases.of_address("http://paper.example/barley")
        columns = clip_placement.c
        rows = db.session.execute(select(columns.clip_id, columns.reason).order_by(columns.clip_id)).all()
        assert rows == [(old[0], Reason.ADDRESS), (old[1], Reason.ADDRESS)]
        assert jobs.renew() == 0, "once"
        assert queries.by_fingerprint(aliases.of_address("https://amp.paper.example/fern")) == old[0]


def test_whoever_is_killed_between_portions_goes_on(
    app: Flask, staff: Any, old: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewing, "PORTION", 1)
    with staff():
        assert renewing.portion(0, NOON) == old[0]
        db.session.commit()
        assert renewing.portion(old[0], NOON) == old[1]
        db.session.rollback()
    with staff():
        assert jobs.renew() == 2
        assert db.session.scalar(select(func.count()).select_from(ClipPrint)) == 3
        assert set(db.session.scalars(select(ClipPrint.version))) == {marking.VERSION}
        assert db.session.scalar(select(func.count()).select_from(clip_placement)) == 2


def test_a_turn_ends_and_the_next_one_goes_on(
    app: Flask, staff: Any, old: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewing, "PORTION", 1)
    monkeypatch.setattr(work, "TURN", 0)
    prints = select(func.count()).select_from(ClipPrint)
    for renewed in (1, 2, 3):
        with app.app_context():
            jobs.find_stories(NOON)
        with staff():
            assert db.session.scalar(prints) == renewed


def test_whole_tables_are_read_once_and_what_comes_late_is_found(
    app: Flask, staff: Any, old: list[int], monkeypatch: pytest.MonkeyPatch, clock_at: Callable
) -> None:
    settled = []
    monkeypatch.setattr(placing, "settle", lambda now: settled.append(now))
    monkeypatch.setattr(renewing, "BEHIND", 1)

    def sweep(minutes: int) -> None:
        clock_at(NOON + timedelta(minutes=minutes))
        with app.app_context():
            jobs.find_stories(NOON)

    sweep(0)
    sweep(1)
    with staff():
        numbers = [clip(headline=f"Late {n}", url=f"https://paper.example/late{n}").id for n in range(2)]
        db.session.execute(delete(ClipPrint).where(ClipPrint.clip_id == numbers[-1]))
        db.session.execute(update(ClipPrint).where(ClipPrint.clip_id == old[0]).values(version=0))
    sweep(2)
    with staff():
        assert db.session.scalars(select(ClipPrint.version)).all() == [marking.VERSION] * 5
    assert settled == [NOON]
    sweep(11)
    assert settled == [NOON, NOON + timedelta(minutes=11)]


def test_init_does_it(app: Flask, staff: Any, old: list[int]) -> None:
    assert app.test_cli_runner().invoke(args=["init"]).exit_code == 0
    with staff():
        assert db.session.scalar(select(Clip.fingerprint).where(Clip.id == old[0])) != "1" * 64


def test_a_clip_is_known_by_the_address_that_its_page_calls_its_own(app: Flask, staff: Any, clock_at: Callable) -> None:
    clock_at(NOON)
    with staff() as cast:
        first = clip(url="https://paper.example/7?from=list")
        other = clip(url="https://paper.example/8")
        assert aliases.learn(first.id, "https://paper.example/stories/seven", "javascript:alert(1)", "") == 1
        assert aliases.learn(first.id, "https://paper.example/stories/seven/") == 0
        assert aliases.learn(first.id, "https://m.paper.example/8") == 0, "another clip has it"
        assert aliases.learn(other.id, "https://paper.example/stories/seven") == 0
        with pytest.raises(ClipExistsError) as known:
            clip(url="https://www.paper.example/stories/seven?utm_source=x")
        assert known.value.clip_id == first.id
        actions.edit(first, by=cast.ada, now=NOON, url="https://paper.example/stories/seven")


SPELLINGS = [
    ("The Harbor Ledger", "Gene test – what now?", "“A first”"),
    ("THE HARBOR LEDGER", "gene test - what now", "A first"),
    ("  the harbor  ledger ", "Gene\u00a0test — what now?!", "another excerpt"),
    ("Ｔｈｅ Harbor Ledger", "Gene te\u00adst: what\u200b now", ""),
]


def test_rows_without_address_or_id_are_known_in_any_spelling(app: Flask, staff: Any, table_file: Any) -> None:
    """However often they are imported, and whatever a person typed otherwise."""
    lines = "".join(f'2026-11-12,"{outlet}","{headline}","{excerpt}"\n' for outlet, headline, excerpt in SPELLINGS)
    runner = app.test_cli_runner()
    for time in range(3):
        text = "date,outlet,headline,excerpt\n" + lines + "\n" * time
        result = runner.invoke(args=["import-clips", str(table_file(text))])
        assert result.exit_code == 0, result.output
        assert f"{1 if time == 0 else 0} added, {3 if time == 0 else 4} already known, 0 refused" in result.output
    day = NOON.date()
    marks = {
        rules.fingerprint(url="", outlet=outlet, headline=headline, published_on=day)
        for outlet, headline, _ in SPELLINGS
    }
    assert len(marks) == 1
    assert marks != {
        rules.fingerprint(
            url="", outlet=SPELLINGS[0][0], headline=SPELLINGS[0][1], published_on=day + timedelta(days=1)
        )
    }
