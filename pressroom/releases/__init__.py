"""Press releases: writing, time and embargo, corrections, withdrawal, and what the public reads."""

from flask import Flask

from pressroom.kit import later
from pressroom.releases import (
    backmatter_desk,
    browsing,
    desk,
    desk_review,
    desk_revisions,
    desk_unsaved,
    feeds,
    files_desk,
    pointing,
    related,
    view_feeds,
    views,
)
from pressroom.releases import jobs as jobs
from pressroom.releases import uses as uses
from pressroom.releases.importing import cli
from pressroom.releases.importing import desk as import_desk
from pressroom.releases.importing import jobs as _import_jobs  # noqa: F401 - it registers its work
from pressroom.releases.search import KIND, load, newest, public_ids
from pressroom.search import register


def init_app(app: Flask) -> None:
    """The pages, the desk, and how releases are found."""
    app.url_map.converters["month"] = browsing.MonthConverter
    app.register_blueprint(views.bp)
    app.register_blueprint(desk.bp)
    app.register_blueprint(import_desk.bp)
    app.register_blueprint(desk_review.bp)
    app.register_blueprint(desk_unsaved.bp)
    app.register_blueprint(desk_revisions.bp)
    app.register_blueprint(feeds.bp)
    app.register_blueprint(view_feeds.bp)
    app.register_blueprint(files_desk.bp)
    app.register_blueprint(backmatter_desk.boilerplates)
    app.register_blueprint(backmatter_desk.contacts)
    related.register(pointing.KIND, find=pointing.find, show=pointing.show)
    later.add_commands(app, lambda: [cli.import_releases, cli.undo_import])
    register(KIND, load=load, ids=public_ids, newest=newest)
