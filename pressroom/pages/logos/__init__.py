"""Logos with their variants, and the terms under which they are downloaded."""

from flask import Flask

from pressroom.pages.logos import desk, uses, views

__all__ = ["init_app", "uses"]


def init_app(app: Flask) -> None:
    """Add the downloads and the desk; the page itself is ``pages.logos``."""
    app.register_blueprint(views.bp)
    app.register_blueprint(desk.bp)
