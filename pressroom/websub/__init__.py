"""WebSub: whoever follows a feed is told in the minute in which it changes, by a hub of others or by our own."""

from flask import Flask

from pressroom.websub import jobs as jobs
from pressroom.websub import views

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """The hub's address; the work is in the worker's table."""
    app.register_blueprint(views.bp)
