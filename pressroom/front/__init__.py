"""The front room: home, site search, feeds, sitemap, health, errors; and what every page is dressed in."""

from flask import Flask

from pressroom.front import (
    about_meetings,
    assets,
    brand,
    errors,
    feeds,
    health,
    llms,
    opensearch,
    parts,
    security_txt,
    sitemap,
    views,
)
from pressroom.kit.settings import SettingRow
from pressroom.meetings import shelves
from pressroom.publishing import edition

__all__ = ["init_app"]

edition.watch(SettingRow.metadata.tables[SettingRow.__tablename__])  # a name or a colour stands on every page


def init_app(app: Flask) -> None:
    """Addresses, error pages, and what templates may call."""
    for room in (views, feeds, brand, sitemap, opensearch, llms, health, security_txt):
        app.register_blueprint(room.bp)
    shelves.told_by(about_meetings.of_topic)
    assets.init_app(app)
    errors.init_app(app)
    parts.init_app(app)
