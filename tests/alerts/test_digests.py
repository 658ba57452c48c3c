"""From finds to mail: what is due is one message by alert, nothing twice, nothing that is not public when it goes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom import publishing
from pressroom.alerts import actions, corrections, digests, jobs, subjects
from pressroom.alerts import links as links_
from pressroom.alerts.models import Alert, AlertCorrection, Find, Subscriber
from pressroom.alerts.rules import Habits, Rhythm
from pressroom.clips import actions as clips
from pressroom.clips.models import Clip
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.mail import actions as actions_of_mail
from pressroom.mail import rules as mail_rules
from pressroom.mail.models import Mail
from pressroom.mail.rules import State
from pressroom.releases import actions as releases
from pressroom.releases.models import Release
from tests.alerts.conftest import ROBIN, alert, body, finds, links, work
from tests.clips.conftest import clip
from tests.conftest import submit
from tests.mail.conftest import outbox, send
from tests.mail.server import Server
from tests.releases.conftest import public

HOUR = timedelta(hours=1)
QUIET = Habits("America/New_York", 12, 14)


def test_a_digest_is_grouped_and_has_nothing_twice(app: Flask, posting: Server, staff: Any, noon: Any) -> None:
    alert(app, "/clips/?q=cats", rhythm=Rhythm.DAILY)
    alert(app, "/clips/", rhythm=Rhythm.DAILY)
    alert(app, "/clips/?q=dogs", address="jo@paper.example", rhythm=Rhythm.WEEKLY)
    with staff():
        clip(headline="On cats", excerpt="All of it.")
        clip(headline="On dogs")
    work(app)
    assert posting.came == []
    noon(19 * HOUR)  # seven in the morning in New York
    work(app)
    work(app)
    [message] = posting.came
    assert (message["To"], message["Subject"]) == (ROBIN, "2 new: 2 alerts")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text, html = body(message), message.get_body(("html",)).get_content()
    [these], [stop] = links(message["List-Unsubscribe"].strip("<>"), "stop"), links(text, "stop")
    assert these != stop, "one click ends what the message is of, the link at its end everything"
    assert text.index("Clips: “cats”") < text.index("On cats") < text.index("Clips\n=====") < text.index("On dogs")
    for words in ("On cats", "On dogs", "All of it.", "The Harbor Ledger, Rita Okafor", "12 November 2026", stop):
        assert text.count(words) == 1 or words.startswith(("The", "12 Nov")), words
        assert words in html, words
    assert len(links(text, "of")) == 2
    noon(timedelta(days=4, hours=19))
    work(app)
    assert [each["To"] for each in posting.came] == [ROBIN, "jo@paper.example"]
    assert posting.came[1]["Subject"] == "On dogs"


def test_never_the_same_thing_twice_whichever_alert_finds_it(
    app: Flask, posting: Server, staff: Any, noon: Any
) -> None:
    alert(app, "/clips/", rhythm=Rhythm.AT_ONCE)
    alert(app, "/search?q=cats", rhythm=Rhythm.DAILY)
    with staff():
        clip(headline="On cats")
    work(app)
    assert len(posting.came) == 1
    noon(19 * HOUR)
    work(app)
    assert len(posting.came) == 1
    assert [row.sent_at is not None for row in finds(app)] == [True], "the other one is let go"


def test_a_release_goes_whole_to_who_has_releases_at_once(app: Flask, posting: Server, staff: Any, noon: Any) -> None:
    alert(app, "/releases/")
    alert(app, "/search", address="jo@paper.example")
    with staff():
        public(body="Forty cats agreed.\n\n[More](/fact-sheet)", notes="Call us.")
    work(app)
    by_reader = {message["To"]: message for message in posting.came}
    whole, line = by_reader[ROBIN], by_reader["jo@paper.example"]
    for part in (body(whole), whole.get_body(("html",)).get_content()):
        for words in ("FOR IMMEDIATE RELEASE", "Forty cats agreed.", "Call us.", "Cats agree with their owners", "###"):
            assert words in part, words
    assert 'href="http://127.0.0.1:8000/fact-sheet"' in whole.get_body(("html",)).get_content()
    assert "FOR IMMEDIATE RELEASE" not in body(line)
    assert whole["Subject"] == line["Subject"] == "Cats agree with their owners"


def test_what_is_withdrawn_or_changed_after_it_was_queued_does_not_go(
    app: Flask, posting: Server, staff: Any, noon: Any
) -> None:
    alert(app, "/clips/")
    with staff():
        gone, changed = clip(headline="Withdrawn soon").id, clip(headline="With a mistake").id
    with app.app_context():
        jobs.match(clock.now())
        assert digests.make(clock.now()) == 1
    with staff():
        clips.withdraw(db.session.get(Clip, gone), by=None, now=clock.now(), reason="Not ours.")
        row = db.session.get(Clip, changed)
        assert row is not None
        row.headline = "Without a mistake"
    work(app)
    [message] = posting.came
    assert "Without a mistake" in body(message)
    assert "Withdrawn soon" not in str(message)
    assert "With a mistake" not in body(message)
    assert [row.state for row in outbox(app)] == [State.CANCELLED, State.SENT]


def test_quiet_hours_hold_at_the_moment_of_sending_too(app: Flask, posting: Server, staff: Any, noon: Any) -> None:
    """Noon in New York: the mail server was away before, and is there again in the quiet hours."""
    noon(-HOUR)
    alert(app, "/clips/", habits=QUIET)
    with staff():
        clip()
    posting.data = ["451 Later"]
    work(app)
    noon(timedelta())
    work(app)
    assert posting.came == []
    noon(2 * HOUR)
    work(app)
    assert len(posting.came) == 1


@pytest.mark.parametrize("end", ["end", "pause", "forget"])
def test_what_is_ended_or_paused_after_it_was_queued_does_not_go(
    app: Flask, posting: Server, staff: Any, noon: Any, end: str
) -> None:
    number = alert(app, "/clips/")
    with staff():
        clip()
    with app.app_context():
        jobs.match(clock.now())
        digests.make(clock.now())
    with staff():
        row = db.session.get(Alert, number)
        assert row is not None
        {
            "end": lambda: actions.end(row),
            "pause": lambda: actions.pause(row, now=clock.now()),
            "forget": lambda: actions.forget(row.subscriber),
        }[end]()
    work(app)
    assert posting.came == []
    with staff():
        assert (db.session.scalar(select(Subscriber.id)) is None) is (end != "pause")
    assert finds(app) == []


def test_an_alert_that_is_ended_leaves_the_message_that_has_two(
    app: Flask, client: FlaskClient, posting: Server, staff: Any, noon: Any
) -> None:
    first = alert(app, "/clips/?q=cats")
    alert(app, "/clips/?q=dogs")
    with staff():
        clip(headline="On cats")
        clip(headline="On dogs")
    with app.app_context():
        jobs.match(clock.now())
        digests.make(clock.now())
    with staff():
        row = db.session.get(Alert, first)
        assert row is not None
        stop = links_.stop_token(row.subscriber, [first])
    assert client.post(f"/alerts/stop/{stop}", data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert client.get(f"/alerts/stop/{stop}").status_code == 404
    work(app)
    [message] = posting.came
    assert "On dogs" in body(message)
    assert "On cats" not in str(message) + body(message)


def test_two_workers_make_one_message(app: Flask, posting: Server, staff: Any, noon: Any) -> None:
    alert(app, "/clips/")
    with staff():
        clip()
    with app.app_context():
        jobs.match(clock.now())
        with publishing.as_staff():
            made = digests._made(digests._due(clock.now(), 10), clock.now())
            db.session.rollback()
        assert [digests._queued(each, clock.now()) for each in (*made, *made)] == [1, 0]
    assert len(outbox(app)) == 1


def test_the_outbox_holds_a_portion_at_a_time(
    app: Flask, posting: Server, staff: Any, noon: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So memory is bounded, and whoever waits for a link does not wait for all of them."""
    monkeypatch.setattr(digests, "PORTION", 3)
    for number in range(7):
        alert(app, "/clips/", address=f"reader{number}@paper.example")
    with staff():
        clip()
    with app.app_context():
        jobs.match(clock.now())
        assert [digests.make(clock.now()) for _ in range(2)] == [3, 0]
    work(app)
    assert len(posting.came) == len(set(posting.recipients)) == 7


def test_who_got_the_wrong_text_is_told_and_nobody_else(app: Flask, posting: Server, staff: Any, noon: Any) -> None:
    alert(app, "/releases/")
    alert(app, "/releases/", address="jo@paper.example", rhythm=Rhythm.DAILY)
    with staff():
        number = public().id
    work(app)
    assert posting.recipients == [ROBIN]
    noon(HOUR)
    with staff():
        found = db.session.get(Release, number)
        releases.correct(found, by=None, now=clock.now(), note="There were 41 cats.", subhead="41 cats.")
    work(app)
    work(app)
    assert posting.recipients == [ROBIN, ROBIN]
    assert posting.came[1]["Subject"] == "Correction: Cats agree with their owners"
    for part in (body(posting.came[1]), posting.came[1].get_body(("html",)).get_content()):
        assert "There were 41 cats." in part
    noon(19 * HOUR)
    work(app)
    assert posting.recipients == [ROBIN, ROBIN, "jo@paper.example"]
    assert "Correction" not in posting.came[2]["Subject"], "they got the right text at once"
    noon(20 * HOUR)
    with staff():
        releases.withdraw(db.session.get(Release, number), by=None, now=clock.now(), reason="The cats were dogs.")
    work(app)
    assert sorted(posting.recipients[3:]) == ["jo@paper.example", ROBIN]
    assert {message["Subject"] for message in posting.came[3:]} == {"Withdrawn: Cats agree with their owners"}
    with staff():
        assert db.session.scalars(select(AlertCorrection)).all() == []


def test_a_note_is_in_what_waits_and_is_told_to_whoever_got_what_was_on_its_way(
    app: Flask, posting: Server, staff: Any, noon: Any
) -> None:
    """A correction may change no word of the release: what waits is made again, what the server has in hand is not."""
    for name in ("waits", "goes"):
        alert(app, "/releases/", address=f"{name}@paper.example")
    with staff():
        number = public().id
    with app.app_context():
        jobs.match(clock.now())
        assert digests.make(clock.now()) == 2
    noon(HOUR)
    with staff():
        gone = db.session.scalars(select(Mail).where(Mail.to_address == "goes@paper.example")).one()
        gone.state, sent = State.SENDING, gone.id
        releases.correct(db.session.get(Release, number), by=None, now=clock.now(), note="It was a Tuesday.")
    with staff():
        actions_of_mail.sent(db.session.get(Mail, sent), now=clock.now() + HOUR)
        digests.note_sent(db.session.get(Mail, sent), clock.now() + HOUR)
    work(app)
    came = {message["To"]: message for message in posting.came}
    assert came["goes@paper.example"]["Subject"] == "Correction: Cats agree with their owners"
    assert came["waits@paper.example"]["Subject"] == "Cats agree with their owners"
    assert "It was a Tuesday." in body(came["waits@paper.example"])
    assert len(posting.came) == 2


def test_whoever_comes_back_gets_what_is_new_then_and_an_address_that_was_given_up_can_be_confirmed(
    app: Flask, posting: Server, staff: Any, noon: Any
) -> None:
    number = alert(app, "/clips/")
    with staff():
        actions.pause(db.session.get(Alert, number), now=clock.now())
    noon(HOUR)
    with staff():
        old = clip(headline="While it was paused").id
    noon(2 * HOUR)
    with staff():
        actions.resume(db.session.get(Alert, number), now=clock.now())
    noon(3 * HOUR)
    with staff():
        db.session.get(Clip, old).excerpt = "A word more."
    work(app)
    assert posting.came == []
    with staff():
        row = db.session.get(Alert, number)
        actions.stop(row.subscriber, "550 5.1.1", now=clock.now())
        actions.ask(actions.Wanted(ROBIN, subjects.read("/clips/"), row.rhythm, row.subscriber.habits), now=clock.now())
    work(app)
    [confirm] = links(body(posting.came[0]), "confirm")
    assert confirm
    with staff():
        actions.confirm(db.session.get(Alert, number), now=clock.now())
        assert db.session.get(Alert, number).subscriber.stopped_at is None


def test_a_correction_to_many_goes_on_where_it_stopped(
    app: Flask, posting: Server, staff: Any, noon: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corrections, "PORTION", 2)
    for number in range(5):
        alert(app, "/releases/", address=f"reader{number}@paper.example")
    with staff():
        number = public().id
    work(app)
    noon(HOUR)
    with staff():
        releases.correct(db.session.get(Release, number), by=None, now=clock.now(), note="Sorry.")
    with app.app_context():
        assert [corrections.work_off(clock.now()) for _ in range(4)] == [True, True, True, False]
    send(app)
    assert sorted(posting.recipients[5:]) == [f"reader{n}@paper.example" for n in range(5)]


def test_a_long_message_is_looked_at_by_what_it_shows(
    app: Flask, posting: Server, staff: Any, noon: Any, queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "MOST_ITEMS", 2)
    alert(app, "/clips/")
    with staff():
        numbers = {clip(headline=f"Story {number}").id for number in range(5)}
    with app.app_context():
        jobs.match(clock.now())
        assert digests.make(clock.now()) == 1
    [message] = outbox(app)
    shown = {number for _, number, _ in message.about["items"]}
    counted, gone, _ = numbers - shown
    with staff():
        db.session.get(Clip, counted).headline = "Another one"
    with staff():
        assert digests.may_go(message, clock.now()) == "", "nothing that it says is another"
    with staff():
        clips.withdraw(db.session.get(Clip, gone), by=None, now=clock.now(), reason="Not ours.")
    work(app)
    [sent] = posting.came
    assert sent["Subject"].startswith("4 new")
    message = outbox(app)[-1]
    with staff(), queries(1):
        digests.note_sent(message, clock.now())
    assert sorted(row.fingerprint is not None for row in finds(app)) == [False, False, True, True]


def test_what_was_given_up_is_made_again_and_what_was_refused_when_the_desk_says_so(
    app: Flask, posting: Server, staff: Any, noon: Any, ada: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_rules, "WAITS", ())  # it is given up at once
    alert(app, "/releases/")
    with staff():
        number = public().id
    posting.data = ["421 Closing", "451 Busy", "421 Closing", "550 5.7.1 No"]
    for minute in range(2):
        noon(timedelta(minutes=minute))
        work(app)
    assert posting.came == []
    with staff():
        assert db.session.scalars(select(Subscriber.soft_bounces)).one() == 1, "that our server is away says nothing"
    refused = outbox(app)[-1]
    assert {row.state for row in outbox(app)} == {State.FAILED}
    page = f"/desk/mail/{refused.id}"
    assert "is made again" in ada.get(submit(ada, page, {}, form="//main//form").location).text
    assert "made again already" in submit(ada, page, {}, form="//main//form").text
    work(app)
    [came] = posting.came
    assert came["Subject"] == "Cats agree with their owners"

    posting.data = ["550 5.7.1 No"]
    with staff():
        releases.correct(db.session.get(Release, number), by=None, now=clock.now(), note="There were 41 cats.")
    work(app)
    page = f"/desk/mail/{outbox(app)[-1].id}"
    assert "in the queue again" in ada.get(submit(ada, page, {}, form="//main//form").location).text
    work(app)
    assert "There were 41 cats." in body(posting.came[1])
    assert links(body(posting.came[1]), "stop")


def test_delivery_ends_at_once_for_good_and_after_three_for_now(
    app: Flask, posting: Server, staff: Any, noon: Any
) -> None:
    posting.rcpt = {"gone@paper.example": "550 5.1.1 No such user", "full@paper.example": "552 5.2.2 Full"}
    for name in ("gone", "full"):
        alert(app, "/clips/", address=f"{name}@paper.example")
    for number in range(4):
        noon(number * HOUR)
        with staff():
            clip()
        work(app)
        with staff():
            people = db.session.scalars(select(Subscriber)).all()
            stopped = {row.address.partition("@")[0] for row in people if row.stopped_at}
        assert stopped == ({"gone"} if number < 2 else {"gone", "full"})
    states = [(row.to_address, row.state) for row in outbox(app)]
    assert states.count(("gone@paper.example", State.FAILED)) == 1
    assert states.count(("full@paper.example", State.FAILED)) == 3


def test_what_is_old_is_forgotten(app: Flask, posting: Server, staff: Any, noon: Any) -> None:
    kept, unsure = alert(app, "/clips/"), alert(app, "/search", address="jo@paper.example")
    with staff():
        row = db.session.get(Alert, unsure)
        assert row is not None
        row.confirmed_at = None
        clip()
    work(app)
    for days, addresses, rows in ((2, 2, 1), (4, 1, 1), (181, 1, 0)):
        with staff():
            actions.tidy(now=clock.now() + timedelta(days=days))
        with staff():
            assert len(db.session.scalars(select(Subscriber)).all()) == addresses
            assert len(db.session.scalars(select(Find)).all()) == rows
    with staff():
        row = db.session.get(Alert, kept)
        assert row is not None
        actions.stop(row.subscriber, "550 5.1.1", now=clock.now())
        actions.tidy(now=clock.now() + timedelta(days=181))
    with staff():
        assert db.session.scalars(select(Subscriber)).all() == []
