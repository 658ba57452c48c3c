"""Assets: pictures, films, captions, documents, with their descriptions; served through the gate."""

from flask import Flask

from pressroom.kit import later
from pressroom.media import cli, desk, models, queries, views
from pressroom.media import jobs as jobs
from pressroom.publishing import instants

__all__ = ["init_app", "models"]


def init_app(app: Flask) -> None:
    """The addresses of files, for the public and for staff, and their commands."""
    app.register_blueprint(views.bp)
    app.register_blueprint(desk.bp)
    instants.register("media", queries.next_end_of_rights)
    later.add_commands(app, lambda: [cli.media])
