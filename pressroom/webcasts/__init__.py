"""Webcasts: announced, live, recorded; with captions, transcript and calendar."""

from flask import Flask

from pressroom import publishing
from pressroom.media.models import Asset
from pressroom.publishing import instants
from pressroom.releases.related import register as register_related
from pressroom.search import register
from pressroom.webcasts import desk, feeds, models, podcast, queries, related, views
from pressroom.webcasts import uses as uses
from pressroom.webcasts.rules import Slot
from pressroom.webcasts.search import KIND, load, newest

for slot in Slot:
    publishing.opens(Asset, through=models.Webcast, column=f"{slot}_id", owner=models.Webcast, owner_column="id")
for part in (models.WebcastSubtitles, models.WebcastQuality):
    publishing.opens(Asset, through=part, column="asset_id", owner=models.Webcast, owner_column="webcast_id")


def init_app(app: Flask) -> None:
    """Pages for the public, the desk, and a source for search."""
    app.register_blueprint(views.bp)
    app.register_blueprint(desk.bp)
    app.register_blueprint(feeds.bp)
    app.register_blueprint(feeds.views)
    app.register_blueprint(podcast.bp)
    register(KIND, load=load, ids=queries.all_ids, newest=newest)
    instants.watch("webcasts", models.Webcast.starts_at, models.Webcast.ends_at)
    register_related(KIND, find=related.find, show=related.show)
