"""The outbox: what is queued goes out once, what fails is said, and killing the worker loses nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pressroom import mail, publishing
from pressroom.kit import mail as post
from pressroom.kit.db import db
from pressroom.mail import actions, purposes, rules
from pressroom.mail.models import Mail
from pressroom.mail.purposes import Purpose
from pressroom.mail.rules import State
from tests.conftest import NOON, submit
from tests.mail import server as servers
from tests.mail.conftest import configure, outbox, send
from tests.mail.server import Server

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def test_purpose(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A purpose of these tests: ``why`` forbids, and ``followed`` notes what was sent."""
    state: dict[str, Any] = {"why": "", "followed": []}
    purpose = Purpose(
        "Test", check=lambda _mail, _now: state["why"], followed=lambda found, _now: state["followed"].append(found.id)
    )
    monkeypatch.setitem(purposes._purposes, "test", purpose)
    return state


def queued(staff: Any, **fields: Any) -> int:
    given: dict[str, Any] = {
        "purpose": "test",
        "to": "robin@paper.example",
        "to_name": "Robin Vale",
        "subject": "News of cats",
        "words": "Embargoed words.\n",
        "now": NOON,
    }
    with staff():
        found = mail.queue(**given | fields)
        return found.id if found else 0


def test_it_is_sent_once_with_the_id_that_it_was_given(
    app: Flask, staff: Any, posting: Server, noon: Any, test_purpose: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    number = queued(staff)
    later = queued(staff, due=NOON + MINUTE, subject="Later")
    [before, _] = outbox(app)
    with caplog.at_level(logging.DEBUG):
        send(app)
        send(app)
    assert [message["Message-ID"] for message in posting.came] == [before.message_id]
    assert posting.recipients == ["robin@paper.example"]
    [row, waiting] = outbox(app)
    assert (row.state, row.settled_at, row.attempts, row.claimed_at) == (State.SENT, NOON, 1, None)
    assert waiting.state is State.WAITING
    assert test_purpose["followed"] == [number]
    noon(NOON + MINUTE)
    send(app)
    assert test_purpose["followed"] == [number, later]
    for word in ("Embargoed", "robin", "cats"):
        assert word not in caplog.text


def test_a_worker_that_is_killed_loses_nothing_and_its_message_keeps_its_id(
    app: Flask, staff: Any, posting: Server, noon: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before the server has it, after the server has it, and before anything: each goes out in the end."""
    queued(staff)
    real = post.hand_over

    class Killed(BaseException):
        pass

    def before(*_arguments: Any, **_more: Any) -> str:
        raise Killed

    def after(connection: Any, message: Any, **more: Any) -> str:
        real(connection, message, **more)
        raise Killed

    for moment, (dies, came) in enumerate(((before, 0), (after, 1))):
        noon(NOON + moment * (rules.LEASE + MINUTE))
        monkeypatch.setattr(post, "hand_over", dies)
        with pytest.raises(Killed):
            send(app)
        monkeypatch.setattr(post, "hand_over", real)
        [row] = outbox(app)
        assert row.state is State.SENDING, "claimed before it was sent"
        send(app)
        assert len(posting.came) == came, "nobody takes it from a worker that may be alive"
    noon(NOON + 2 * (rules.LEASE + MINUTE))
    send(app)
    [row] = outbox(app)
    assert (row.state, row.attempts) == (State.SENT, 3)
    # The one case that SMTP leaves open: taken, and not written down. Both carry the same id, so one can be dropped.
    assert {message["Message-ID"] for message in posting.came} == {row.message_id}
    assert len(posting.came) == 2


def test_two_workers_never_take_the_same_message(app: Flask, staff: Any, posting: Server, noon: Any) -> None:
    number = queued(staff)
    with staff():
        first = actions.claim(NOON)
        db.session.commit()
        assert (first, actions.claim(NOON)) == (number, None)
    with staff():
        late = NOON + rules.LEASE + MINUTE
        assert actions.claim(late) == number, "the first one died"
        db.session.commit()
        assert actions.claim(late) is None


def test_a_claim_that_somebody_else_won_is_given_up(app: Flask, staff: Any, posting: Server, noon: Any) -> None:
    number = queued(staff)
    with staff():
        found = db.session.get_one(Mail, number)
        chosen = Mail.id == number, Mail.state == found.state, Mail.claimed_at.is_not_distinct_from(found.claimed_at)
        for taken in (1, 0):
            done: Any = db.session.execute(db.update(Mail).where(*chosen).values(state=State.SENDING, claimed_at=NOON))
            assert done.rowcount == taken


def test_what_the_server_refuses_is_shown_and_what_it_puts_off_is_tried_again(
    app: Flask, staff: Any, posting: Server, noon: Any, ada: FlaskClient
) -> None:
    posting.rcpt = {"gone@paper.example": "550 No such user here", "full@paper.example": "452 Mailbox full"}
    gone, full, well = (queued(staff, to=f"{name}@paper.example") for name in ("gone", "full", "well"))
    broken = queued(staff, to="no address")
    send(app)
    rows = {row.id: row for row in outbox(app)}
    assert (rows[gone].state, rows[gone].problem) == (State.FAILED, "550 No such user here")
    assert (rows[full].state, rows[full].problem) == (State.WAITING, "452 Mailbox full")
    assert rows[full].due_at == NOON + MINUTE
    assert rows[well].state is State.SENT
    assert rows[broken].state is State.FAILED
    assert "is no e-mail address" in rows[broken].problem
    failed = ada.get("/desk/mail/?show=failed").page  # type: ignore[attr-defined]
    assert "550 No such user here" in failed.text_content()
    posting.rcpt = {}
    assert submit(ada, f"/desk/mail/{gone}", {}, form="//main//form").status_code == 303
    noon(NOON + MINUTE)
    send(app)
    rows = {row.id: row for row in outbox(app)}
    assert rows[gone].state is rows[full].state is State.SENT
    assert rows[gone].attempts == 1
    again = ada.get(f"/desk/mail/{gone}")
    assert "Try again" not in again.text
    token = again.page.xpath("//input[@name='csrf_token']/@value")[0]  # type: ignore[attr-defined]
    answer = ada.post(f"/desk/mail/{gone}/again", data={"csrf_token": token})
    assert (answer.status_code, "not sent twice" in answer.text) == (409, True)


def test_it_is_given_up_after_some_days(app: Flask, staff: Any, posting: Server, noon: Any) -> None:
    queued(staff)
    posting.data = ["451 Not now"] * 20
    moment = NOON
    for _ in range(len(rules.WAITS) + 1):
        noon(moment)
        send(app)
        [row] = outbox(app)
        moment = row.due_at
    assert (row.state, row.problem, row.attempts) == (State.FAILED, "451 Not now", len(rules.WAITS) + 1)
    assert timedelta(days=2) < moment - NOON < timedelta(days=5)


def test_a_server_that_is_away_is_asked_once_in_a_turn(
    app: Flask, staff: Any, noon: Any, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(app, server, mail_port=servers.free_port())
    for _ in range(3):
        queued(staff)
    tries: list[int] = []
    real = post.connected
    monkeypatch.setattr(post, "connected", lambda there: tries.append(1) or real(there))
    send(app)
    assert len(tries) == 1
    assert [row.state for row in outbox(app)] == [State.WAITING] * 3
    assert [row.attempts for row in outbox(app)] == [1, 0, 0]
    configure(app, server)
    send(app)
    noon(NOON + MINUTE)
    send(app)
    assert [row.state for row in outbox(app)] == [State.SENT] * 3


def test_what_may_not_go_any_more_is_not_sent(
    app: Flask, staff: Any, posting: Server, noon: Any, test_purpose: dict[str, Any], ada: FlaskClient
) -> None:
    test_purpose["why"] = "Robin Vale may not be sent it: suspended."
    number = queued(staff)
    nobody = queued(staff, purpose="of a room that is gone")
    send(app)
    assert not posting.came
    rows = {row.id: row for row in outbox(app)}
    assert (rows[number].state, rows[number].problem) == (State.CANCELLED, "Robin Vale may not be sent it: suspended.")
    assert rows[nobody].state is State.CANCELLED
    assert "may not be sent it: suspended." in ada.get(f"/desk/mail/{number}").text


def test_a_second_message_of_the_same_name_is_not_queued(app: Flask, staff: Any, posting: Server, noon: Any) -> None:
    assert queued(staff, once="change:1:2:3")
    assert not queued(staff, once="change:1:2:3")
    with staff():
        actions.supersede("change:1:", "A newer one came.", now=NOON)
    assert [row.state for row in outbox(app)] == [State.CANCELLED]


def test_a_secret_is_shown_to_nobody_and_not_kept(
    app: Flask, staff: Any, posting: Server, noon: Any, ada: FlaskClient, wren: FlaskClient, client: FlaskClient
) -> None:
    posting.rcpt = {"gone@paper.example": "550 No such user"}
    sent = queued(staff, secret=True, words="The link is sesame.\n")
    failed = queued(staff, secret=True, words="The link is sesame.\n", to="gone@paper.example")
    assert "sesame" not in ada.get(f"/desk/mail/{sent}").text
    send(app)
    assert "sesame" in str(posting.came[0].get_body(("plain",)))
    assert not [row for row in outbox(app) if "sesame" in row.text + row.html]
    answer = submit(ada, f"/desk/mail/{failed}", {}, form="//main//form")
    assert (answer.status_code, "Make a new link" in answer.text) == (409, True)
    for path in ("/desk/mail/", f"/desk/mail/{sent}"):
        assert client.get(path).status_code == 303
        assert wren.get(path).status_code == 403
        assert ada.post(path).status_code in {400, 405}
    assert ada.get("/desk/mail/987654").status_code == 404
    assert ada.get("/desk/mail/?show=nonsense&page=x").status_code == 200
    for query, said in (("", "Nothing waits to be sent"), ("?show=sent&page=9", "Nothing was sent yet")):
        assert said in ada.get(f"/desk/mail/{query}").page.xpath("//h2/text()")  # type: ignore[attr-defined]


def test_without_a_server_nothing_is_queued_and_the_desk_says_so(
    app: Flask, staff: Any, noon: Any, ada: FlaskClient
) -> None:
    assert queued(staff) == 0
    assert "This press room sends no mail" in ada.get("/desk/mail/").text
    run = app.test_cli_runner()
    assert "no mail server is set" in run.invoke(args=["mail", "status"]).output
    refused = run.invoke(args=["mail", "send-test", "robin@paper.example"])
    assert (refused.exit_code, "no mail server is set" in refused.output) == (1, True)
    app.config["MAIL_SERVER"] = "127.0.0.1"
    assert "no address to send from" in run.invoke(args=["mail", "status"]).output


def test_what_was_settled_long_ago_is_forgotten(app: Flask, staff: Any, posting: Server, noon: Any) -> None:
    queued(staff)
    send(app)
    queued(staff)
    for days, left in ((90, 2), (91, 1)):
        with app.app_context(), publishing.as_staff():
            actions.sweep(now=NOON + timedelta(days=days))
            db.session.commit()
        assert len(outbox(app)) == left


def test_the_command_tells_how_it_stands_and_sends_a_test(
    app: Flask, staff: Any, posting: Server, noon: Callable[..., None]
) -> None:
    posting.rcpt = {"gone@paper.example": "550 No such user here"}
    queued(staff, to="gone@paper.example")
    queued(staff, due=NOON + MINUTE)
    send(app)
    run = app.test_cli_runner()
    said = run.invoke(args=["mail", "status"]).output
    assert f"from press@society.example to 127.0.0.1:{posting.port} (none)" in said
    assert "1 queued, 0 sent, 1 failed or not sent." in said
    assert "The last problem: 550 No such user here" in said
    done = run.invoke(args=["mail", "send-test", "robin@paper.example"])
    assert (done.exit_code, posting.recipients) == (0, ["robin@paper.example"]), done.output
    refused = run.invoke(args=["mail", "send-test", "gone@paper.example"])
    assert (refused.exit_code, "550 No such user here" in refused.output) == (1, True)
