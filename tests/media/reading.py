"""Getting files in tests."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def get(client: FlaskClient, path: str, **more: Any) -> TestResponse:
    """GET to the last byte, and close the file, as a server does."""
    return client.get(path, buffered=True, **more)
