"""Files of a press room that was there before keep their addresses, and get renditions."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from pressroom import publishing
from pressroom.application import create_app
from pressroom.kit.db import db

OLD = (
    "INSERT INTO asset (id, sha256, media_type, name, bytes, alt, decorative, caption, credit, licence, author, "
    "created_at) VALUES (:id, :sha256, :media_type, 'a', 9, '', :no, '', '', '', '', '2026-11-19 17:00:00')"
)


@pytest.mark.sqlite
def test_an_old_file_keeps_its_address(instance: Path) -> None:
    app = create_app(instance)
    folder = str(Path(app.root_path) / "migrations")
    with app.app_context(), publishing.as_staff():
        upgrade(directory=folder, revision="0001")
        with db.engine.begin() as connection:
            for number, media_type in ((7, "image/png"), (8, "text/vtt")):
                values = {"id": number, "sha256": "a" * 64, "media_type": media_type, "no": False}
                connection.execute(text(OLD), values)
        upgrade(directory=folder)
        with db.engine.begin() as connection:
            rows = connection.execute(text("SELECT id, key, version, render_at FROM asset ORDER BY id")).all()
        assert [(row.id, row.key, row.version, bool(row.render_at)) for row in rows] == [
            (7, "7", 1, True),
            (8, "8", 1, False),
        ]
        downgrade(directory=folder, revision="0001")
        with db.engine.begin() as connection:
            assert connection.execute(text("SELECT count(*) FROM asset")).scalar() == 2
        db.session.remove()
        db.engine.dispose()
