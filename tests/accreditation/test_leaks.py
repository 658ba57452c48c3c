"""What a journalist who may read is shown of everything that waits for its time: the release, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from pressroom import embargo_audit, publishing
from pressroom.accreditation.models import Agreement
from pressroom.embargo_audit import Planted
from pressroom.kit import clock
from pressroom.kit.db import db
from tests.accreditation.conftest import accept, client_of, robin
from tests.conftest import NOON

LIFT = NOON + timedelta(days=5)
OF_THE_RELEASE = (
    *("press_release.", "release_correction.", "release_related.", "boilerplate.", "media_contact."),
    *("asset.", "picture.file", "paper."),
)
"""The planted words that a release under embargo carries; the rest belongs to what a journalist is not shown."""

READ = ("/releases/", "/media/", "/embargo/")


@pytest.fixture
def planted(app: Flask) -> Planted:
    with clock.at(NOON), app.app_context():
        return embargo_audit.plant(now=NOON, lift=LIFT)


def test_a_journalist_is_shown_the_release_and_nothing_else(app: Flask, planted: Planted) -> None:
    with app.app_context(), publishing.as_staff(), clock.at(NOON):
        assert db.session.scalar(select(Agreement.number)) == 1, "planted"
        journalist = robin()
        accept(journalist)
        client = client_of(app, journalist)
        db.session.commit()
    told: dict[str, set[str]] = {}
    with clock.at(LIFT - timedelta(seconds=1)):
        for path in embargo_audit.addresses(app, planted):
            answer = client.get(path)
            text = embargo_audit.text_of(answer)
            assert answer.status_code < 500, path
            if answer.status_code != 200:
                text = "".join(text.split(path.lower()))
            for word, place in planted.words.items():
                if word in text and (answer.status_code == 200 or word not in path.lower()):
                    told.setdefault(place, set()).add(path)
    others = {place: paths for place, paths in told.items() if not place.startswith(OF_THE_RELEASE)}
    assert set(others) <= {"agreement.body"}, others
    elsewhere = {path for paths in told.values() for path in paths if not path.startswith(READ)}
    assert not elsewhere
    for column in ("headline", "subhead", "bodyhtml", "noteshtml", "dateline", "studytitle", "studydoi"):
        assert f"press_release.{column}" in told, "an audit that finds nothing proves nothing"
    assert {"release_correction.note", "asset.caption", "asset.credit"} <= told.keys()
    assert "press_release.authorname" not in told
