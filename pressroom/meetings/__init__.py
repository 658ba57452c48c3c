"""The annual meeting: press programme, schedule and abstracts, press registration, and releases that follow it."""

from flask import Flask, url_for

from pressroom.kit import later
from pressroom.meetings import (
    abstracts,
    bindings,
    bindings_desk,
    desk,
    feeds,
    queries,
    schedule_desk,
    schedule_views,
    search_abstracts,
    views,
)
from pressroom.meetings.importing import cli
from pressroom.meetings.importing import desk as import_desk
from pressroom.meetings.importing import jobs as _import_jobs  # noqa: F401 - it registers its work
from pressroom.meetings.registering import desk as registration_desk
from pressroom.meetings.registering import jobs as _jobs  # noqa: F401 - likewise
from pressroom.meetings.registering import views as registration
from pressroom.meetings.search import KIND, ids, load, newest
from pressroom.publishing import instants
from pressroom.publishing.cache import once_for_staff
from pressroom.releases import following
from pressroom.search import register


def init_app(app: Flask) -> None:
    """Add the pages, their desk, what search finds in them, and the schedule that releases may follow."""
    public = (views, feeds, schedule_views, registration)
    for part in (*public, desk, schedule_desk, bindings_desk, import_desk, registration_desk):
        app.register_blueprint(part.bp)
    instants.register("meetings", queries.next_turn)
    register(KIND, load=load, ids=ids, newest=newest)
    register(
        abstracts.KIND,
        load=search_abstracts.load,
        ids=search_abstracts.ids,
        newest=search_abstracts.newest,
    )
    following.told_by(SCHEDULE)
    later.add_commands(app, lambda: [cli.import_abstracts, cli.undo_abstracts])


@once_for_staff
def _rule_of(release_id: int) -> str:
    binding = bindings.of_release(release_id)
    return bindings.sentence(binding) if binding else ""


def _desk_of(release_id: int) -> str:
    return url_for("meetings_bindings.show", release_id=release_id)


SCHEDULE = following.Source(of=_rule_of, desk=_desk_of)
