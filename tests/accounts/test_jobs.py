"""What the worker tidies up."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from pressroom import publishing
from pressroom.accounts.jobs import tidy
from pressroom.accounts.models import DeviceSession
from pressroom.kit import clock, limits
from pressroom.kit.db import db
from tests import factories
from tests.conftest import NOON


def test_old_sessions_and_limits_go(app: Flask) -> None:
    with app.app_context(), publishing.as_staff(), clock.at(NOON):
        factories.session_of(factories.person("ada"))
        db.session.commit()
        limits.hit("5 per minute", "test")

    def left(days: int) -> tuple[int | None, int | None]:
        with app.app_context():
            tidy(NOON + timedelta(days=days))
            return (
                db.session.scalar(select(func.count(DeviceSession.id))),
                db.session.scalar(select(func.count(limits.RateLimit.key))),
            )

    assert left(0) == (1, 1)
    assert left(20) == (1, 0)
    assert left(40) == (0, 0)
