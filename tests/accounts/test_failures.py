"""Tries that fail: what the audit is told, how much of it at most, and what the person sees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyotp import TOTP
from sqlalchemy import func, select

from pressroom import publishing
from pressroom.accounts import actions, entry, failures, jobs
from pressroom.accounts.models import FailedTry
from pressroom.accounts.rules import Whose
from pressroom.audit import AuditEntry
from pressroom.audit import queries as audit
from pressroom.kit import clock
from pressroom.kit.db import db
from tests import factories
from tests.accounts.conftest import sign_in
from tests.accreditation.conftest import robin
from tests.conftest import NOON

HOUR = timedelta(hours=1)
WRONG = "the wrong password"


@pytest.fixture(autouse=True)
def everybody(cast: dict[str, int], clock_at: Callable[[datetime], None]) -> dict[str, int]:
    clock_at(NOON)
    return cast


def lines(app: Flask) -> list[tuple[str, int | None, str, dict[str, Any]]]:
    """What the audit says of failures, and that the chain is whole."""
    with app.app_context(), publishing.as_staff():
        assert audit.check().fault == ""
        found = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action.startswith("fail ")).order_by(AuditEntry.id)
        ).all()
        return [(row.action, row.object_id, row.title, row.changes) for row in found]


def test_the_audit_is_told_within_the_hour_and_the_person_at_the_next_sign_in(
    app: Flask, client: FlaskClient, everybody: dict[str, int], clock_at: Callable[[datetime], None]
) -> None:
    for n in range(2):
        clock_at(NOON + timedelta(minutes=n))
        assert sign_in(client, password=WRONG).status_code == 422
    assert sign_in(client, "somebody.unheard.of", password=WRONG).status_code == 422
    assert lines(app) == []
    with app.app_context():
        jobs.tell_failures(NOON + HOUR)
        jobs.tell_failures(NOON + HOUR)
    assert lines(app) == [
        (
            "fail with password",
            everybody["ada"],
            "Ada Lindqvist",
            {
                "tries": [None, 2],
                "from": [None, ["127.0.0.1"]],
                "first": [None, NOON.isoformat()],
                "last": [None, (NOON + timedelta(minutes=1)).isoformat()],
            },
        )
    ], "what began to fail a minute later has its own hour"
    with app.app_context():
        jobs.tell_failures(NOON + HOUR + timedelta(minutes=1))
    unknown = ("fail with password", None, "An account that is not known")
    assert lines(app)[1][:3] == unknown
    assert "unheard" not in str(lines(app))

    clock_at(NOON + 2 * HOUR)
    sign_in(client, password=WRONG)
    sign_in(client)
    assert lines(app)[2][3]["tries"] == [None, 1], "told before the line of the sign-in"
    page = " ".join(client.get("/desk/account").page.xpath("string(//main)").split())
    assert "3 before you signed in here" in page
    assert "since your last sign-in" not in page
    sign_in(app.test_client(), password=WRONG)
    assert "1 since your last sign-in" in client.get("/desk/account").text
    with app.app_context():
        jobs.tell_failures(NOON + 4 * HOUR)
    assert "1 since your last sign-in" in client.get("/desk/account").text, "and when the audit was told"
    again = app.test_client()
    sign_in(again)
    assert "1 before you signed in here" in again.get("/desk/account").text
    fresh = app.test_client()
    sign_in(fresh)
    assert "Failed tries" not in fresh.get("/desk/account").text


def test_a_flood_is_a_row_and_a_line(app: Flask, everybody: dict[str, int]) -> None:
    with app.test_request_context(method="POST"), publishing.as_staff():
        ada = factories.person("ada").whose
        db.session.rollback()
        for n in range(300):
            failures.note(ada, "password", now=NOON, address=f"2001:db8:0:{n % 60:x}::1")
            failures.note(Whose.nobody("user"), "password", now=NOON, address="192.0.2.9")
        assert db.session.scalar(select(func.count()).select_from(FailedTry)) == 2
        db.session.rollback()
        jobs.tell_failures(NOON + HOUR)
    by_title = {line[2]: line[3] for line in lines(app)}
    told, unknown = by_title["Ada Lindqvist"], by_title["An account that is not known"]
    assert (told["tries"], unknown["tries"]) == ([None, 300], [None, 300])
    assert told["from"][1] == ["2001:db8::/64", *(f"2001:db8:0:{n}::/64" for n in range(1, 5)), "and others"]
    assert unknown["from"][1] == ["192.0.2.9"]


def test_codes_and_proofs_at_the_desk_are_told_too(app: Flask, client: FlaskClient, everybody: dict[str, int]) -> None:
    with app.app_context(), publishing.as_staff():
        ada = factories.person("ada")
        actions.begin_factor(ada, now=clock.now())
        db.session.commit()
        secret = actions.secret_of(ada.factor)  # type: ignore[arg-type] # it was begun
        actions.confirm_factor(ada, TOTP(secret).at(NOON), now=NOON)
        db.session.commit()
    step = sign_in(client).location
    page = client.get(step).page
    data = {"csrf_token": page.xpath("//input[@name='csrf_token']/@value")[0], "code": "000000"}
    assert client.post("/sign-in/code", data=data).status_code == 422
    with app.test_request_context(method="POST"), publishing.as_staff():
        ada = factories.person("ada")
        wrong = entry.prove(ada, WRONG, "000000", now=NOON, address="192.0.2.1").wrong
        assert list(wrong) == ["password"]
        ada = factories.person("ada")
        assert entry.prove(ada, factories.PASSWORD, "000000", now=NOON, address="192.0.2.1").wrong
        db.session.rollback()
        jobs.tell_failures(NOON + HOUR)
    said = {(action, number): changes["tries"][1] for action, number, _, changes in lines(app)}
    assert said == {("fail with password", everybody["ada"]): 1, ("fail with code", everybody["ada"]): 2}


def test_journalists_too(app: Flask, client: FlaskClient, staff: Callable[[], Any]) -> None:
    with staff():
        journalist = robin()
        number, email, name = journalist.id, journalist.email, journalist.name
    for address in (email, "nobody@body.example"):
        token = client.get("/embargo/").page.xpath("//input[@name='csrf_token']/@value")[0]
        sent = {"csrf_token": token, "email": address, "password": WRONG}
        assert client.post("/embargo/sign-in", data=sent).status_code == 422
    with app.app_context():
        jobs.tell_failures(NOON + HOUR)
    assert {line[1:3] for line in lines(app)} == {(number, name), (None, "An account that is not known")}


def test_the_desk_chooses_them(app: Flask, admin: FlaskClient, client: FlaskClient) -> None:
    sign_in(client, password=WRONG)
    with app.app_context():
        jobs.tell_failures(NOON + HOUR)
    page = admin.get("/desk/audit?action=fail+with+password&person=nobody")
    assert "Ada Lindqvist" in page.text
    assert "somebody not signed in" in page.text
