"""Mail: an outbox of rows, which the worker sends; what each message is for is said by the rooms above."""

from flask import Flask

from pressroom.kit import later
from pressroom.mail import cli, desk
from pressroom.mail import jobs as jobs
from pressroom.mail.actions import queue as queue
from pressroom.mail.configured import is_on as is_on
from pressroom.mail.purposes import Purpose as Purpose
from pressroom.mail.purposes import register as register


def init_app(app: Flask) -> None:
    """The desk and the command."""
    app.register_blueprint(desk.bp)
    later.add_commands(app, lambda: [cli.group])
    app.jinja_env.globals["mail_is_on"] = is_on
