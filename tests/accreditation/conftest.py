"""A release under embargo, and Robin, who may read it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom import publishing
from pressroom.accounts import passwords
from pressroom.accreditation import actions
from pressroom.accreditation.models import Acceptance, Agreement, Journalist, LedgerEntry
from pressroom.accreditation.reading import COOKIE
from pressroom.kit.db import db
from pressroom.releases.models import Release
from tests.conftest import NOON
from tests.releases.conftest import illustrate, waiting

LIFT = NOON + timedelta(days=5)
SECRET = "the words of the study"
HEADLINE = "Cats agree with their owners"
PATH = "/releases/2026/cats-agree-with-their-owners"
PASSWORD = "a long enough password"


def robin(**fields: Any) -> Journalist:
    """Robin of The Harbor Ledger, accredited for a year."""
    columns: dict[str, Any] = {
        "name": "Robin Vale",
        "email": "robin@harborledger.example",
        "outlet": "The Harbor Ledger",
        "role": "Science reporter",
        "created_at": NOON,
        "valid_until": NOON + timedelta(days=365),
        "password_hash": str(passwords.hashed(PASSWORD)),
    }
    journalist = Journalist(**columns | fields)
    db.session.add(journalist)
    db.session.flush()
    return journalist


def accept(journalist: Journalist, *, now: datetime = NOON) -> None:
    """Let *journalist* have accepted the agreement in force."""
    newest = db.session.scalars(select(Agreement).order_by(Agreement.number.desc())).first()
    assert newest is not None
    db.session.add(Acceptance(journalist_id=journalist.id, agreement_id=newest.id, at=now))


def client_of(app: Flask, journalist: Journalist, *, now: datetime = NOON) -> FlaskClient:
    """A client with the cookie of *journalist*; in a context of staff."""
    token = actions.sign_in(journalist, now=now, hours=24 * 365, address="127.0.0.1", agent="tests")
    client = app.test_client()
    client.set_cookie(COOKIE, token)
    return client


def entries(app: Flask) -> list[LedgerEntry]:
    """The ledger."""
    with app.app_context(), publishing.as_staff():
        rows = list(db.session.scalars(select(LedgerEntry).order_by(LedgerEntry.number)))
        db.session.expunge_all()
    return rows


@pytest.fixture
def noon(clock_at: Callable[[datetime], None]) -> Callable[[datetime], None]:
    """The clock stands at noon, and is set by calling this."""
    clock_at(NOON)
    return clock_at


@pytest.fixture
def embargoed(staff: Any, noon: Any) -> int:
    """The id of a release under embargo, with a picture; an agreement is in force."""
    with staff():
        actions.write_agreement("Nothing before the *instant*.", by=None, now=NOON)
        release = illustrate(waiting(LIFT, embargoed=True, body=f"Here are {SECRET}.\n\nAnd more."))
        db.session.flush()
        return release.id


@pytest.fixture
def reader(app: Flask, staff: Any, embargoed: int) -> FlaskClient:
    """Robin, signed in, who accepted the agreement."""
    with staff():
        journalist = robin()
        accept(journalist)
        return client_of(app, journalist)


def picture_of(app: Flask, release_id: int) -> str:
    """The address of the first picture of a release."""
    with app.app_context(), publishing.as_staff():
        return db.session.get_one(Release, release_id).pictures[0].asset.address
