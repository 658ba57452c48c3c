"""Press registration: received once, private, decided by the checklist, told by mail, and tidied up after."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom.accreditation.models import Application
from pressroom.accreditation.rules import Bar, Basis, Decision
from pressroom.audit.models import AuditEntry
from pressroom.kit import files, pdf
from pressroom.kit.db import db
from pressroom.mail.rules import State
from pressroom.meetings import actions, queries
from pressroom.meetings.registering import jobs, links, rules
from pressroom.meetings.registering.models import Registration
from tests.conftest import NOON, post
from tests.mail.conftest import configure, outbox, send
from tests.mail.server import Server, running
from tests.meetings.conftest import TEN, meeting

PATH = "/annual-meeting/2027/registration"
PERSON = {
    "name": "Mika Sol",
    "email": "Mika@Northline.example",
    "outlet": "=Northline Radio",
    "role": "Reporter",
    "basis": "staff",
}
TICKED = {"met_staff": "y", **{f"met_{bar.value}": "y" for bar in Bar}}
LETTER = b"%PDF-1.7 an assignment %%EOF"


@pytest.mark.parametrize(
    ("now", "expected"),
    [(datetime(2027, 10, 1, 6, 59, tzinfo=UTC), True), (datetime(2027, 10, 1, 7, 0, tzinfo=UTC), False)],
)
def test_the_last_day_is_that_of_the_place(now: datetime, expected: bool) -> None:
    class Row:
        registration_until: date | None = date(2027, 9, 30)
        ends_on = date(2027, 10, 23)
        zone = "America/Los_Angeles"

    assert rules.is_open(Row(), now) is expected
    assert rules.letters_end(Row(), 30) == datetime(2027, 11, 23, 8, 0, tzinfo=UTC)
    Row.registration_until = None
    assert not rules.is_open(Row(), now)


@pytest.fixture
def posting(app: Flask) -> Iterator[Server]:
    """The press room sends its mail to a server on this machine."""
    with running() as server:
        configure(app, server)
        yield server


@pytest.fixture
def opened(staff: Callable, clock_at: Callable) -> int:
    """A public meeting for which the press may register."""
    clock_at(NOON)
    with staff():
        return meeting(registration_until=date(2027, 10, 1)).id


def every() -> list[Registration]:
    return list(db.session.scalars(select(Registration).order_by(Registration.id)))


def own_page(staff: Callable) -> str:
    with staff():
        return urlsplit(links.address(every()[-1])).path


def test_once_for_each_address_and_nothing_told_about_it(
    app: Flask, client: FlaskClient, staff: Callable, opened: int, posting: Server
) -> None:
    assert PATH in client.get("/annual-meeting/2027").text
    first = post(client, PATH, PERSON | {"letter": (io.BytesIO(LETTER), "letter.pdf")})
    second = post(client, PATH, PERSON | {"name": "Somebody else", "email": "mika@northline.example "})
    assert (first.status_code, first.location) == (second.status_code, second.location) == (303, f"{PATH}/received")
    page = client.get(first.location)
    assert page.headers["Cache-Control"] == "private, no-store"
    with staff():
        (row,) = every()
        assert (row.name, row.email, row.decision) == ("Mika Sol", "mika@northline.example", Decision.WAITING)
        assert files.storage().exists(row.letter_sha256)
        acts = db.session.scalars(select(AuditEntry.action).where(AuditEntry.kind == "press registration")).all()
        assert acts == ["register"]
    purposes = [each.purpose for each in outbox(app)]
    assert purposes == ["registration received", "registration came"], "once a day for one address"
    assert own_page(staff) in outbox(app)[0].text
    assert [each.secret for each in outbox(app)] == [True, False], "the link of the first opens the registration"
    assert "Mika" not in outbox(app)[0].text, "anybody can type anybody's address"


def test_what_is_refused_keeps_what_was_typed(client: FlaskClient, app: Flask, opened: int, staff: Callable) -> None:
    for changes, sentence in (
        ({"name": ""}, "Write your name"),
        ({"email": "mika"}, "Write an e-mail address"),
        ({"basis": "letter"}, "Give a link to the letter"),
        ({"basis": "byline", "bylines": ""}, "Name at least one story"),
        ({"bylines": "not a link"}, "is no web address"),
        ({"letter": (io.BytesIO(b"MZ"), "x.exe")}, "Send the letter as PDF"),
    ):
        answer = post(client, PATH, PERSON | {"statement": "kept"} | changes)
        assert answer.status_code == 422, sentence
        assert sentence in answer.text
        assert answer.page.xpath("//textarea[@name='statement']")[0].text.strip() == "kept"
    app.config["ACCREDITATION_LIMIT"] = "1 per hour"
    assert post(client, PATH, PERSON).status_code in {303, 429}
    limited = post(client, PATH, PERSON)
    assert (limited.status_code, "Retry-After" in limited.headers) == (429, True)


def test_only_while_it_is_open(client: FlaskClient, staff: Callable, opened: int, clock_at: Callable) -> None:
    clock_at(datetime(2027, 10, 3, tzinfo=UTC))
    page = client.get(PATH)
    assert "Registration ended on" in page.text
    assert not page.page.xpath("//input[@name='name']")
    assert "Registration ended on" in client.get("/annual-meeting/2027").text
    answer = post(client, PATH, PERSON, form="/accreditation/")
    assert answer.status_code == 409
    assert client.get("/annual-meeting/1999/registration").status_code == 404
    with staff():
        assert every() == []


def test_the_own_page_changes_it_until_it_is_decided(
    client: FlaskClient, ada: FlaskClient, staff: Callable, opened: int
) -> None:
    post(client, PATH, PERSON)
    page = own_page(staff)
    assert post(client, page, PERSON | {"outlet": "Southline", "email": "other@x.example"}).status_code == 303
    assert post(client, page, PERSON | {"basis": "letter"}).status_code == 422
    with staff():
        (row,) = every()
        assert (row.outlet, row.email) == ("Southline", "mika@northline.example")
        row.decision, row.reason = Decision.DECLINED, "Not press."
    shown = client.get(page)
    assert "Not press." in shown.text
    assert post(client, page, PERSON, form="/accreditation/").status_code == 422
    for wrong in (page[:-1], page + "x", "/annual-meeting/registration/x"):
        assert client.get(wrong).status_code == 404
    assert client.get(f"{page}/badge").status_code == 404
    with staff():
        every()[0].key = "y" * 43
    assert client.get(page).status_code == 404, "another key ends the address"


def decide(ada: FlaskClient, path: str, do: str, **more: str) -> Any:
    version = ada.get(path).page.xpath("//input[@name='version']/@value")[0]
    return post(ada, path, {"version": version, "do": do, **more})


def test_the_checklist_carries_the_decision_and_the_badge_follows(
    app: Flask, client: FlaskClient, ada: FlaskClient, staff: Callable, opened: int, posting: Server
) -> None:
    post(client, PATH, PERSON)
    path = f"/desk/meetings/{opened}/registrations/1"
    assert "Not ruled out yet" in decide(ada, path, "approve", met_staff="y").text
    assert "Say why" in decide(ada, path, "decline").text
    assert decide(ada, path, "save", met_staff="y", note_staff="On the masthead").status_code == 303
    assert "On the masthead" in ada.get(path).text
    assert decide(ada, path, "approve", **TICKED).status_code == 303
    stale = post(ada, path, {"version": "1", "do": "decline", "reason": "x"})
    assert stale.status_code == 409
    badge = client.get(f"{own_page(staff)}/badge")
    assert [each.text_content() for each in badge.page.xpath("//article/*")][:4] == [
        "Annual meeting 2027", "Mika Sol", "=Northline Radio", "Press",
    ]  # fmt: skip
    assert "Mika Sol" in ada.get(f"/desk/meetings/{opened}/registrations/badges").text
    told = [each for each in outbox(app) if each.purpose == "registration decided"]
    assert [(each.subject, each.secret) for each in told] == [("You are registered: Annual meeting 2027", True)]
    assert decide(ada, path, "reopen").status_code == 303
    assert decide(ada, path, "decline", reason="An exhibitor.").status_code == 303
    send(app)
    told = [each for each in outbox(app) if each.purpose == "registration decided"]
    assert [each.state for each in told] == [State.CANCELLED, State.SENT], "what was taken back is not sent"
    assert "An exhibitor." in told[1].text


def test_the_list_is_narrowed_and_leaves_as_csv(
    client: FlaskClient, ada: FlaskClient, wren: FlaskClient, staff: Callable, opened: int
) -> None:
    post(client, PATH, PERSON)
    post(
        client,
        PATH,
        PERSON
        | {
            "name": "Ana Ruiz",
            "email": "ana@x.example",
            "outlet": "Her blog",
            "basis": "blog",
            "bylines": "https://x.example/a",
        },
    )
    path = f"/desk/meetings/{opened}/registrations"
    for query, names in (("", ["Ana Ruiz", "Mika Sol"]), ("?ground=blog", ["Ana Ruiz"]), ("?q=northline", ["Mika Sol"]),
                         ("?state=approved", []), ("?state=x&q=%00", ["Ana Ruiz", "Mika Sol"])):  # fmt: skip
        assert [each.text for each in ada.get(path + query).page.xpath("//tbody//th/a")] == names
    table = ada.get(f"{path}/list.csv").text
    assert "'=Northline Radio" in table, "no spreadsheet takes it for a formula"
    assert table.count("\r\n") == 3
    assert ada.get(f"{path}/99").status_code == 404
    assert ada.get("/desk/meetings/99/registrations").status_code == 404
    for guarded in (path, f"{path}/1", f"{path}/list.csv", f"{path}/badges"):
        assert client.get(guarded).status_code == 303
        assert wren.get(guarded).status_code == 403


@pytest.mark.skipif(bool(pdf.missing()), reason="without WeasyPrint")
@pytest.mark.sqlite
def test_badges_as_pdf(client: FlaskClient, ada: FlaskClient, staff: Callable, opened: int) -> None:
    post(client, PATH, PERSON)
    assert ada.get(f"/desk/meetings/{opened}/registrations/badges.pdf").status_code == 404
    with staff():
        every()[0].decision = Decision.APPROVED
    answer = client.get(f"{own_page(staff)}/badge.pdf")
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_who_is_registered_is_told_when_a_briefing_moves(
    app: Flask, client: FlaskClient, staff: Callable, opened: int, posting: Server, clock_at: Callable
) -> None:
    post(client, PATH, PERSON)
    post(client, PATH, PERSON | {"email": "waits@x.example"})
    with staff():
        every()[0].decision = Decision.APPROVED
        made = queries.by_id(opened)
        briefing = actions.add_briefing(made, by=None, now=NOON, title="News", minutes=30, starts_at=TEN)
        actions.edit_briefing(made, briefing, by=None, now=NOON, summary="Only a word.")
        actions.edit_briefing(made, briefing, by=None, now=NOON, starts_at=TEN + timedelta(hours=1))
        actions.edit_briefing(made, briefing, by=None, now=NOON, starts_at=TEN + timedelta(hours=2), place="Room 9")
    clock_at(NOON + timedelta(minutes=6))
    send(app)
    moved = [each for each in outbox(app) if each.purpose == "briefing moved"]
    assert [(each.to_address, each.state) for each in moved] == [
        ("mika@northline.example", State.CANCELLED), ("mika@northline.example", State.SENT),
    ]  # fmt: skip
    assert "Wednesday, 20 October 2027, 12:00 PDT (UTC−07:00)\nRoom 9, Hall, Portside" in moved[1].text
    with staff():
        made = queries.by_id(opened)
        actions.remove_briefing(made, made.briefings[0], by=None, now=NOON)
    assert [each.subject for each in outbox(app) if each.purpose == "briefing cancelled"] == ["Cancelled: News"]


def test_letters_are_deleted_after_the_meeting_unless_something_else_names_them(
    app: Flask, client: FlaskClient, ada: FlaskClient, staff: Callable, opened: int
) -> None:
    post(client, PATH, PERSON | {"letter": (io.BytesIO(LETTER), "letter.pdf")})
    post(client, PATH, PERSON | {"email": "b@x.example", "letter": (io.BytesIO(LETTER + b"b"), "letter.pdf")})
    letter = ada.get(f"/desk/meetings/{opened}/registrations/1/letter")
    assert (letter.data, letter.headers["Content-Security-Policy"]) == (LETTER, "default-src 'none'; sandbox")
    with staff():
        first, second = (each.letter_sha256 for each in every())
        same = {"name": "x", "email": "x@x.example", "basis": Basis.STAFF, "applied_at": NOON, "letter_sha256": second}
        db.session.add(Application(**same))
    end = datetime(2027, 11, 23, 8, 0, tzinfo=UTC)
    for now, left in ((end - timedelta(seconds=1), [True, True]), (end, [False, True])):
        with app.app_context():
            jobs.delete_letters(now)
        with staff():
            assert [files.storage().exists(name) for name in (first, second)] == left
    with staff():
        assert [each.letter_sha256 for each in every()] == ["", ""]
        assert [each.name for each in every()] == ["Mika Sol", "Mika Sol"]
    assert ada.get(f"/desk/meetings/{opened}/registrations/1/letter").status_code == 404


def test_letters_that_nothing_names_are_deleted_after_a_day(
    app: Flask, client: FlaskClient, staff: Callable, opened: int
) -> None:
    """Replaced, of a form that was not taken, and of an application: each in one storage."""

    def letter(content: bytes) -> dict[str, Any]:
        return PERSON | {"letter": (io.BytesIO(LETTER + content), "letter.pdf")}

    post(client, PATH, letter(b"replaced"))
    post(client, PATH, letter(b"of a second form"))
    assert post(client, own_page(staff), letter(b"kept")).status_code == 303
    with staff():
        applied = files.store(io.BytesIO(b"applied")).sha256
        kept = {every()[0].letter_sha256, applied}
        same = {"name": "x", "email": "x@x.example", "basis": Basis.STAFF, "applied_at": NOON, "letter_sha256": applied}
        db.session.add(Application(**same))
        stored = set(files.storage().names())
        assert len(stored) == 4
        young = min(stored - kept)
        half_past = NOON.replace(minute=30)
        for name in stored:
            age = timedelta(hours=23 if name == young else 25)
            os.utime(files.path(name), times=((half_past - age).timestamp(),) * 2)
    for now, left in ((NOON, stored), (half_past, kept | {young}), (half_past + timedelta(hours=2), kept)):
        with app.app_context():
            jobs.sweep(now)
        with staff():
            assert set(files.storage().names()) == left
