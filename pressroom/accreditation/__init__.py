"""Accredited journalists: applying, the agreement, what is read under embargo, and the ledger of it."""

from flask import Flask

from pressroom.accreditation import cli, desk, desk_mailing, embargo, serving, views
from pressroom.accreditation import jobs as jobs
from pressroom.kit import later


def init_app(app: Flask) -> None:
    """The pages, the desk, the command, and what stands before the views of releases."""
    for part in (views, embargo, desk, desk_mailing):
        app.register_blueprint(part.bp)
    serving.init_app(app)
    later.add_commands(app, lambda: [cli.group])
