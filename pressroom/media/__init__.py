"""Assets: pictures, films, captions, documents, with their descriptions; served through the gate."""

from flask import Flask

from pressroom.media import desk, models, views

__all__ = ["init_app", "models"]


def init_app(app: Flask) -> None:
    """The addresses of files, for the public and for staff."""
    app.register_blueprint(views.bp)
    app.register_blueprint(desk.bp)
