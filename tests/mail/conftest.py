"""A press room that sends mail, to a server on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pressroom import publishing
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.mail import jobs
from pressroom.mail.models import Mail
from tests.conftest import NOON
from tests.mail.server import Server, running


@pytest.fixture
def noon(clock_at: Callable[[datetime], None]) -> Callable[[datetime], None]:
    """The clock stands at noon, and is set by calling this."""
    clock_at(NOON)
    return clock_at


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that takes everything unless it is told otherwise."""
    with running() as found:
        yield found


@pytest.fixture
def posting(app: Flask, server: Server) -> Server:
    """The press room under test sends its mail to that server."""
    configure(app, server)
    return server


def configure(app: Flask, server: Server, **more: Any) -> None:
    """Tell *app* where its mail goes."""
    app.config.update(
        MAIL_SERVER="127.0.0.1",
        MAIL_PORT=server.port,
        MAIL_SECURITY="none",
        MAIL_FROM="press@society.example",
        CONTACT_EMAIL="office@society.example",
    )
    app.config.update({name.upper(): value for name, value in more.items()})


def send(app: Flask) -> None:
    """What the worker does in one turn."""
    with app.app_context():
        jobs.send(clock.now())


def outbox(app: Flask) -> list[Mail]:
    """Every message, in the order in which they were queued."""
    with app.app_context(), publishing.as_staff():
        rows = list(db.session.scalars(select(Mail).order_by(Mail.id)))
        db.session.expunge_all()
    return rows
