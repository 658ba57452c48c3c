"""The clip archive: coverage by other outlets, searched; and how clips come in."""

from flask import Flask

from pressroom.clips import (
    addresses,
    cli,
    coverage_desk,
    desk,
    desk_import,
    desk_sources,
    desk_work,
    exports,
    feeds,
    queries,
    rules,
    view_feeds,
    views,
)
from pressroom.clips import jobs as jobs
from pressroom.clips.gathering import mail_cli, sources_cli, work
from pressroom.clips.models import Outlet, Topic
from pressroom.clips.search import KIND, load, newest, shown
from pressroom.publishing import edition
from pressroom.search import register

# Their names stand on the pages of clips, and are no rows that somebody would have to guard.
edition.watch(*(model.metadata.tables[model.__tablename__] for model in (Outlet, Topic)))


def init_app(app: Flask) -> None:
    """Addresses, the search source, the command."""
    for room in (views, exports, desk, desk_import, desk_sources, desk_work, coverage_desk, feeds, view_feeds):
        app.register_blueprint(room.bp)
    register(KIND, load=load, ids=queries.all_ids, newest=newest, shown=shown)
    app.jinja_env.filters.update(language_name=rules.language_name, host=addresses.host)
    app.cli.add_command(cli.import_clips)
    app.cli.add_command(mail_cli.import_alerts)
    app.cli.add_command(sources_cli.group)
    work.init_app()
