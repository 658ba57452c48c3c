"""Fail when the models say something that no migration does."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import upgrade

from pressroom.application import create_app
from pressroom.kit.db import Base, db


def differences() -> list[object]:
    """What the newest migration lacks, on a new SQLite database."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Path(folder))
        with app.app_context():
            upgrade(directory=str(Path(app.root_path) / "migrations"))
            with db.engine.connect() as connection:
                context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
                found = compare_metadata(context, Base.metadata)
            db.session.remove()
            db.engine.dispose()
    return found


if __name__ == "__main__":
    found = differences()
    for difference in found:
        print(difference, file=sys.stderr)
    if found:
        print("Run: .venv/bin/flask --app wsgi db migrate -m '…'", file=sys.stderr)
    sys.exit(bool(found))
