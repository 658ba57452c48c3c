"""Experts: public only while they agree, by time alone; no address anywhere; asked through the press office."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from pressroom import doctor, search
from pressroom.audit.models import AuditEntry
from pressroom.kit.db import db
from pressroom.releases.rules import ReleaseKind
from pressroom.reporting import actions, rules
from pressroom.reporting.models import Expert, ExpertConsent, ExpertContact
from pressroom.reporting.rules import ReportingError
from tests.conftest import NOON, post
from tests.releases.conftest import png, public

TODAY = date(2026, 11, 19)
UNTIL = date(2026, 12, 10)
END = rules.consent_ends(UNTIL, "America/New_York")
SECOND = timedelta(seconds=1)
UNSEEN = {"synchronize_session": False}
PRIVATE = "quill@fenwick.example"


@pytest.fixture
def noon(clock_at: Any) -> Any:
    clock_at(NOON)
    return clock_at


def expert(name: str = "Nora Quill", *, consent: bool = True, **fields: Any) -> Expert:
    given = {"title": "Professor", "institution": "Fenwick University", "topics": ("Newborn screening", "Ethics")}
    given |= {"languages": ("en", "es"), "zone": "America/Chicago", "media_experience": "Live radio."}
    row = actions.add_expert(by=None, now=NOON, name=name, private=PRIVATE, **(given | fields))
    if consent:
        actions.record_consent(row, by=None, now=NOON, given_on=TODAY, until=UNTIL, document="Form of today")
    return row


def shown(client: FlaskClient) -> set[str]:
    """Where Nora is found."""
    paths = (
        "/experts/",
        "/experts/nora-quill",
        "/search?q=Quill",
        "/search?q=newborn&kind=expert",
        "/sitemaps/pages-1.xml",
    )
    return {path for path in paths if "nora-quill" in (answer := client.get(path)).text and answer.status_code == 200}


EVERYWHERE = {
    "/experts/",
    "/experts/nora-quill",
    "/search?q=Quill",
    "/search?q=newborn&kind=expert",
    "/sitemaps/pages-1.xml",
}


def in_the_index(client: FlaskClient, noon: Any, moment: datetime) -> tuple[int, list[str]]:
    """How many documents search knows by the name at *moment*, and what it suggests for the beginning of it."""
    noon(moment)
    with client.application.app_context():
        total = search.find(search.Query(text="quill"), now=moment).total
    return total, [one["text"] for one in client.get("/search/suggest?q=quil").json["suggestions"]]  # type: ignore[index]


def test_time_alone_removes_whoever_agreed(client: FlaskClient, staff: Any, noon: Any, settle: Any) -> None:
    with staff():
        number = expert(consent=False).id
    settle()
    assert shown(client) == set(), "nothing before somebody agreed"
    with staff():
        row = db.session.get(Expert, number)
        actions.record_consent(row, by=None, now=NOON, given_on=TODAY, until=UNTIL, document="Form of today")
    settle()
    assert shown(client) == EVERYWHERE
    noon(END - SECOND)
    assert shown(client) == EVERYWHERE
    assert in_the_index(client, noon, END - SECOND) == (1, ["quill"])
    assert in_the_index(client, noon, END) == (0, []), "not even a word of it is suggested"
    assert shown(client) == set()
    answer = client.get("/experts/nora-quill")
    assert answer.status_code == 404
    assert "Quill" not in answer.text, "not even that somebody stood here"
    assert "Quill" not in client.get("/enquiries/new?about=/experts/nora-quill").text
    with staff():
        row = db.session.get(Expert, number)
        actions.record_consent(row, by=None, now=END, given_on=UNTIL, until=UNTIL + timedelta(days=90), document="Mail")
    assert shown(client) == EVERYWHERE, "agreed again"
    with staff():
        actions.end_consent(db.session.get(Expert, number), by=None, now=END)
    noon(END + SECOND)
    assert shown(client) == set()


def test_no_address_is_in_anything_public(
    client: FlaskClient, ada: FlaskClient, staff: Any, noon: Any, settle: Any
) -> None:
    with staff():
        number = expert().id
        for name, value in (
            ("media_experience", "Write to me: a@b.example"),
            ("availability", "+1 301 555 0142"),
            ("title", "www.me.example"),
        ):
            with pytest.raises(ReportingError, match="would be public"):
                actions.edit_expert(db.session.get(Expert, number), by=None, now=NOON, **{name: value})
        actions.edit_expert(db.session.get(Expert, number), by=None, now=NOON, private="quill2@fenwick.example")
        written = " ".join(f"{entry.title} {entry.changes}" for entry in db.session.scalars(select(AuditEntry)))
        assert "@fenwick" not in written
    settle()
    for path in (*EVERYWHERE, "/search/feed.rss?q=Quill", "/feeds/", "/llms.txt"):
        assert "@fenwick" not in client.get(path).text, path
    assert "quill2@fenwick.example" in ada.get(f"/desk/experts/{number}").text
    assert "nora-quill" not in client.get("/search/feed.rss?q=Quill").text, "what a feed brought would outlive consent"
    page = client.get("/search?q=Quill&kind=expert")
    assert "/alerts/new" not in page.page.xpath("string(//main)")  # type: ignore[attr-defined]
    assert client.get("/alerts/new?of=/search%3Fkind%3Dexpert").status_code == 404


def test_filters_by_topic_and_language(client: FlaskClient, staff: Any, noon: Any) -> None:
    with staff():
        expert()
        expert("Pavel Brandt", topics=("Ethics",), languages=("de",))

    def names(path: str) -> list[str]:
        return [one.text_content() for one in client.get(path).page.xpath("//article//h2")]  # type: ignore[attr-defined]

    assert names("/experts/") == ["Nora Quill", "Pavel Brandt"]
    assert names("/experts/?topic=ethics") == ["Nora Quill", "Pavel Brandt"]
    assert names("/experts/?language=de") == ["Pavel Brandt"]
    assert names("/experts/?topic=Newborn%20screening&language=es") == ["Nora Quill"]
    answer = client.get("/experts/?topic=Newborn%20screening&language=de")
    assert answer.status_code == 404
    assert "Nobody here fits both" in answer.text
    facets = client.get("/experts/").page.xpath("//section[@class='facet'][1]//a/span")  # type: ignore[attr-defined]
    assert [one.text_content() for one in facets] == ["Ethics", "Newborn screening"]


def test_who_asks_for_an_interview_asks_the_press_office(client: FlaskClient, staff: Any, noon: Any) -> None:
    with staff():
        expert()
    (href,) = client.get("/experts/nora-quill").page.xpath("//main//a[contains(.,'Ask for an interview')]/@href")  # type: ignore[attr-defined]
    form = client.get(href).page  # type: ignore[attr-defined]
    assert form.xpath("//input[@name='topic'][@checked]/@value") == ["expert"]
    assert "About Nora Quill" in form.xpath("string(//header[@class='head'])")
    (about,) = form.xpath("//input[@name='about']/@value")
    sent = {"name": "Mika Sol", "outlet": "Northline", "email": "mika@northline.example", "topic": "expert"}
    answer = post(client, "/enquiries/new", sent | {"question": "Live at six?", "about": about, "zone": "UTC"})
    assert answer.status_code == 303
    assert "Nora Quill" in client.get(answer.location).text


def test_a_photo_goes_with_its_expert(client: FlaskClient, ada: FlaskClient, staff: Any, noon: Any) -> None:
    fields = {"name": "Nora Quill", "topics": "Ethics", "languages": "en", "zone": "UTC", "photo_credit": "A. Lens"}
    answer = post(ada, "/desk/experts/new", fields | {"photo": (png(), "nora.png")})
    assert answer.status_code == 303
    with staff():
        address = db.session.scalars(select(Expert)).one().photo.address
    assert client.get(address).status_code == 404
    consent = {"given_on": TODAY.isoformat(), "until": UNTIL.isoformat(), "document": "Form"}
    assert post(ada, f"{answer.location}/consent", consent).status_code == 303
    assert client.get(address).status_code == 200
    assert client.get("/experts/nora-quill").page.xpath("//main//img[@alt='Nora Quill']")  # type: ignore[attr-defined]
    refused = post(ada, answer.location, fields | {"version": "2", "photo": (BytesIO(b"MZ no picture"), "x.png")})
    assert refused.status_code == 422
    assert refused.page.xpath("string(//input[@name='topics'] | //textarea[@name='topics'])").strip() == "Ethics"
    assert client.get(address).status_code == 200
    noon(END)
    assert client.get(address).status_code == 404


CONSENT = {"given_on": "2026-11-19", "until": "2026-12-10", "document": "Form of today"}


def test_the_desk_records_consent(ada: FlaskClient, client: FlaskClient, app: Flask, staff: Any, noon: Any) -> None:
    fields = {"name": "Nora Quill", "topics": "Ethics, Newborn screening", "languages": "en, ES", "zone": "UTC"}
    page = post(ada, "/desk/experts/new", fields | {"private": PRIVATE}).location
    for changes, said in (
        ({"given_on": "2026-11-20"}, "day to come"),
        ({"until": "2026-11-18"}, "is over"),
        ({"until": "2031-01-01"}, "three years"),
        ({"until": ""}, "missing"),
        ({"document": " "}, "where the consent is kept"),
    ):
        answer = post(ada, f"{page}/consent", CONSENT | changes)
        assert answer.status_code == 422, changes
        assert said in answer.page.xpath("string(//*[@role='alert'])"), changes
    assert client.get("/experts/nora-quill").status_code == 404
    assert post(ada, f"{page}/consent", CONSENT).status_code == 303
    with staff():
        row = db.session.scalars(select(ExpertConsent)).one()
        assert (row.recorded_by, row.recorded_at, row.until) == ("Ada Lindqvist", NOON, UNTIL)
        assert db.session.scalars(select(Expert)).one().languages == ("en", "es")
    assert "Consents that end soon" in ada.get("/desk/").text
    with app.app_context():
        found = [finding.found for finding in doctor.examine() if finding.about == "experts"]
    assert found == ["the consent of 1 ends within 30 days: Nora Quill."]
    for changes, said in (
        ({"name": ""}, "Write the name"),
        ({"topics": " "}, "one topic"),
        ({"languages": "English!"}, "as a tag"),
        ({"availability": "Ring 301-555-0142"}, "would be public"),
    ):
        answer = post(ada, page, fields | {"version": "2"} | changes)
        assert answer.status_code == 422, changes
        assert said in answer.page.xpath("string(//*[@role='alert'])"), changes
    assert post(ada, page, fields | {"version": "1", "title": "Dean"}).status_code == 409
    assert post(ada, f"{page}/end", form=page).status_code == 303
    assert client.get("/experts/nora-quill").status_code == 404
    assert post(ada, f"{page}/remove", form=page).status_code == 303
    with staff():
        for model in (Expert, ExpertConsent, ExpertContact):
            assert db.session.scalars(select(model)).all() == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@b.example", "a@b.example"),
        ("See https://x.example/me", "https://x.example/me"),
        ("+49 30 1234567", "+49 30 1234567"),
        ("call 301-555-0142", "301-555-0142"),
        ("2019-2024, 120 interviews, 95% of them live", ""),
        ("@ noon", ""),
    ],
)
def test_what_is_an_address(text: str, found: str) -> None:
    assert rules.private_words([text]) == found


def test_statements_are_listed(client: FlaskClient, staff: Any, noon: Any) -> None:
    with staff():
        public(headline="Cats may vote", kind=ReleaseKind.POLICY)
        public(headline="About dogs", kind=ReleaseKind.STATEMENT)
        public(headline="A study of cats")
    said = [one.text_content() for one in client.get("/statements/").page.xpath("//main//h2")]  # type: ignore[attr-defined]
    assert said == ["About dogs", "Cats may vote"]


def test_of_two_who_act_at_once_the_second_is_told(
    ada: FlaskClient, staff: Any, noon: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with staff():
        number = expert().id
    real = actions.end_consent

    def meanwhile(row: Expert, **said: Any) -> None:
        db.session.execute(update(Expert).values(version=Expert.version + 1), execution_options=UNSEEN)
        real(row, **said)

    monkeypatch.setattr(actions, "end_consent", meanwhile)
    answer = post(ada, f"/desk/experts/{number}/end", form=f"/desk/experts/{number}")
    assert (answer.status_code, "Somebody else saved first" in answer.text) == (409, True)
