"""What is mailed: to whom, when it may not go any more, and what the desk and the ledger know of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from pressroom import publishing
from pressroom.accreditation import actions, jobs, ledger, mailing
from pressroom.accreditation.models import Journalist, LinkRequest
from pressroom.kit.db import db
from pressroom.mail.rules import State
from pressroom.releases import actions as releases
from pressroom.releases.models import Release
from tests.accreditation.conftest import HEADLINE, LIFT, PASSWORD, PATH, SECRET, accept, client_of, entries, robin
from tests.accreditation.test_desk import TICKED, decide
from tests.conftest import NOON, submit
from tests.mail.conftest import configure, outbox, send
from tests.mail.server import Server, running

LINE = "EMBARGOED UNTIL Tuesday, 24 November 2026, 12:00 EST (UTC−05:00)"
HOUR = timedelta(hours=1)
APPLICATION = {
    "name": "Mika Sol",
    "email": "mika@northline.example",
    "outlet": "Northline Radio",
    "role": "Reporter",
    "basis": "staff",
}


@pytest.fixture
def posting(app: Flask) -> Iterator[Server]:
    """The press room sends its mail to a server on this machine."""
    with running() as server:
        configure(app, server)
        yield server


def texts(server: Server) -> list[str]:
    parts = (message.get_body(("plain",)) for message in server.came)
    return [part.get_content().replace("\r\n", "\n") for part in parts if part is not None]


def release(release_id: int) -> Release:
    return db.session.get_one(Release, release_id)


# Applications and links ------------------------------------------------------------------------------------


def test_an_application_is_acknowledged_and_the_press_office_told(
    app: Flask, client: FlaskClient, ada: FlaskClient, posting: Server, noon: Callable
) -> None:
    for _ in range(2):
        assert submit(client, "/accreditation/", APPLICATION, form="//main//form").status_code == 303
    send(app)
    assert posting.recipients == ["mika@northline.example", "office@society.example", "office@society.example"]
    received, came, _ = texts(posting)
    assert "Mika" not in received, "anybody can write anything about anybody"
    assert "Northline" not in received
    assert "Mika Sol, Northline Radio, applies" in came
    assert "/desk/accreditation/applications/1" in came
    posting.came.clear()
    answer = decide(ada, 1, "approve", **TICKED, months="6")
    assert "on its way to mika@northline.example" in answer.page.text_content()
    path = urlsplit(answer.page.xpath("//code/text()")[0]).path
    assert "sent to whoever applied" in ada.get("/desk/accreditation/applications/2").text
    assert decide(ada, 2, "decline", reason="Twice\nthe same.").status_code == 303
    send(app)
    accredited, declined = texts(posting)
    assert path in accredited
    assert "until 19 May 2027" in accredited
    assert "Twice\nthe same." in declined
    assert not [row for row in outbox(app) if path in row.text], "a link that opens something is not kept"
    assert submit(client, path, {"new": PASSWORD, "again": PASSWORD}, form="//main//form").status_code == 303


def test_a_link_that_was_replaced_is_not_sent(
    app: Flask, ada: FlaskClient, posting: Server, staff: Any, noon: Any
) -> None:
    with staff():
        number = robin().id
    for _ in range(2):
        form = f"//form[contains(@action, '/journalists/{number}/link')]"
        assert submit(ada, f"/desk/accreditation/journalists/{number}", {}, form=form).status_code == 200
    send(app)
    assert [row.state for row in outbox(app)] == [State.CANCELLED, State.SENT]
    assert len(posting.came) == 1


def test_a_forgotten_password_is_answered_alike_for_everybody(
    app: Flask, client: FlaskClient, posting: Server, staff: Any, noon: Callable, queries: Any
) -> None:
    with staff():
        robin()
        actions.end(robin(email="gone@paper.example", name="Gone"), by=None, now=NOON)
    said, work = set(), []
    for address in (
        "robin@harborledger.example",
        "ROBIN@harborledger.example",
        "gone@paper.example",
        "no@body.example",
    ):
        proof = client.get("/embargo/forgotten").page.xpath("//main//input[@name='csrf_token']/@value")[0]  # type: ignore[attr-defined]
        with queries(50) as sent:
            answer = client.post("/embargo/forgotten", data={"csrf_token": proof, "email": address})
        work.append(list(sent))
        assert answer.status_code == 200
        said.add(re.sub(r'value="[^"]*"', "", answer.text))
    assert len(said) == 1
    assert all(one == work[0] for one in work), "the same statements, in the same order"
    assert submit(client, "/embargo/forgotten", {"email": "no address"}, form="//main//form").status_code == 422
    with app.app_context(), publishing.as_staff():
        jobs.answer_requests(NOON)
        assert db.session.scalar(select(func.count(LinkRequest.id))) == 0
    send(app)
    assert posting.recipients == ["robin@harborledger.example"]
    [text] = texts(posting)
    path = urlsplit(re.findall(r"http\S+", text)[0]).path
    assert submit(client, path, {"new": PASSWORD, "again": PASSWORD}, form="//main//form").status_code == 303
    for _ in range(20):
        last = submit(client, "/embargo/forgotten", {"email": "no@body.example"}, form="//main//form")
    assert last.status_code == 429


def test_without_a_mail_server_the_text_is_there_to_copy(
    app: Flask, client: FlaskClient, ada: FlaskClient, embargoed: int, reader: FlaskClient
) -> None:
    assert submit(client, "/accreditation/", APPLICATION, form="//main//form").status_code == 303
    answer = decide(ada, 1, "approve", **TICKED, months="6")
    assert answer.page.xpath("//a[starts-with(@href, 'mailto:')]")
    page = client.get("/embargo/forgotten")
    assert not page.page.xpath("//main//form")  # type: ignore[attr-defined]
    assert "The press office can give you a link" in page.text
    shown = ada.get(f"/desk/accreditation/releases/{embargoed}/send")
    assert "This press room sends no mail" in shown.text
    assert SECRET in shown.text
    assert not shown.page.xpath("//main//form")  # type: ignore[attr-defined]
    assert outbox(app) == []


# A release under embargo -----------------------------------------------------------------------------------


@pytest.fixture
def people(staff: Any, embargoed: int) -> dict[str, int]:
    """Journalists of every standing, by what they are called."""
    with staff():
        year = NOON + timedelta(days=365)
        made = {
            name: robin(
                name=name, email=f"{name.lower()}@paper.example", valid_until=NOON if name == "Expired" else year
            )
            for name in ("Able", "Bold", "Expired", "Suspended", "Unagreed", "Silent")
        }
        for name, journalist in made.items():
            if name != "Unagreed":
                accept(journalist)
        actions.suspend(made["Suspended"], by=None, now=NOON, reason="A breach.")
        actions.set_mailings(made["Silent"].id, wanted=False, now=NOON)
        return {name: journalist.id for name, journalist in made.items()}


def send_to(client: FlaskClient, release_id: int, ids: list[int], version: int = 3) -> Any:
    page = client.get(f"/desk/accreditation/releases/{release_id}/send").page  # type: ignore[attr-defined]
    data = {"csrf_token": page.xpath("//input[@name='csrf_token']/@value")[0], "version": str(version), "to": ids}
    return client.post(f"/desk/accreditation/releases/{release_id}/send", data=data)


def test_it_is_sent_to_those_who_may_read_with_the_line_first_and_last_and_on_the_ledger(
    app: Flask, ada: FlaskClient, posting: Server, embargoed: int, people: dict[str, int], client: FlaskClient
) -> None:
    desk = ada.get(f"/desk/releases/{embargoed}").page  # type: ignore[attr-defined]
    assert desk.xpath(f"//a[@href='/desk/accreditation/releases/{embargoed}/send']")
    page = ada.get(f"/desk/accreditation/releases/{embargoed}/send").page  # type: ignore[attr-defined]
    ticked = page.xpath("//input[@name='to'][@checked]/@value")
    assert sorted(map(int, ticked)) == sorted([people["Able"], people["Bold"]])
    said = page.text_content()
    for why in ("expired", "suspended", "has not accepted the agreement", "wants no releases by e-mail"):
        assert why in said
    assert send_to(ada, embargoed, list(people.values())).status_code == 303
    assert [(entry.journalist_name, entry.what.value, entry.version) for entry in entries(app)] == [
        ("Able", "mail", 3),
        ("Bold", "mail", 3),
    ]
    send(app)
    assert posting.recipients == ["able@paper.example", "bold@paper.example"]
    message, text = posting.came[0], texts(posting)[0]
    assert text.startswith(LINE)
    assert text.rstrip().endswith(LINE)
    assert message["Subject"] == f"{LINE}: {HEADLINE}"
    for word in (SECRET, PATH, "For Able, The Harbor Ledger"):
        assert word in text
    html = message.get_body(("html",)).get_content()
    assert html.count(f"<strong>{LINE}</strong>") == 2
    assert SECRET in html
    # A second time: nobody is left.
    again = send_to(ada, embargoed, list(people.values()))
    assert (again.status_code, "Choose at least one" in again.page.text_content()) == (422, True)
    assert len(entries(app)) == 2
    # One click ends it, without a sign-in.
    stop = message["List-Unsubscribe"].strip(" <>")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = urlsplit(stop).path
    assert client.get(path).status_code == 200
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    with app.app_context(), publishing.as_staff():
        assert db.session.get_one(Journalist, people["Able"]).mailings_ended_at == NOON
    with app.app_context(), publishing.as_staff():
        assert ledger.check().fault == ""
    for bad in (path[:-1], "/embargo/mailings/nonsense"):
        assert client.get(bad).status_code == client.post(bad).status_code == 404


@pytest.mark.parametrize(
    "why", ["expired", "suspended", "ended", "new agreement", "unwanted", "edited", "held", "lifted"]
)
def test_what_became_so_after_queueing_stops_it(
    app: Flask,
    ada: FlaskClient,
    posting: Server,
    staff: Any,
    embargoed: int,
    people: dict[str, int],
    noon: Any,
    why: str,
) -> None:
    assert send_to(ada, embargoed, [people["Able"]]).status_code == 303
    with staff() as cast:
        journalist, later = db.session.get_one(Journalist, people["Able"]), NOON + HOUR
        match why:
            case "expired":
                journalist.valid_until = later
            case "suspended":
                actions.suspend(journalist, by=None, now=later, reason="A breach.")
            case "ended":
                actions.end(journalist, by=None, now=later)
            case "new agreement":
                actions.write_agreement("Nothing at all.", by=None, now=later)
            case "unwanted":
                actions.set_mailings(journalist.id, wanted=False, now=later)
            case "edited":
                releases.edit(release(embargoed), by=cast.ada, now=later, body="Other words.")
            case "held":
                releases.hold(release(embargoed), by=cast.ada, now=later)
            case "lifted":
                releases.publish(release(embargoed), by=cast.ada, now=later)
    noon(NOON + HOUR)
    send(app)
    assert not [text for text in texts(posting) if SECRET in text]
    [row] = [row for row in outbox(app) if row.purpose == "release"]
    assert row.state is State.CANCELLED
    assert row.problem


def test_nothing_is_sent_of_what_changed_or_is_not_under_embargo_or_cannot_be_written_down(
    app: Flask,
    ada: FlaskClient,
    wren: FlaskClient,
    posting: Server,
    embargoed: int,
    people: dict[str, int],
    noon: Any,
    monkeypatch: pytest.MonkeyPatch,
    client: FlaskClient,
    staff: Any,
) -> None:
    path = f"/desk/accreditation/releases/{embargoed}/send"
    assert client.get(path).status_code == 303
    assert wren.get(path).status_code == 403
    assert ada.get("/desk/accreditation/releases/98765/send").status_code == 404
    old = send_to(ada, embargoed, [people["Able"]], version=2)
    assert (old.status_code, "Somebody saved this release" in old.text) == (409, True)
    assert send_to(ada, embargoed, [people["Expired"], 987]).status_code == 422
    with monkeypatch.context() as patch:
        patch.setattr(ledger.chain, "hold", lambda connection, _: connection.exec_driver_sql("SELECT no_such"))
        broken = send_to(ada, embargoed, [people["Able"]])
        assert (broken.status_code, "nothing was sent" in broken.text) == (503, True)
    assert outbox(app) == []
    noon(LIFT)
    public = ada.get(path)
    assert "It is not under embargo" in public.text
    token = public.page.xpath("//input[@name='csrf_token']/@value")[0]  # type: ignore[attr-defined]
    answer = ada.post(path, data={"csrf_token": token, "version": "3", "to": people["Able"]})
    assert answer.status_code == 409
    assert outbox(app) == []


def test_a_journalist_ends_and_resumes_mailings_on_the_embargo_page(
    app: Flask, reader: FlaskClient, posting: Server
) -> None:
    for wanted in (False, True):
        form = "//form[contains(@action, '/embargo/mailings')]"
        assert submit(reader, "/embargo/", {}, form=form).status_code == 303
        with app.app_context(), publishing.as_staff():
            ended = db.session.query(Journalist).one().mailings_ended_at
        assert (ended is None) is wanted


# Changes ---------------------------------------------------------------------------------------------------


@pytest.fixture
def holding(app: Flask, staff: Any, posting: Server, embargoed: int, people: dict[str, int]) -> dict[str, FlaskClient]:
    """Two who read version 3, of whom one is suspended since; and one who never looked."""
    with staff():
        found = {name: client_of(app, db.session.get_one(Journalist, people[name])) for name in ("Able", "Bold")}
    for each in found.values():
        assert each.get(f"{PATH}.txt").status_code == 200
    with staff():
        actions.suspend(db.session.get_one(Journalist, people["Bold"]), by=None, now=NOON, reason="A breach.")
    return found


def notices(app: Flask) -> list[tuple[str, str]]:
    return [(row.purpose, row.to_name) for row in outbox(app)]


def test_a_change_under_embargo_is_told_once_for_each_version_to_all_who_hold_an_older_one(
    app: Flask,
    ada: FlaskClient,
    staff: Any,
    posting: Server,
    embargoed: int,
    holding: dict[str, FlaskClient],
    noon: Any,
) -> None:
    with staff() as cast:
        releases.edit(release(embargoed), by=cast.ada, now=NOON, body="Other words.")
        releases.edit(release(embargoed), by=cast.ada, now=NOON, headline="A newer secret headline")
    rows = outbox(app)
    assert [row.state for row in rows] == [State.CANCELLED] * 2 + [State.WAITING] * 2, "the last save alone is told"
    desk = ada.get("/desk/accreditation/").text
    assert "Still to be told" not in desk, "they are on their way"
    assert "in the queue" in ada.get(f"/desk/accreditation/releases/{embargoed}").text
    send(app)
    assert not posting.came, "an editor saves more than once"
    noon(NOON + mailing.CALM)
    send(app)
    first, second = texts(posting)
    assert first.startswith(LINE)
    assert first.rstrip().endswith(LINE)
    assert "What changed: text, headline." in first, first
    assert PATH in first
    assert HEADLINE in second
    assert "newer secret" not in first + second, "nobody who may read no more is told anything new"
    assert "Still to be told" not in ada.get("/desk/accreditation/").text
    assert "Told" in ada.get(f"/desk/accreditation/releases/{embargoed}").text
    with staff() as cast:
        releases.edit(release(embargoed), by=cast.ada, now=NOON + HOUR, body="Other words still.")
    noon(NOON + HOUR)
    assert holding["Able"].get(PATH).status_code == 200
    noon(NOON + 2 * HOUR)
    posting.rcpt = {"bold@paper.example": "550 No such user here"}
    send(app)
    assert len(posting.came) == 2
    assert [row.problem for row in outbox(app)[-2:]] == [
        "They have read the new version by now.",
        "550 No such user here",
    ]
    page = ada.get(f"/desk/accreditation/releases/{embargoed}").text
    assert "was not sent: 550 No such user here" in page
    assert "Mark Bold as told" in page
    assert "Still to be told" in ada.get("/desk/accreditation/").text


def test_a_moved_embargo_one_taken_back_and_one_lifted_early(
    app: Flask, staff: Any, posting: Server, embargoed: int, holding: dict[str, FlaskClient], noon: Any
) -> None:
    with staff() as cast:
        releases.schedule(release(embargoed), by=cast.ada, now=NOON, at=LIFT + HOUR, embargoed=True)
    send(app)
    assert [row[0] for row in notices(app)] == ["change", "change"]
    assert texts(posting)[0].startswith("EMBARGOED UNTIL Tuesday, 24 November 2026, 13:00 EST")
    assert "What changed: end of the embargo." in texts(posting)[0]
    with staff() as cast:
        releases.hold(release(embargoed), by=cast.ada, now=NOON + HOUR)
        releases.edit(release(embargoed), by=cast.ada, now=NOON + HOUR, body="A draft again.")
    noon(NOON + HOUR)
    send(app)
    taken = texts(posting)[2]
    assert taken.startswith("NOT FOR RELEASE")
    assert "was taken back" in taken
    with staff() as cast:
        releases.schedule(release(embargoed), by=cast.ada, now=NOON + HOUR, at=LIFT, embargoed=True)
    send(app)
    count = len(posting.came)
    with staff() as cast:
        releases.publish(release(embargoed), by=cast.ada, now=NOON + 2 * HOUR)
    noon(NOON + 2 * HOUR)
    send(app)
    lifted = texts(posting)[count:]
    assert len(lifted) == 2, "all who hold it, once"
    assert all(text.startswith("FOR IMMEDIATE RELEASE") for text in lifted)
    assert "on Thursday, 19 November 2026, 14:00 EST" in lifted[0]


def test_a_correction_and_a_withdrawal_are_told_to_those_who_read_the_wrong_text_before(
    app: Flask,
    ada: FlaskClient,
    staff: Any,
    posting: Server,
    embargoed: int,
    holding: dict[str, FlaskClient],
    noon: Any,
) -> None:
    with staff() as cast:
        releases.edit(release(embargoed), by=cast.ada, now=LIFT + HOUR, body="A comma less.")
    assert notices(app) == [], "a small change of what is public"
    with staff() as cast:
        releases.correct(
            release(embargoed), by=cast.ada, now=LIFT + 2 * HOUR, note="It was fifty\nBcc: x@y.example", body="Fifty."
        )
    noon(LIFT + 2 * HOUR)
    send(app)
    assert posting.came[0]["Subject"] == f"Correction: {HEADLINE}"
    assert "It was fifty\nBcc: x@y.example" in texts(posting)[0]
    assert len(posting.came) == 2
    with staff() as cast:
        small = {"body": "Fifty, it is.", "note": "Between us: the boss is furious."}
        releases.edit(release(embargoed), by=cast.ada, now=LIFT + 2 * HOUR + mailing.CALM, **small)
    assert len(notices(app)) == 2, "they know of the correction; what colleagues say to each other is not for them"
    noon(LIFT + 2 * HOUR + mailing.CALM)
    assert "Still to be told" not in ada.get("/desk/accreditation/").text
    with staff() as cast:
        releases.withdraw(release(embargoed), by=cast.ada, now=LIFT + 3 * HOUR, reason="The cats were dogs.")
    noon(LIFT + 3 * HOUR)
    send(app)
    assert texts(posting)[2].startswith("WITHDRAWN")
    assert "The cats were dogs." in texts(posting)[2]
    assert "Still to be told" not in ada.get("/desk/accreditation/").text


def test_whoever_was_not_sent_it_after_all_does_not_hold_it(
    app: Flask,
    ada: FlaskClient,
    staff: Any,
    posting: Server,
    embargoed: int,
    people: dict[str, int],
    holding: dict[str, FlaskClient],
    noon: Any,
) -> None:
    """On the ledger before it goes, and then kept back: no notice of what they never had, and no *read by now*."""
    posting.rcpt = {"able@paper.example": "550 No such user here"}
    with staff() as cast:
        accept(robin(name="Cleo", email="cleo@paper.example"))
        releases.edit(release(embargoed), by=cast.ada, now=NOON, body="Other words.")
    with staff():
        cleo = db.session.query(Journalist).filter_by(name="Cleo").one().id
    assert send_to(ada, embargoed, [people["Able"], cleo], version=4).status_code == 303
    with staff():
        actions.suspend(db.session.get_one(Journalist, cleo), by=None, now=NOON, reason="A breach.")
    noon(NOON + mailing.CALM)
    send(app)
    assert posting.recipients == ["bold@paper.example"], "Bold is told that it changed; the others get nothing"
    by_name = {row.to_name: row for row in outbox(app) if row.purpose == "change"}
    assert by_name["Able"].problem == "550 No such user here", "Able holds version 3 still"
    page = ada.get(f"/desk/accreditation/releases/{embargoed}").page  # type: ignore[attr-defined]
    rows = {row.xpath("string(th/a)"): row.text_content() for row in page.xpath("//tbody/tr[th/a]")}
    assert "Version 3" in rows["Able"]
    assert "No text, or not yet" in rows["Cleo"]
    with staff() as cast:
        releases.edit(release(embargoed), by=cast.ada, now=NOON + HOUR, body="Still other words.")
    assert "Cleo" not in [row.to_name for row in outbox(app) if row.purpose == "change"]


def test_a_save_that_is_undone_queues_nothing(
    app: Flask, staff: Any, embargoed: int, holding: dict[str, FlaskClient]
) -> None:
    with pytest.raises(RuntimeError), staff() as cast:
        releases.edit(release(embargoed), by=cast.ada, now=NOON, body="Other words.")
        raise RuntimeError
    assert outbox(app) == []
