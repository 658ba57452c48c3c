"""Where parts of the archive meet: what is taken back or refused in one does not come back by another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from pressroom.clips import actions, queries
from pressroom.clips.gathering import importing, running, undoing
from pressroom.clips.gathering.items import Found, Item
from pressroom.clips.gathering.models import Candidate, ClipImport
from pressroom.clips.gathering.rules import CandidateState, ImportInto
from pressroom.clips.models import Clip
from pressroom.clips.rules import ClipError, Medium
from pressroom.clips.triage import deciding
from pressroom.clips.triage.rules import RuleDoes, TriageError
from pressroom.kit import clock
from pressroom.kit.db import db
from tests.clips.triage.conftest import batch, of, rule, source, story, waiting

Staff = Callable[[], Any]
ON_AIR: dict[str, Any] = {"url": "", "medium": Medium.RADIO, "programme": "Morning", "headline": "Genes at breakfast"}


class Few:
    """A reader of a few stories."""

    sha256 = "f" * 64

    def __init__(self, *stories: Found) -> None:
        self.stories = stories
        self.total = len(stories)

    def items(self, skip: int, *, now: Any) -> Any:
        """All of them."""
        return iter([Item(line, found) for line, found in enumerate(self.stories, start=1)][skip:])


def _brought_in(*stories: Found, **options: Any) -> ClipImport:
    reader = Few(*stories)
    job = importing.begin(reader, file_name="a few", format="feed", by=None, now=clock.now(), **options)
    token = importing.claim(job.id, now=clock.now())
    db.session.commit()
    running.run(job.id, str(token), reader)
    return db.session.get_one(ClipImport, job.id, populate_existing=True)


def _taken_back(job: ClipImport) -> ClipImport:
    assert undoing.begin(job.id, by=None)
    token = importing.claim(job.id, now=clock.now())
    db.session.commit()
    running.undo(job.id, str(token))
    return db.session.get_one(ClipImport, job.id, populate_existing=True)


def _public() -> list[str]:
    return list(db.session.scalars(select(Clip.headline).where(Clip.withdrawn_at.is_(None)).order_by(Clip.id)))


def test_who_judges_cannot_bring_back_what_an_editor_withdrew(app: Any, staff: Staff) -> None:
    with staff():
        (number,) = waiting(story(1))
        done = deciding.accept(of(number), by=None, now=clock.now(), act="one")
        made = queries.by_id(int(done.clip_id or 0))
        assert made is not None
        actions.withdraw(made, by=None, now=clock.now(), reason="The outlet asked us to.")
        deciding.take_back_one(of(number), by=None, now=clock.now())
        with pytest.raises(TriageError, match="Its clip was withdrawn: The outlet asked us to"):
            deciding.accept(of(number), by=None, now=clock.now())
        assert not _public()


def test_a_source_does_not_tell_again_what_was_taken_back(app: Any, staff: Staff) -> None:
    with staff():
        told = (story(1), story(2))
        for into in (ImportInto.ARCHIVE, ImportInto.TRIAGE):
            feed = source(into.value)
            job = _brought_in(*told, into=into, source_id=feed.id)
            assert job.added == 2
            assert _taken_back(job).undone == 2
            assert _brought_in(*told, into=into, source_id=feed.id).added == 0
            told = (story(3), story(4))
        assert not _public()


def test_a_file_brings_in_again_what_was_taken_back(app: Any, staff: Staff) -> None:
    with staff():
        _taken_back(_brought_in(story(1)))
        assert _brought_in(story(1)).added == 1
        (number,) = waiting(story(2), into=batch())
        job = db.session.get_one(ClipImport, of(number).import_id)
        deciding.accept(of(number), by=None, now=clock.now())
        deciding.take_back_one(of(number), by=None, now=clock.now())
        _taken_back(job)
        assert _brought_in(story(2)).added == 1  # by hand it was taken out of the archive before


def test_what_was_rejected_stays_out_when_a_source_goes_into_the_archive_at_once(app: Any, staff: Staff) -> None:
    with staff():
        feed = source()
        (number,) = waiting(story(1), of=feed)
        deciding.reject(of(number), "Off the subject", by=None, now=clock.now())
        assert _brought_in(story(1), story(2), into=ImportInto.ARCHIVE, source_id=feed.id).added == 1
        assert _public() == [story(2).headline]
        assert _brought_in(story(1), into=ImportInto.ARCHIVE).added == 1, "a person may bring it in by a file"


def test_what_rules_accepted_goes_with_its_batch_and_what_a_person_accepted_stays(app: Any, staff: Staff) -> None:
    with staff():
        rule(any_of="cousins", does=RuleDoes.ACCEPT)
        numbers = waiting(story(1), story(2), story(3, headline="Asked by hand"))
        deciding.accept(of(numbers[2]), by=None, now=clock.now())
        job = db.session.get_one(ClipImport, of(numbers[0]).import_id)
        assert undoing.going(job) == (2, 0, 1)
        assert (_taken_back(job).undone, _public()) == (4, ["Asked by hand"])
        states = db.session.scalars(select(Candidate.state).where(Candidate.import_id == job.id)).all()
        assert states == [CandidateState.ACCEPTED]
        assert undoing.going(job) == (0, 0, 1)


def test_a_rule_leaves_to_people_what_was_withdrawn(app: Any, staff: Staff) -> None:
    with staff():
        _brought_in(story(1))
        made = db.session.scalars(select(Clip)).one()
        actions.withdraw(made, by=None, now=clock.now(), reason="The outlet asked us to.")
        rule(any_of="cousins", does=RuleDoes.ACCEPT)
        (number,) = waiting(story(1))
        assert (of(number).state, of(number).clip_id) == (CandidateState.WAITING, None)


def test_two_items_of_one_programme_are_two_clips_however_they_are_accepted(app: Any, staff: Staff) -> None:
    with staff():
        first, second, third = (story(n, **ON_AIR, time_code=f"00:0{n}:00") for n in (1, 2, 3))
        by_hand = waiting(first, second)
        for number in by_hand:
            deciding.accept(of(number), by=None, now=clock.now())
        rule(any_of="genes", does=RuleDoes.ACCEPT)
        waiting(third)
        codes = db.session.scalars(select(Clip.time_code).order_by(Clip.id)).all()
        assert codes == ["00:01:00", "00:02:00", "00:03:00"]
        marks = set(db.session.scalars(select(Clip.fingerprint)))
        assert marks == {each.fingerprint for each in (first, second, third)}


def test_a_merge_that_is_taken_back_leaves_the_story_free(app: Any, staff: Staff) -> None:
    with staff():
        other = _clip_of(story(9))
        (number,) = waiting(story(1))
        deciding.merge(of(number), other.id, by=None, now=clock.now())
        assert _brought_in(story(1)).known == 1, "merged, its address is known as that clip's"
        deciding.take_back_one(of(number), by=None, now=clock.now())
        done = deciding.accept(of(number), by=None, now=clock.now())
        assert (done.state, done.clip_id != other.id) == (CandidateState.ACCEPTED, True)


def test_a_story_is_accepted_again_whatever_was_decided_between(app: Any, staff: Staff) -> None:
    with staff():
        (number,) = waiting(story(1))
        first = deciding.accept(of(number), by=None, now=clock.now())
        deciding.take_back_one(of(number), by=None, now=clock.now())
        deciding.reject(of(number), "Off the subject", by=None, now=clock.now())
        deciding.take_back_one(of(number), by=None, now=clock.now())
        assert deciding.accept(of(number), by=None, now=clock.now()).clip_id == first.clip_id
        assert _public() == [story(1).headline]


def test_nothing_is_merged_into_what_was_withdrawn_nor_are_changes_lost_in_a_merge(app: Any, staff: Staff) -> None:
    with staff():
        there, gone = _clip_of(story(8)), _clip_of(story(9))
        actions.withdraw(gone, by=None, now=clock.now(), reason="The outlet asked us to.")
        numbers = waiting(story(1), story(2))
        db.session.commit()
        with pytest.raises(TriageError, match="was withdrawn"):
            deciding.merge(of(numbers[0]), gone.id, by=None, now=clock.now())
        changes = {"headline": "In our words", "url": there.url}
        with pytest.raises(TriageError, match=f"It is clip {there.id}: merge it there"):
            deciding.accept(of(numbers[0]), by=None, now=clock.now(), changes=changes)
        db.session.rollback()
        assert [of(number).state for number in numbers] == [CandidateState.WAITING] * 2


def test_what_was_decided_asks_for_no_day(app: Any, staff: Staff) -> None:
    with staff():
        (number,) = waiting(story(1, published_on=None, published_at=None))
        deciding.reject(of(number), "Off the subject", by=None, now=clock.now())
        with pytest.raises(deciding.DecidedError, match="rejected it"):
            deciding.accept(of(number), by=None, now=clock.now())


@pytest.mark.parametrize("field", ["headline", "outlet"])
def test_what_nobody_can_see_is_no_name(app: Any, staff: Staff, field: str) -> None:
    with staff(), pytest.raises(ClipError):
        said = {"headline": "Seen", "outlet": "The Harbor Ledger", field: "\u202e\u200b"}
        actions.add(by=None, now=clock.now(), published_on=story(1).published_on, **said)  # type: ignore[arg-type]


def _clip_of(found: Found) -> Clip:
    job = _brought_in(found)
    return db.session.scalars(select(Clip).where(Clip.import_id == job.id)).one()
