"""The clip archive: coverage by other outlets, searched; and how clips come in."""

from flask import Flask

from pressroom.clips import (
    addresses,
    cli,
    coverage_desk,
    desk,
    desk_addresses,
    desk_import,
    desk_sources,
    desk_work,
    exports,
    feeds,
    lines,
    queries,
    rules,
    view_feeds,
    views,
)
from pressroom.clips import jobs as jobs
from pressroom.clips.gathering import mail_cli, sources_cli, work
from pressroom.clips.links import cli as links_cli
from pressroom.clips.links import desk as links_desk
from pressroom.clips.links import jobs as links_jobs  # noqa: F401 - its work is put into the table
from pressroom.clips.links import work as links_work
from pressroom.clips.models import Outlet, Topic
from pressroom.clips.outlets import cli as outlets_cli
from pressroom.clips.outlets import desk as outlets_desk
from pressroom.clips.outlets import jobs as outlets_jobs  # noqa: F401 - the worker knows its tasks by this
from pressroom.clips.outlets import rules as outlet_rules
from pressroom.clips.outlets import views as icons
from pressroom.clips.outlets.models import OutletIcon
from pressroom.clips.people import desk as people_desk
from pressroom.clips.search import KIND, load, newest, shown
from pressroom.clips.snapshots import desk as snapshots_desk
from pressroom.clips.stories import desk as stories_desk
from pressroom.clips.triage import changing_desk, queue_desk, rules_desk
from pressroom.clips.triage import cli as triage_cli
from pressroom.clips.triage.jobs import score as score
from pressroom.kit import later
from pressroom.publishing import edition, instants
from pressroom.search import register

# Their names stand on the pages of clips, and are no rows that somebody would have to guard.
edition.watch(*(model.metadata.tables[model.__tablename__] for model in (Outlet, Topic, OutletIcon)))


def init_app(app: Flask) -> None:
    """Addresses, the search source, the command."""
    of_the_public = (views.bp, exports.bp, feeds.bp, view_feeds.bp, icons.bp)
    of_the_desk = (
        desk.bp,
        desk_addresses.bp,
        desk_import.bp,
        desk_sources.bp,
        desk_work.bp,
        coverage_desk.bp,
        coverage_desk.of_clip,
        queue_desk.bp,
        changing_desk.bp,
        rules_desk.bp,
        stories_desk.bp,
        outlets_desk.bp,
        people_desk.bp,
        links_desk.bp,
        snapshots_desk.bp,
    )
    for blueprint in (*of_the_public, *of_the_desk):
        app.register_blueprint(blueprint)
    register(KIND, load=load, ids=queries.all_ids, newest=newest, shown=shown)
    app.jinja_env.filters.update(language_name=rules.language_name, host=addresses.host)
    app.jinja_env.filters.update(outlet_kind=outlet_rules.kind_name, country_name=outlet_rules.country_name)
    lines.init_app(app)
    instants.watch("clips", Outlet.licensed_until)
    work.init_app()
    links_work.init_app()
    later.add_commands(app, lambda: [cli.import_clips, cli.undo_clips, cli.import_addresses, mail_cli.import_alerts])
    later.add_commands(app, lambda: [room.group for room in (sources_cli, outlets_cli, links_cli, triage_cli)])
