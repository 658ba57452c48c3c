"""WebSub: whoever follows a feed is told in the minute in which it changes, by a hub of others or by our own."""

from flask import Flask

from pressroom.websub import desk, views
from pressroom.websub import jobs as jobs
from pressroom.websub import models as models

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """The hub's address, and its page on the desk; the work is in the worker's table."""
    for room in (views, desk):
        app.register_blueprint(room.bp)
