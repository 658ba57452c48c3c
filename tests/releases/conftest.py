"""Releases to test with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from pressroom.kit.db import db
from pressroom.media import actions as media
from pressroom.releases import actions
from pressroom.releases.models import Release
from pressroom.releases.rules import ReleaseKind
from tests import factories
from tests.conftest import NOON

FIELDS: dict[str, Any] = {
    "kind": ReleaseKind.RESEARCH,
    "headline": "Cats agree with their owners",
    "subhead": "Forty cats were asked twice.",
    "dateline": "BETHESDA, Md.",
    "body": "Forty cats agreed.\n\nTwo did not say.",
    "topics": ("Cats", "Surveys"),
}


def draft(*, now: datetime = NOON, **fields: Any) -> Release:
    """A draft by Ada."""
    return actions.create(by=factories.person("ada"), now=now, **(FIELDS | fields))


def public(*, now: datetime = NOON, **fields: Any) -> Release:
    """A release that is public since *now*."""
    release = draft(now=now, **fields)
    actions.publish(release, by=factories.person("ada"), now=now)
    return release


def waiting(at: datetime, *, now: datetime = NOON, embargoed: bool = False, **fields: Any) -> Release:
    """A release that becomes public at *at*."""
    release = draft(now=now, **fields)
    actions.schedule(release, by=factories.person("ada"), now=now, at=at, embargoed=embargoed)
    return release


def illustrate(release: Release, *, now: datetime = NOON, **words: Any) -> Release:
    """Give it a picture."""
    words = {"alt": "Four cats on a fence", "credit": "A. Lens", "licence": "CC BY 4.0"} | words
    asset = media.store(png(), by=factories.person("ada"), now=now, name="cats.png", **words)
    actions.add_picture(release, asset, by=factories.person("ada"), now=now)
    return release


def png(width: int = 6, height: int = 4, colour: str = "teal") -> BytesIO:
    """A small picture as a file."""
    file = BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "PNG")
    file.seek(0)
    return file


@pytest.fixture
def noon(clock_at: Callable[[datetime], None]) -> Callable[[timedelta], None]:
    """Set the clock to NOON, and on call to so long after it."""
    clock_at(NOON)
    return lambda later: clock_at(NOON + later)


@pytest.fixture
def cats(staff: Any, noon: Any) -> int:
    """The id of a public release."""
    with staff():
        release = public()
        db.session.flush()
        return release.id


@pytest.fixture
def drafted(staff: Any, noon: Any) -> int:
    """The id of a draft."""
    with staff():
        return draft().id
