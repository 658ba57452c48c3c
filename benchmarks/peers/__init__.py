"""What people run today, beside us: Wagtail with a small news application, and Datasette over the archive.

They live in an environment of their own, ``.venv-peers``, since none of their packages may meet ours.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.engines.server import Server as Postgres
from benchmarks.house import HOST, Server, free_port

HERE = Path(__file__).parent
VENV = HERE.parents[1] / ".venv-peers"
PACKAGES = ("wagtail>=8,<9", "datasette>=0.65,<0.66", "psycopg[binary]>=3.3,<4", "gunicorn>=27,<28")


def install() -> None:
    """Make the environment, once; it needs the network."""
    if not (VENV / "bin" / "datasette").exists():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        subprocess.run([VENV / "bin" / "pip", "install", "--quiet", *PACKAGES], check=True)


def archive(room: Path, into: Path) -> Path:
    """The public clips of the press room in *room* as one table, with a text index, as one gives them to Datasette."""
    into.mkdir()
    path = into / "archive.db"
    out = sqlite3.connect(path)
    out.execute("ATTACH ? AS room", (f"{room / 'pressroom.sqlite3'}",))
    out.executescript("""
        CREATE TABLE clip AS
            SELECT c.id, c.headline, c.excerpt, o.name AS outlet, c.medium, c.language,
                   CAST(strftime('%Y', c.published_on) AS INTEGER) AS year, c.published_on
            FROM room.clip c LEFT JOIN room.outlet o ON o.id = c.outlet_id
            WHERE c.public_from <= datetime('now') AND c.withdrawn_at IS NULL;
        CREATE UNIQUE INDEX clip_id ON clip (id);
        CREATE INDEX clip_outlet ON clip (outlet); CREATE INDEX clip_year ON clip (year);
        CREATE INDEX clip_medium ON clip (medium); CREATE INDEX clip_language ON clip (language);
        CREATE VIRTUAL TABLE clip_fts USING fts5 (headline, excerpt, content='clip', content_rowid='id',
                                                  tokenize='porter');
        INSERT INTO clip_fts (clip_fts) VALUES ('rebuild');
    """)
    out.close()
    return path


@contextmanager
def datasette(database: Path) -> Iterator[Server]:
    """Datasette, its suggestions of facets off, which would look through every column."""
    port = free_port()
    command = [str(VENV / "bin" / "datasette"), "serve", "--immutable", str(database), "--host", HOST]
    command += ["--port", str(port), "--setting", "suggest_facets", "off", "--setting", "sql_time_limit_ms", "60000"]
    command += ["--setting", "facet_time_limit_ms", "60000", "--setting", "default_cache_ttl", "0"]
    server = Server(command, port, {}, probe="/-/versions.json")
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def wagtail(folder: Path, room: Path, releases: int) -> Iterator[Server]:
    """Wagtail 8 on PostgreSQL and gunicorn's gthread, with the newest *releases* and all clips of *room*.

    The server of the database is counted with it: it works for nobody else.
    """
    database = Postgres(folder)
    database.make()
    environ = {
        "PYTHONPATH": f"{HERE}{os.pathsep}{folder}",
        "DJANGO_SETTINGS_MODULE": "wagtail_news.settings",
        "PEER_DATABASE": database.start(),
        "PEER_ROOM": str(room / "pressroom.sqlite3"),
        "PEER_RELEASES": str(releases),
    }
    (folder / "news_migrations").mkdir()
    (folder / "news_migrations" / "__init__.py").touch()
    python, port = VENV / "bin" / "python", free_port()
    try:
        for step in ("django makemigrations -v 0", "django migrate -v 0", "wagtail_news.fill"):
            subprocess.run([python, "-m", *step.split()], env={**os.environ, **environ}, check=True, cwd=folder)
        command = [str(VENV / "bin" / "gunicorn"), "--bind", f"{HOST}:{port}", "--workers", "1", "--worker-class"]
        command += ["gthread", "--threads", "3", "--log-level", "error", "--keep-alive", "75"]
        server = Server([*command, "wagtail_news.wsgi:application"], port, environ, probe="/")
        server.also = database.pids()
        try:
            yield server
        finally:
            server.stop()
    finally:
        database.remove()
