"""Taking a file in."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pressroom.audit import AuditEntry
from pressroom.kit.db import db
from pressroom.media import actions
from pressroom.media.rules import MediaError
from tests.conftest import NOON
from tests.webcasts import factories


def test_a_picture_is_kept_clean_by_the_hash_of_its_clean_bytes(staff: Any, picture: Callable[..., BytesIO]) -> None:
    with staff() as cast:
        asset = actions.store(
            picture("JPEG", gps=True),
            by=cast.ada,
            now=NOON,
            name="../Team Foto.png",
            alt=" Four people. ",
            credit="I. Okoye",
        )
        assert (asset.name, asset.media_type) == ("team-foto.jpg", "image/jpeg")
        assert (asset.width, asset.height, asset.alt) == (40, 30, "Four people.")
        content = actions.path_of(asset).read_bytes()
        assert b"GPS" not in content
        assert len(content) == asset.bytes
        assert actions.storage().is_whole(asset.sha256)
        assert (asset.author, asset.created_at) == (cast.ada.name, NOON)
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.kind == "asset")).one()
        assert (entry.action, entry.title, entry.object_id) == ("store", "team-foto.jpg", asset.id)


def test_the_same_bytes_twice_are_two_descriptions_of_one_file(staff: Any) -> None:
    with staff():
        first, second = (
            actions.store(BytesIO(factories.FILM), by=None, now=NOON, name=name) for name in ("a.webm", "b.webm")
        )
        assert first.id != second.id
        assert actions.path_of(first) == actions.path_of(second)


def test_a_refused_file_leaves_nothing(staff: Any, app: Flask) -> None:
    with staff():
        for content, more in ((b"", {}), (b"<svg>", {"alt": "x"}), (factories.picture().getvalue(), {"alt": ""})):
            with pytest.raises(MediaError):
                actions.store(BytesIO(content), by=None, now=NOON, name="x", **more)
        assert list(actions.storage().names()) == []


def test_a_file_over_the_limit_of_its_kind_is_refused_with_the_limit(staff: Any, app: Flask) -> None:
    app.config["MAX_FILM_MB"] = 0
    with staff(), pytest.raises(MediaError, match="at most 0 MB are taken"):
        actions.store(BytesIO(factories.FILM), by=None, now=NOON, name="x.webm")


def test_what_is_left_out_of_a_logo_stands_in_the_audit(staff: Any) -> None:
    with staff() as cast:
        content = b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script><path d='M0 0h9'/></svg>"
        asset = actions.store(BytesIO(content), by=cast.ada, now=NOON, name="Mark.svg", alt="Our mark")
        assert (asset.name, asset.media_type) == ("mark.svg", "image/svg+xml")
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.kind == "asset")).one()
        assert entry.changes == {"left out": ["script", ""]}
