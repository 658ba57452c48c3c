"""Releases that follow the schedule: the embargo moves with it, in the same transaction, and holders are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom.accreditation import actions as accreditation
from pressroom.accreditation import ledger, reading
from pressroom.accreditation.rules import What
from pressroom.audit.models import AuditEntry
from pressroom.kit.db import db
from pressroom.meetings import actions, bindings, queries, rules
from pressroom.meetings.models import Binding, MeetingSession
from pressroom.meetings.rules import EmbargoRule, MeetingError, SessionKind, Unsure
from pressroom.releases import actions as verbs
from pressroom.releases import queries as releases
from pressroom.releases.models import Release
from pressroom.releases.rules import RefusedError, State
from tests.accreditation.conftest import accept, robin
from tests.conftest import NOON, post, signed_in, submit
from tests.mail.conftest import configure, outbox
from tests.mail.server import running
from tests.meetings.conftest import TEN, meeting, session
from tests.releases.conftest import draft, public, waiting

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FIRST = datetime(2027, 10, 20, 16, 0, tzinfo=UTC)  # nine in the morning there
LATE = datetime(2027, 10, 21, 6, 30, tzinfo=UTC)  # half past eleven in the evening of the same day there


@pytest.mark.parametrize(
    ("rule", "given", "expected"),
    [
        (EmbargoRule.SESSION, {"session": TEN}, TEN),
        (EmbargoRule.BRIEFING, {"briefing": FIRST, "session": TEN}, FIRST),
        (EmbargoRule.ABSTRACTS, {"abstracts_from": FIRST}, FIRST),
        (EmbargoRule.ABSTRACTS, {}, None),
        (EmbargoRule.HALL, {"session": TEN, "halls": [TEN + DAY, LATE, FIRST]}, FIRST),
        (EmbargoRule.HALL, {"session": LATE, "halls": [FIRST, FIRST + DAY]}, FIRST),
        (EmbargoRule.HALL, {"session": TEN, "halls": [FIRST - DAY, FIRST + DAY]}, None),
    ],
)
def test_an_instant_follows_from_the_schedule(rule: EmbargoRule, given: dict[str, Any], expected: datetime) -> None:
    """Days are those of the place: the evening there is the next day in UTC."""
    assert rules.instant(rule, zone="America/Los_Angeles", **given) == expected


@pytest.fixture
def bound(staff: Callable, clock_at: Callable) -> tuple[int, int, int]:
    """A meeting, a session, and a release that is under embargo until it begins."""
    clock_at(NOON)
    with staff():
        made = meeting()
        row, release = session(made), draft()
        bindings.bind(release, made, EmbargoRule.SESSION, session=row, by=None, now=NOON)
        return made.id, row.id, release.id


def move(meeting_id: int, session_id: int, at: datetime, *, now: datetime = NOON, sure: str = "") -> None:
    row = db.session.get_one(MeetingSession, session_id)
    actions.edit_session(queries.by_id(meeting_id), row, by=None, now=now, sure=sure, starts_at=at)


def test_the_embargo_moves_with_the_session_and_whoever_holds_the_text_is_told(
    app: Flask, staff: Callable, bound: tuple[int, int, int]
) -> None:
    with running() as server:
        configure(app, server)
        with staff():
            accreditation.write_agreement("Nothing before the instant.", by=None, now=NOON)
            reader = robin()
            accept(reader)
            db.session.commit()
            copy, who = reading.release_of(bound[2], NOON), reading.reader_of(reader, NOON)
            db.session.rollback()
            ledger.enter(who, [copy], What.PAGE, now=NOON, address="", agent="")
        with staff():
            assert releases.by_id(bound[2]).public_from == TEN
            move(*bound[:2], TEN + 2 * HOUR)
        with staff():
            release = releases.by_id(bound[2])
            assert (release.public_from, release.state(NOON)) == (TEN + 2 * HOUR, State.EMBARGOED)
            revision = releases.last_revision(release.id)
            assert revision.act == "embargo"
            assert "The schedule moved. At the start of the session “S1: Rare variants”" in revision.note
            acts = db.session.scalars(select(AuditEntry.action).where(AuditEntry.kind == "release")).all()
            assert acts == ["create", "bind", "embargo", "embargo"]
        (notice,) = [each for each in outbox(app) if each.purpose == "change"]
        assert notice.to_address == "robin@harborledger.example"
        assert "EMBARGOED UNTIL Wednesday, 20 October 2027, 12:00 PDT" in notice.text
        assert "end of the embargo" in notice.text


def test_what_cannot_be_told_does_not_move_either(staff: Callable, bound: tuple[int, int, int]) -> None:
    """One transaction: when it is rolled back, the session and the embargo are where they were."""
    with staff():
        move(*bound[:2], TEN + 2 * HOUR)
        db.session.rollback()
        assert releases.by_id(bound[2]).public_from == TEN
        assert db.session.get_one(MeetingSession, bound[1]).starts_at == TEN


def test_what_would_lift_soon_or_has_passed_asks_first(staff: Callable, bound: tuple[int, int, int]) -> None:
    soon, passed = TEN - 2 * HOUR, TEN - 10 * HOUR
    now = soon - HOUR
    for at, state in ((soon, State.EMBARGOED), (passed, State.PUBLIC)):
        with staff():
            with pytest.raises(Unsure) as question:
                move(*bound[:2], at, now=now)
            db.session.rollback()
            with pytest.raises(Unsure):  # a yes to other moves is none to these
                move(*bound[:2], at, now=now, sure=rules.digest([]))
            db.session.rollback()
            move(*bound[:2], at, now=now, sure=rules.digest(question.value.moves))
            release = releases.by_id(bound[2])
            assert release.state(now) is state
            assert release.public_from == max(at, now), "never earlier than now"


def test_public_stays_public_and_a_draft_has_no_time_to_move(staff: Callable, bound: tuple[int, int, int]) -> None:
    with staff():
        row = db.session.get_one(MeetingSession, bound[1])
        idle = draft(headline="Back to draft")
        bindings.bind(idle, queries.by_id(bound[0]), EmbargoRule.SESSION, session=row, by=None, now=NOON)
        verbs.hold(idle, by=None, now=NOON)
        move(*bound[:2], TEN + 3 * DAY, now=TEN + HOUR)
        assert releases.by_id(bound[2]).public_from == TEN
        assert idle.public_from is None


def test_a_time_that_follows_a_schedule_is_not_set_by_hand(
    ada: FlaskClient, staff: Callable, bound: tuple[int, int, int]
) -> None:
    page = ada.get(f"/desk/releases/{bound[2]}")
    assert "At the start of the session “S1: Rare variants”" in page.text
    answer = submit(ada, f"/desk/releases/{bound[2]}", {"time": "11:00"}, button="Save", form="//form[@enctype]")
    assert answer.status_code == 422
    assert "Its time follows a schedule" in answer.text
    assert (
        post(ada, f"/desk/meetings/bindings/{bound[2]}/end", form=f"/desk/meetings/bindings/{bound[2]}").status_code
        == 303
    )
    answer = submit(ada, f"/desk/releases/{bound[2]}", {"time": "11:00"}, button="Save", form="//form[@enctype]")
    assert answer.status_code == 303
    with staff():
        assert releases.by_id(bound[2]).public_from == TEN + HOUR
        assert db.session.scalars(select(Binding)).all() == []


def test_binding_at_the_desk(ada: FlaskClient, staff: Callable, clock_at: Callable) -> None:
    clock_at(NOON)
    with staff():
        made = meeting()
        poster = session(made, title="Posters", code="P1", kind=SessionKind.POSTER)
        release, out = draft().id, public(headline="Out").id
        number = poster.id
    path = f"/desk/meetings/bindings/{release}"
    assert path in ada.get(f"/desk/releases/{release}").text
    answer = post(ada, path, {"to": f"hall:{number}"})
    assert answer.status_code == 422
    assert "No opening of the poster hall stands in the schedule" in answer.text
    with staff():
        session(queries.by_year(2027), title="Hall", code="", kind=SessionKind.HALL, starts_at=FIRST)
    assert post(ada, path, {"to": f"hall:{number}"}).status_code == 303
    assert "selected" in ada.get(path).page.xpath(f"//option[@value='hall:{number}']")[0].attrib
    assert "Under embargo" in ada.get("/desk/meetings/1/schedule").text
    for wrong in ("session:999", "hall", "x:1", ""):
        assert post(ada, path, {"to": wrong}).status_code == 422
    assert "is public" in ada.get(f"/desk/meetings/bindings/{out}").text
    assert post(ada, f"/desk/meetings/bindings/{out}", {"to": f"session:{number}"}, form=path).status_code == 422
    assert ada.get("/desk/meetings/bindings/999").status_code == 404
    with staff():
        assert releases.by_id(release).public_from == FIRST


def test_a_session_asks_on_a_page_and_is_saved_when_somebody_says_yes(
    app: Flask, staff: Callable, bound: tuple[int, int, int], clock_at: Callable
) -> None:
    clock_at(TEN - 3 * HOUR)
    ada = signed_in(app, "ada")
    path = f"/desk/meetings/{bound[0]}/sessions/{bound[1]}"
    typed = {"version": "1", "title": "Rare variants", "code": "S1", "kind": "platform", "day": "2027-10-20"}
    question = post(ada, path, typed | {"time": "07:30", "minutes": "90"})
    assert question.status_code == 409
    assert "Is this meant?" in question.page.xpath("//title")[0].text
    with staff():
        assert releases.by_id(bound[2]).public_from == TEN, "nothing was saved"
    form = question.page.forms[-1]
    assert ada.post(form.action, data=dict(form.form_values())).status_code == 303
    with staff():
        assert releases.by_id(bound[2]).public_from == TEN - 2.5 * HOUR
        assert db.session.get_one(MeetingSession, bound[1]).starts_at == TEN - 2.5 * HOUR


def test_what_a_release_follows_stays_in_the_schedule(
    ada: FlaskClient, staff: Callable, bound: tuple[int, int, int]
) -> None:
    path = f"/desk/meetings/{bound[0]}/sessions/{bound[1]}/remove"
    assert "follows it" in ada.get(post(ada, path).location).text
    with staff():
        made = queries.by_id(bound[0])
        hall = session(made, title="Hall", code="H", kind=SessionKind.HALL, starts_at=FIRST)
        poster = session(made, title="Posters", code="P", kind=SessionKind.POSTER)
        release = draft(headline="A poster")
        bindings.bind(release, made, EmbargoRule.HALL, session=poster, by=None, now=NOON)
        with pytest.raises(MeetingError, match="A poster"):
            actions.remove_session(made, hall, by=None, now=NOON)
        db.session.rollback()
        briefing = actions.add_briefing(
            queries.by_id(bound[0]), by=None, now=NOON, title="News", minutes=30, starts_at=FIRST
        )
        release = draft(headline="A briefing")
        bindings.bind(release, briefing.meeting, EmbargoRule.BRIEFING, briefing=briefing, by=None, now=NOON)
        with pytest.raises(MeetingError, match="A briefing"):
            actions.remove_briefing(briefing.meeting, briefing, by=None, now=NOON)
        actions.edit_briefing(briefing.meeting, briefing, by=None, now=NOON, starts_at=FIRST + HOUR)
        assert release.public_from == FIRST + HOUR


def test_in_another_zone_and_with_other_abstracts_embargoes_follow(
    staff: Callable, bound: tuple[int, int, int]
) -> None:
    with staff():
        made = queries.by_id(bound[0])
        actions.edit(made, by=None, now=NOON, abstracts_from=FIRST)
        other = draft(headline="Of the abstracts")
        bindings.bind(other, made, EmbargoRule.ABSTRACTS, by=None, now=NOON)
        actions.edit(made, by=None, now=NOON, zone="Europe/Berlin", abstracts_from=FIRST + HOUR)
        assert releases.by_id(bound[2]).public_from == datetime(2027, 10, 20, 8, 0, tzinfo=UTC)
        assert (other.public_from, other.zone) == (FIRST + HOUR, "Europe/Berlin")
        with pytest.raises(MeetingError, match="Of the abstracts"):
            actions.edit(made, by=None, now=NOON, abstracts_from=None)


def test_a_release_that_is_out_or_not_approved_is_not_bound(staff: Callable, clock_at: Callable) -> None:
    clock_at(NOON)
    with staff():
        made = meeting()
        row = session(made)
        with pytest.raises(RefusedError):
            bindings.bind(public(), made, EmbargoRule.SESSION, session=row, by=None, now=NOON)
        db.session.rollback()
        assert db.session.scalars(select(Binding)).all() == []
        made = meeting()
        row, release = session(made), waiting(TEN, headline="Only planned")
        bindings.bind(release, made, EmbargoRule.SESSION, session=row, by=None, now=NOON)
        assert release.embargoed, "what follows a schedule is under embargo"
        assert isinstance(release, Release)
