"""Alembic's environment: migrates the database of the current application."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import TypeDecorator

from pressroom import publishing
from pressroom.kit.db import UTCDateTime

db = current_app.extensions["migrate"].db


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Our column types as code: instants by name, others as the plain type beneath them."""
    if kind != "type" or not isinstance(item, TypeDecorator):
        return False
    if isinstance(item, UTCDateTime):
        autogen_context.imports.add("from pressroom.kit.db import UTCDateTime")
        return "UTCDateTime()"
    return f"sa.{type(item.impl_instance).__name__}()"


def run() -> None:
    """Migrate over a connection of the application's engine."""
    with publishing.as_staff(), db.engine.connect() as connection:  # rows of every kind are moved
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=True,
            user_module_prefix="",
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


if context.is_offline_mode():
    raise SystemExit("Migrations run on the database itself: flask --app wsgi db upgrade")
run()
