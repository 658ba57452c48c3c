"""A press room with one of everything, and its backup."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from pressroom import embargo_audit
from pressroom.application import create_app
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.operations import backup, rows, snapshot
from tests import databases
from tests.conftest import NOON


@pytest.fixture(autouse=True)
def nobody_else(kept_connections: databases.Kept) -> Iterator[None]:
    """A restore in place refuses to begin while others have a connection to the database."""
    with kept_connections.not_used():
        yield


@pytest.fixture(scope="session")
def planted(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder with one of everything; each test gets a copy, because planting takes its time."""
    folder = tmp_path_factory.mktemp("planted")
    databases.copied(sqlite_template, folder)
    app = create_app(folder, {"secret_key": databases.SECRET})
    plant(app)
    with app.app_context():
        db.engine.dispose()
    return folder


def plant(app: Flask) -> None:
    with clock.at(NOON), app.app_context():
        embargo_audit.plant(now=NOON, lift=NOON + timedelta(days=1))
        db.session.remove()


@pytest.fixture
def full(app: Flask, instance: Path, request: pytest.FixtureRequest) -> Flask:
    """One of everything, with words in each column, files, and both chains."""
    if request.config.getoption("--database") == "postgres":
        plant(app)
    else:
        shutil.copytree(request.getfixturevalue("planted"), instance, dirs_exist_ok=True)
    return app


@pytest.fixture
def made(full: Flask, tmp_path: Path) -> Path:
    """A backup of it."""
    path = tmp_path / "backup.tar"
    with full.app_context():
        backup.make(path, now=NOON)
    return path


def sums(url: str) -> dict[str, rows.Sum]:
    """What each table of the database *url* holds."""
    with snapshot.connected(url) as connection:
        return rows.sums(connection)


def held(app: Flask) -> dict[str, rows.Sum]:
    """What each table of *app* holds."""
    with app.app_context():
        db.session.remove()
        return sums(app.config["DATABASE_URL"])
