"""A copy of a press room's rows, in an instance folder of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

from flask import Flask
from sqlalchemy import insert, select, text, update

from pressroom import publishing
from pressroom.kit.db import Base, db
from pressroom.media.models import Asset

ROWS = 1_000  # in memory at a time


def settings_for_copy(app: Flask, folder: Path) -> dict[str, object]:
    """What the copy in *folder* is told: the settings of *app*, a database and an index of its own."""
    configured = Path(app.instance_path) / "config.toml"
    if configured.exists():
        shutil.copyfile(configured, folder / "config.toml")
    return {
        "database_url": f"sqlite:///{folder / 'pressroom.sqlite3'}",
        "search_engine": "whoosh",
        "media_store": "",
        "secret_key": app.config["SECRET_KEY"],
        "site_url": app.config["SITE_URL"],
    }


def copy_rows(source: Flask, target: Flask) -> int:
    """Copy every row of *source* into the empty SQLite database of *target*; uploaded files stay where they are.

    Returns:
        How many rows there are.
    """
    count = 0
    with target.app_context():
        from flask_migrate import upgrade  # noqa: PLC0415 - see kit/db.py

        upgrade(directory=str(Path(target.root_path) / "migrations"))
        out = db.engine
    with source.app_context(), publishing.as_staff(), db.engine.connect() as reading, out.connect() as writing:
        writing.execute(text("PRAGMA foreign_keys = OFF"))
        for table in Base.metadata.sorted_tables:
            writing.execute(table.delete())
            for rows in reading.execution_options(yield_per=ROWS).execute(select(table)).mappings().partitions():
                writing.execute(insert(table), [dict(row) for row in rows])
                count += len(rows)
        writing.execute(
            update(Base.metadata.tables[Asset.__tablename__]).values(render_at=None)
        )  # there is nothing here to make sizes of
        writing.commit()
    return count
