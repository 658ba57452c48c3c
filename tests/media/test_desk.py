"""Files for staff, before they are public."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from pressroom.kit.db import db
from tests.media.reading import get
from tests.webcasts import factories


@pytest.fixture
def film(staff: Any) -> str:
    """The desk address of the film of a draft."""
    with staff():
        webcast = factories.recorded()
        db.session.flush()
        db.session.refresh(webcast)
        assert webcast.recording is not None
        return webcast.recording.desk_address


def test_staff_see_a_draft_s_file_and_no_cache_keeps_it(wren: FlaskClient, film: str) -> None:
    answer = get(wren, film)
    assert answer.data == factories.FILM
    assert "no-store" in answer.headers["Cache-Control"]
    assert get(wren, film, headers={"Range": "bytes=0-3"}).status_code == 206


def test_a_stranger_is_sent_to_sign_in(client: FlaskClient, film: str) -> None:
    answer = get(client, film)
    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["Location"]


def test_the_same_file_is_closed_to_the_public_even_for_staff_without_the_desk(ada: FlaskClient, film: str) -> None:
    assert get(ada, film.removeprefix("/desk")).status_code == 404


def test_a_wrong_name_or_number_is_not_found(ada: FlaskClient, film: str) -> None:
    assert get(ada, film + "x").status_code == 404
    assert get(ada, "/desk/media/999/talk.webm").status_code == 404
