"""Who is signed in, as a page that only shows reads it: what the rows say at that request, without a password."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, select, update

from pressroom.accounts import queries
from pressroom.accounts.models import DeviceSession, Passkey, SecondFactor, User
from pressroom.accounts.rules import Role
from pressroom.kit.db import db
from tests import factories
from tests.conftest import NOON

PAGE = "/desk/settings"


def columns(row: Any) -> dict[str, Any]:
    return {key: getattr(row, key) for key, _ in inspect(type(row)).column_attrs.items() if key != "password_hash"}


@pytest.mark.parametrize(("apps", "keys"), [(0, 0), (1, 0), (0, 1), (1, 2)])
def test_it_is_as_its_session_has_it(app: Flask, staff: Callable, clock_at: Callable, apps: int, keys: int) -> None:
    clock_at(NOON)
    with staff() as cast:
        token, user = factories.session_of(cast.ada), cast.ada
        factories.session_of(cast.wren)
        if apps:
            db.session.add(SecondFactor(user_id=user.id, seed="seed", begun_at=NOON, confirmed_at=NOON))
        for n in range(keys):
            words = {"name": f"Key {n}", "host": "localhost", "credential_id": f"{n}", "public_key": "key"}
            db.session.add(Passkey(user_id=user.id, sign_count=n, created_at=NOON, **words))
    with app.app_context():
        device, shown = queries.device(token, now=NOON), queries.device_shown(token, now=NOON)
        assert columns(shown) == columns(device)
        assert columns(shown.user) == columns(device.user)
        assert [columns(key) for key in shown.user.passkeys] == [columns(key) for key in device.user.passkeys]
        assert shown.user.has_app is device.user.has_app is bool(apps)
        assert shown.user.has_second_factor is bool(apps or keys)
        assert "password_hash" not in vars(shown.user)
        assert queries.device_shown(f"{token}x", now=NOON) is None


@pytest.mark.parametrize(
    ("row", "change", "status"),
    [
        (User, {"role": Role.WRITER}, 403),
        (User, {"active": False}, 303),
        (DeviceSession, {"ended_at": NOON}, 303),
        (DeviceSession, {"expires_at": NOON}, 303),
        (DeviceSession, {"token_hash": "0" * 64}, 303),
    ],
)
def test_a_change_is_seen_at_the_next_request(
    ada: FlaskClient, staff: Callable, clock_at: Callable, row: type, change: dict[str, Any], status: int
) -> None:
    clock_at(NOON + timedelta(minutes=1))
    assert ada.get(PAGE).status_code == 200
    with staff() as cast:
        only = (row.id == cast.ada.id) if row is User else (row.user_id == cast.ada.id)
        before = {name: db.session.scalar(select(getattr(row, name)).where(only)) for name in change}
        db.session.execute(update(row).where(only).values(**change))
    assert ada.get(PAGE).status_code == status
    assert ada.head(PAGE).status_code == status
    with staff():
        db.session.execute(update(row).where(only).values(**before))
    assert ada.get(PAGE).status_code == 200
