"""The clip archive: coverage by other outlets, searched; and how clips come in."""

from flask import Flask

from pressroom.clips import (
    addresses,
    cli,
    coverage_desk,
    desk,
    desk_import,
    exports,
    feeds,
    queries,
    rules,
    view_feeds,
    views,
)
from pressroom.clips import jobs as jobs
from pressroom.clips.links import cli as links_cli
from pressroom.clips.links import desk as links_desk
from pressroom.clips.links import jobs as links_jobs  # noqa: F401 - its work is put into the table
from pressroom.clips.links import work as links_work
from pressroom.clips.models import Outlet, Topic
from pressroom.clips.search import KIND, load, newest, shown
from pressroom.clips.snapshots import desk as snapshots_desk
from pressroom.publishing import edition
from pressroom.search import register

# Their names stand on the pages of clips, and are no rows that somebody would have to guard.
edition.watch(*(model.metadata.tables[model.__tablename__] for model in (Outlet, Topic)))


def init_app(app: Flask) -> None:
    """Addresses, the search source, the command."""
    for room in (views, exports, desk, desk_import, coverage_desk, feeds, view_feeds, links_desk, snapshots_desk):
        app.register_blueprint(room.bp)
    register(KIND, load=load, ids=queries.all_ids, newest=newest, shown=shown)
    app.jinja_env.filters.update(language_name=rules.language_name, host=addresses.host)
    app.cli.add_command(cli.import_clips)
    app.cli.add_command(links_cli.group)
    links_work.init_app()
