"""Assets: pictures, films, captions, documents, with their descriptions; served through the gate."""

from flask import Flask

from pressroom.media import cli, desk, models, views
from pressroom.media import jobs as jobs

__all__ = ["init_app", "models"]


def init_app(app: Flask) -> None:
    """The addresses of files, for the public and for staff, and their commands."""
    app.register_blueprint(views.bp)
    app.register_blueprint(desk.bp)
    app.cli.add_command(cli.media)
