"""``/.well-known/security.txt``: there while its contact is good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pressroom.config import SETTINGS
from pressroom.kit.settings import SettingsError
from tests.conftest import NOON

PATH = "/.well-known/security.txt"


def test_it_is_as_the_rfc_says(app: Flask, client: FlaskClient, clock_at: Callable[..., None]) -> None:
    clock_at(NOON)
    assert client.get(PATH).status_code == 404
    app.config["SECURITY_CONTACT"] = "security@example.org"
    assert client.get(PATH).status_code == 404
    app.config.update(SECURITY_EXPIRES="2026-12-31", SECURITY_POLICY="https://example.org/security")
    answer = client.get(PATH)
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.text.splitlines() == [
        "Contact: mailto:security@example.org",
        "Expires: 2027-01-01T00:00:00Z",
        "Preferred-Languages: en",
        "Canonical: http://127.0.0.1:8000/.well-known/security.txt",
        "Policy: https://example.org/security",
    ]
    clock_at(NOON.replace(month=12, day=31, hour=23))
    assert client.get(PATH).status_code == 200
    clock_at(NOON + timedelta(days=60))
    assert client.get(PATH).status_code == 404


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("security_contact", "http://example.org"),
        ("security_contact", "nobody"),
        ("security_contact", "a@b.example\nContact: x@y.example"),
        ("security_expires", "next year"),
        ("security_policy", "javascript:alert(1)"),
        ("trusted_names", "https://example.org"),
        ("trusted_names", "press_room"),
        ("proxies", -1),
        ("proxies", 11),
        ("site_url", "press.example.org"),
    ],
)
def test_what_is_no_value_is_refused(name: str, value: object) -> None:
    with pytest.raises(SettingsError):
        SETTINGS.by_name[name].read(value)
