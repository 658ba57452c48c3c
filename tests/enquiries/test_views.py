"""Asking the press office: what is refused with what was typed, the secret page, letters, and who answers now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom.audit.models import AuditEntry
from pressroom.enquiries import actions
from pressroom.enquiries.models import RotaChange
from pressroom.kit.db import db
from pressroom.mail.models import Mail
from tests import factories
from tests.conftest import NOON, post
from tests.enquiries.conftest import NEW_YORK, SENT, contact, duty, enquiry, kept
from tests.mail.conftest import send
from tests.mail.server import Server
from tests.releases.conftest import public, waiting

FORM = "/enquiries/new"


def ask(client: FlaskClient, **changes: Any) -> Any:
    return post(client, FORM, SENT | changes)


def test_a_question_and_the_page_of_its_status(
    app: Flask, client: FlaskClient, ada: FlaskClient, posting: Server, staff: Any, noon: Any
) -> None:
    app.config["CONTACT_EMAIL"] = "press@ashg.example"
    with staff():
        address = public().address
    page = client.get(f"{FORM}?about={address}").page  # type: ignore[attr-defined]
    (about,) = page.xpath("//input[@name='about']/@value")
    answer = ask(client, about=about)
    assert answer.status_code == 303
    (row,) = kept(app)
    assert (row.name, row.email, row.zone) == ("Mika Sol", "mika@northline.example", "Europe/Berlin")
    assert row.deadline_at == datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    assert (row.about_path, row.about_title) == (address, "Cats agree with their owners")
    status = client.get(answer.location)
    said = status.page.xpath("string(//main)")
    assert "The press office has it." in said
    assert "09:30 CET" in said
    assert status.headers["Cache-Control"] == "private, no-store"
    assert status.headers["Referrer-Policy"] == "no-referrer"
    assert status.page.xpath("//time[@data-countdown]")[0].text_content() == "15 hours 30 minutes"
    send(app)
    to = {
        message["To"]: message.get_content() if not message.is_multipart() else str(message) for message in posting.came
    }
    assert set(to) == {"press@ashg.example", "mika@northline.example"}
    assert "cats were asked" not in str(to["mika@northline.example"]), "what was typed is repeated to nobody"
    assert ask(client, about=about).location == answer.location, "sent a second time it is the same one"
    assert len(kept(app)) == 1
    corrected = ask(client, about=about, time="11:00").location
    assert "11:00 CET" in client.get(corrected).page.xpath("string(//main)"), "a corrected deadline is not lost"
    with staff():
        written = [f"{entry.title} {entry.changes}" for entry in db.session.scalars(select(AuditEntry))]
    assert any(line.startswith("Enquiry 1, a study") for line in written)
    assert not any("Mika" in line or "Northline" in line for line in written), "the audit is never erased"


WRONG: tuple[tuple[dict[str, str], str], ...] = (
    ({"name": " "}, "Write your name"),
    ({"outlet": ""}, "which outlet"),
    ({"email": "mika"}, "e-mail address"),
    ({"email": "", "phone": ""}, "so that we can answer"),
    ({"email": "", "phone": "12"}, "country code"),
    ({"topic": ""}, "Choose what"),
    ({"topic": "gossip"}, "Not a valid choice"),
    ({"question": "\n "}, "Write your question"),
    ({"question": "x" * 4_001}, "Shorten"),
    ({"zone": "Mars/Olympus"}, "no time zone"),
    ({"day": "2026-11-18"}, "deadline is over"),
    ({"day": "2031-11-18"}, "Check the year"),
    ({"day": ""}, "which day"),
    ({"time": ""}, "what time"),
    ({"time": "25:00"}, "no 25:00"),
    ({"day": "2027-03-28", "time": "02:30"}, "clocks go forward"),
    ({"day": "2027-10-31", "time": "02:30"}, "comes twice"),
    ({"about": "https://elsewhere.example/releases/2026/x"}, "no public page"),
    ({"about": "http://["}, "no public page"),
    ({"about": "http://a\N{ACCOUNT OF}b/"}, "no public page"),
)


def test_what_is_wrong_is_said_and_the_rest_stays(client: FlaskClient, app: Flask, noon: Any) -> None:
    (token,) = client.get(f"{FORM}?about=http://[").page.xpath(
        "//form[@class='form']//input[@name='csrf_token']/@value"
    )  # type: ignore[attr-defined]
    for changes, said in WRONG:
        answer = client.post(FORM, data={"csrf_token": token, **SENT, **changes})
        assert answer.status_code == 422, changes
        assert said in answer.page.xpath("string(//*[@role='alert'])"), changes
        typed = SENT | changes
        assert answer.page.xpath("//textarea[@name='question']")[0].text_content().strip() == typed["question"].strip()
        assert answer.page.xpath("//input[@name='outlet']/@value") == [typed["outlet"]]
    assert kept(app) == []


def test_what_is_under_embargo_is_as_unknown_as_what_is_not_there(client: FlaskClient, staff: Any, noon: Any) -> None:
    with staff():
        secret = waiting(NOON + timedelta(days=1), embargoed=True, headline="Cats are secret")
        address = f"/releases/{secret.year}/{secret.slug}"
    answers = [ask(client, about=path) for path in (address, "/releases/2026/nothing-here")]
    said = [answer.page.xpath("string(//*[@role='alert'])") for answer in answers]
    assert said[0] == said[1]
    for answer in (*answers, client.get(f"{FORM}?about={address}")):
        assert "Cats are secret" not in answer.text


def test_limits(client: FlaskClient, app: Flask, noon: Any, staff: Any, posting: Server) -> None:
    app.config["ENQUIRY_LIMIT"] = "5 per hour"
    statuses = [ask(client, question=f"Question {number}?").status_code for number in range(6)]
    assert statuses == [303] * 5 + [429]
    answer = ask(client)
    assert "Wait 60 minutes" in answer.text
    assert SENT["question"] in answer.text
    with staff():
        letters = db.session.scalars(select(Mail).where(Mail.purpose == "enquiry-received")).all()
        assert len(letters) == 3, "no more to one address in a day"
    assert len(kept(app)) == 5, "the questions themselves are taken"


def test_a_link_opens_its_own_page_only(app: Flask, client: FlaskClient, noon: Any, staff: Any) -> None:
    first, second = (ask(client, question=text).location for text in ("One?", "Two?"))
    assert "One?" in client.get(first).text
    assert "Two?" not in client.get(first).text
    for token in ("x", first.rpartition("/")[2][:-2], first.rpartition("/")[2] + "x"):
        assert client.get(f"/enquiries/of/{token}").status_code == 404
    with staff():
        row = db.session.get(actions.Enquiry, 1)
        actions.answer(row, "", by=factories.person("ada"), now=NOON)
        actions.erase(row, now=NOON)
    assert client.get(first).status_code == 404, "with the names the page goes"
    assert client.get(second).status_code == 200


def office(page: Any) -> str:
    return " ".join(page.page.xpath("string(//footer)").split())


def test_pages_say_who_answers_and_time_alone_changes_it(
    client: FlaskClient, staff: Any, noon: Any, queries: Any
) -> None:
    home = client.get("/")
    assert "Answers now" not in home.text, "without a rota the hours of the settings stand"
    with staff():
        duty()
    for path in ("/", "/contact", "/releases/"):
        said = office(client.get(path))
        assert "Answers now: Dana Whitfield, 301-555-0142 until Thursday, 19 November 2026, 17:00 EST" in said, path
    assert "Monday to Friday, 09:00–17:00, New York time" in client.get("/contact").page.xpath("string(//main)")  # type: ignore[attr-defined]
    with queries(3) as sent:
        client.get("/releases/")
    assert not any("rota_" in sql for sql in sent), "the rota is read once in an edition"
    noon(NOON + timedelta(hours=5))
    for path in ("/", "/releases/"):
        said = office(client.get(path))
        assert "Nobody answers at this hour. Next: Dana Whitfield" in said, path
        assert "Friday, 20 November 2026, 09:00" in said
    with staff():
        day = datetime(2026, 11, 20, tzinfo=UTC).date()
        fields = {"contact": None, "first_day": day, "last_day": day, "opens_at": None, "closes_at": None}
        actions.add_change(by=None, now=NOON, zone=NEW_YORK, note="Dana is at the dentist", **fields)
    said = client.get("/").text
    assert "Monday, 23 November 2026, 09:00" in said, "a change of the rota is on every page at once"
    assert "dentist" not in said
    with staff():
        actions.remove(db.session.scalars(select(RotaChange)).one(), by=None, now=NOON)
    assert "Friday, 20 November 2026, 09:00" in client.get("/").text


def test_a_contact_is_public_as_long_as_it_is_on_the_rota(client: FlaskClient, staff: Any, noon: Any) -> None:
    with staff():
        contact("Hidden Person")
        row = duty()
    assert client.get("/contact/dana-whitfield.vcf").status_code == 200
    assert client.get("/contact/hidden-person.vcf").status_code == 404
    with staff():
        actions.remove(db.session.merge(row), by=None, now=NOON)
    assert client.get("/contact/dana-whitfield.vcf").status_code == 404
    assert "Dana" not in client.get("/").text


def test_no_public_page_names_who_asks(client: FlaskClient, staff: Any, noon: Any) -> None:
    with staff():
        enquiry(name="Zebulon Quist")
    for path in ("/", "/contact", FORM, "/search?q=Quist"):
        assert "Zebulon" not in client.get(path).text, path
