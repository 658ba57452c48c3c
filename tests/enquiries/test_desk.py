"""The queue by deadline, what is done with an enquiry, the rota, figures; and what is erased."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from pressroom.enquiries import actions, desk, jobs, mailing
from pressroom.enquiries.models import Enquiry, EnquiryNote, RotaChange, RotaDuty
from pressroom.enquiries.rules import State
from pressroom.kit.db import db
from pressroom.mail.models import Mail
from tests.conftest import NOON, post, signed_in
from tests.enquiries.conftest import SENT, contact, duty, enquiry, kept
from tests.mail.conftest import send
from tests.mail.server import Server

HOUR = timedelta(hours=1)


@pytest.fixture
def asked(staff: Any, noon: Any) -> None:
    """Four questions: one due in an hour, one in two, one without a deadline, one whose deadline passes soon."""
    with staff():
        enquiry(question="Later?", deadline_at=NOON + 2 * HOUR)
        enquiry(question="Whenever?")
        enquiry(question="Soon?", deadline_at=NOON + HOUR, zone="Asia/Tokyo")
        enquiry(question="Missed?", deadline_at=NOON + HOUR / 60)


def test_the_queue_is_sorted_by_deadline(ada: FlaskClient, asked: None, noon: Any) -> None:
    noon(NOON + HOUR / 2)
    page = ada.get("/desk/enquiries/").page  # type: ignore[attr-defined]
    rows = page.xpath("//section[@aria-labelledby='open']//tbody/tr")
    assert [row.xpath("string(th/a)") for row in rows] == ["Missed?", "Soon?", "Later?", "Whenever?"]
    left = [" ".join(row.xpath("string(td[@data-label='Left:'])").split()) for row in rows]
    assert left == ["Overdue", "30 minutes", "1 hour 30 minutes", ""]
    assert "1 overdue" in page.xpath("string(//header[@class='desk-head'])")
    board = ada.get("/desk/").page.xpath("//section[@aria-labelledby='enquiries']")[0]  # type: ignore[attr-defined]
    assert "4 open" in board.text_content()
    assert "Overdue" in board.text_content()


def test_from_the_question_to_the_answer(
    app: Flask, client: FlaskClient, ada: FlaskClient, posting: Server, noon: Any
) -> None:
    secret = post(client, "/enquiries/new", SENT).location
    send(app)
    posting.came.clear()
    path = "/desk/enquiries/1"
    (row,) = kept(app)
    ada_number = ada.get(path).page.xpath("//select[@name='person']/option[contains(.,'Ada')]/@value")[0]  # type: ignore[attr-defined]
    assert post(ada, path, {"do": "assign", "person": ada_number}).status_code == 303
    assert "somebody works on it" in client.get(secret).text
    assert post(ada, path, {"do": "note", "words": "Ask the authors."}).status_code == 303
    assert "Ask the authors" not in client.get(secret).text
    noon(NOON + HOUR)
    assert post(ada, path, {"do": "reply", "words": "We are asking."}).status_code == 303
    noon(NOON + 2 * HOUR)
    assert post(ada, path, {"do": "answer", "words": "Forty cats."}).status_code == 303
    (row,) = kept(app)
    assert (row.state, row.first_answer_at, row.closed_at) == (State.ANSWERED, NOON + HOUR, NOON + 2 * HOUR)
    assert [(note.words, note.told) for note in row.notes][1:] == [("We are asking.", True), ("Forty cats.", True)]
    said = client.get(secret).page.xpath("string(//main)")  # type: ignore[attr-defined]
    assert said.index("Forty cats.") < said.index("We are asking.")
    send(app)
    assert ["Forty cats." in str(message) for message in posting.came] == [False, True]
    refused = post(ada, path, {"do": "decline", "words": "Too late."})
    assert refused.status_code == 422
    assert "answered already" in refused.text
    assert refused.page.xpath("//textarea[@name='words']")[0].text_content().strip() == "Too late."
    assert post(ada, path, {"do": "reopen"}).status_code == 303
    assert kept(app)[0].state is State.OPEN
    assert post(ada, path, {"do": "burn"}).status_code == 400
    assert ada.get("/desk/enquiries/99").status_code == 404


def test_names_are_erased_and_figures_stay(
    app: Flask, client: FlaskClient, ada: FlaskClient, noon: Any, staff: Any, posting: Server
) -> None:
    app.config["CONTACT_EMAIL"] = "press@ashg.example"
    secret = post(client, "/enquiries/new", SENT).location
    post(client, "/enquiries/new", SENT | {"question": "Still open?"})
    post(ada, "/desk/enquiries/1", {"do": "answer", "words": "Forty cats."})
    for days, erased in ((89, False), (90, True)):
        noon(NOON + timedelta(days=days))
        with app.app_context():
            jobs.erase(NOON + timedelta(days=days))
        assert (kept(app)[0].erased_at is not None) is erased
        assert client.get(secret).status_code == (404 if erased else 200)
    row, other = kept(app)
    assert {getattr(row, name) for name in ("key", "name", "outlet", "email", "phone", "question")} == {""}
    assert row.notes == []
    assert other.name == "Mika Sol", "what is open is kept"
    with staff():
        assert [mail.about["enquiry"] for mail in db.session.scalars(select(Mail))] == [2, 2]
        assert db.session.scalars(select(EnquiryNote)).all() == []
    ada = signed_in(app, "ada")  # her session is long over
    assert "was erased" in ada.get("/desk/enquiries/1").text
    assert "Mika" not in ada.get("/desk/enquiries/1").page.xpath("string(//main)")  # type: ignore[attr-defined]
    table = ada.get("/desk/enquiries/statistics")
    assert "2026-11" in table.text
    sheet = ada.get("/desk/enquiries/statistics.csv")
    assert sheet.mimetype == "text/csv"
    assert "2026-11,all,2,1,1,0,0.0,2,1,0.500" in sheet.text
    assert "Mika" not in sheet.text + table.page.xpath("string(//main)")  # type: ignore[attr-defined]


def test_two_at_the_desk_lose_nothing(ada: FlaskClient, app: Flask, staff: Any, noon: Any, monkeypatch: Any) -> None:
    with staff():
        enquiry()
    real = desk._do

    def overtaken(*args: Any) -> None:
        db.session.execute(text("UPDATE enquiry SET version = version + 1"))
        real(*args)

    monkeypatch.setattr(desk, "_do", overtaken)
    answer = post(ada, "/desk/enquiries/1", {"do": "answer", "words": "Forty cats."})
    assert answer.status_code == 409
    assert answer.page.xpath("//textarea[@name='words']")[0].text_content().strip() == "Forty cats."
    assert kept(app)[0].state is State.OPEN


DUTY = {"weekdays": ["0", "4"], "opens_at": "18:00", "closes_at": "09:00", "zone": "America/New_York"}


def test_the_rota_is_kept_on_the_desk(ada: FlaskClient, client: FlaskClient, staff: Any, noon: Any) -> None:
    with staff():
        number = str(contact("Kim Aldous").id)
    page = "/desk/rota/"
    answer = post(ada, "/desk/rota/duties", DUTY | {"contact": number}, form=page)
    assert answer.status_code == 303
    assert "Monday and Friday, 18:00–09:00 next day, New York time" in ada.get(page).text
    assert "Next: Kim Aldous" in client.get("/").text
    sent = {"change-contact": "", "change-first_day": "2026-12-24", "change-last_day": "2026-12-26"}
    sent |= {"change-zone": "America/New_York", "change-note": "Holidays"}
    assert post(ada, "/desk/rota/changes", sent, form=page).status_code == 303
    assert "Holidays" in ada.get(page).text
    for what, model in (("changes", RotaChange), ("duties", RotaDuty)):
        assert post(ada, f"/desk/rota/{what}/1/remove", form=page).status_code == 303
        with staff():
            assert db.session.scalars(select(model)).all() == []
        assert post(ada, f"/desk/rota/{what}/1/remove", form=page).status_code == 404


REFUSED: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("duties", {"weekdays": []}, "Tick the days"),
    ("duties", {"opens_at": ""}, "time of day"),
    ("duties", {"closes_at": "x"}, "time of day"),
    ("duties", {"zone": "Mars"}, "no time zone"),
    ("duties", {"contact": "77"}, "Not a valid choice"),
    ("changes", {"change-first_day": ""}, "day is missing"),
    ("changes", {"change-last_day": "2026-12-01"}, "before the first"),
    ("changes", {"change-opens_at": "09:00", "change-closes_at": "10:00"}, "Choose who"),
    ("changes", {"change-opens_at": "09:00"}, "until when"),
)


def test_what_the_rota_refuses(ada: FlaskClient, staff: Any, noon: Any) -> None:
    with staff():
        number = str(duty().contact_id)
    good = {
        "duties": DUTY | {"contact": number},
        "changes": {"change-contact": "", "change-first_day": "2026-12-24", "change-zone": "UTC"},
    }
    for what, changes, said in REFUSED:
        answer = post(ada, f"/desk/rota/{what}", good[what] | changes, form="/desk/rota/")
        assert answer.status_code == 422, changes
        assert said in answer.page.xpath("string(//*[@role='alert'])"), changes


def test_each_note_that_is_told_goes_out_by_its_own_number(asked: None, staff: Any, posting: Server) -> None:
    with staff() as cast:
        for number in (2, 1, 2):
            row = db.session.get(Enquiry, number)
            actions.reply(row, "We are asking.", by=cast.ada, now=NOON)
            mailing.told(row, "We are asking.", "An answer", by=cast.ada, now=NOON)
        told = db.session.scalars(select(Mail.once).where(Mail.purpose == "enquiry-told").order_by(Mail.id))
        assert list(told) == ["enquiry:2:told:1", "enquiry:1:told:2", "enquiry:2:told:3"]
