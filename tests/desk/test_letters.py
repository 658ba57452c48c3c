"""Links to passwords go by mail, where the press room sends mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom import jobs, publishing
from pressroom.kit.db import db
from pressroom.mail.models import Mail
from pressroom.mail.rules import State
from tests import factories
from tests.accounts.conftest import sign_in
from tests.conftest import NOON, post
from tests.mail.conftest import configure
from tests.mail.server import Server, running

OWN = "lichens agree quietly"


@pytest.fixture
def server(app: Flask, staff: Any, clock_at: Callable[[datetime], None]) -> Iterator[Server]:
    """The press room sends its mail to a server on this machine."""
    clock_at(NOON)
    with staff():
        factories.person("wren")
    with running() as found:
        configure(app, found)
        yield found


def outbox(app: Flask) -> list[Mail]:
    with app.app_context(), publishing.as_staff():
        rows = list(db.session.scalars(select(Mail).order_by(Mail.id)))
        db.session.expunge_all()
    return rows


def link_in(words: str) -> str:
    """The path of the link in a message."""
    return urlsplit(next(line for line in words.splitlines() if "/sign-in/password/" in line)).path


def test_an_invitation_is_mailed_and_its_text_is_not_kept(admin: FlaskClient, app: Flask, server: Server) -> None:
    post(admin, "/desk/people/new", {"name": "Ines Moreau", "email": "ines@press.example", "role": "writer"})
    [waiting] = outbox(app)
    path = link_in(waiting.text)
    assert (waiting.to_address, waiting.secret) == ("ines@press.example", True)
    assert "Choose a password for the press desk of" in waiting.subject
    with app.app_context():
        assert all(jobs.sweep().values())
    [sent] = outbox(app)
    assert sent.state is State.SENT
    assert path not in sent.text + sent.html
    client = app.test_client()
    assert post(client, path, {"new": OWN, "again": OWN}, form=path).status_code == 200
    assert sign_in(client, "ines", OWN).status_code == 303


def test_a_forgotten_password_is_mailed(client: FlaskClient, app: Flask, server: Server) -> None:
    for email in ("wren@press.example", "nobody@press.example"):
        assert post(client, "/sign-in/forgot", {"email": email}).status_code == 200
    with app.app_context():
        assert all(jobs.sweep().values())
    [message] = outbox(app)
    assert (message.to_address, message.state) == ("wren@press.example", State.SENT)
    assert "Another password" in message.subject


def test_a_link_that_is_good_no_more_is_not_sent(admin: FlaskClient, app: Flask, server: Server, staff: Any) -> None:
    with staff():
        number = factories.person("wren").id
    path = f"/desk/people/{number}"
    for _ in range(2):  # the second makes the first useless
        assert post(admin, f"{path}/password", form=path).location == path
    with app.app_context():
        assert all(jobs.sweep().values())
    older, newer = outbox(app)
    assert (older.state, newer.state) == (State.CANCELLED, State.SENT)
    post(admin, f"{path}/password", form=path)
    post(admin, f"{path}/deactivate")
    with app.app_context():
        jobs.sweep()
    assert outbox(app)[2].state is State.CANCELLED
