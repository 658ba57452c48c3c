"""Stories: what the machine joins, what people join, split and mark, and what is undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from pressroom.audit.models import AuditEntry
from pressroom.clips import actions as clips
from pressroom.clips import jobs
from pressroom.clips.gathering import bulk
from pressroom.clips.gathering.bulk import Names
from pressroom.clips.gathering.items import Found
from pressroom.clips.models import Clip, Outlet, Topic
from pressroom.clips.rules import Medium
from pressroom.clips.stories import actions, placing, queries
from pressroom.clips.stories.models import ClipApart, ClipPrint, ClipStory, clip_placement
from pressroom.clips.stories.rules import Reason, StoryError
from pressroom.kit.db import db
from tests.clips.conftest import clip
from tests.clips.stories import labelled
from tests.conftest import NOON

DAY = NOON.date() - timedelta(days=12)
HISTORY, BARLEY, WHALE = labelled.COPIES[:3]


@pytest.fixture
def staff_at_noon(staff: Any, clock_at: Callable) -> Any:
    clock_at(NOON)
    return staff


def made(texts: list[tuple[str, str]], **more: Any) -> list[int]:
    """Clips of these texts, each a day after the one before; their numbers."""
    fields = [
        {"headline": headline, "excerpt": excerpt, "published_on": DAY + timedelta(days=n), "outlet": f"Paper {n}"}
        for n, (headline, excerpt) in enumerate(texts)
    ]
    return [clip(**(each | more)).id for each in fields]


def standing() -> dict[int, set[int]]:
    """Story → its placements, as the table has them."""
    found: dict[int, set[int]] = {}
    for clip_id, story_id in db.session.execute(select(clip_placement.c.clip_id, clip_placement.c.story_id)):
        found.setdefault(story_id, set()).add(clip_id)
    return found


def original() -> list[int]:
    return list(db.session.scalars(select(clip_placement.c.clip_id).where(clip_placement.c.original.is_(True))))


def test_copies_become_placements_of_one_story(staff_at_noon: Any) -> None:
    with staff_at_noon():
        history, barley = made(HISTORY), made(BARLEY)
        made([text for story in labelled.SERIES for text in story])
        assert list(map(sorted, standing().values())) == [history, barley]
        stories = {story.size: story for story in db.session.scalars(select(ClipStory))}
        assert stories.keys() == {7, 4}
        assert (stories[4].first_on, stories[4].last_on) == (DAY.toordinal(), DAY.toordinal() + 3)
        assert original() == [history[0], barley[0]]


def test_a_wire_service_s_is_the_original(staff_at_noon: Any) -> None:
    with staff_at_noon():
        first, *_ = made(BARLEY)
        wire = clip(
            headline=BARLEY[0][0], excerpt=BARLEY[0][1], published_on=DAY + timedelta(days=9), medium=Medium.WIRE
        )
        assert original() == [wire.id]
        actions.mark_original(first, by=None, now=NOON)
        again = clip(headline=BARLEY[1][0], excerpt=BARLEY[1][1], published_on=DAY, medium=Medium.WIRE, outlet="Wire 2")
        assert placing.stories_of([again.id])
        assert original() == [first], "by hand it stays"


def test_what_comes_in_bulk_is_looked_at_by_the_worker(staff_at_noon: Any) -> None:
    with staff_at_noon():
        found = [
            Found(
                headline=headline, outlet=f"Paper {n}", published_on=DAY, excerpt=excerpt, url=f"https://{n}.example/"
            )
            for n, (headline, excerpt) in enumerate([*HISTORY, *WHALE, ("Alone", "")])
        ]
        bulk.add(
            {each.fingerprint: each for each in found}, outlets=Names(Outlet), topics=Names(Topic), now=NOON, origin="x"
        )
        assert not standing()
    with staff_at_noon():
        jobs.find_stories(NOON)
        assert sorted(map(len, standing().values())) == [4, 7]
        assert not db.session.scalar(select(func.count()).where(ClipPrint.waits.is_(True)))
        assert placing.portion(NOON) == 0


def test_a_worker_that_is_killed_loses_and_repeats_nothing(staff_at_noon: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "PORTION", 3)
    with staff_at_noon():
        made(HISTORY)
        db.session.execute(delete(ClipStory))
        db.session.execute(ClipPrint.__table__.update().values(waits=True))  # type: ignore[attr-defined]
    with staff_at_noon():
        assert placing.portion(NOON) == 3
        db.session.rollback()
    with staff_at_noon():
        jobs.find_stories(NOON)
        assert list(map(len, standing().values())) == [7]


def test_splitting_is_remembered_and_undone(staff_at_noon: Any) -> None:
    with staff_at_noon() as cast:
        numbers = made(WHALE)
        (story_id,) = standing()
        change = actions.split(story_id, numbers[2:3], by=cast.ada, now=NOON)
        assert standing() == {story_id: {*numbers[:2], numbers[3]}}
        again = clip(headline=WHALE[0][0], excerpt=WHALE[0][1], published_on=DAY, outlet="Late")
        db.session.execute(ClipPrint.__table__.update().values(waits=True))  # type: ignore[attr-defined]
        db.session.commit()
        placing.portion(NOON)
        assert standing() == {story_id: {*numbers[:2], numbers[3], again.id}}, "it stays out"
        with pytest.raises(StoryError, match="changed since"):
            actions.undo(db.session.merge(change), by=cast.ada, now=NOON) if _moved(numbers[0]) else None
    with staff_at_noon() as cast:
        acts = [line.action for line in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
        assert "split story" in acts


def _moved(clip_id: int) -> bool:
    """Take a clip out of its story, as an import that is undone does."""
    db.session.execute(delete(clip_placement).where(clip_placement.c.clip_id == clip_id))
    return True


def test_an_undone_split_is_as_before(staff_at_noon: Any) -> None:
    with staff_at_noon() as cast:
        numbers = made(WHALE)
        before = standing()
        change = actions.split(next(iter(before)), numbers[:2], by=cast.ada, now=NOON)
        assert sorted(map(sorted, standing().values())) == [numbers[:2], numbers[2:]]
        actions.undo(change, by=cast.ada, now=NOON)
        assert standing() == before
        assert original() == [numbers[0]]
        assert not db.session.scalar(select(func.count()).select_from(ClipApart))
        with pytest.raises(StoryError, match="undone already"):
            actions.undo(change, by=cast.ada, now=NOON)


def test_joining_by_hand_and_an_undo_that_keeps_apart(staff_at_noon: Any) -> None:
    with staff_at_noon() as cast:
        history, barley = made(HISTORY[:3]), made(BARLEY[:2])
        translated = clip(headline=labelled.TRANSLATED[1][0], excerpt=labelled.TRANSLATED[1][1], published_on=DAY).id
        before = standing()
        change = actions.join([translated, history[0]], by=cast.ada, now=NOON)
        assert {translated, *history} in standing().values()
        wrong = actions.join([barley[0], translated], by=cast.ada, now=NOON)
        assert list(standing().values()) == [{translated, *history, *barley}]
        with pytest.raises(StoryError, match="changed since"):
            actions.undo(change, by=cast.ada, now=NOON)
        actions.undo(wrong, by=cast.ada, now=NOON)
        actions.undo(change, by=cast.ada, now=NOON)
        assert sorted(map(sorted, standing().values())) == sorted(map(sorted, before.values()))
        pairs = set(db.session.execute(select(ClipApart.clip_id, ClipApart.other_id)).all())
        assert {(min(one, translated), max(one, translated)) for one in history} <= pairs
        reasons = dict(db.session.execute(select(clip_placement.c.clip_id, clip_placement.c.reason)).all())
        assert reasons[history[0]] is Reason.LIKENESS
        actions.join([translated, history[0]], by=cast.ada, now=NOON)
        assert not set(db.session.execute(select(ClipApart.clip_id, ClipApart.other_id)).all()) & {
            (min(one, translated), max(one, translated)) for one in history
        }, "a person may change their mind"


def test_what_cannot_be_done_says_why(staff_at_noon: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with staff_at_noon():
        numbers = made(WHALE)
        other = clip(headline="Letters to the editor", excerpt="").id
        (story_id,) = standing()
        for act, why in (
            (lambda: actions.join(numbers[:2], by=None, now=NOON), "one story already"),
            (lambda: actions.join([other], by=None, now=NOON), "one story already"),
            (lambda: actions.join([other, 999], by=None, now=NOON), "no such clip"),
            (lambda: actions.join([], by=None, now=NOON), "no such clip"),
            (lambda: actions.split(story_id, numbers, by=None, now=NOON), "nothing would be left"),
            (lambda: actions.split(story_id, [other], by=None, now=NOON), "Choose the placements"),
            (lambda: actions.split(999, [other], by=None, now=NOON), "Choose the placements"),
            (lambda: actions.mark_original(other, by=None, now=NOON), "no placement"),
            (lambda: actions.keep_apart(other, other, by=None, now=NOON), "itself"),
            (lambda: actions.keep_apart(numbers[0], numbers[1], by=None, now=NOON), "Split one"),
        ):
            with pytest.raises(StoryError, match=why):
                act()
        actions.mark_original(numbers[1], by=None, now=NOON)
        with pytest.raises(StoryError, match="already"):
            actions.mark_original(numbers[1], by=None, now=NOON)
        monkeypatch.setattr(actions, "MOST", 3)
        with pytest.raises(StoryError, match="not changed by hand"):
            actions.split(story_id, numbers[:1], by=None, now=NOON)


def test_a_withdrawn_clip_is_a_placement_of_no_story_until_it_is_back(staff_at_noon: Any) -> None:
    with staff_at_noon() as cast:
        first, second, third = made(BARLEY[:3])
        gone = db.session.get_one(Clip, first)
        clips.withdraw(gone, by=cast.ada, now=NOON, reason="Twice.")
        assert list(standing().values()) == [{second, third}]
        assert original() == [second]
        assert db.session.scalar(select(ClipStory.size)) == 2
        assert queries.counts() == (2, 2, 1)
        assert not queries.near(second)
        with pytest.raises(StoryError, match="is withdrawn"):
            actions.join([first, second], by=cast.ada, now=NOON)
        clips.reinstate(gone, by=cast.ada, now=NOON)
        assert list(standing().values()) == [{first, second, third}]
        assert original() == [first]


def test_what_is_withdrawn_is_put_into_no_story_by_an_undo_or_a_race(staff_at_noon: Any) -> None:
    with staff_at_noon() as cast:
        first, second, third = made(BARLEY[:3])
        (story_id,) = standing()
        change = actions.split(story_id, [third], by=cast.ada, now=NOON)
        clips.withdraw(db.session.get_one(Clip, third), by=cast.ada, now=NOON, reason="Twice.")
        actions.undo(change, by=cast.ada, now=NOON)
        assert list(standing().values()) == [{first, second}]
        placing.gather(story_id, [third], reason=Reason.LIKENESS, now=NOON)  # by somebody who had not seen it go
        assert placing.settle(NOON) == 1
        assert list(standing().values()) == [{first, second}]
        assert db.session.scalar(select(ClipStory.size)) == 2


def test_withdrawn_clips_are_not_joined(staff_at_noon: Any) -> None:
    with staff_at_noon() as cast:
        gone = clip(headline=WHALE[0][0], excerpt=WHALE[0][1], published_on=DAY)
        clips.withdraw(gone, by=cast.ada, now=NOON, reason="Twice.")
        clip(headline=WHALE[1][0], excerpt=WHALE[1][1], published_on=DAY)
        assert not standing()


def test_stories_follow_when_clips_go(staff_at_noon: Any) -> None:
    """An import that is undone deletes clips; what is left of a story is put right."""
    with staff_at_noon():
        history, barley = made(HISTORY), made(BARLEY[:2])
        db.session.execute(delete(Clip).where(Clip.id.in_([history[0], history[1], barley[0]])))
        assert placing.settle(NOON) == 2
        assert list(standing().values()) == [set(history[2:])]
        assert original() == [history[2]]
        assert db.session.scalar(select(ClipStory.size)) == 5
        assert placing.settle(NOON) == 0


def test_what_is_near_and_kept_apart(staff_at_noon: Any) -> None:
    with staff_at_noon() as cast:
        numbers = made(WHALE[:2])
        (story_id,) = standing()
        actions.split(story_id, numbers[:1], by=cast.ada, now=NOON)
        assert not standing()
        assert queries.near(numbers[0]) == [], "a person said so"
        assert queries.near(999) == []


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_stories_are_whole_after_whatever_people_do(staff: Any, data: st.DataObject) -> None:
    """No clip is lost or in two stories, no story has one placement, and each has one original."""
    with staff() as cast:
        try:
            numbers = made(WHALE + BARLEY)
            changes: list[Any] = []
            for _ in range(data.draw(st.integers(1, 6))):
                act = data.draw(st.sampled_from(["join", "split", "original", "undo"]))
                some = data.draw(st.lists(st.sampled_from(numbers), min_size=1, max_size=3, unique=True))
                try:
                    with db.session.begin_nested():
                        if act == "join":
                            changes.append(actions.join(some, by=cast.ada, now=NOON))
                        elif act == "split" and standing():
                            changes.append(actions.split(min(standing()), some, by=cast.ada, now=NOON))
                        elif act == "original":
                            changes.append(actions.mark_original(some[0], by=cast.ada, now=NOON))
                        elif changes:
                            actions.undo(changes.pop(), by=cast.ada, now=NOON)
                except StoryError:
                    pass
            stories = standing()
            assert all(len(placed) > 1 for placed in stories.values())
            sizes = dict(db.session.execute(select(ClipStory.id, ClipStory.size)).all())
            assert sizes == {story_id: len(placed) for story_id, placed in stories.items()}
            assert len(original()) == len(stories)
            assert set(db.session.scalars(select(Clip.id))) == set(numbers)
        finally:
            db.session.rollback()
