"""Fixed pages: fact sheet, logo guidelines, the two guides, contact, privacy."""

from flask import Flask

from pressroom.pages import desk, fact_desk, fact_views, further_desk, logos, related, views
from pressroom.pages.search import KIND, ids, load, newest
from pressroom.releases.related import register as register_related
from pressroom.search import register


def init_app(app: Flask) -> None:
    """Add the pages, their desk, and what search finds in them."""
    for blueprint in (views.bp, fact_views.bp, fact_views.files, further_desk.bp, desk.bp, fact_desk.bp):
        app.register_blueprint(blueprint)
    logos.init_app(app)
    register(KIND, load=load, ids=ids, newest=newest)
    register_related(KIND, find=related.find, show=related.show)
