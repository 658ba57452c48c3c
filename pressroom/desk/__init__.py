"""The desk's own pages: board, settings, audit, parts; and the navigation of every desk page."""

from flask import Flask

from pressroom.desk import audit, letters, menus, navigation, patterns, preview, settings, views
from pressroom.desk import uses as uses

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Addresses, and what the desk's layout calls."""
    for part in (views, settings, audit, patterns, preview, menus):
        app.register_blueprint(part.bp)
    navigation.init_app(app)
    letters.init_app(app)
