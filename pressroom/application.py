"""``create_app``: the list of what the press room consists of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from flask import Flask

from pressroom import (
    accounts,
    accreditation,
    alerts,
    audit,
    clips,
    config,
    desk,
    enquiries,
    freezing,
    front,
    jobs,
    mail,
    media,
    meetings,
    operations,
    pages,
    publishing,
    releases,
    reporting,
    search,
    webcasts,
    websub,
)
from pressroom.kit import (
    bucket,
    busy,
    db,
    fetch,
    headers,
    hosts,
    later,
    logs,
    prepared,
    requests,
    running,
    settings,
    slow_clients,
    templates,
    text,
    uploads,
    web,
)
from pressroom.publishing import cache, edition
from pressroom.version import VERSION

ROOMS = (
    *(accounts, mail, media, releases, accreditation, enquiries, clips, webcasts, pages, meetings, reporting, alerts),
    *(front, desk, websub),
)


def create_app(instance: Path | None = None, overrides: Mapping[str, Any] | None = None) -> Flask:
    """The press room of one instance folder.

    Args:
        instance: the folder of its run-time state; ``PRESSROOM_INSTANCE``, else ``instance/``.
        overrides: settings by name, stronger than file and environment.

    Raises:
        SettingsError: a setting is unknown or malformed.
    """
    folder = instance or config.instance_folder()
    app = web.Application("pressroom", instance_path=str(folder))
    app.config.from_mapping(config.load(folder, overrides or {}))

    settings.init_app(app, config.SETTINGS)
    logs.init_app(app)
    db.init_app(app)
    prepared.init_app(app)
    web.init_app(app)
    uploads.init_app(app)
    bucket.init_app(app)
    headers.init_app(app)
    busy.init_app(app)
    fetch.init_app(app, f"Pressroom/{VERSION}")
    cache.init_app(app)
    hosts.init_app(app)
    running.init_app(app)
    text.init_app(app)
    templates.init_app(app)
    audit.init_app(app)
    jobs.init_app(app)
    search.init_app(app)
    for room in ROOMS:
        room.init_app(app)
    jobs.periodic("index")(lambda now: search.sweep())  # last: it indexes what the others brought
    publishing.init_app(app)
    search.when_made_again(edition.raise_by_one)
    slow_clients.init_app(app)
    requests.init_app(app)  # the outermost: it sees what the page cache answers
    operations.init_app(app, create_app)
    freezing.init_app(app)
    later.add_commands(app, lambda: _commands(app))
    return app


def _commands(app: Flask) -> Sequence[click.Command]:
    from pressroom import commands, doctor, embargo_audit  # noqa: PLC0415 - no page needs what these bring

    assert app.extensions["migrate"]  # brings ``flask db``
    commands.init_app(app)
    doctor.init_app(app)
    embargo_audit.init_app(app, create_app)
    return ()  # they have added theirs
