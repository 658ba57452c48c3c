"""The annual meeting: dates, place, press programme, press registration, embargo policy."""

from flask import Flask

from pressroom.meetings import desk, feeds, queries, views
from pressroom.meetings.search import KIND, ids, load, newest
from pressroom.publishing import instants
from pressroom.search import register


def init_app(app: Flask) -> None:
    """Add the page, its desk, and what search finds in it."""
    for blueprint in (views.bp, desk.bp, feeds.bp):
        app.register_blueprint(blueprint)
    instants.register("meetings", queries.next_turn)
    register(KIND, load=load, ids=ids, newest=newest)
